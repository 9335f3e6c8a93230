"""A full CAN bus of 250 kbit/s from the wire to the tag store, and how fast a log is replayed.

`python -m tests.bench.bench_canbus [seconds] [log]`. A sender in another process repeats a truck's log over
udp_multicast, 1,800 a second. Beside it in the same run: python-can's own bus read in a thread and thrown away; and for
replay python-can's reader with cantools, decoding the two messages of a DBC file, and all that our database knows.
All in processor time.
"""

import asyncio
import functools
import gzip
import logging
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import can
from cantools.database import load_file, load_string
from cantools.database.can import Database

from tests.bench.measure import LagMeter, percentile, print_table
from tests.support.can_ends import free_udp_port
from tests.support.j1939 import DATA, LOG, tag
from tests.support.waiting import until
from vmshmi.config.j1939_devices import J1939Device, J1939Source
from vmshmi.core.devices import DeviceState
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.canbus import CanLog
from vmshmi.runtime.drivers.canbus.header import pgn_of
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.j1939 import build_driver
from vmshmi.runtime.drivers.j1939.binding import Tags
from vmshmi.runtime.drivers.j1939.database import own_database
from vmshmi.runtime.tag_store import TagStore

FULL_BUS = 1_800
"""Frames of eight bytes a second at 250 kbit/s."""
GROUP = "239.74.163.11"
_SENDER = """
import sys, time, can
from tests.support.j1939 import real_frames
frames = [can.Message(arbitration_id=f.id, is_extended_id=f.extended, data=f.data) for _, f in real_frames()]
rate = int(sys.argv[3])
with can.Bus(interface="udp_multicast", channel=sys.argv[1], port=int(sys.argv[2]), ignore_config=True) as bus:
    started, sent = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - started) * rate)
        while sent < due:
            bus.send(frames[sent % len(frames)])
            sent += 1
        time.sleep(0.005)
"""


def _all_tags(log: Path) -> Tags:
    """Every parameter of our database that the log speaks of."""
    database = own_database()
    heard = {pgn_of(frame.id) for _, frame in CanLog(str(log)).read()}
    tags: dict[TagId, tuple[TagDef, J1939Source]] = {}
    for pgn in sorted(heard & set(database.groups)):
        for spn in database.groups[pgn].parameters:
            tags.update(tag(f"t{spn}", pgn=pgn, spn=spn, source=0))
    return tags


def _two_tags() -> Tags:
    return {**tag("rpm", pgn=61444, spn=190), **tag("speed", pgn=65265, spn=84)}


async def _live(seconds: float, tags: Tags, port: int) -> tuple[float, int, int, float, int]:
    """CPU seconds, frames, samples, p99 of the loop's lag, frames dropped."""
    store = TagStore(SystemClock())
    store.register_many(definition for definition, _ in tags.values())
    device = J1939Device(id="bus", driver="j1939", interface="udp_multicast", channel=GROUP, port=port)
    driver = build_driver(device, tags, DriverContext(SystemClock()))
    await driver.start(store.claim("bus", tags))
    async with asyncio.timeout(seconds + 30):
        await until(lambda: driver.status().state is DeviceState.ONLINE, 10)
        lags = LagMeter()
        meter = asyncio.create_task(lags.run())
        frames, samples = dict(driver.status().counters)["frames"], store.stats().updates
        before = time.process_time()
        await asyncio.sleep(seconds)
        spent = time.process_time() - before
        meter.cancel()
        counters = dict(driver.status().counters)
    await driver.stop()
    return (
        spent,
        counters["frames"] - frames,
        store.stats().updates - samples,
        percentile(lags.lags_ms, 0.99),
        counters["dropped"],
    )


def _bare(seconds: float, port: int) -> tuple[float, int]:
    """CPU seconds and frames of python-can alone."""
    count = 0
    going = True

    def read() -> None:
        nonlocal count
        with can.Bus(interface="udp_multicast", channel=GROUP, port=port, ignore_config=True) as bus:
            while going:
                count += bus.recv(0.2) is not None

    thread = threading.Thread(target=read)
    thread.start()
    time.sleep(1)
    before, first = time.process_time(), count
    time.sleep(seconds)
    spent, heard = time.process_time() - before, count - first
    going = False
    thread.join()
    return spent, heard


async def _replay(log: Path, tags: Tags) -> tuple[float, int, int]:
    """CPU seconds, frames, samples."""
    store = TagStore(SystemClock())
    store.register_many(definition for definition, _ in tags.values())
    device = J1939Device(id="bus", driver="j1939", interface="logfile", file=str(log), speed=0)
    before = time.process_time()
    driver = build_driver(device, tags, DriverContext(SystemClock()))
    await driver.start(store.claim("bus", tags))
    await until(lambda: driver.status().state is DeviceState.STOPPED, 60)
    spent = time.process_time() - before
    counters = dict(driver.status().counters)
    await driver.stop()
    return spent, counters["frames"], counters["samples"]


