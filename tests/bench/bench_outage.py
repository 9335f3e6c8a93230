"""The outage script: a Modbus device refuses, dies, freezes, stays away, babbles; how soon its tags tell.

`python -m tests.bench.bench_outage [rounds]`, with the settings a project has when it says nothing, over TCP, RTU over
TCP and RTU on a pty, each against units in another process. A wrong value that was ever good, a task that is left or an
exception that escaped into the loop ends it with an error. In the same run stands what the promise is: a fault is seen
within one poll and its repeated time-out, a return within the longest wait.
"""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from tests.bench.measure import print_table
from tests.support.modbus_driver import RealClock, Received, registers
from tests.support.modbus_faults import FaultServer, truth
from tests.support.modbus_rtu import RtuServer
from vmshmi.config.modbus_devices import ModbusDevice, ModbusRtuDevice, ModbusRtuOverTcpDevice, ModbusTcpDevice
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.modbus import ModbusDriver

TAGS = 50
FREEZE_S = 5.0
OUTAGE_S = 15.0
_PATIENCE_S = 40.0

Server = FaultServer | RtuServer


@dataclass
class Way:
    """How the device is reached; a server that was killed comes back in its place."""

    name: str
    folder: Path
    server: Server | None = None
    port: int = 0
    channel: Path = field(init=False)

    def __post_init__(self) -> None:
        self.channel = self.folder / self.name.replace(" ", "_")

    def device(self) -> ModbusDevice:
        """With nothing but what must be said."""
        if self.name == "TCP":
            return ModbusTcpDevice(id="plc", driver="modbus_tcp", host="127.0.0.1", port=self.port)
        if self.name == "RTU over TCP":
            return ModbusRtuOverTcpDevice(id="plc", driver="modbus_rtu_over_tcp", host="127.0.0.1", port=self.port)
        return ModbusRtuDevice(id="plc", driver="modbus_rtu", channel=str(self.channel), baud=115_200, parity="none")

    def up(self) -> Server:
        """Start it."""
        self.server = server = FaultServer(self.port) if self.name == "TCP" else RtuServer(self.port)
        self.port = server.port
        if isinstance(server, RtuServer):
            self.channel.unlink(missing_ok=True)
            self.channel.symlink_to(Path(server.channel).resolve())
        return server

    def down(self) -> None:
        """Kill it."""
        if self.server is not None:
            self.server.kill()
            self.server = None
            self.channel.unlink(missing_ok=True)


@dataclass(frozen=True)
class Row:
    """What one fault did."""

    way: str
    fault: str
    bad_s: float | None
    back_s: float


async def _until(condition: Callable[[], bool]) -> float:
    started = monotonic()
    while not condition():
        if monotonic() - started > _PATIENCE_S:
            raise TimeoutError(f"not within {_PATIENCE_S:g} s")
        await asyncio.sleep(0.002)
    return monotonic() - started


def _all_bad(received: Received) -> bool:
    return len(received.latest) == TAGS and all(value.quality.is_bad for value in received.latest.values())


def _all_good(received: Received) -> bool:
    return len(received.latest) == TAGS and received.reasons() == {""}


async def _refused_at_start(way: Way, received: Received) -> tuple[float | None, float]:
    await _until(lambda: _all_bad(received))
    await asyncio.sleep(2.0)
    await asyncio.to_thread(way.up)
    return None, await _until(lambda: _all_good(received))


async def _killed(way: Way, received: Received) -> tuple[float | None, float]:
    way.down()
    bad_s = await _until(lambda: _all_bad(received))
    await asyncio.to_thread(way.up)
    return bad_s, await _until(lambda: _all_good(received))


async def _away(way: Way, received: Received) -> tuple[float | None, float]:
    way.down()
    bad_s = await _until(lambda: _all_bad(received))
    await asyncio.sleep(OUTAGE_S)
    await asyncio.to_thread(way.up)
    return bad_s, await _until(lambda: _all_good(received))


async def _frozen(way: Way, received: Received) -> tuple[float | None, float]:
    assert way.server is not None
    way.server.freeze()
    bad_s = await _until(lambda: _all_bad(received))
    await asyncio.sleep(FREEZE_S)
    way.server.thaw()
    return bad_s, await _until(lambda: _all_good(received))


async def _garbage(way: Way, received: Received) -> tuple[float | None, float]:
    assert way.server is not None
    way.server.be("random_bytes")
    bad_s = await _until(lambda: _all_bad(received))
    await asyncio.sleep(FREEZE_S)
    way.server.be_honest()
    return bad_s, await _until(lambda: _all_good(received))


_FAULTS: list[tuple[str, Callable[[Way, Received], Awaitable[tuple[float | None, float]]]]] = [
    ("refused at start", _refused_at_start),
    ("killed", _killed),
    (f"frozen {FREEZE_S:g} s", _frozen),
    (f"garbage {FREEZE_S:g} s", _garbage),
    (f"away {OUTAGE_S:g} s", _away),
]


async def _watch(way: Way) -> list[Row]:
    """One driver through all faults."""
    escaped: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: escaped.append(context))
    before = len(asyncio.all_tasks())
    way.up()
    way.down()  # its port is known, and nobody is there
    received = Received()
    driver = ModbusDriver(way.device(), registers(TAGS), DriverContext(RealClock()))
    await driver.start(received)
    rows: list[Row] = []
    try:
        for name, fault in _FAULTS:
            bad_s, back_s = await fault(way, received)
            rows.append(Row(way.name, name, bad_s, back_s))
            await asyncio.sleep(1.0)
    finally:
        await driver.stop()
        way.down()
    await asyncio.sleep(0.2)
    good = [(tag, value) for tag, value in received.all if value.quality.is_good]
    wrong = [(tag, value) for tag, value in good if value.value != truth(int(tag[1:]))]
    left = len(asyncio.all_tasks()) - before
    assert not wrong, wrong[:3]
    assert not escaped, escaped
    assert left == 0, f"{left} tasks are left"
    print(f"{way.name}: {len(good)} good values, none wrong; no task left, nothing escaped into the loop")
    return rows


async def _run(rounds: int) -> None:
    logging.getLogger("vmshmi").setLevel(logging.CRITICAL)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for name in ("TCP", "RTU over TCP", "RTU"):
                rows += await _watch(Way(name, Path(folder)))
    device = ModbusTcpDevice(id="plc", driver="modbus_tcp", host="h")
    bad_limit, back_limit = device.poll_s + 3 * device.timeout_s, 1.2 * device.backoff_max_s + 3 * device.timeout_s
    table: list[tuple[str, ...]] = []
    for name in ("TCP", "RTU over TCP", "RTU"):
        for fault, _ in _FAULTS:
            mine = [row for row in rows if (row.way, row.fault) == (name, fault)]
            bad = max((row.bad_s for row in mine if row.bad_s is not None), default=None)
            back = max(row.back_s for row in mine)
            table.append((name, fault, "-" if bad is None else f"{bad:.2f}", f"{back:.2f}", f"{back / back_limit:.2f}"))
    print_table(
        f"worst of {rounds}: seconds until {TAGS} tags are bad (promise {bad_limit:g}) and good again ({back_limit:g})",
        ("way", "fault", "to bad s", "back s", "of the promise"),
        table,
    )


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
