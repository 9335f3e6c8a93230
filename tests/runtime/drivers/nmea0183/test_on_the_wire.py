"""The whole driver on real lines: a pseudo terminal, a server in another process, datagrams and multicast."""

import asyncio
import contextlib
import os
import pty
import socket
import tty
from collections.abc import AsyncIterator, Sequence
from typing import Any

from tests.support.nmea0183 import sentence, tagged
from tests.support.nmea0183_server import SentenceServer
from tests.support.waiting import until
from vmshmi.config.nmea0183_devices import Nmea0183Device, Nmea0183Source
from vmshmi.core.devices import DeviceState
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.driver import Driver, DriverContext
from vmshmi.runtime.drivers.nmea0183 import build_driver

_HEADING = TagId("heading")
_QUICK = {"id": "d", "driver": "nmea0183", "silent_after_s": 0.4, "backoff_max_s": 0.05}


class _Ship:
    """A running driver with one tag, and what came of it."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.samples: list[TagValue] = []

    def take(self, batch: Sequence[tuple[TagId, TagValue]]) -> None:
        self.samples += [value for _, value in batch]

    @property
    def last(self) -> TagValue:
        return self.samples[-1]

    @property
    def state(self) -> DeviceState:
        return self.driver.status().state

    def counter(self, name: str) -> int:
        return dict(self.driver.status().counters)[name]


@contextlib.asynccontextmanager
async def _running(**settings: Any) -> AsyncIterator[_Ship]:
    device = Nmea0183Device.model_validate({**_QUICK, **settings})
    tags = {_HEADING: (TagDef(_HEADING, device="d"), Nmea0183Source(device="d", sentence="HDT", field="heading"))}
    ship = _Ship(build_driver(device, tags, DriverContext(SystemClock())))
    await ship.driver.start(ship.take)
    try:
        yield ship
    finally:
        await ship.driver.stop()


def _say(far: int, data: bytes) -> None:
    os.write(far, data)


async def test_a_serial_line_is_heard_lost_when_unplugged_and_heard_again() -> None:
    far, near = pty.openpty()
    tty.setraw(near)
    port = os.ttyname(near)
    async with _running(interface="serial", channel=port, silent_after_s=5) as ship:
        # what was sent before the port was open is not heard
        await until(lambda: ship.state is DeviceState.ONLINE, between=lambda: _say(far, b"$HEHDT,99\r\n"))
        assert ship.samples == []
        for chunk in (b"2.0,T*00\r\n$HEH", b"DT,12.5,T*", sentence("HEHDT,12.5,T")[-2:] + b"\r\n$HEHDT,99"):
            _say(far, chunk)
        await until(lambda: bool(ship.samples))
        assert [value.value for value in ship.samples] == [12.5]
        os.close(near)
        os.close(far)
        await until(lambda: ship.state is DeviceState.BACKOFF)
        assert ship.last.quality is Quality.BAD_NO_COMMUNICATION
        await until(lambda: "there is no serial port" in ship.driver.status().last_error)


async def test_a_server_that_dies_makes_its_tags_bad_and_its_successor_good_again() -> None:
    server = SentenceServer(sentence("HEHDT,12.5,T"))
    await server.start()
    async with _running(interface="tcp", host="127.0.0.1", port=server.port) as ship:
        await until(lambda: ship.state is DeviceState.ONLINE)
        await server.kill()
        await until(lambda: ship.state is DeviceState.BACKOFF)
        assert ship.last.value is None
        lost = len(ship.samples)
        await until(lambda: ship.counter("connect_failures") >= 2)
        assert len(ship.samples) == lost  # the loss is told once
        await server.start()
        await until(lambda: ship.state is DeviceState.ONLINE)
        await until(lambda: ship.last.value == 12.5)
        assert ship.counter("connects") == 2
    await server.kill()


async def test_a_server_that_falls_silent_is_lost() -> None:
    async def say_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sentence("HEHDT,12.5,T") + b"\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_once, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with _running(interface="tcp", host="127.0.0.1", port=port, backoff_max_s=5) as ship:
            await until(lambda: ship.state is DeviceState.BACKOFF)
            assert [value.quality for value in ship.samples] == [Quality.GOOD, Quality.BAD_NO_COMMUNICATION]
            assert ship.driver.status().last_error == "nothing heard for 0.4 s"


async def test_datagrams_of_a_group_are_heard_and_the_gaps_counted() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {"interface": "udp", "port": port, "group": "239.192.0.1", "bind": "127.0.0.1"}
        async with _running(**settings, silent_after_s=5) as ship:
            await asyncio.sleep(0)
            number = 0

            def send(line: int) -> None:
                body = sentence(f"HEHDT,{line}.0,T")
                sender.sendto(b"UdPbC\0" + tagged(f"s:HE0001,n:{line}", body) + b"\r\n", ("239.192.0.1", port))

            def knock() -> None:  # before the driver listens nothing is heard
                nonlocal number
                number += 1
                send(number)

            await until(lambda: ship.state is DeviceState.ONLINE, between=knock)
            send(number + 5)
            sender.sendto(b"UdPbC\0\\s:HE0001,n:9*00\\" + sentence("HEHDT,99.0,T"), ("239.192.0.1", port))
            await until(lambda: ship.counter("bad_tag_block") == 1)
            assert ship.last.value == number + 5
            assert ship.counter("lost") == 4
