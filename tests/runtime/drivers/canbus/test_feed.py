"""A live bus: each interface with a real other end, and every way in which a bus is lost."""

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import can
import pytest

from tests.support.can_ends import SlcanAdapter, Socketcand, free_udp_port, multicast_sender
from tests.support.fake_clock import FakeClock
from tests.support.waiting import until
from vmshmi.config.can_devices import CanDevice
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.canbus import CanFeed, CanFrame
from vmshmi.runtime.drivers.canbus.bus import Bus, open_bus
from vmshmi.runtime.drivers.canbus.reader import BusReader
from vmshmi.runtime.drivers.listening import NeedsPerson


def device(interface: str, **keys: object) -> CanDevice:
    return CanDevice.model_validate({"id": "bus", "driver": "can", "interface": interface, "dbc": "x.dbc", **keys})


def message(number: int = 1, can_id: int = 0x18F00400) -> can.Message:
    return can.Message(arbitration_id=can_id, is_extended_id=can_id > 0x7FF, data=number.to_bytes(8, "big"))


class ScriptedBus:
    """Hands out what it was given: messages, None for silence, exceptions to raise."""

    def __init__(self, *script: can.Message | Exception | None, closing: Exception | None = None) -> None:
        self._script = list(script)
        self._closing = closing
        self.closed = 0
        self.flushed = 0

    def recv(self, timeout: float | None = None) -> can.Message | None:
        if not self._script:
            return None
        step = self._script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def flush(self) -> None:
        self.flushed += 1

    def shutdown(self) -> None:
        self.closed += 1
        if self._closing is not None:
            raise self._closing


def feed_of(open_it: Callable[[], Bus]) -> CanFeed:
    return CanFeed(device("virtual", channel="x"), "virtual", FakeClock(), lambda *unused: open_it())


@contextlib.asynccontextmanager
async def opened(feed: CanFeed) -> AsyncIterator[CanFeed]:
    try:
        await feed.open()
        yield feed
    finally:
        await feed.close()


async def frames(feed: CanFeed, count: int) -> list[CanFrame]:
    found: list[CanFrame] = []
    async with asyncio.timeout(30):
        while len(found) < count:
            found += [frame for _, frame in await feed.receive()]
    return found


async def test_a_virtual_bus_is_heard() -> None:
    virtual = device("virtual", channel="heard")
    with can.Bus(interface="virtual", channel="heard", ignore_config=True) as sender:
        async with opened(CanFeed(virtual, "virtual", FakeClock())) as feed:
            sender.send(message(1))
            sender.send(message(2, 0x123))
            assert await frames(feed, 2) == [
                CanFrame(0x18F00400, True, (1).to_bytes(8, "big")),
                CanFrame(0x123, False, (2).to_bytes(8, "big")),
            ]
    assert feed.counters()["frames"] == 2
    assert feed.address == "virtual heard"


async def test_another_process_is_heard_by_multicast() -> None:
    port = free_udp_port()
    multicast = device("udp_multicast", channel="239.74.163.7", port=port)
    with multicast_sender("239.74.163.7", port):
        async with opened(CanFeed(multicast, "udp_multicast", FakeClock())) as feed:
            found = await frames(feed, 20)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.sendto(b"no frame", ("239.74.163.7", port))
            numbers = [int.from_bytes(frame.data, "big") for frame in found + await frames(feed, 20)]
            await until(lambda: feed.counters()["unreadable"] == 1)
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_a_serial_adapter_is_heard_and_never_told_anything_but_how_to_listen() -> None:
    adapter = SlcanAdapter()
    try:
        async with opened(CanFeed(device("slcan", channel=adapter.port), "slcan", FakeClock())) as feed:
            adapter.say(b"T18F004008607D84481400F084\rt1232AABB\r")
            assert await frames(feed, 2) == [
                CanFrame(0x18F00400, True, bytes.fromhex("607D84481400F084")),
                CanFrame(0x123, False, b"\xaa\xbb"),
            ]
            # garbage, a frame that says eight bytes and holds three, noise, and a good one behind them
            adapter.say(b"T18F0\rhello\rT18F004008000102\rTzzz\rt1231CC\r\xff\xfe\xfd\r")
            assert await frames(feed, 1) == [CanFrame(0x123, False, b"\xcc")]
            await until(lambda: feed.counters()["unreadable"] == 3)
            assert feed.counters()["length_mismatches"] == 1
            adapter.say(b"t1231DD\r")
            assert await frames(feed, 1) == [CanFrame(0x123, False, b"\xdd")]
    finally:
        said = adapter.heard()
        adapter.unplug()
    commands = {command for command in said.split(b"\r") if command}
    assert commands == {b"C", b"S5", b"L"}  # close, 250 kbit/s, listen only


