"""From a project file to a runtime that can be started."""

import gc
import logging
import logging.handlers
import sys
from pathlib import Path

from vmshmi.app import paths
from vmshmi.config.devices import SimulatorDevice
from vmshmi.config.loader import load_project
from vmshmi.config.project import Project, StationConfig
from vmshmi.core.errors import ConfigurationError
from vmshmi.runtime.sound.player import SoundOptions

_LOG_BYTES = 2_000_000
_LOG_FILES = 5
_GC_AS_BUILT = gc.get_threshold()
_GC_ROUNDS = (5_000, 5, 50)
"""Rounds of the garbage collector: new objects to a young round, young to a middle one, middle to a full one."""


class _LogFile(logging.handlers.RotatingFileHandler):
    """Keeps quiet when the disk is full: stderr has every line too, and a system alarm stands."""

    def handleError(self, record: logging.LogRecord) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


def read_project(project_file: Path | None, scenario: str) -> Project:
    """Read the project, or the demo vessel, and put a scenario on its simulated devices.

    Raises:
        ConfigurationError: with every problem as `FILE: place: message`.
    """
    from vmshmi.runtime.drivers.table import described  # the drivers' libraries, which a `--connect` never needs

    path = project_file or paths.demo_project()
    try:
        project = described(load_project(path))
    except ConfigurationError as error:
        raise ConfigurationError(*(f"{path}: {problem}" for problem in error.problems)) from error
    if not scenario:
        return project
    simulated = [device for device in project.devices if isinstance(device, SimulatorDevice)]
    if not simulated:
        raise ConfigurationError(f"{path}: --scenario {scenario}: the project has no simulated device")
    machinery = [device.id for device in simulated if device.model != "signals"]  # signals have nothing that could fail
    told = machinery or [device.id for device in simulated]
    devices = tuple(
        device.model_copy(update={"scenario": scenario}) if device.id in told else device for device in project.devices
    )
    return project.model_copy(update={"devices": devices})


def sound_of(station: StationConfig, *, plays: bool = True) -> SoundOptions:
    """How a station of the project sounds.

    Args:
        station: its settings.
        plays: False when another machine is its horn.
    """
    return SoundOptions(station.id, plays, station.sound_volume, station.warning_sound_repeat_s)


def keep_what_is_built() -> None:
    """Take what stands after the start out of the garbage collector's rounds: it lives as long as the program.

    A full round over 36,000 tags holds the runtime's loop for 100 ms; without them it takes less than 10 (decision 44).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_ROUNDS)


def let_go() -> None:
    """Give back to the collector what `keep_what_is_built` took: at the end it must be freed in order."""
    gc.set_threshold(*_GC_AS_BUILT)
    gc.unfreeze()
    gc.collect()


def start_logging(folder: Path | None, *, verbose: bool) -> None:
    """Log to stderr and, where a folder is kept, to rotating files in it (10 MB at the most)."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if folder is not None and folder.is_dir():
        handlers.append(
            _LogFile(
                folder / "vmshmi.log", maxBytes=_LOG_BYTES, backupCount=_LOG_FILES - 1, encoding="utf-8", delay=True
            )
        )
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=handlers,
        force=True,
    )
    logging.getLogger("vmshmi").setLevel(logging.DEBUG if verbose else logging.INFO)
