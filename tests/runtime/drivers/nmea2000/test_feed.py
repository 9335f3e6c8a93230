"""Streams of bytes, and gateways in another process."""

from collections.abc import Mapping
from pathlib import Path

import can
import pytest
from can.interfaces.virtual import VirtualBus

from tests.support.builders import NOON
from tests.support.listening import ChunkFeed
from tests.support.n2k import Sent, a_source, a_tag, bst_d0, frames, ngt1, ydwg
from tests.support.n2k_gateway import Gateway
from tests.support.waiting import until
from vmshmi.config.nmea2000_devices import Nmea2000Device
from vmshmi.core.devices import DeviceState
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.driver import DriverContext, SampleBatch
from vmshmi.runtime.drivers.listening import EndOfLog
from vmshmi.runtime.drivers.nmea2000 import build_driver
from vmshmi.runtime.drivers.nmea2000.describe import Describer
from vmshmi.runtime.drivers.nmea2000.feed import GatewayFeed
from vmshmi.runtime.drivers.nmea2000.packet import Packet

DYNAMIC = bytes.fromhex("002f06ffffe3736505ff7f72101010ffffffffff060000007f7f")
HEADER = Sent(3, 127489, 16)
TEXT = "".join(f"{ydwg(packet)}\r\n" for packet in frames(127489, DYNAMIC, source=16)).encode()
ASCII = b"A173321.107 10FF3 1F201 " + DYNAMIC.hex().encode() + b"\r\n"


async def heard(feed: GatewayFeed) -> list[Packet]:
    """Everything until the end."""
    packets: list[Packet] = []
    await feed.open()
    try:
        while True:
            packets += [packet for _, packet in await feed.receive()]
    except EndOfLog:
        return packets


@pytest.mark.parametrize("size", [1, 5, 64, 10_000])
@pytest.mark.parametrize(
    "stream", [TEXT, ASCII, ngt1(HEADER, DYNAMIC), bst_d0(HEADER, DYNAMIC)], ids=["ydwg", "ascii", "ngt1", "bst"]
)
async def test_any_format_in_pieces_of_any_size(stream: bytes, size: int) -> None:
    stream = stream * 3
    chunks = [stream[start : start + size] for start in range(0, len(stream), size)]
    feed = GatewayFeed(ChunkFeed(chunks, SystemClock()))
    packets = await heard(feed)
    lines = Describer().describe([(NOON, packet) for packet in packets])
    assert [line.raw for line in lines] == [DYNAMIC.hex(" ").upper()] * 3
    assert feed.counters()["unreadable"] == 0


async def test_a_datagram_stands_for_itself() -> None:
    lines = TEXT.splitlines()
    chunks = [lines[0], b"noise", lines[1], ngt1(HEADER, DYNAMIC)[:9], lines[2], ngt1(HEADER, DYNAMIC)]
    feed = GatewayFeed(ChunkFeed(chunks, SystemClock()), datagrams=True)
    packets = await heard(feed)
    assert [packet.whole for packet in packets] == [False, False, False, True]
    assert feed.counters()["unreadable"] >= 1


async def test_a_frames_age_is_told_by_the_gateway_not_by_the_network() -> None:
    packets = await heard(GatewayFeed(ChunkFeed([TEXT], SystemClock())))
    assert [round(packet.at - packets[0].at, 6) for packet in packets] == [0.0, 0.001, 0.002, 0.003]


def a_device(**more: object) -> Nmea2000Device:
    keys = {"id": "n2k", "driver": "nmea2000", "silent_after_s": 0.5, "backoff_max_s": 0.2, **more}
    return Nmea2000Device.model_validate(keys)


class Received:
    def __init__(self) -> None:
        self.latest: dict[str, TagValue] = {}

    def __call__(self, batch: SampleBatch) -> None:
        self.latest.update(batch)

    def reason(self, tag_id: str) -> str:
        return self.latest[tag_id].quality.reason if tag_id in self.latest else "nothing"


TAGS = {
    **a_tag("press", a_source(127489, "oilPressure", instance=0)),
    **a_tag("wrong", a_source(127489, "oilPresure", instance=0)),
}


def free_udp_port() -> int:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize("kind", ["tcp", "udp"])
@pytest.mark.parametrize("stream", [TEXT, ASCII, ngt1(HEADER, DYNAMIC)], ids=["ydwg", "ascii", "ngt1"])
async def test_a_gateways_death_marks_its_tags_bad_and_its_return_heals_them(
    kind: str, stream: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "said"
    file.write_bytes(stream)
    received = Received()
    with Gateway(kind, 0 if kind == "tcp" else free_udp_port(), file) as gateway:
        where: Mapping[str, object] = {"host": "127.0.0.1"} if kind == "tcp" else {}
        device = a_device(interface=kind, port=gateway.port, **where)
        driver = build_driver(device, TAGS, DriverContext(SystemClock()))
        await driver.start(received)
        try:
            await until(lambda: received.reason("press") == "")
            assert received.latest[TagId("press")].value == 158_300.0
            assert received.reason("wrong") == "BadConfigurationError"
            status = driver.status()
            assert status.state is DeviceState.DEGRADED
            assert "did you mean 'oilPressure'?" in status.last_error
            gateway.kill()
            await until(lambda: received.reason("press") == "BadNoCommunication")
            assert driver.status().state is DeviceState.BACKOFF
            with Gateway(kind, gateway.port, file):
                await until(lambda: received.reason("press") == "")
                assert driver.status().state is DeviceState.DEGRADED
        finally:
            await driver.stop()


async def test_a_can_bus_is_heard_and_ids_of_eleven_bits_are_not() -> None:
    received = Received()
    device = a_device(interface="virtual", channel="n2k-test")
    driver = build_driver(device, a_tag("press", a_source(127489, "oilPressure")), DriverContext(SystemClock()))
    await driver.start(received)
    try:
        await until(lambda: driver.status().state is not DeviceState.STOPPED)
        with VirtualBus("n2k-test") as bus:

            def say() -> None:
                bus.send(can.Message(arbitration_id=0x123, is_extended_id=False, data=b"12345678"))
                for packet in frames(127489, DYNAMIC, source=16):
                    bus.send(can.Message(arbitration_id=packet.can_id, is_extended_id=True, data=packet.data))

            await until(lambda: received.reason("press") == "", between=say)
    finally:
        await driver.stop()
    assert received.latest["press"].value == 158_300.0


async def test_a_log_at_its_end_tells_what_could_not_be_read(tmp_path: Path) -> None:
    file = tmp_path / "voyage.log"
    file.write_bytes(ASCII + b"noise\r\n" + ASCII[:30])
    received = Received()
    device = a_device(interface="logfile", file=str(file), speed=0)
    driver = build_driver(device, a_tag("press", a_source(127489, "oilPressure")), DriverContext(SystemClock()))
    await driver.start(received)
    try:
        await until(lambda: "at its end" in driver.status().last_error)
        assert driver.status().last_error.endswith("; 1 of its entries cannot be read, the first: line 2")
        assert dict(driver.status().counters)["unreadable"] == 1
    finally:
        await driver.stop()


async def test_a_log_that_is_not_there_needs_a_person(tmp_path: Path) -> None:
    device = a_device(interface="logfile", file=str(tmp_path / "absent.log"))
    driver = build_driver(device, a_tag("press", a_source(127489, "oilPressure")), DriverContext(SystemClock()))
    await driver.start(Received())
    try:
        await until(lambda: driver.status().state is DeviceState.FAULTED)
        assert "there is no file" in driver.status().last_error
    finally:
        await driver.stop()