async def test_a_serial_adapter_that_is_unplugged_is_lost() -> None:
    adapter = SlcanAdapter()
    async with opened(CanFeed(device("slcan", channel=adapter.port), "slcan", FakeClock())) as feed:
        adapter.say(b"t1231CC\r")
        await frames(feed, 1)
        adapter.unplug()
        with pytest.raises(DeviceError):
            async with asyncio.timeout(30):
                await feed.receive()


async def test_socketcand_is_heard_lost_and_heard_again() -> None:
    async with Socketcand() as daemon:
        feed = CanFeed(
            device("socketcand", channel="can0", host="127.0.0.1", port=daemon.port), "socketcand", FakeClock()
        )
        async with opened(feed):
            daemon.send("< frame 18F00400 23.424242 607D84481400F084 >< frame 123 24.5 AABB >")
            assert await frames(feed, 2) == [
                CanFrame(0x18F00400, True, bytes.fromhex("607D84481400F084")),
                CanFrame(0x123, False, b"\xaa\xbb"),
            ]
            await daemon.stop()
            with pytest.raises(DeviceError, match="the other end closed the connection"):
                await frames(feed, 1)
            with pytest.raises(DeviceError, match="Connection refused"):
                await feed.open()
            await daemon.start()
            await feed.open()
            daemon.send("< frame 123 24.5 CC >")
            assert await frames(feed, 1) == [CanFrame(0x123, False, b"\xcc")]
    await until(lambda: len(daemon.sent) == 2)
    assert daemon.opened == ["< open can0 >", "< open can0 >"]
    assert daemon.sent == ["", ""]


async def test_a_daemon_that_does_not_greet_is_given_up() -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(mute, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        feed = CanFeed(device("socketcand", channel="can0", host="127.0.0.1", port=port), "socketcand", FakeClock())
        with pytest.raises(DeviceError, match=f"127.0.0.1:{port} is no socketcand"):
            await feed.open()
        await feed.close()


@pytest.mark.parametrize(
    ("interface", "keys", "said"),
    [
        ("slcan", {"channel": "/dev/ttyNONE"}, "there is no serial port /dev/ttyNONE"),
        ("slcan", {"channel": "PTY", "bitrate": 33_000}, "an slcan adapter knows no bitrate 33000"),
        ("udp_multicast", {"channel": "10.0.0.1"}, "10.0.0.1 cannot be joined; is it a multicast group?"),
        ("udp_multicast", {"channel": "no group"}, "no group cannot be joined; is it a multicast group?"),
        ("socketcand", {"channel": "can0", "host": "no.such.host.invalid"}, ""),
    ],
)
async def test_what_cannot_be_opened_is_said_in_one_line(interface: str, keys: dict[str, object], said: str) -> None:
    adapter = SlcanAdapter()
    if keys["channel"] == "PTY":
        keys = {**keys, "channel": adapter.port}
    feed = CanFeed(device(interface, **keys), interface, FakeClock())
    try:
        with pytest.raises(DeviceError) as caught:
            await feed.open()
    finally:
        await feed.close()
        adapter.unplug()
    assert said in str(caught.value)
    assert str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, NeedsPerson) == ("bitrate" in said)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EAFNOSUPPORT, "this computer's system knows no CAN; load it with 'sudo modprobe can-raw'"),
        (errno.ENODEV, "there is no CAN interface 'can7'; 'ip link' lists those there are"),
        (errno.ENETDOWN, "can7 is down; switch it on with 'sudo ip link set can7 up type can bitrate 250000'"),
    ],
)
def test_what_socketcan_says_becomes_what_to_do(monkeypatch: pytest.MonkeyPatch, number: int, said: str) -> None:
    def refuse(*unused: object, **unused_too: object) -> None:
        raise OSError(number, "as the kernel says")

    monkeypatch.setattr("can.interfaces.socketcan.SocketcanBus", refuse)
    with pytest.raises(DeviceError) as caught:
        open_bus(device("socketcan", channel="can7"), "socketcan")
    assert str(caught.value) == said
    assert not isinstance(caught.value, NeedsPerson)  # an adapter may still come


