"""`vmshmi probe`: does each device of a project answer, and what does it say; without starting the program."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from vmshmi.app import compose, paths
from vmshmi.config.devices import Device
from vmshmi.config.project import Project
from vmshmi.core.display import value_text
from vmshmi.core.errors import ConfigurationError, DeviceError
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.driver import AnswersInPart, Driver, DriverContext, SampleBatch
from vmshmi.runtime.drivers.monitoring import MonitorCollector
from vmshmi.runtime.drivers.table import build_driver
from vmshmi.runtime.storage.folder_lock import holder_of

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)

SOME_FAILED = 1
"""Exit code when a device does not answer; the project itself is right."""

_TELL_S = 1.0
"""How often the live lines of a monitor are told."""

_ADVICE = (
    (("refused",), "is the port right, and is its server switched on?"),
    (("name", "not known"), "write its address instead, or ask whoever runs the network"),
    (("unreachable",), "is this computer on the device's network?"),
    (("in use",), "stop that one (a running vmshmi, a terminal, gpsd), or use another port"),
    (("permission",), "this account may not use it; for a serial port join the group dialout"),
    (("no such file",), "is the name right, is it plugged in?"),
    (("exception 11",), "the gateway answers, the unit behind it does not: unit id, baud rate, wiring?"),
    (("exception 10",), "the gateway answers, but has no way to this unit: is the unit set up in it?"),
    (
        ("exception 2",),
        "it answers, but has no such register: compare table and address with its list (addresses count from 0: "
        "40001 of a list is holding 0)",
    ),
    (("exception 3",), "it answers, but gives fewer registers at once: set max_registers lower"),
    (("exception 1 ",), "it answers, but does not know this table: try 'input' for 'holding'"),
    (("exception 4",), "the device reports a fault of its own: look at its display"),
    (("exception",), "it answers, and is busy or refuses: try again, then look at its display"),
    (("no connection", "within"), "is it switched on, is the address right, does a firewall stand between?"),
    (
        ("not modbus",),
        "something else answers here: is this the Modbus port (502)? A device server that passes RTU frames on needs "
        "driver modbus_rtu_over_tcp",
    ),
    (("wrong checksum",), "are baud and parity right? A gateway that speaks Modbus TCP needs driver modbus_tcp"),
    (("nothing heard",), "is it switched on, are baud or bit rate right, are the wires the right way round?"),
    (("no answer",), "is the unit id right, is it switched on?"),
)
"""What to do, by words in the error; the first that has all of them."""


def add_probe(
    commands: "argparse._SubParsersAction[_Parser]",  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
    seconds: Callable[[str], float],
) -> None:
    """Add `vmshmi probe`.

    Args:
        commands: of the command line.
        seconds: reads a number of seconds.
    """
    probe = commands.add_parser(
        "probe", help="test the connection to each device of a project", description=_run.__doc__
    )
    probe.add_argument("--vmsproj", type=Path, metavar="FILE", help="project file; without it the demo vessel")
    probe.add_argument("--device", default="", metavar="ID", help="this one alone")
    probe.add_argument(
        "--monitor",
        type=seconds,
        metavar="SECONDS",
        help="also read for some seconds: raw and engineering value of each tag, and all that is heard",
    )
    probe.add_argument("--db", metavar="PATH", help="database folder of a runtime that may be running")
    probe.add_argument("--verbose", action="store_true", help="log more to stderr")
    probe.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> int:
    """Test each device of a project by itself: exit 0 when all answer, 1 when some do not, 2 for a wrong project."""
    project = compose.read_project(given.vmsproj, "")
    devices = _chosen(project, given.device)
    logging.basicConfig(level=logging.DEBUG if given.verbose else logging.CRITICAL, stream=sys.stderr)
    failed = asyncio.run(_probe_all(project, devices, given.monitor))
    if failed:
        _tell_of_runtime(paths.database_folder(given.db, given.vmsproj or paths.demo_project()))
    return SOME_FAILED if failed else 0


def _chosen(project: Project, device_id: str) -> Sequence[Device]:
    if not project.devices:
        raise ConfigurationError("the project has no devices to probe")
    if not device_id:
        return project.devices
    found = [device for device in project.devices if device.id == device_id]
    if not found:
        known = ", ".join(device.id for device in project.devices)
        raise ConfigurationError(f"--device {device_id}: the project has no such device; it has {known}")
    return found


def _tell_of_runtime(folder: Path | None) -> None:
    owner = None if folder is None else holder_of(folder)
    if owner is not None:
        _say(
            f"a runtime of this project is running (process {owner}) and may hold what failed: stop it, or ask it "
            "with POST /devices/ID/probe or on its System page"
        )


async def _probe_all(project: Project, devices: Sequence[Device], monitor_s: float | None) -> int:
    """Probe one after the other; answers how many failed."""
    width = max(len(device.id) for device in devices)
    kinds = max(len(device.driver) for device in devices)
    failed = 0
    for device in devices:
        head = f"{device.id:<{width}}  {device.driver:<{kinds}}"
        try:
            driver = build_driver(project, device, DriverContext(SystemClock()))
        except ConfigurationError as error:
            _say(f"{head}  FAILED: {error}")
            failed += 1
            continue
        try:
            error = await _probed(head, driver)
            failed += error is not None
            if monitor_s and (error is None or isinstance(error, AnswersInPart)):
                await _monitor(project, driver, monitor_s)
        finally:
            await driver.stop()
    return failed


async def _probed(head: str, driver: Driver) -> DeviceError | None:
    """Probe a device, tell what comes of it, and answer what failed."""
    try:
        _say(f"{head}  {await driver.probe()}")
    except DeviceError as error:
        _say(f"{head}  {_failure(driver.status().address, str(error))}")
        return error
    return None


def _failure(address: str, error: str) -> str:
    """`127.0.0.1:502 unit 1: FAILED: connection refused; is the port right ...`."""
    low = error.lower()
    advice = next((advice for words, advice in _ADVICE if all(word in low for word in words)), "")
    where = f"{address}: " if address else ""
    return f"{where}FAILED: {error}{f'; {advice}' if advice else ''}"


async def _monitor(project: Project, driver: Driver, seconds: float) -> None:
    """Let the driver run for some seconds; tell what it hears, then every tag."""
    latest: dict[TagId, TagValue] = {}
    heard = MonitorCollector()

    def take(batch: SampleBatch) -> None:
        latest.update(batch)

    end = driver.monitor(heard)
    await driver.start(take)
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while (left := until - loop.time()) > 0:
        await asyncio.sleep(min(left, _TELL_S))
        for row in heard.take():
            _say(f"  {row.latest.at:%H:%M:%S}  {row.latest.key}  {row.latest.raw}  {row.latest.meaning}".rstrip())
    end()
    await driver.stop()
    if heard.rows():
        _say(f"  heard in {seconds:g} s:")
    for row in heard.rows():
        rate = "" if row.rate_hz is None else f"{row.rate_hz:.1f}/s"
        _say(f"  {row.count:>7} {rate:>8}  {row.latest.key}  {row.latest.raw}  {row.latest.meaning}".rstrip())
    if heard.left_out:
        _say(f"  and {heard.left_out} lines of still other keys")
    _tell_tags(project, driver.device_id, latest)


def _tell_tags(project: Project, device_id: str, latest: dict[TagId, TagValue]) -> None:
    tags = [tag.to_definition() for tag in project.tags if tag.source and tag.source.device == device_id]
    width = max((len(tag.id) for tag in tags), default=0)
    _say(f"  {'1 tag' if len(tags) == 1 else f'{len(tags)} tags'}, raw and engineering value:")
    for tag in tags:
        sample = latest.get(tag.id)
        if sample is None:
            _say(f"  {tag.id:<{width}}  {'nothing came':>16}")
            continue
        raw = "" if sample.raw_value is None else str(sample.raw_value)
        value = f"{value_text(tag, sample.value)} {tag.unit}".rstrip()
        reason = sample.quality.reason or sample.quality.level.value
        _say(f"  {tag.id:<{width}}  {raw:>16}  {value:>16}  {reason}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
