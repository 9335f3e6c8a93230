"""Writes what the chart shows to a new file: samples as CSV or Parquet, the page as a picture or as a page to print."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from vmshmi.core.clock import from_micros
from vmshmi.core.errors import StorageError
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.ports import HistoryPort
from vmshmi.core.quality import quality_of
from vmshmi.core.tags import TagDef
from vmshmi.ui.style.fonts import ui_font

MOST_ROWS = 1_000_000
"""Samples of one tag; more are for the command line, which streams them."""
_ENCODING = "utf-8-sig"
"""With a mark at its beginning, or spreadsheets read it as something else."""
_PAGE_DPI = 150


async def export_csv(
    history: HistoryPort, tags: Sequence[TagDef], since: datetime, until: datetime, folder: Path
) -> Path:
    """Write every recorded sample of these tags, tag by tag in order of time; nothing is replaced.

    Raises:
        StorageError: if history cannot be read, has too many samples, or the file cannot be written.
    """
    answers: list[HistorySeries] = []
    for tag in tags:
        answer = await history.query(HistoryQuery(tag.id, since, until, limit=MOST_ROWS))
        if len(answer) >= MOST_ROWS:
            raise StorageError(f"{tag.id} has more than {MOST_ROWS:,} samples here: use `vmshmi history export`")
        answers.append(answer)
    stem = _stem(since, until)
    return await asyncio.to_thread(_write, folder, stem, ".csv", lambda: _csv(tags, answers))


async def export_parquet(
    history: HistoryPort, tags: Sequence[TagDef], since: datetime, until: datetime, folder: Path
) -> Path:
    """Write every recorded sample of these tags, however many, in order of time; nothing is replaced.

    Raises:
        StorageError: if history cannot be read or the file cannot be written.
    """
    file = await asyncio.to_thread(_free_name, folder, _stem(since, until), ".parquet")
    await history.export([tag.id for tag in tags], since, until, file)
    return file


async def export_picture(image: QImage, since: datetime, until: datetime, folder: Path) -> Path:
    """Write a picture as PNG.

    Raises:
        StorageError: if the file cannot be written.
    """
    return await asyncio.to_thread(_write, folder, _stem(since, until), ".png", lambda: _png(image))


async def export_page(image: QImage, title: str, since: datetime, until: datetime, folder: Path) -> Path:
    """Write a landscape A4 page as PDF, to print it from anywhere.

    Raises:
        StorageError: if the file cannot be written.
    """
    page = _pdf(image, title)
    return await asyncio.to_thread(_write, folder, _stem(since, until), ".pdf", lambda: page)


def _stem(since: datetime, until: datetime) -> str:
    return f"trend-{since.astimezone(UTC):%Y%m%d-%H%M%S}-{until.astimezone(UTC):%Y%m%d-%H%M%S}"


def _csv(tags: Sequence[TagDef], answers: Sequence[HistorySeries]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("time_utc", "tag", "description", "unit", "value", "quality"))
    for tag, answer in zip(tags, answers, strict=True):
        writer.writerows(_rows(tag, answer))
    return text.getvalue().encode(_ENCODING)


def _rows(tag: TagDef, answer: HistorySeries) -> Iterator[tuple[str, ...]]:
    for stamp, value, code in zip(answer.timestamps, answer.values, answer.qualities, strict=True):
        quality = quality_of(code)
        moment = from_micros(stamp).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        number = "" if value != value or quality.is_bad else repr(value)
        yield moment, tag.id, tag.description, tag.unit, number, quality.level.value


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue] # the stub wants bytes, Qt a text
    return bytes(data.data())


def _pdf(image: QImage, title: str) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_PAGE_DPI)
    margins = QMarginsF(10, 10, 10, 10)
    landscape = QPageLayout.Orientation.Landscape
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), landscape, margins, QPageLayout.Unit.Millimeter)
    )
    writer.setTitle(title)
    painter = QPainter(writer)
    room = QRectF(0, 0, writer.width(), writer.height())
    painter.setFont(ui_font(28))
    painter.drawText(room, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, title)
    below = room.adjusted(0, 50, 0, 0)
    size = image.size().scaled(below.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    painter.drawImage(QRectF(below.x(), below.y(), size.width(), size.height()), image)
    painter.end()
    buffer.close()
    return bytes(data.data())


def _write(folder: Path, stem: str, ending: str, content: Callable[[], bytes]) -> Path:
    path = _free_name(folder, stem, ending)
    try:
        with path.open("xb") as file:
            file.write(content())
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    return path


def _free_name(folder: Path, stem: str, ending: str) -> Path:
    """The first name that no file has."""
    path, number = folder / f"{stem}{ending}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{ending}"
    return path
