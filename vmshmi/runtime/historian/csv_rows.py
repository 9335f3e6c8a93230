"""Rows out of another logger's CSV file: what each column means, and every mistake with its line.

Two shapes. Wide: one column of times, then a column for each tag. Long: a row is time, tag, value and perhaps quality.
"""

import csv
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isnan
from pathlib import Path
from zoneinfo import ZoneInfo

from vmshmi.core.clock import to_micros
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.quality import Quality
from vmshmi.runtime.historian.rows import Family

SHOWN = 20
"""So many mistakes are told in full."""
_BLOCK_ROWS = 500_000
_LOOK_EVERY = 10_000  # rows
_FOLD_US = 7_200_000_000  # further back than a fold of the clock is a file that is not in order
_NO_VALUE = frozenset({"nan", "null", "none"})
_TRUE = frozenset({"1", "true", "on", "yes"})
_FALSE = frozenset({"0", "false", "off", "no"})
_QUALITIES = {"": Quality.GOOD, "good": Quality.GOOD, "uncertain": Quality.UNCERTAIN, "bad": Quality.BAD}
_TAG_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,119}")
_DAY_FIRST = re.compile(
    r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?)?"
)


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """What a file's columns mean.

    Attributes:
        time_column: header of the times.
        tag_column, value_column: headers of a long file; both empty: each other column is a tag.
        quality_column: header in a long file, of `good`, `uncertain`, `bad`; empty: all are good.
        names: the tag's id of a name in the file; empty: names are ids. Columns of a wide file that are not in it are
            left out.
        families: of tags that are not numbers.
        known: tags that may come; empty: any.
        day_first: times are 22.11.2026 14:06:00, else ISO 8601.
        zone: of times without an offset.
        separator: one character; empty: found out from the header.
        comma: decimals have a comma.
        encoding: Python's name.
    """

    time_column: str
    tag_column: str = ""
    value_column: str = ""
    quality_column: str = ""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    families: Mapping[str, Family] = field(default_factory=dict[str, Family])
    known: frozenset[str] = frozenset()
    day_first: bool = False
    zone: ZoneInfo | None = None
    separator: str = ""
    comma: bool = False
    encoding: str = "utf-8-sig"


@dataclass(slots=True)
class Block:
    """Rows of one family in order of the file; bad values are NaN, or None among texts."""

    family: Family
    codes: "array[int]" = field(default_factory=lambda: array("i"))
    stamps: "array[int]" = field(default_factory=lambda: array("q"))
    values: "array[float]" = field(default_factory=lambda: array("d"))
    qualities: "array[int]" = field(default_factory=lambda: array("I"))
    texts: list[str | None] = field(default_factory=list[str | None])

    def __len__(self) -> int:
        return len(self.codes)


class _Wrong(Exception):
    """A cell that cannot be understood; its text says why."""


