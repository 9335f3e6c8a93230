"""Long messages: put together whole, or not at all."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.j1939 import START, addressed, broadcast, extended, frame, heard
from vmshmi.runtime.drivers.canbus import CanFrame
from vmshmi.runtime.drivers.canbus.header import EXTENDED_CONTROL, header_of
from vmshmi.runtime.drivers.canbus.transport import Reassembler
from vmshmi.runtime.drivers.listening import Heard

GROUP = 65251


def fed(transport: Reassembler, frames: list[Heard[CanFrame]]) -> list[tuple[int, bytes]]:
    found = [transport.take(stamp, header_of(each.id), each.data) for stamp, each in frames]
    return [message for message in found if message is not None]


def payload(size: int, seed: int = 0) -> bytes:
    return bytes((index * 7 + seed) & 0xFF for index in range(size))


@pytest.mark.parametrize("size", [9, 13, 14, 15, 39, 500, 1785])
def test_a_message_of_any_length_is_put_together(size: int) -> None:
    transport = Reassembler()
    data = payload(size)
    assert fed(transport, heard(*broadcast(GROUP, data))) == [(GROUP, data)]
    assert fed(transport, heard(*addressed(GROUP, data, 1, 2))) == [(GROUP, data)]
    assert (transport.assembled, transport.dropped, transport.errors, transport.stray) == (2, 0, 0, 0)


def test_messages_of_several_senders_may_lie_within_each_other() -> None:
    transport = Reassembler()
    messages = {source: payload(20 + source, source) for source in range(5)}
    trains = [broadcast(GROUP, data, source) for source, data in messages.items()]
    trains.append(addressed(GROUP, payload(30), 0, 9))  # the same sender, to one and to all at once
    mixed = [train[at] for at in range(7) for train in trains if at < len(train)]
    found = fed(transport, heard(*mixed, every_s=0.002))
    assert sorted(found) == sorted([*((GROUP, data) for data in messages.values()), (GROUP, payload(30))])


@pytest.mark.parametrize("lost", range(6))
def test_a_lost_packet_costs_the_message_and_not_the_next(lost: int) -> None:
    transport = Reassembler()
    train = broadcast(GROUP, payload(35))
    del train[lost]
    whole = broadcast(GROUP, payload(40, 3))
    assert fed(transport, heard(*train, *whole)) == [(GROUP, payload(40, 3))]
    assert transport.assembled == 1
    assert transport.dropped == (0 if lost == 0 else 1)
    assert transport.stray == (5 if lost == 0 else max(0, 5 - lost - 1))


@given(st.data())
def test_whatever_packets_are_lost_no_message_has_a_hole(data: st.DataObject) -> None:
    transport = Reassembler()
    sizes = data.draw(st.lists(st.integers(9, 60), min_size=3, max_size=8))
    sent = [payload(size, seed) for seed, size in enumerate(sizes)]
    trains = [broadcast(GROUP, whole) for whole in sent]
    frames = [each for train in trains for each in train]
    kept = [each for train in trains for each in train if each is train[0] or data.draw(st.integers(0, 9)) > 0]
    found = fed(transport, heard(*kept))
    assert all(message in sent for _, message in found)
    if kept == frames:
        assert [message for _, message in found] == sent


def test_a_tail_the_next_announcement_and_its_head_lost_in_a_row_mix_two_messages() -> None:
    # a packet carries its number and not its message: with all three gone nothing on the bus tells them apart
    first, second = payload(9), payload(9, 1)
    ours, theirs = broadcast(GROUP, first), broadcast(GROUP, second)
    assert fed(Reassembler(), heard(ours[0], ours[1], theirs[2])) == [(GROUP, first[:7] + second[7:])]


def test_a_packet_that_comes_twice_or_too_early_costs_a_broadcast() -> None:
    for order in ([0, 1, 1, 2, 3], [0, 2, 1, 3]):
        transport = Reassembler()
        train = broadcast(GROUP, payload(20))
        assert fed(transport, heard(*(train[at] for at in order))) == []
        assert transport.dropped == 1


def test_what_is_sent_again_to_one_receiver_is_taken_again() -> None:
    transport = Reassembler()
    announce, clear, one, two, three, end = addressed(GROUP, payload(20), 1, 2)
    again = frame(60416, bytes([17, 2, 2, 255, 255, *GROUP.to_bytes(3, "little")]), 2, 1)
    assert fed(transport, heard(announce, clear, one, three, again, two, three, end)) == [(GROUP, payload(20))]
    assert (transport.dropped, transport.stray) == (0, 1)


def test_a_message_that_takes_too_long_is_dropped() -> None:
    train = broadcast(GROUP, payload(20))
    for gap, whole in ((0.74, 1), (0.76, 0)):
        transport = Reassembler()
        frames = heard(*train[:3]) + heard(*train[3:], start=START + timedelta(seconds=0.02 + gap))
        assert len(fed(transport, frames)) == whole
    pair = addressed(GROUP, payload(20), 1, 2)
    for gap, whole in ((1.24, 1), (1.26, 0)):
        transport = Reassembler()
        frames = heard(*pair[:3]) + heard(*pair[3:], start=START + timedelta(seconds=0.02 + gap))
        assert len(fed(transport, frames)) == whole


def test_in_a_replay_nothing_comes_too_late() -> None:
    train = broadcast(GROUP, payload(20))
    transport = Reassembler(timed=False)
    frames = heard(*train[:2]) + heard(*train[2:], start=START + timedelta(seconds=30))
    assert fed(transport, frames) == [(GROUP, payload(20))]


def test_time_that_goes_back_drops_what_was_begun() -> None:
    transport = Reassembler()
    train = broadcast(GROUP, payload(20))
    assert fed(transport, heard(*train[:2]) + heard(*train[2:], start=START - timedelta(hours=1))) == []
    assert transport.dropped == 1


def test_a_new_announcement_ends_an_old_one() -> None:
    transport = Reassembler()
    train = broadcast(GROUP, payload(20))
    assert fed(transport, heard(*train[:2], *broadcast(GROUP, payload(25)))) == [(GROUP, payload(25))]
    assert transport.dropped == 1


@pytest.mark.parametrize("by_receiver", [False, True])
def test_either_end_may_break_off(by_receiver: bool) -> None:
    transport = Reassembler()
    announce, clear, one, *rest = addressed(GROUP, payload(20), 1, 2)
    ends = (2, 1) if by_receiver else (1, 2)
    abort = frame(60416, bytes([255, 1, 255, 255, 255, *GROUP.to_bytes(3, "little")]), *ends)
    assert fed(transport, heard(announce, clear, one, abort, *rest)) == []
    assert transport.dropped == 1


@pytest.mark.parametrize(
    "control",
    [
        "20080002FFE3FE00",  # eight bytes need no transport
        "20FAFFFFFFE3FE00",  # too many
        "20140002FFE3FE00",  # 20 bytes are three packets
        "10140003FFE3FE00",  # to one, but sent to all
        "20140003FFE3",  # short
        "63140003FFE3FE00",  # unknown
    ],
)
def test_an_announcement_that_contradicts_itself_begins_nothing(control: str) -> None:
    transport = Reassembler()
    packets = broadcast(GROUP, payload(20))[1:]
    assert fed(transport, heard(frame(60416, control), *packets)) == []
    assert transport.errors == 1
    assert transport.stray == 3


def test_a_packet_that_is_cut_costs_the_message() -> None:
    transport = Reassembler()
    train = broadcast(GROUP, payload(20))
    cut = frame(60160, train[2].data[:5])
    assert fed(transport, heard(train[0], train[1], cut, train[3])) == []
    assert (transport.dropped, transport.stray) == (1, 1)
    # the last one may end where the message ends
    assert fed(transport, heard(*train[:3], frame(60160, train[3].data[:7]))) == [(GROUP, payload(20))]


@pytest.mark.parametrize("size", [1786, 1792, 5000])
def test_an_extended_message_is_put_together(size: int) -> None:
    transport = Reassembler()
    assert fed(transport, heard(*extended(GROUP, payload(size)))) == [(GROUP, payload(size))]
    assert (transport.assembled, transport.dropped, transport.errors) == (1, 0, 0)


def test_an_extended_message_lies_beside_a_short_one_of_the_same_two() -> None:
    transport = Reassembler()
    long, short = extended(GROUP, payload(1900)), addressed(GROUP, payload(30, 5), 0, 9)
    assert fed(transport, heard(*long[:40], *short, *long[40:])) == [(GROUP, payload(30, 5)), (GROUP, payload(1900))]


@given(st.data())
def test_whatever_of_an_extended_message_is_lost_it_has_no_hole_and_nothing_in_a_wrong_place(
    data: st.DataObject,
) -> None:
    transport = Reassembler(timed=False)
    train = extended(GROUP, payload(1800, 1))
    # what the receiver asks for again is sent with its offset
    block = data.draw(st.integers(0, 15))
    again = train[1 + 18 * block : 1 + 18 * (block + 1)]
    sent = [*train[:-1], *again, *train[-1:]]
    lost = data.draw(st.sets(st.integers(0, len(sent) - 1), max_size=6))
    got = fed(transport, heard(*[each for index, each in enumerate(sent) if index not in lost]))
    assert got in ([], [(GROUP, payload(1800, 1))])


def test_a_block_whose_place_was_not_heard_takes_no_other_place() -> None:
    """Its packets would lie on those of the block before, and the message be whole when it is sent again."""
    train = extended(GROUP, payload(1800))
    sent = [*train[:20], *train[21:-1], *train[19:37]]
    transport = Reassembler()
    assert fed(transport, heard(*sent)) == []
    assert transport.dropped == 1


@pytest.mark.parametrize("size", [1785, (1 << 20) + 1, 0])
def test_what_no_extended_message_can_be_begins_nothing(size: int) -> None:
    transport = Reassembler()
    group = GROUP.to_bytes(3, "little")
    fed(transport, heard(frame(EXTENDED_CONTROL, b"\x14" + size.to_bytes(4, "little") + group, 0, 9)))
    assert transport.errors == 1


def test_either_end_may_break_off_an_extended_message() -> None:
    transport = Reassembler()
    abort = frame(EXTENDED_CONTROL, bytes([255, 1, 255, 255, 255, *GROUP.to_bytes(3, "little")]), 9, 0)
    assert (
        fed(transport, heard(*extended(GROUP, payload(2000))[:50], abort, *extended(GROUP, payload(2000))[50:])) == []
    )
    assert transport.dropped == 1
