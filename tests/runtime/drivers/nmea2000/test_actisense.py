"""Actisense's binary protocol."""

import random

import pytest

from tests.support.n2k import Sent, bst_95, bst_d0, ngt1
from vmshmi.runtime.drivers.nmea2000.actisense import BinaryReader
from vmshmi.runtime.drivers.nmea2000.packet import id_of

DYNAMIC = bytes.fromhex("002f06ffffe3736505ff7f72101010ffffffffff060000007f7f")
"""With the sign that must be doubled, three times."""
HEADER = Sent(2, 127489, 16)


def test_an_ngt1s_messages_are_read() -> None:
    (received,) = BinaryReader().split(b"noise" + ngt1(HEADER, DYNAMIC, 12_345))
    assert (received.packet.can_id, received.packet.data) == (id_of(*HEADER), DYNAMIC)
    assert received.packet.whole
    assert received.seconds == 12.345


def test_bst_d0_carries_messages_and_bst_95_frames() -> None:
    reader = BinaryReader()
    (whole,) = reader.split(bst_d0(HEADER, DYNAMIC))
    (frame,) = reader.split(bst_95(HEADER, DYNAMIC[:8]))
    assert (whole.packet.can_id, whole.packet.data, whole.packet.whole) == (id_of(*HEADER), DYNAMIC, True)
    assert (frame.packet.can_id, frame.packet.data, frame.packet.whole) == (id_of(*HEADER), DYNAMIC[:8], False)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_pieces_of_any_size_give_the_same(size: int) -> None:
    stream = b"".join((ngt1(HEADER, DYNAMIC), bst_d0(HEADER, DYNAMIC), bst_95(HEADER, DYNAMIC[:8]))) * 3
    reader = BinaryReader()
    pieces = [reader.split(stream[start : start + size]) for start in range(0, len(stream), size)]
    assert [received.packet.data for piece in pieces for received in piece] == [DYNAMIC, DYNAMIC, DYNAMIC[:8]] * 3
    assert reader.unreadable == 0


def test_a_message_with_one_wrong_byte_is_never_read() -> None:
    chance = random.Random(1)
    for make in (ngt1, bst_d0):
        message = make(HEADER, DYNAMIC)
        for place in range(2, len(message) - 2):
            broken = bytearray(message)
            broken[place] ^= 1 << chance.randrange(8)
            found = BinaryReader().split(bytes(broken))
            assert [received.packet.data for received in found] in ([], [DYNAMIC])
            assert all(received.packet.can_id == id_of(*HEADER) for received in found)


def test_a_cut_message_is_counted_and_the_next_one_read() -> None:
    reader = BinaryReader()
    found = reader.split(ngt1(HEADER, DYNAMIC)[:20] + ngt1(HEADER, DYNAMIC))
    assert len(found) == 1
    assert reader.unreadable == 1


def test_what_a_gateway_says_of_itself_is_no_message_of_the_network() -> None:
    reader = BinaryReader()
    assert reader.split(bytes.fromhex("1002a101411d1003")) == []
    assert (reader.internal, reader.unreadable) == (1, 0)


def test_noise_without_end_is_given_up() -> None:
    reader = BinaryReader()
    reader.split(b"\x10\x02" + b"x" * 5_000)
    assert reader.unreadable == 1
    assert reader._message is None