def _everything(log: Path) -> Database:
    """The groups of our database that the log speaks of, as a DBC file for cantools."""
    heard = {pgn_of(frame.id) for _, frame in CanLog(str(log)).read()}
    lines = ['VERSION ""', "NS_ :", "BS_:", "BU_: X"]
    for pgn, group in own_database().groups.items():
        if pgn in heard:
            lines.append(f"BO_ {1 << 31 | 6 << 26 | pgn << 8 | 254} G{pgn}: 8 X")
            lines += [
                f' SG_ S{spn} : {each.layout.start}|{each.layout.bits}@1+ ({each.scale},{each.offset}) [0|0] "" X'
                for spn, each in group.parameters.items()
            ]
    database = load_string("\n".join(lines), "dbc", strict=False)
    assert isinstance(database, Database)
    return database


def _two_messages() -> Database:
    database = load_file(str(DATA / "CSS-Electronics-SAE-J1939-DEMO.dbc"))
    assert isinstance(database, Database)
    return database


def _bare_replay(log: Path, database: Database) -> tuple[float, int, int]:
    """The same by python-can and cantools: messages found by their group, decoded by name."""
    by_pgn = {pgn_of(message.frame_id): message for message in database.messages}
    plain = log
    if log.suffix == ".gz":
        plain = Path(tempfile.gettempdir()) / f"bench_canbus.{log.stem}"
        plain.write_bytes(gzip.decompress(log.read_bytes()))
    before = time.process_time()
    frames = samples = 0
    for heard in can.CanutilsLogReader(str(plain)):
        frames += 1
        message = by_pgn.get(pgn_of(heard.arbitration_id))
        if message is not None:
            decoded = message.decode(bytes(heard.data), decode_choices=False, allow_truncated=True)
            assert isinstance(decoded, dict)
            samples += len(decoded)
    return time.process_time() - before, frames, samples


def _live_table(seconds: float, log: Path) -> None:
    port = free_udp_port()
    sender = subprocess.Popen([sys.executable, "-c", _SENDER, GROUP, str(port), str(FULL_BUS)])
    try:
        spent, frames = _bare(seconds, port)
        rows: list[Sequence[str]] = [
            (
                "python-can alone, thrown away",
                f"{spent / seconds * 100:.1f}",
                f"{frames / seconds:,.0f}",
                "",
                "",
                "",
                "",
            )
        ]
        for name, tags in (("two tags", _two_tags()), (f"{len(_all_tags(log))} tags", _all_tags(log))):
            cpu, heard, samples, lag, dropped = asyncio.run(_live(seconds, tags, port))
            rows.append(
                (
                    f"driver, wire to store, {name}",
                    f"{cpu / seconds * 100:.1f}",
                    f"{heard / seconds:,.0f}",
                    f"{samples / seconds:,.0f}",
                    f"{cpu / heard * 1e6:.1f}",
                    f"{lag:.1f}",
                    str(dropped),
                )
            )
    finally:
        sender.kill()
        sender.wait()
    print_table("One full bus", ("", "% of a core", "frames/s", "samples/s", "us/frame", "lag p99 ms", "dropped"), rows)


def _replay_table(log: Path) -> None:
    rows: list[Sequence[str]] = []
    asyncio.run(_replay(log, _two_tags()))  # imports
    for what, tags, database in (
        ("two signals", _two_tags(), _two_messages()),
        ("all known", _all_tags(log), _everything(log)),
    ):
        bare = 0.0
        for name, run in (
            ("python-can and cantools", functools.partial(_bare_replay, log, database)),
            ("driver to store", lambda tags=tags: asyncio.run(_replay(log, tags))),
        ):
            spent, frames, samples = min(run() for _ in range(3))
            bare = bare or frames / spent
            ratio = f"{frames / spent / bare:.2f}"
            rate, cost = f"{frames / spent:,.0f}", f"{spent / samples * 1e6:.2f}"
            rows.append((f"{what}, {name}", f"{frames:,}", f"{samples:,}", rate, cost, ratio))
    print_table(f"Replay of {log.name}", ("", "frames", "samples", "frames/s", "us/sample", "ratio"), rows)


def main() -> None:
    """Run both."""
    logging.disable()
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    log = Path(sys.argv[2]) if len(sys.argv) > 2 else LOG
    _replay_table(log)
    _live_table(seconds, log)


if __name__ == "__main__":
    main()
