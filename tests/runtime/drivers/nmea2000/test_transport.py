"""ISO 11783's transport protocol, listened to."""

import pytest

from vmshmi.runtime.drivers.nmea2000.transport import CONNECTION, DATA, Transfers

DYNAMIC = bytes.fromhex("002f06ffffe3736505ff7f72100000ffffffffff060000007f7f")
ALL, ME, OTHER = 255, 10, 20


def opening(kind: int, length: int, pgn: int = 127489) -> bytes:
    return (
        bytes([kind])
        + length.to_bytes(2, "little")
        + bytes([min(255, -(-length // 7)), 255])
        + pgn.to_bytes(3, "little")
    )


def packets(payload: bytes) -> list[bytes]:
    return [
        bytes([number]) + payload[start : start + 7].ljust(7, b"\xff")
        for number, start in enumerate(range(0, len(payload), 7), 1)
    ]


def push(transfers: Transfers, source: int, destination: int, *data: tuple[int, bytes], step_s: float = 0.05) -> list:
    got = [transfers.push(pgn, source, destination, n * step_s, each) for n, (pgn, each) in enumerate(data)]
    return [result for result in got if result is not None]


def test_a_group_to_all_is_joined() -> None:
    transfers = Transfers()
    data = [(CONNECTION, opening(32, 26)), *((DATA, packet) for packet in packets(DYNAMIC))]
    assert push(transfers, ME, ALL, *data) == [(127489, DYNAMIC)]
    assert (transfers.joined, transfers.lost) == (1, 0)


def test_two_senders_may_be_interleaved() -> None:
    transfers = Transfers()
    for source in (ME, OTHER):
        transfers.push(CONNECTION, source, ALL, 0.0, opening(32, 26))
    mixed = [
        transfers.push(DATA, source, ALL, 0.1, bytes([packet[0]]) + (packet[1:] if source == ME else b"7654321"))
        for packet in packets(DYNAMIC)
        for source in (ME, OTHER)
    ]
    assert mixed[-2:] == [(127489, DYNAMIC), (127489, (b"7654321" * 4)[:26])]


@pytest.mark.parametrize("lost", range(4))
def test_a_lost_packet_loses_the_transfer(lost: int) -> None:
    body = [(DATA, packet) for packet in packets(DYNAMIC)]
    del body[lost]
    again = [(CONNECTION, opening(32, 26)), *((DATA, packet) for packet in packets(DYNAMIC))]
    assert push(Transfers(), ME, ALL, (CONNECTION, opening(32, 26)), *body) == []
    assert push(Transfers(), ME, ALL, (CONNECTION, opening(32, 26)), *body, *again) == [(127489, DYNAMIC)]


def test_late_packets_are_of_another_transfer() -> None:
    data = [(CONNECTION, opening(32, 26)), *((DATA, packet) for packet in packets(DYNAMIC))]
    assert push(Transfers(), ME, ALL, *data, step_s=0.76) == []


def test_what_is_sent_to_one_may_be_sent_again_as_it_asks() -> None:
    one, two, three, four = ((DATA, packet) for packet in packets(DYNAMIC))
    data = [(CONNECTION, opening(16, 26)), one, two, two, three, one, four]
    assert push(Transfers(), ME, OTHER, *data) == [(127489, DYNAMIC)]
    assert push(Transfers(), ME, ALL, (CONNECTION, opening(32, 26)), *data[1:]) == []


def test_an_abort_ends_a_transfer() -> None:
    transfers = Transfers()
    transfers.push(CONNECTION, ME, OTHER, 0.0, opening(16, 26))
    transfers.push(CONNECTION, OTHER, ME, 0.1, bytes([255, 1, 255, 255, 255, 1, 242, 1]))
    assert push(transfers, ME, OTHER, *((DATA, packet) for packet in packets(DYNAMIC))) == []
    assert transfers.lost == 1


@pytest.mark.parametrize("data", [opening(32, 8), opening(32, 2000), bytes([32, 26, 0, 9, 255, 1, 242, 1]), b"\x20"])
def test_an_opening_that_cannot_be_right_opens_nothing(data: bytes) -> None:
    assert push(Transfers(), ME, ALL, (CONNECTION, data), *((DATA, packet) for packet in packets(DYNAMIC))) == []
