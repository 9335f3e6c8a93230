"""What the driver around a feed does with what it hears, and with silence. No test waits: the loop's time jumps."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.jumping_loop import run_jumping
from tests.support.waiting import until
from vmshmi.config.nmea0183_devices import Nmea0183Device
from vmshmi.core.devices import DeviceState, MonitorLine
from vmshmi.core.errors import DeviceError
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.driver import DriverContext, WriteRefused
from vmshmi.runtime.drivers.listening import EndOfLog, ListeningDriver, NeedsPerson

_A, _B = TagId("a"), TagId("b")
_SILENT_S = 5.0


class _Feed:
    """Says what the test puts in; an exception is raised."""

    address = "fake:1"

    def __init__(self) -> None:
        self.said: asyncio.Queue[Sequence[tuple[datetime, str]] | Exception] = asyncio.Queue()
        self.refusals: deque[Exception] = deque()
        self.tries: list[float] = []
        self.is_open = False

    async def open(self) -> None:
        self.tries.append(asyncio.get_running_loop().time())
        if self.refusals:
            raise self.refusals.popleft()
        self.is_open = True

    async def receive(self) -> Sequence[tuple[datetime, str]]:
        item = await self.said.get()
        if isinstance(item, Exception):
            raise item
        return item

    async def close(self) -> None:
        self.is_open = False

    def counters(self) -> Mapping[str, int]:
        return {"bytes": 7}


class _Decoder:
    """`a=1.5` is a sample of tag a; `!` is a bug."""

    def decode(self, heard: Sequence[tuple[datetime, str]]) -> list[tuple[TagId, TagValue]]:
        found: list[tuple[TagId, TagValue]] = []
        for at, text in heard:
            if text == "!":
                raise ZeroDivisionError("a bug")
            name, _, number = text.partition("=")
            if number:
                found.append((TagId(name), TagValue(float(number), Quality.GOOD, at, float(number))))
        return found

    def describe(self, heard: Sequence[tuple[datetime, str]]) -> Iterable[MonitorLine]:
        return [MonitorLine(at, text[:1], text) for at, text in heard]

    def counters(self) -> Mapping[str, int]:
        return {"messages": 3}


class _Rig:
    """A running driver and what came out of it."""

    def __init__(self, problems: Mapping[TagId, str] | None, **settings: Any) -> None:
        self.clock = FakeClock()
        self.feed = _Feed()
        self.complaint = ""
        values = {"id": "d", "driver": "nmea0183", "interface": "tcp", "host": "h", "silent_after_s": _SILENT_S}
        device = Nmea0183Device.model_validate({**values, **settings})
        self.driver = ListeningDriver(
            device,
            "nmea0183",
            [_A, _B],
            self.feed,
            _Decoder(),
            DriverContext(self.clock),
            problems,
            complaint=lambda: self.complaint,
            chance=lambda: 0.5,
        )
        self.samples: list[tuple[TagId, TagValue]] = []

    def say(self, *texts: str) -> None:
        self.feed.said.put_nowait([(self.clock.now(), text) for text in texts])

    async def reach(self, state: DeviceState) -> None:
        """Let the loop run until the driver is there."""
        await until(lambda: self.driver.status().state is state, 100.0)

    def qualities(self) -> list[tuple[str, Quality]]:
        return [(tag_id, value.quality) for tag_id, value in self.samples]

    def counter(self, name: str) -> int:
        return dict(self.driver.status().counters)[name]


@contextlib.asynccontextmanager
async def _running(problems: Mapping[TagId, str] | None = None, **settings: Any) -> AsyncIterator[_Rig]:
    rig = _Rig(problems, **settings)
    assert rig.driver.status().state is DeviceState.STOPPED
    await rig.driver.start(rig.samples.extend)
    try:
        yield rig
    finally:
        await rig.driver.stop()
        await rig.driver.stop()
        assert rig.driver.status().state is DeviceState.STOPPED
        assert not rig.feed.is_open


def jumping(test: Callable[[], Any]) -> Callable[[], None]:
    """Run an async test in a loop whose time jumps."""

    def run() -> None:
        run_jumping(test())

    run.__name__ = test.__name__
    return run


@jumping
async def test_online_as_soon_as_something_is_heard() -> None:
    async with _running() as rig:
        assert rig.driver.status().state is DeviceState.CONNECTING
        await asyncio.sleep(1.0)
        assert rig.driver.status().state is DeviceState.CONNECTING
        rig.say("a=1.5", "b=2")
        await rig.reach(DeviceState.ONLINE)
        now = rig.clock.now()
        assert rig.samples == [
            (_A, TagValue(1.5, Quality.GOOD, now, 1.5)),
            (_B, TagValue(2.0, Quality.GOOD, now, 2.0)),
        ]
        status = rig.driver.status()
        assert (status.last_ok, status.last_error, status.tags, status.address) == (now, "", 2, "fake:1")
        assert dict(status.counters) == {
            "connects": 1,
            "connect_failures": 0,
            "disconnects": 0,
            "silences": 0,
            "heard": 2,
            "samples": 2,
            "bytes": 7,
            "messages": 3,
        }


@jumping
async def test_what_says_nothing_is_lost_and_connected_again() -> None:
    async with _running() as rig:
        rig.say("a=1")
        await rig.reach(DeviceState.ONLINE)
        rig.samples.clear()
        before = asyncio.get_running_loop().time()
        await rig.reach(DeviceState.BACKOFF)
        assert asyncio.get_running_loop().time() - before == pytest.approx(_SILENT_S, abs=0.05)
        assert not rig.feed.is_open
        assert rig.qualities() == [("a", Quality.BAD_NO_COMMUNICATION), ("b", Quality.BAD_NO_COMMUNICATION)]
        assert all(value.value is None for _, value in rig.samples)
        assert rig.driver.status().last_error == "nothing heard for 5 s"
        rig.say("a=2")
        await rig.reach(DeviceState.ONLINE)
        assert (rig.driver.status().last_error, rig.counter("silences"), rig.counter("connects")) == ("", 1, 2)


@jumping
async def test_what_is_heard_but_not_understood_is_no_silence() -> None:
    async with _running() as rig:
        for _ in range(5):
            rig.say("?")
            await asyncio.sleep(_SILENT_S * 0.9)
        assert rig.driver.status().state is DeviceState.ONLINE
        assert (rig.samples, rig.counter("heard"), rig.counter("silences")) == ([], 5, 0)


@jumping
async def test_nothing_at_all_does_not_keep_a_device_alive() -> None:
    async with _running() as rig:
        rig.say("a=1")
        await rig.reach(DeviceState.ONLINE)
        for _ in range(3):
            rig.say()
            await asyncio.sleep(_SILENT_S * 0.4)
        assert rig.driver.status().state is DeviceState.BACKOFF
        assert rig.counter("silences") == 1


@jumping
async def test_tries_go_on_with_growing_waits_and_the_loss_is_told_once() -> None:
    rig = _Rig(None)
    rig.feed.refusals.extend([DeviceError("connection refused")] * 6)
    start = asyncio.get_running_loop().time()
    await rig.driver.start(rig.samples.extend)
    await rig.reach(DeviceState.BACKOFF)
    assert rig.driver.status().last_error == "connection refused"
    rig.say("b=1")
    await rig.reach(DeviceState.ONLINE)
    assert [at - start for at in rig.feed.tries] == pytest.approx([0, 0.5, 1.5, 3.5, 7.5, 12.5, 17.5], abs=0.1)
    assert rig.qualities() == [(t, Quality.BAD_NO_COMMUNICATION) for t in ("a", "b")] + [("b", Quality.GOOD)]
    assert (rig.counter("connect_failures"), rig.counter("connects")) == (6, 1)
    lost = asyncio.get_running_loop().time()
    rig.feed.said.put_nowait(DeviceError("cable cut"))
    await rig.reach(DeviceState.BACKOFF)
    rig.say("b=1")
    await rig.reach(DeviceState.ONLINE)
    assert rig.feed.tries[-1] - lost == pytest.approx(0.5, abs=0.1)  # it answered: the waits begin again
    await rig.driver.stop()


@jumping
async def test_a_lost_connection_gives_its_reason_and_its_quality() -> None:
    async with _running() as rig:
        rig.say("a=1")
        rig.feed.said.put_nowait(DeviceError("cable cut", Quality.BAD_DEVICE_FAILURE))
        await rig.reach(DeviceState.BACKOFF)
        assert rig.driver.status().last_error == "cable cut"
        assert rig.qualities()[1:] == [("a", Quality.BAD_DEVICE_FAILURE), ("b", Quality.BAD_DEVICE_FAILURE)]
        assert rig.counter("disconnects") == 1


@jumping
async def test_what_needs_a_person_is_not_tried_again() -> None:
    rig = _Rig(None)
    rig.feed.refusals.append(NeedsPerson("there is no such log"))
    await rig.driver.start(rig.samples.extend)
    await rig.reach(DeviceState.FAULTED)
    await asyncio.sleep(100.0)
    assert (len(rig.feed.tries), rig.driver.status().last_error) == (1, "there is no such log")
    assert rig.qualities() == [("a", Quality.BAD_CONFIGURATION_ERROR), ("b", Quality.BAD_CONFIGURATION_ERROR)]
    await rig.driver.stop()


@jumping
async def test_a_bug_ends_the_driver_and_no_value_stays_good() -> None:
    async with _running() as rig:
        rig.say("a=1")
        rig.say("!")
        await rig.reach(DeviceState.FAULTED)
        assert "ZeroDivisionError" in rig.driver.status().last_error
        assert rig.qualities()[1:] == [("a", Quality.BAD_DEVICE_FAILURE), ("b", Quality.BAD_DEVICE_FAILURE)]


@jumping
async def test_tags_that_can_never_be_read_are_bad_and_the_others_go_on() -> None:
    async with _running({_B: "no field 'x'"}) as rig:
        assert rig.qualities() == [("b", Quality.BAD_CONFIGURATION_ERROR)]
        rig.say("a=1")
        await rig.reach(DeviceState.DEGRADED)
        assert rig.driver.status().last_error == "tag b: no field 'x'"
        rig.feed.said.put_nowait(DeviceError("gone"))
        await rig.reach(DeviceState.BACKOFF)
        assert rig.qualities()[1:] == [("a", Quality.GOOD), ("a", Quality.BAD_NO_COMMUNICATION)]


@jumping
async def test_the_first_of_many_problems_is_named_with_their_number() -> None:
    async with _running({_A: "one", _B: "two"}) as rig:
        rig.say("?")
        await rig.reach(DeviceState.DEGRADED)
        assert rig.driver.status().last_error == "tag a: one (and 1 more)"


@jumping
async def test_who_hears_nothing_that_makes_sense_is_degraded() -> None:
    async with _running() as rig:
        rig.say("a=1")
        await rig.reach(DeviceState.ONLINE)
        rig.complaint = "it is all noise"
        assert (rig.driver.status().state, rig.driver.status().last_error) == (DeviceState.DEGRADED, "it is all noise")
        rig.complaint = ""
        assert (rig.driver.status().state, rig.driver.status().last_error) == (DeviceState.ONLINE, "")


@jumping
async def test_at_the_end_of_a_log_its_tags_that_can_never_be_read_are_still_named() -> None:
    async with _running({_B: "no field 'x'"}, interface="logfile", file="x.log", host="") as rig:
        rig.say("a=1")
        rig.feed.said.put_nowait(EndOfLog())
        await until(lambda: "at its end" in rig.driver.status().last_error, 100.0)
        assert rig.driver.status().state is DeviceState.STOPPED
        assert rig.driver.status().last_error == "the log is at its end; tag b: no field 'x'"


@jumping
async def test_at_the_end_of_a_log_the_last_values_stay_as_uncertain() -> None:
    async with _running(interface="logfile", file="x.log", host="", stale_after_s=3) as rig:
        rig.say("a=1", "a=2")
        rig.feed.said.put_nowait(EndOfLog())
        await rig.reach(DeviceState.STOPPED)
        rig.samples.clear()
        rig.clock.advance(60.0)
        await asyncio.sleep(2.95)
        later = rig.clock.now()
        held = TagValue(2.0, Quality.UNCERTAIN_LAST_USABLE_VALUE, later, 2.0)
        assert rig.samples == [(_A, held), (_A, held)]  # told again often enough never to go stale
        assert rig.driver.status().last_error == "the log is at its end"
        assert not rig.driver.status().state.is_lost


@jumping
async def test_with_a_logs_own_times_the_end_stays_where_the_log_ended() -> None:
    async with _running(interface="logfile", file="x.log", host="", timestamps="log") as rig:
        ended = rig.clock.now() - timedelta(days=4000)
        rig.feed.said.put_nowait([(ended, "a=2")])
        rig.feed.said.put_nowait(EndOfLog())
        await rig.reach(DeviceState.STOPPED)
        await asyncio.sleep(3.0)
        told = [value.timestamp - ended for _, value in rig.samples]
        assert told == [timedelta(microseconds=number) for number in range(len(told))]
        assert len(told) > 2


@jumping
async def test_a_gap_in_a_log_is_no_silence() -> None:
    async with _running(interface="logfile", file="x.log", host="") as rig:
        rig.say("a=1")
        await rig.reach(DeviceState.ONLINE)
        await asyncio.sleep(1000.0)
        assert rig.driver.status().state is DeviceState.ONLINE


@jumping
async def test_a_monitor_hears_all_until_it_ends() -> None:
    async with _running() as rig:
        lines: list[MonitorLine] = []
        end = rig.driver.monitor(lines.extend)
        rig.say("a=1", "?")
        await rig.reach(DeviceState.ONLINE)
        end()
        end()
        rig.say("a=2")
        await asyncio.sleep(0.1)
        assert [line.raw for line in lines] == ["a=1", "?"]


@jumping
async def test_a_probe_tells_the_next_thing_that_is_heard() -> None:
    async with _running() as rig:
        rig.say("a=1")
        await rig.reach(DeviceState.ONLINE)
        probing = asyncio.create_task(rig.driver.probe())
        await asyncio.sleep(0.1)
        assert not probing.done()
        rig.say("a=1", "a=2")
        assert await probing == "fake:1: 2 heard"


@jumping
async def test_a_probe_of_silence_ends_with_the_reason() -> None:
    async with _running() as rig:
        with pytest.raises(DeviceError, match="nothing heard"):
            await rig.driver.probe()


@jumping
async def test_a_probe_opens_what_does_not_run_and_closes_it_again() -> None:
    rig = _Rig(None)
    rig.say("a=1")
    assert await rig.driver.probe() == "fake:1: 1 heard"
    assert not rig.feed.is_open
    rig.feed.refusals.append(DeviceError("connection refused"))
    with pytest.raises(DeviceError, match="connection refused"):
        await rig.driver.probe()
    rig.feed.said.put_nowait(EndOfLog())
    with pytest.raises(DeviceError, match="nothing in the log can be read"):
        await rig.driver.probe()
    assert rig.samples == []


@jumping
async def test_nothing_is_ever_written() -> None:
    async with _running() as rig:
        with pytest.raises(WriteRefused, match="only listened to"):
            await rig.driver.write(_A, 1.0, 2000.0)


@jumping
async def test_stop_ends_a_driver_that_waits_to_try_again() -> None:
    async with _running() as rig:
        rig.feed.said.put_nowait(DeviceError("gone"))
        await rig.reach(DeviceState.BACKOFF)
