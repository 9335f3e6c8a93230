"""Writes the numbers to a file where a person looks for files."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.kpi_csv import ENCODING, kpi_csv
from vmshmi.core.errors import StorageError


def export_folder() -> Path:
    """The person's documents; their home where there are none."""
    places = QStandardPaths.StandardLocation
    for place in (places.DocumentsLocation, places.HomeLocation):
        folder = QStandardPaths.writableLocation(place)
        if folder and (place is places.HomeLocation or Path(folder).is_dir()):
            return Path(folder)
    return Path.home()


async def export_kpi(kpi: AlarmKpi, messages: Mapping[str, str], folder: Path) -> Path:
    """Write them to a new file; nothing is replaced.

    Raises:
        StorageError: when it cannot be written.
    """
    return await asyncio.to_thread(_write, kpi, messages, folder)


def _write(kpi: AlarmKpi, messages: Mapping[str, str], folder: Path) -> Path:
    stem = f"alarm-kpi-{kpi.since:%Y%m%d-%H%M}-{kpi.until:%Y%m%d-%H%M}"
    path, number = folder / f"{stem}.csv", 1
    try:
        while path.exists():
            number += 1
            path = folder / f"{stem}-{number}.csv"
        with path.open("xb") as file:
            file.write(kpi_csv(kpi, messages).encode(ENCODING))
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    return path