class CsvRows:
    """One file, read once from its beginning to its end, in blocks.

    Args:
        file: which.
        layout: what its columns mean.
        latest_us: no time may be later, microseconds since 1970 UTC.

    Attributes:
        tags: the id of each code in the blocks.
        mistakes: the first of them, one line each.
        mistaken: how many there are.
        read: rows that were understood.
    """

    def __init__(self, file: Path, layout: CsvLayout, latest_us: int) -> None:
        self._file = file
        self._layout = layout
        self._times = _Times(layout, latest_us)
        self.tags: list[str] = []
        self.mistakes: list[str] = []
        self.mistaken = 0
        self.read = 0
        self._codes: dict[str, int] = {}
        self._families: list[Family] = []
        self._open = {family: Block(family) for family in Family}

    def blocks(self) -> Iterator[Block]:
        """The rows; what is mistaken is left out and counted.

        Raises:
            ConfigurationError: if the file cannot be opened, has no such columns or is not text of this encoding.
        """
        line = looked = 0
        try:
            with self._file.open(encoding=self._layout.encoding, newline="") as text:
                lines = csv.reader(text, delimiter=self._separator(text.readline()), strict=True)
                text.seek(0)
                header = [name.strip() for name in next(lines, list[str]())]
                places = self._places(header)
                for cells in lines:
                    line = lines.line_num
                    if not cells or (len(cells) == 1 and not cells[0].strip()):
                        continue
                    if len(cells) != len(header):
                        self._mistake(line, "", f"{len(cells)} cells where the header has {len(header)}")
                        continue
                    self._take(line, header, cells, places)
                    if self.read - looked >= _LOOK_EVERY:
                        looked = self.read
                        yield from self._full()
        except OSError as error:
            raise ConfigurationError(f"{self._file}: cannot be read: {error.strerror or error}") from error
        except UnicodeDecodeError as error:
            encoding = self._layout.encoding.removesuffix("-sig")
            raise ConfigurationError(
                f"{self._file}: after line {line}: not {encoding} text; try --encoding cp1252"
            ) from error
        except LookupError as error:
            raise ConfigurationError(f"{self._layout.encoding}: no such encoding") from error
        except csv.Error as error:
            self._mistake(line + 1, "", f"cannot be read as CSV: {error}; the rest was not looked at")
        yield from (block for block in self._open.values() if len(block))

    def _separator(self, header: str) -> str:
        if self._layout.separator:
            return self._layout.separator
        # what separates is what the name of the time column ends with
        found = [mark for mark in ";\t," if self._layout.time_column in next(_cells(header, mark), list[str]())]
        if not found:
            raise ConfigurationError(f"{self._file}:1: there is no column {self._layout.time_column!r}")
        return max(found, key=header.count)

    def _places(self, header: Sequence[str]) -> dict[int, int]:
        """Of a wide file, the code of the tag at each column; of a long one nothing. Checks the header."""
        layout = self._layout
        wanted = [layout.time_column, layout.tag_column, layout.value_column, layout.quality_column]
        if not layout.tag_column:
            wanted += layout.names
        problems = [f"{self._file}:1: there is no column {name!r}" for name in wanted if name and name not in header]
        twice = {name for name in header if name and header.count(name) > 1}
        problems += [f"{self._file}:1: there are two columns {name!r}" for name in sorted(twice)]
        places: dict[int, int] = {}
        if not layout.tag_column:
            for place, name in enumerate(header):
                if name == layout.time_column or (layout.names and name not in layout.names):
                    continue
                try:
                    places[place] = self._code_of(name)
                except _Wrong as wrong:
                    problems.append(f"{self._file}:1: {name or f'column {place + 1}'}: {wrong}")
        if problems:
            rest = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
            raise ConfigurationError(*problems[:SHOWN], *rest)
        return places

    def _code_of(self, name: str) -> int:
        code = self._codes.get(name)
        if code is not None:
            return code
        layout = self._layout
        if layout.names and name not in layout.names:
            raise _Wrong(f"{name!r} is not in the map")
        tag_id = layout.names.get(name, name)
        if not _TAG_ID.fullmatch(tag_id):
            raise _Wrong(f"{tag_id!r} is no tag id; say in the map which tag it is")
        if layout.known and tag_id not in layout.known:
            raise _Wrong(f"{tag_id}: the project has no such tag")
        if tag_id in self.tags:
            raise _Wrong(f"{tag_id} is already another column or name")
        self._codes[name] = len(self.tags)
        self.tags.append(tag_id)
        self._families.append(layout.families.get(tag_id, Family.NUMBERS))
        return self._codes[name]

    def _take(self, line: int, header: Sequence[str], cells: Sequence[str], places: Mapping[int, int]) -> None:
        layout = self._layout
        column = layout.time_column
        try:
            if places:
                stamp = self._times.read(cells[header.index(column)], -1)
                for place, code in places.items():
                    column = header[place]
                    if cells[place].strip():  # an empty cell: the other logger wrote nothing for this tag
                        try:
                            self._add(code, stamp, cells[place], Quality.GOOD)
                        except _Wrong as wrong:
                            self._mistake(line, column, str(wrong))
                return
            column = layout.tag_column
            code = self._code_of(cells[header.index(column)].strip())
            column = layout.time_column
            stamp = self._times.read(cells[header.index(column)], code)
            quality = Quality.GOOD
            if layout.quality_column:
                column = layout.quality_column
                quality = _quality(cells[header.index(column)])
            column = layout.value_column
            self._add(code, stamp, cells[header.index(column)], quality)
        except _Wrong as wrong:
            self._mistake(line, column, str(wrong))

    def _add(self, code: int, stamp: int, cell: str, quality: Quality) -> None:
        family = self._families[code]
        block = self._open[family]
        text: str | None = None
        value = float("nan")
        if family is Family.TEXTS:
            text = cell if not quality.is_bad else None
        elif not quality.is_bad:
            value = _number(cell, self._layout.comma) if family is Family.NUMBERS else _boolean(cell)
            if isnan(value):  # the other logger had no value either: a gap
                quality = Quality.BAD
        if family is Family.TEXTS:
            block.texts.append(text)
        block.codes.append(code)
        block.stamps.append(stamp)
        block.values.append(value)
        block.qualities.append(int(quality))
        self.read += 1

    def _full(self) -> Iterator[Block]:
        for family, block in self._open.items():
            if len(block) >= _BLOCK_ROWS:
                self._open[family] = Block(family)
                yield block

    def _mistake(self, line: int, column: str, text: str) -> None:
        self.mistaken += 1
        if len(self.mistakes) < SHOWN:
            self.mistakes.append(f"{self._file}:{line}: {f'{column}: ' if column else ''}{text}")


