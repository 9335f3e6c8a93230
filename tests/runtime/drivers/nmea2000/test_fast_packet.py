"""Joining frames: rather no message than a wrong one."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.n2k import frames
from vmshmi.runtime.drivers.nmea2000.fast_packet import FastPackets
from vmshmi.runtime.drivers.nmea2000.packet import Packet

DYNAMIC = 127489


def push(fast: FastPackets, packets: list[Packet]) -> list[bytes]:
    joined = [fast.push(packet.can_id, packet.at, packet.data) for packet in packets]
    return [payload for payload in joined if payload is not None]


def payload_of(number: int, length: int = 26) -> bytes:
    """Every byte tells of which message it is."""
    return bytes((number * 31 + index * 7) & 0xFF for index in range(length))


@given(st.binary(min_size=1, max_size=223), st.integers(0, 7))
def test_frames_in_order_give_the_payload(payload: bytes, sequence: int) -> None:
    assert push(FastPackets(), frames(DYNAMIC, payload, sequence)) == [payload]


@given(st.binary(min_size=7, max_size=223), st.randoms(use_true_random=False))
def test_frames_behind_the_first_may_come_in_any_order(payload: bytes, chance: random.Random) -> None:
    first, *others = frames(DYNAMIC, payload)
    chance.shuffle(others)
    assert push(FastPackets(), [first, *(packet._replace(at=0.01) for packet in others)]) == [payload]


def test_two_senders_and_two_messages_of_one_may_be_interleaved() -> None:
    one, other = frames(DYNAMIC, payload_of(1), 3, source=1), frames(DYNAMIC, payload_of(2), 3, source=2)
    third = frames(DYNAMIC, payload_of(3), 4, source=1)
    mixed = [packet for three in zip(one, other, third, strict=True) for packet in three]
    assert push(FastPackets(), mixed) == [payload_of(1), payload_of(2), payload_of(3)]


@pytest.mark.parametrize("lost", range(4))
def test_a_lost_frame_loses_its_message_and_no_other(lost: int) -> None:
    fast = FastPackets()
    broken = frames(DYNAMIC, payload_of(1), 0)
    del broken[lost]
    assert push(fast, broken) == []
    assert push(fast, frames(DYNAMIC, payload_of(2), 1, at=0.5)) == [payload_of(2)]


def test_a_frame_that_comes_twice_gives_its_message_up() -> None:
    packets = frames(DYNAMIC, payload_of(1))
    assert push(FastPackets(), [*packets[:2], packets[1], *packets[2:]]) == []


def test_a_tail_does_not_complete_the_head_of_eight_messages_before() -> None:
    fast = FastPackets()
    push(fast, frames(DYNAMIC, payload_of(0), 0)[:2])
    for number in range(1, 8):
        packets = frames(DYNAMIC, payload_of(number), number, at=number * 0.05)
        assert push(fast, packets) == [payload_of(number)]
    assert push(fast, frames(DYNAMIC, payload_of(8), 0, at=0.4)[2:]) == []
    assert fast.counts.expired == 1


def test_an_old_head_is_given_up() -> None:
    fast = FastPackets()
    head, tail = frames(DYNAMIC, payload_of(0))[:2], frames(DYNAMIC, payload_of(0), at=0.76)[2:]
    assert push(fast, [*head, *tail]) == []
    assert fast.counts.expired == 1


def test_a_clock_that_is_set_back_gives_a_message_up() -> None:
    packets = frames(DYNAMIC, payload_of(0), at=10.0)
    assert push(FastPackets(), [packets[0], *(packet._replace(at=5.0) for packet in packets[1:])]) == []


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x00", b"\x00\xff123456", b"\x00\x1a12345"])
def test_a_first_frame_that_cannot_be_right_opens_nothing(data: bytes) -> None:
    fast = FastPackets()
    assert fast.push(1, 0.0, data) is None
    assert push(fast, frames(DYNAMIC, payload_of(1))[1:]) == []
    assert fast.counts.broken == 1


def test_a_frame_that_is_cut_or_beyond_the_end_gives_its_message_up() -> None:
    packets = frames(DYNAMIC, payload_of(1))
    cut = [packets[0], packets[1]._replace(data=packets[1].data[:5]), *packets[2:]]
    beyond = [*packets[:3], packets[3]._replace(data=b"\x1f1234567"), packets[3]]
    assert push(FastPackets(), cut) == push(FastPackets(), beyond) == []


def test_noise_does_not_fill_the_memory() -> None:
    fast = FastPackets()
    for stream in range(10_000):
        fast.push(stream, 0.0, b"\x00\x1a123456")
    assert len(fast._open) <= 2048


GROUPS = {127489: 26, 127506: 11, 129029: 43, 127503: 20}


def sent(messages: int, chance: random.Random, numbering: str) -> tuple[list[Packet], set[bytes]]:
    """Two senders of four groups, a message every 25 ms; each counts per group, or all its messages together."""
    packets: list[Packet] = []
    known: set[bytes] = set()
    counts = Counter[tuple[int, int]]()
    for number in range(messages):
        pgn, source = chance.choice(list(GROUPS)), chance.choice((1, 2))
        counter = (source, pgn if numbering == "per group" else 0)
        payload = chance.randbytes(GROUPS[pgn])
        known.add(payload)
        packets += frames(pgn, payload, counts[counter] % 8, source, at=number * 0.025)
        counts[counter] += 1
    return packets, known


@pytest.mark.parametrize("numbering", ["per group", "together"])
@pytest.mark.parametrize("seed", range(3))
def test_five_percent_of_lost_frames_give_no_wrong_payload(seed: int, numbering: str) -> None:
    chance = random.Random(seed)
    packets, known = sent(5_000, chance, numbering)
    arrived = [packet for packet in packets if chance.random() > 0.05]
    result = Counter(payload in known for payload in push(FastPackets(), arrived))
    assert result[False] == 0
    assert result[True] > 4_000


def test_the_losses_of_one_group_are_seen_by_what_its_sender_says_of_others() -> None:
    """Only one group is wanted, and its sender numbers all of its groups together."""
    chance = random.Random(11)
    packets, known = sent(10_000, chance, "together")
    fast = FastPackets()
    joined: list[bytes] = []
    for packet in packets:
        if chance.random() > 0.05:
            if packet.can_id == frames(127506, b"1")[0].can_id:
                joined += push(fast, [packet])
            else:
                fast.pass_by(packet.can_id, packet.data)
    assert [payload for payload in joined if payload not in known] == []
    assert len(joined) > 900


@pytest.mark.parametrize("numbering", ["per group", "together"])
def test_loss_doubles_and_swapped_frames_give_no_wrong_payload(numbering: str) -> None:
    chance = random.Random(7)
    packets, known = sent(5_000, chance, numbering)
    arrived = sorted((p for p in packets if chance.random() > 0.05), key=lambda p: p.at + chance.random() * 0.003)
    doubled = [copy for p in arrived for copy in ([p, p] if chance.random() < 0.01 else [p])]
    result = Counter(payload in known for payload in push(FastPackets(), doubled))
    assert result[False] == 0
    assert result[True] > 1_500