async def test_a_bus_error_is_told_after_all_that_came_before() -> None:
    bus = ScriptedBus(message(1), message(2), can.CanOperationError("bus off"))
    async with opened(feed_of(lambda: bus)) as feed:
        assert len(await frames(feed, 2)) == 2
        with pytest.raises(DeviceError, match="bus off"):
            await feed.receive()
    assert bus.closed == 1


async def test_an_error_of_the_system_is_told_by_its_name() -> None:
    error = can.CanOperationError("Failed to receive")
    error.__cause__ = OSError(errno.ENETDOWN, "Network is down")
    async with opened(feed_of(lambda: ScriptedBus(error))) as feed:
        with pytest.raises(DeviceError, match=r"^Network is down$"):
            await feed.receive()


async def test_a_lost_bus_is_opened_again() -> None:
    buses = [ScriptedBus(OSError(5, "gone"), closing=RuntimeError("too")), ScriptedBus(message(7))]
    left = list(buses)
    async with opened(feed_of(lambda: left.pop(0))) as feed:
        with pytest.raises(DeviceError, match="gone"):
            await feed.receive()
        await feed.open()
        assert [frame.data[-1] for frame in await frames(feed, 1)] == [7]
    assert [bus.closed for bus in buses] == [1, 1]


async def test_garbage_does_not_cost_the_bus() -> None:
    garbage = can.CanOperationError("could not unpack")
    garbage.__cause__ = KeyError("dlc")
    bus = ScriptedBus(ValueError("x"), IndexError("y"), garbage, message(3))
    async with opened(feed_of(lambda: bus)) as feed:
        assert len(await frames(feed, 1)) == 1
    assert feed.counters()["unreadable"] == 3
    assert bus.flushed == 0


async def test_noise_that_the_adapter_would_keep_is_flushed() -> None:
    noise = can.CanOperationError("could not read")
    noise.__cause__ = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x")
    bus = ScriptedBus(noise, message(3))
    async with opened(feed_of(lambda: bus)) as feed:
        assert len(await frames(feed, 1)) == 1
    assert bus.flushed == 1


async def test_nothing_but_garbage_is_no_bus() -> None:
    async with opened(feed_of(lambda: ScriptedBus(*[ValueError("x")] * 2000))) as feed:
        with pytest.raises(DeviceError, match="is the bit rate right"):
            await feed.receive()


async def test_what_carries_no_data_is_counted_and_left_out() -> None:
    short = message(4)
    short.dlc = 3
    bus = ScriptedBus(
        can.Message(is_error_frame=True, arbitration_id=0x40),
        can.Message(is_remote_frame=True, arbitration_id=0x123, is_extended_id=False, dlc=8),
        short,
        message(5),
    )
    async with opened(feed_of(lambda: bus)) as feed:
        assert [frame.data[-1] for frame in await frames(feed, 1)] == [5]
    counted = {name: count for name, count in feed.counters().items() if count}
    assert counted == {"frames": 1, "error_frames": 1, "remote_frames": 1, "length_mismatches": 1}


async def test_no_two_frames_bear_the_same_time() -> None:
    clock = FakeClock()
    bus = ScriptedBus(*[message(n) for n in range(5)])
    feed = CanFeed(device("virtual", channel="x"), "virtual", clock, lambda *unused: bus)
    async with opened(feed):
        await until(lambda: feed.counters()["frames"] == 5)
        stamps = [stamp for stamp, _ in await feed.receive()]
    assert stamps == [clock.now() + timedelta(microseconds=n) for n in range(5)]


async def test_what_the_program_is_too_slow_for_is_counted() -> None:
    reader = BusReader(
        "x",
        lambda: ScriptedBus(*[message(n) for n in range(20_010)]),
        FakeClock(),
        (feed := feed_of(ScriptedBus))._counts,
    )
    reader.start()
    await until(lambda: feed.counters()["frames"] == 20_010)
    reader.stop()
    reader.join()
    assert feed.counters()["dropped"] == 10
    assert len(reader.take(30_000)) == 20_000


async def test_a_bus_that_hangs_while_it_is_opened_holds_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    import threading

    let_go = threading.Event()
    bus = ScriptedBus()

    def hanging() -> Bus:
        let_go.wait()
        return bus

    feed = feed_of(hanging)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await feed.open()
    await feed.close()
    let_go.set()
    await until(lambda: bus.closed == 1)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
