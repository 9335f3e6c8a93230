"""Lines out of chunks."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_clock import FakeClock
from tests.support.listening import ChunkFeed
from vmshmi.runtime.drivers.listening.feed import EndOfLog
from vmshmi.runtime.drivers.listening.lines import LineFeed, LineSplitter


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_cr_lf_or_both_end_a_line(end: bytes) -> None:
    assert LineSplitter().split(b"one" + end + b"two" + end) == [b"one", b"two"]


@given(
    lines=st.lists(st.binary(min_size=1, max_size=30).filter(lambda line: not {10, 13} & set(line)), max_size=20),
    cuts=st.lists(st.integers(0, 700), max_size=30),
)
def test_where_a_stream_is_cut_makes_no_difference(lines: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(line + b"\r\n" for line in lines)
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    splitter = LineSplitter()
    chunks = [stream[start:end] for start, end in itertools.pairwise(edges)]
    assert [line for chunk in chunks for line in splitter.split(chunk)] == lines


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_a_line_that_never_ends_is_dropped_once_and_the_next_is_read(chunk: int) -> None:
    splitter = LineSplitter(longest=80)
    stream = b"x" * 500 + b"\nnext\n"
    lines = [line for at in range(0, len(stream), chunk) for line in splitter.split(stream[at : at + chunk])]
    assert lines == [b"next"]
    assert splitter.too_long == 1


async def _all(feed: LineFeed) -> Sequence[bytes]:
    await feed.open()
    lines: list[bytes] = []
    while True:
        try:
            lines += [line for _, line in await feed.receive()]
        except EndOfLog:
            return lines


async def test_a_stream_goes_on_over_chunks() -> None:
    feed = LineFeed(ChunkFeed([b"$A", b"B\r", b"\n$C\r\n$D"], FakeClock()))
    assert await _all(feed) == [b"$AB", b"$C"]


async def test_a_datagram_stands_for_itself_and_needs_no_end() -> None:
    feed = LineFeed(ChunkFeed([b"$A", b"$B\r\n$C"], FakeClock()), datagrams=True)
    assert await _all(feed) == [b"$A", b"$B", b"$C"]


async def test_what_was_begun_before_a_new_connection_is_forgotten() -> None:
    stream = ChunkFeed([b"$GPRM"], FakeClock())
    feed = LineFeed(stream)
    assert await _all(feed) == []
    stream.chunks = [b"C,1\r\n$OK\r\n"]
    assert await _all(feed) == [b"C,1", b"$OK"]


async def test_many_lines_come_in_portions() -> None:
    feed = LineFeed(ChunkFeed([b"x\n" * 1000], FakeClock()))
    await feed.open()
    assert [len(await feed.receive()) for _ in range(4)] == [256, 256, 256, 232]


async def test_no_two_lines_bear_the_same_time() -> None:
    clock = FakeClock()
    feed = LineFeed(ChunkFeed([b"a\nb\n", b"c\n", b"d\n", b"e\n"], clock))
    await feed.open()
    start, stamps = clock.now(), []
    for step in (0.0, 0.000_001, -60.0, 0.0):
        stamps += [round((at - start).total_seconds() * 1e6) for at, _ in await feed.receive()]
        clock.step_wall(step)
    assert stamps == [0, 1, 2, 3, -59_999_999]