class _Times:
    """Reads times; of an hour that comes twice when the clocks go back, the second is known by going back."""

    def __init__(self, layout: CsvLayout, latest_us: int) -> None:
        self._day_first = layout.day_first
        self._zone = layout.zone
        self._latest_us = latest_us
        self._text = ""
        self._both = (0, 0)
        self._before: dict[int, int] = {}

    def read(self, text: str, series: int) -> int:
        """Microseconds since 1970 UTC.

        Args:
            text: the cell.
            series: what goes on in time: a tag's code, or -1 for the whole file.
        """
        if text != self._text:
            self._both = self._read(text.strip())
            self._text = text
        first, second = self._both
        if first != second:
            before = self._before.get(series)
            if before is not None and first <= before <= second + _FOLD_US:
                first = second
        if self._zone is not None:
            self._before[series] = first
        return first

    def _read(self, text: str) -> tuple[int, int]:
        try:
            moment = _day_first(text) if self._day_first else datetime.fromisoformat(text)
            both = self._in_utc(moment, text)
        except (ValueError, OverflowError):
            example = "22.11.2026 14:06:00" if self._day_first else "2026-11-22T14:06:00Z"
            raise _Wrong(f"{text!r} is no time such as {example}") from None
        if moment.year < 1900:
            raise _Wrong(f"{text!r} is before 1900")
        if both[0] > self._latest_us:
            raise _Wrong(f"{text!r} is later than now; are format and time zone right?")
        return both

    def _in_utc(self, moment: datetime, text: str) -> tuple[int, int]:
        if moment.tzinfo is not None or self._zone is None:
            at = to_micros(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
            return at, at
        here = moment.replace(tzinfo=self._zone)
        again = here.replace(fold=1)
        offset, other = here.utcoffset(), again.utcoffset()
        if offset is not None and other is not None and offset < other:
            raise _Wrong(f"{text!r} is not in {self._zone.key}: its clocks go forward then")
        return to_micros(here.astimezone(UTC)), to_micros(again.astimezone(UTC))


def _day_first(text: str) -> datetime:
    match = _DAY_FIRST.fullmatch(text)
    if match is None:
        raise ValueError(text)
    day, month, year, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    return datetime(year, month, day, hour, minute, second, int((match[7] or "0").ljust(6, "0")))  # noqa: DTZ001 - its zone comes after


def _number(cell: str, comma: bool) -> float:
    text = cell.strip()
    if text.lower() in _NO_VALUE or not text:
        return float("nan")
    plain = text.replace(",", ".") if comma else text
    try:
        if "_" in text or (comma and "." in text):  # float() would take 1_000 for a number
            raise ValueError(text)
        value = float(plain)
    except ValueError:
        hint = "; is the decimal a comma (--decimal comma)?" if "," in text and not comma else ""
        raise _Wrong(f"{text!r} is no number{hint}") from None
    if value - value != 0:  # infinite
        raise _Wrong(f"{text!r} is no number")
    return value


def _boolean(cell: str) -> float:
    text = cell.strip().lower()
    if text in _TRUE:
        return 1.0
    if text in _FALSE:
        return 0.0
    if text in _NO_VALUE or not text:
        return float("nan")
    raise _Wrong(f"{cell.strip()!r} is neither true nor false (1/0, on/off, yes/no)")


def _quality(cell: str) -> Quality:
    quality = _QUALITIES.get(cell.strip().lower())
    if quality is None:
        raise _Wrong(f"{cell.strip()!r} is none of good, uncertain, bad")
    return quality


def _cells(header: str, mark: str) -> Iterator[list[str]]:
    for cells in csv.reader([header], delimiter=mark):
        yield [cell.strip() for cell in cells]
