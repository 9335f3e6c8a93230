"""TCP and UDP on the loopback."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator

import pytest

from tests.support.fake_clock import FakeClock
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.listening import streams
from vmshmi.runtime.drivers.listening.feed import NeedsPerson
from vmshmi.runtime.drivers.listening.streams import TcpStream, UdpStream

_PATIENCE_S = 5.0


@contextlib.asynccontextmanager
async def _server(*writes: bytes, then_close: bool = False) -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A TCP server that says `writes` to each who comes; the event ends its connections."""
    end = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for data in writes:
            writer.write(data)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        if not then_close:
            await end.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], end
        end.set()


async def _receive(stream: TcpStream | UdpStream, size: int) -> bytes:
    data = b""
    async with asyncio.timeout(_PATIENCE_S):
        while len(data) < size:
            data += b"".join(chunk for _, chunk in await stream.receive())
    return data


async def test_tcp_brings_what_the_server_says_with_the_clocks_time() -> None:
    clock = FakeClock()
    async with _server(b"$ONE\r\n") as (port, _):
        stream = TcpStream("127.0.0.1", port, clock)
        await stream.open()
        assert await stream.receive() == [(clock.now(), b"$ONE\r\n")]
        assert stream.counters() == {"bytes": 6, "dropped": 0}
        await stream.close()
        await stream.close()


async def test_tcp_gives_what_came_before_it_tells_the_loss() -> None:
    async with _server(b"last words", then_close=True) as (port, _):
        stream = TcpStream("127.0.0.1", port, FakeClock())
        await stream.open()
        assert await _receive(stream, 10) == b"last words"
        with pytest.raises(DeviceError, match="connection closed by the other side"):
            await stream.receive()
        await stream.close()


async def test_a_fast_tcp_server_waits_for_a_slow_reader_and_nothing_is_lost() -> None:
    said = bytes(range(256)) * 65_536
    async with _server(said) as (port, _):
        stream = TcpStream("127.0.0.1", port, FakeClock())
        await stream.open()
        assert await _receive(stream, len(said)) == said
        assert stream.counters()["dropped"] == 0
        await stream.close()


async def test_no_tcp_server_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(DeviceError, match="cannot connect: connection refused"):
        await TcpStream("127.0.0.1", port, FakeClock()).open()


async def test_an_unknown_host_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **options: object) -> list[object]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DeviceError, match="host name gps is not known"):
        await TcpStream("gps", 10_110, FakeClock()).open()


async def test_a_server_that_does_not_answer_costs_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        with contextlib.ExitStack() as taken:
            for _ in range(4):
                taker = taken.enter_context(socket.socket())
                taker.setblocking(False)
                taker.connect_ex(address)
            with pytest.raises(DeviceError, match=r"no connection within 0\.05 s"):
                await TcpStream("127.0.0.1", address[1], FakeClock(), timeout_s=0.05).open()


async def test_udp_brings_each_datagram() -> None:
    stream = UdpStream(0, FakeClock(), bind="127.0.0.1")
    await stream.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for text in (b"one", b"two"):
            sender.sendto(text, ("127.0.0.1", stream.port))
    assert await _receive(stream, 6) == b"onetwo"
    await stream.close()


async def test_a_group_is_heard_by_two_programs_on_the_card_that_was_named() -> None:
    streams = [UdpStream(0, FakeClock(), "239.192.0.1", "127.0.0.1")]
    await streams[0].open()
    port = streams[0].port
    streams.append(UdpStream(port, FakeClock(), "239.192.0.1", "127.0.0.1"))
    other_group = UdpStream(port, FakeClock(), "239.192.0.2", "127.0.0.1")
    await streams[1].open()
    await other_group.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        sender.sendto(b"first", ("239.192.0.1", port))
        sender.sendto(b"second", ("239.192.0.2", port))
    assert [await _receive(stream, 5) for stream in streams] == [b"first", b"first"]
    assert await _receive(other_group, 6) == b"second"
    for stream in (*streams, other_group):
        assert stream.address.startswith("udp 239.192.0.")
        await stream.close()


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        with pytest.raises(DeviceError, match=f"UDP port {port} is in use by another program"):
            await UdpStream(port, FakeClock(), bind="127.0.0.1").open()


@pytest.mark.parametrize("group", ["", "239.192.0.1"])
async def test_a_card_that_is_not_there_is_named(group: str) -> None:
    with pytest.raises(DeviceError, match=r"no network card of this computer has the address 192\.0\.2\.7"):
        await UdpStream(0, FakeClock(), group, "192.0.2.7").open()


@pytest.mark.parametrize("group", ["10.0.0.1", "cats"])
async def test_a_group_that_is_none_needs_a_person(group: str) -> None:
    with pytest.raises(NeedsPerson, match=f"{group} is no multicast group"):
        await UdpStream(0, FakeClock(), group).open()


async def test_datagrams_beyond_the_room_are_counted() -> None:
    stream = UdpStream(0, FakeClock(), bind="127.0.0.1")
    stream._inbox._most = 3
    for number in range(5):
        stream._inbox.put(bytes([number]))
    assert await stream.receive() == [(FakeClock().now(), bytes([number])) for number in range(3)]
    assert stream.counters() == {"bytes": 5, "dropped": 2}


async def test_what_waits_is_taken_at_once_and_in_order() -> None:
    stream = UdpStream(0, FakeClock(), bind="127.0.0.1")
    await stream.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(200):
            sender.sendto(bytes([number]), ("127.0.0.1", stream.port))
    first = await stream.receive()
    assert len(first) > 60  # one turn of the loop
    rest = await _receive(stream, 200 - len(first))
    assert b"".join(data for _, data in first) + rest == bytes(range(200))
    await stream.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what it dropped")
async def test_what_the_system_had_no_room_for_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_KERNEL_BUFFER", 4_096)
    stream = UdpStream(0, FakeClock(), bind="127.0.0.1")
    await stream.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(300):
            sender.sendto(bytes(200), ("127.0.0.1", stream.port))
        while stream.counters()["dropped"] == 0:
            await _receive(stream, 1)
            for _ in range(2):  # a later one tells how many were dropped before it
                sender.sendto(bytes(200), ("127.0.0.1", stream.port))
    assert 200 < stream.counters()["dropped"] < 300
    await stream.close()
    await stream.open()
    assert stream.counters()["dropped"] > 200  # what was lost stays counted
    await stream.close()
