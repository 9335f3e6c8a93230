"""Frames: cut from any stream of pieces, and judged against what was asked."""

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.modbus_driver import a_source
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.modbus.errors import DeviceException, ProtocolError
from vmshmi.runtime.drivers.modbus.plan import Binding, Block
from vmshmi.runtime.drivers.modbus.tcp_frames import Frame, FrameReader, tcp_frame
from vmshmi.runtime.drivers.modbus.wire import check_answer, read_request


def _block(table: str, address: int, count: int, unit: int = 17) -> Block:
    binding = Binding(TagDef(TagId("t")), a_source(table, address), unit)
    return Block(unit, binding.source.table, address, count, (binding,))


@pytest.mark.parametrize(("table", "function"), [("coil", 1), ("discrete", 2), ("holding", 3), ("input", 4)])
def test_a_request_is_what_the_standard_says(table: str, function: int) -> None:
    request = read_request(_block(table, 0x6B, 3))
    assert tcp_frame(request, 0x1234) == bytes([0x12, 0x34, 0, 0, 0, 6, 17, function, 0, 0x6B, 0, 3])


def test_a_right_answer_gives_its_data() -> None:
    request = read_request(_block("holding", 0, 2))
    assert check_answer(request, 17, bytes([3, 4, 1, 2, 3, 4])) == bytes([1, 2, 3, 4])


def test_ten_coils_come_in_two_bytes() -> None:
    request = read_request(_block("coil", 0, 10))
    assert check_answer(request, 17, bytes([1, 2, 0xFF, 3])) == bytes([0xFF, 3])


def test_an_exception_carries_its_code() -> None:
    request = read_request(_block("input", 0, 1))
    with pytest.raises(DeviceException) as caught:
        check_answer(request, 17, bytes([0x84, 2]))
    assert (caught.value.code, caught.value.is_about_range) == (2, True)


@given(st.integers(0, 255), st.binary(min_size=2, max_size=253))
def test_nothing_but_the_right_shape_is_taken(unit: int, pdu: bytes) -> None:
    request = read_request(_block("holding", 0, 2))
    right = unit == 17 and len(pdu) == 6 and pdu[:2] == bytes([3, 4])
    try:
        payload = check_answer(request, unit, pdu)
    except (ProtocolError, DeviceException):
        assert not right
    else:
        assert right
        assert payload == pdu[2:]


_FRAMES = st.lists(
    st.builds(Frame, st.integers(0, 0xFFFF), st.integers(0, 255), st.binary(min_size=2, max_size=253)), max_size=5
)


def _bytes(frames: list[Frame]) -> bytes:
    return b"".join(struct.pack(">HHHB", f.transaction, 0, len(f.pdu) + 1, f.unit) + f.pdu for f in frames)


@given(_FRAMES, st.lists(st.integers(0, 1300), max_size=10))
def test_frames_come_out_whole_however_the_stream_is_cut(frames: list[Frame], cuts: list[int]) -> None:
    stream = _bytes(frames)
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    reader = FrameReader()
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    assert [frame for piece in pieces for frame in reader.feed(piece)] == frames
    assert not reader.is_inside_frame


@given(st.binary(max_size=2000))
def test_noise_never_holds_more_than_one_frame(noise: bytes) -> None:
    reader = FrameReader()
    try:
        for at in range(0, len(noise), 100):
            for _ in reader.feed(noise[at : at + 100]):
                pass
    except ProtocolError:
        assert not reader.is_inside_frame
    assert len(reader._buffer) <= 260
