"""A log at its own pace, faster, or as fast as the rest can follow. No test waits: the loop's time jumps."""

import asyncio
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.jumping_loop import run_jumping
from vmshmi.runtime.drivers.listening import EndOfLog, Heard, NeedsPerson, ReplayFeed

_START = datetime(2014, 4, 3, 8, 54, 11, tzinfo=UTC)


def _log(*seconds: float) -> list[Heard[float]]:
    return [(_START + timedelta(seconds=second), second) for second in seconds]


async def _play(feed: ReplayFeed[float], most: int = 100_000) -> list[tuple[float, Heard[float]]]:
    """All that is replayed, each with the time that had passed in the loop."""
    await feed.open()
    loop = asyncio.get_running_loop()
    start, played = loop.time(), []
    try:
        while len(played) < most:
            played += [(loop.time() - start, heard) for heard in await feed.receive()]
    except EndOfLog:
        pass
    return played


def _played(log: list[Heard[float]], **options: Any) -> list[tuple[float, Heard[float]]]:
    return run_jumping(_play(ReplayFeed("voyage.log", lambda: log, FakeClock(), **options)))


@pytest.mark.parametrize("speed", [1, 10, 0.5])
def test_the_pace_is_that_of_the_log(speed: float) -> None:
    seconds = [0.0, 0.1, 0.1, 2.0, 61.5]
    played = _played(_log(*seconds), speed=speed)
    assert [payload for _, (_, payload) in played] == seconds
    assert [passed for passed, _ in played] == pytest.approx([second / speed for second in seconds], abs=0.01)


def test_as_fast_as_possible_takes_no_time_and_keeps_the_order() -> None:
    seconds = [float(number) for number in range(1000)]
    played = _played(_log(*seconds), speed=0)
    assert [payload for _, (_, payload) in played] == seconds
    assert played[-1][0] == 0.0


def test_at_most_some_hundred_come_at_once() -> None:
    async def sizes() -> list[int]:
        feed = ReplayFeed("voyage.log", lambda: _log(*[0.0] * 600), FakeClock(), 1)
        await feed.open()
        return [len(await feed.receive()) for _ in range(3)]

    assert run_jumping(sizes()) == [256, 256, 88]


def test_an_entry_that_goes_back_in_time_comes_at_once() -> None:
    played = _played(_log(0.0, 5.0, 3.0, 6.0), speed=1)
    assert [passed for passed, _ in played] == pytest.approx([0, 5, 5, 6], abs=0.01)


@pytest.mark.parametrize("speed", [0, 1])
def test_times_of_now_grow_strictly_whatever_the_clock_does(speed: float) -> None:
    clock = FakeClock()
    feed = ReplayFeed("voyage.log", lambda: _log(*[0.0] * 500), clock, speed, loop=True)

    async def play() -> list[datetime]:
        await feed.open()
        stamps: list[datetime] = []
        for step in range(12):
            stamps += [at for at, _ in await feed.receive()]
            clock.step_wall(-1.0 if step == 5 else 0.000_001)
        return stamps

    stamps = run_jumping(play())
    assert stamps[0] == FakeClock().now()
    assert all(later > earlier for earlier, later in itertools.pairwise(stamps))
    assert feed.counters()["rounds"] == 5


def test_times_of_the_log_stay_but_none_comes_twice() -> None:
    played = _played(_log(0.0, 0.0, 0.0, 0.000_001, 5.0, 5.0, 3.0, 4.0), speed=0, timestamps="log")
    micros = [round((at - _START) / timedelta(microseconds=1)) for _, (at, _) in played]
    assert micros == [0, 1, 2, 3, 5_000_000, 5_000_001, 3_000_000, 4_000_000]


def test_a_loop_begins_again_at_its_own_pace() -> None:
    feed = ReplayFeed("voyage.log", lambda: _log(0.0, 1.0), FakeClock(), 1, loop=True)
    played = run_jumping(_play(feed, 6))
    assert [passed for passed, _ in played] == pytest.approx([0, 1, 1, 2, 2, 3], abs=0.01)
    assert feed.counters() == {"replayed": 6, "rounds": 2}
    assert feed.address == "voyage.log (6 replayed)"


def test_a_loop_over_nothing_ends() -> None:
    assert _played([], loop=True) == []


def test_a_replay_waits_while_what_is_behind_it_is_full() -> None:
    fills = iter([0.9, 0.9, 0.6, 0.5, 0.0])
    played = _played(_log(0.0), speed=0, fill=lambda: next(fills))
    assert [passed for passed, _ in played] == pytest.approx([0.06], abs=0.001)


def test_a_log_that_cannot_be_read_is_told_at_opening() -> None:
    def read() -> Iterator[Heard[float]]:
        raise NeedsPerson("there is no log voyage.log")
        yield from ()

    with pytest.raises(NeedsPerson, match=r"voyage\.log"):
        run_jumping(ReplayFeed("voyage.log", read, FakeClock()).open())


def test_what_the_reader_counts_is_counted() -> None:
    feed = ReplayFeed("voyage.log", lambda: _log(0.0), FakeClock(), 0, counters=lambda: {"unreadable": 3})
    run_jumping(_play(feed))
    assert feed.counters() == {"replayed": 1, "rounds": 0, "unreadable": 3}


def test_after_closing_nothing_comes() -> None:
    async def closed() -> None:
        feed = ReplayFeed("voyage.log", lambda: _log(0.0), FakeClock(), 0)
        await feed.open()
        await feed.close()
        await feed.close()
        with pytest.raises(EndOfLog):
            await feed.receive()

    run_jumping(closed())
