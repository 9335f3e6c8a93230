"""Alarm definitions as a table for a spreadsheet: one row an alarm, one column a key of the project file.

    numbers     with a point; where cells are separated by `;` or tabs also with a comma
    lists       names with a space between them
    yes or no   true, false
    empty       the default

Texts that a spreadsheet would take for a formula are written with an apostrophe before them, and an apostrophe at the
beginning of a cell is taken off again. Nothing of a file is ever executed.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, cast, get_args, get_origin

from vmshmi.config.alarms import AlarmConfig
from vmshmi.config.problems import Suggester, shown
from vmshmi.core.errors import ConfigurationError

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
COLUMNS = tuple(AlarmConfig.model_fields)
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""First signs of a text that a spreadsheet, or this module, would read as something else."""
_MOST_CELL = 100_000


class Sort(Enum):
    """What a column holds."""

    TEXT = "a text"
    NUMBER = "a number"
    FLAG = "true or false"
    NAMES = "names with a space between them"


def _sort_of(column: str) -> Sort:
    annotation = AlarmConfig.model_fields[column].annotation
    if get_origin(annotation) is tuple:
        return Sort.NAMES
    kinds = _plain(annotation)
    if bool in kinds:
        return Sort.FLAG
    return Sort.NUMBER if float in kinds or int in kinds else Sort.TEXT


def _plain(annotation: object) -> set[object]:
    """The types of an annotation, without what limits them."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    inner = get_args(annotation)
    return {kind for part in inner for kind in _plain(part)} if inner else {annotation}


SORTS: Mapping[str, Sort] = {column: _sort_of(column) for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One alarm of the table.

    Attributes:
        line: of the file, counted from 1; the first one of the row.
        cells: what is written, by column; an empty cell is None.
    """

    line: int
    cells: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read.

    Attributes:
        columns: in the order of the file.
        rows: one an alarm.
    """

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]

    def place(self, row: TableRow, column: str) -> str:
        """`line 12, column E (limit)`."""
        return _place(row.line, self.columns.index(column), column)


def write_table(alarms: Sequence[Mapping[str, object]], separator: str = ",") -> str:
    """The table of alarms as the project file has them; with a comma in numbers where `;` separates."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for alarm in alarms:
        writer.writerow([_written(alarm.get(column), separator) for column in COLUMNS])
    return out.getvalue()


def _written(value: object, separator: str) -> str:
    match value:
        case None:
            return ""
        case bool() | int() | float():
            text = json.dumps(value)
            return text.replace(".", ",") if separator == ";" else text
        case list() | tuple():
            return " ".join(map(str, cast("Sequence[object]", value)))
        case _:
            text = str(value)
            return f"'{text}" if text.startswith(_RISKY) or text != text.strip() else text


def read_table(content: bytes) -> Table:
    """Read a table.

    Raises:
        ConfigurationError: with every mistake as `line, column: message`.
    """
    text = _decoded(content)
    separator, text, lines_before = _separator_of(text)
    found = _records(text, separator, lines_before)
    columns = _head(*next(found, (1, ())))
    problems: list[str] = []
    rows = [row for line, cells in found if (row := _row(line, cells, columns, separator, problems)) is not None]
    if problems:
        raise ConfigurationError(*problems)
    return Table(columns, tuple(rows))


def _decoded(content: bytes) -> str:
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            content = content.removeprefix(mark) if name == "utf-8" else content
            break
    else:
        name = "utf-8"
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"line {line}: is not UTF-8; save the table as 'CSV UTF-8'") from error


def _separator_of(text: str) -> tuple[str, str, int]:
    """The separator, the text without a line that names it, and how many lines that were."""
    first, _, rest = text.partition("\n")
    if first.startswith("sep=") and first.strip()[4:] in SEPARATORS.values():
        return first.strip("\r")[4:5], rest, 1
    counts = {separator: first.count(separator) for separator in SEPARATORS.values()}
    return max(counts, key=lambda separator: counts[separator]), text, 0


def _records(text: str, separator: str, before: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Every row that is not empty, with its first line; `before` are the lines that are cut off."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ConfigurationError(f"line {line}: is no row of a table: {error}") from error
        if any(cell.strip() for cell in cells):
            yield line, cells


def _head(line: int, cells: Sequence[str]) -> tuple[str, ...]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    hints, known = Suggester(), frozenset(COLUMNS)
    problems: list[str] = []
    for index, name in enumerate(names):
        if name not in known:
            hint = hints.hint(name, known) or f"; known are {', '.join(COLUMNS)}"
            problems.append(f"{_place(line, index)}: unknown column {shown(name)}{hint}")
        elif names.index(name) != index:
            problems.append(f"{_place(line, index)}: there are two columns '{name}'")
    if "id" not in names:
        problems.append(f"line {line}: there is no column 'id'; the first line must name the columns")
    if problems:
        raise ConfigurationError(*problems)
    return tuple(names)


def _row(
    line: int, cells: Sequence[str], columns: Sequence[str], separator: str, problems: list[str]
) -> TableRow | None:
    """A row; None where it has mistakes, which are added to the problems."""
    before = len(problems)
    for index in range(len(columns), len(cells)):
        if cells[index].strip():
            problems.append(f"{_place(line, index)}: {shown(cells[index])} stands in a column without a name")
    read: dict[str, object] = {}
    for index, column in enumerate(columns):
        cell = cells[index] if index < len(cells) else ""
        try:
            read[column] = _read(cell, SORTS[column], separator)
        except ValueError as error:
            problems.append(f"{_place(line, index, column)}: {error}")
    if read.get("id", "") is None:
        problems.append(f"{_place(line, columns.index('id'), 'id')}: is empty")
    return TableRow(line, read) if len(problems) == before else None


def _read(cell: str, sort: Sort, separator: str) -> object:
    """What a cell says; None when it is empty.

    Raises:
        ValueError: in words for a person.
    """
    if len(cell) > _MOST_CELL:
        raise ValueError("is too long; is a closing quotation mark missing?")
    if sort is Sort.TEXT:
        text = cell.removeprefix("'") if cell.startswith("'") else cell.strip()
        return text or None
    text = cell.strip().removeprefix("'").strip()
    if not text:
        return None
    match sort:
        case Sort.NUMBER:
            return _number(text, separator)
        case Sort.FLAG:
            flag = {"true": True, "false": False}.get(text.lower())
            if flag is None:
                raise ValueError(f"{shown(text)} is not true or false")
            return flag
        case Sort.NAMES:
            return text.split()


def _number(text: str, separator: str) -> float:
    plain = text
    if "," in text:
        if separator == "," or "." in text or text.count(",") > 1:
            example = text.replace(",", ".") if text.count(",") == 1 and "." not in text else "1234.5"
            raise ValueError(f"{shown(text)} is no number; write it as {example}")
        plain = text.replace(",", ".")
    try:
        return int(plain) if plain.lstrip("+-").isdecimal() and len(plain) < 20 else float(plain)
    except ValueError:
        raise ValueError(f"{shown(text)} is no number") from None


def _place(line: int, index: int, column: str = "") -> str:
    """Where, as a spreadsheet counts: `line 12, column E (limit)`."""
    letters, rest = "", index + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"line {line}, column {letters}{f' ({column})' if column else ''}"
