"""From the bytes of a file to JSON data, and from a place in the data back to its line. Knows nothing of ships."""

import codecs
import json
import re
from bisect import bisect_left
from collections import Counter
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import cast

from vmshmi.core.errors import ConfigurationError

MAX_BYTES = 100_000_000
"""Largest file: about fifteen times a project of 20,000 tags."""

DataPath = tuple[str | int, ...]
"""Keys and indexes from the root to a value."""

_BLANK = re.compile(r"[ \t\r\n]*")
_FOREIGN_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_WORDS = {
    "Expecting property name enclosed in double quotes": "expected a key in double quotes",
    "Expecting ':' delimiter": "expected ':' between key and value",
    "Expecting ',' delimiter": "expected ',' or the end of the list or object",
    "Expecting value": "expected a value",
    "Extra data": "expected the end of the file, but there is more",
    "Unterminated string starting at": "this text never ends; its closing '\"' is missing",
    "Invalid control character at": "a text must not contain a line break or a control character",
    "Invalid \\escape": "unknown escape in a text; write a backslash as '\\\\'",
    "Invalid \\uXXXX escape": "'\\u' needs four hexadecimal digits",
}


class DoubledKeys(dict[str, object]):
    """An object in which keys were written more than once; the last one counts."""

    doubled: tuple[str, ...] = ()


class JsonText:
    """A JSON text that was read without error: its data and the lines of its parts.

    Lines are looked for only when somebody asks, one container at a time, each container once.
    """

    def __init__(self, text: str, data: object, *, has_doubled_keys: bool = False) -> None:
        self.data = data
        self._has_doubled_keys = has_doubled_keys
        self._text = text
        self._decoder = json.JSONDecoder(parse_int=float)  # only lengths matter here; float takes any length
        self._newlines: list[int] = []
        self._containers: dict[DataPath, dict[str | int, list[tuple[int, int]]]] = {}

    def line(self, path: DataPath) -> int:
        """Line of a key or a list's element, of the nearest container when there is no such part; counted from 1."""
        offset, found = _skip_blank(self._text, 0), ()
        for part in path:
            places = self._children(found, offset).get(part)
            if places is None:
                break
            found = (*found, part)
            offset = places[-1][1]
            if found == path:
                return self._line_at(places[-1][0])
        return self._line_at(offset)

    def doubled_keys(self) -> list[tuple[DataPath, int]]:
        """Each key that is written more than once in its object, with the line where it stands first."""
        found: list[tuple[DataPath, int]] = []
        waiting: list[tuple[DataPath, object]] = [((), self.data)] if self._has_doubled_keys else []
        while waiting:
            path, value = waiting.pop()
            if isinstance(value, DoubledKeys):
                found += [((*path, key), self._first_line(path, key)) for key in value.doubled]
            if isinstance(value, dict):
                waiting += [((*path, key), part) for key, part in cast("dict[str, object]", value).items()]
            elif isinstance(value, list):
                waiting += [((*path, index), part) for index, part in enumerate(cast("list[object]", value))]
        return found

    def _first_line(self, parent: DataPath, key: str) -> int:
        offset = _skip_blank(self._text, 0)
        for depth, part in enumerate(parent):
            offset = self._children(parent[:depth], offset)[part][-1][1]
        return self._line_at(self._children(parent, offset)[key][0][0])

    def _line_at(self, offset: int) -> int:
        if not self._newlines:
            self._newlines = [match.start() for match in re.finditer("\n", self._text)]
        return bisect_left(self._newlines, offset) + 1

    def _children(self, path: DataPath, start: int) -> dict[str | int, list[tuple[int, int]]]:
        """Offsets of (key, value) for each part of the container that begins at `start`; none for a plain value."""
        known = self._containers.get(path)
        if known is None:
            known = self._containers[path] = self._scan(start)
        return known

    def _scan(self, start: int) -> dict[str | int, list[tuple[int, int]]]:
        found: dict[str | int, list[tuple[int, int]]] = {}
        opening = self._text[start]
        if opening not in "{[":
            return found
        position = _skip_blank(self._text, start + 1)
        index = 0
        while self._text[position] not in "}]":
            key_at = position
            key: str | int = index
            if opening == "{":
                # the text is known to be JSON, where a key is a text
                key, position = cast("tuple[str, int]", self._decoder.raw_decode(self._text, position))
                position = _skip_blank(self._text, _skip_blank(self._text, position) + 1)
            found.setdefault(key, []).append((key_at, position))
            _, position = self._decoder.raw_decode(self._text, position)
            position = _skip_blank(self._text, position)
            if self._text[position] == ",":
                position = _skip_blank(self._text, position + 1)
            index += 1
        return found


def read_json(path: Path) -> JsonText:
    """Read a JSON file.

    Raises:
        ConfigurationError: if it cannot be read, is not UTF-8, or is not JSON; `place: message` with line and column.
    """
    return decode_json(_read_bytes(path))


def decode_json(content: bytes) -> JsonText:
    """Read JSON from the bytes of a file. A UTF-8 byte order mark, as some editors write it, is skipped.

    Raises:
        ConfigurationError: if it is not UTF-8 or not JSON; `place: message` with line and column.
    """
    for mark, name in _FOREIGN_MARKS.items():
        if content.startswith(mark):
            raise ConfigurationError(f"line 1: the file is {name}; save it as UTF-8")
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        place = _place(before, len(before))
        byte = content[error.start]
        raise ConfigurationError(f"{place}: the byte 0x{byte:02x} is not UTF-8; save the file as UTF-8") from error
    if not text.strip():
        raise ConfigurationError("line 1: the file is empty")
    marked: list[DoubledKeys] = []
    try:
        data = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, marked), parse_int=_whole)
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{_place(text, error.pos)}: {_syntax(error)}") from error
    except RecursionError as error:
        raise ConfigurationError("line 1: lists and objects are nested too deeply") from error
    return JsonText(text, data, has_doubled_keys=bool(marked))


def _read_bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if S_ISDIR(status.st_mode):
            raise ConfigurationError("file: this is a folder, not a file")
        if not S_ISREG(status.st_mode):
            raise ConfigurationError("file: this is not a regular file")
        if status.st_size > MAX_BYTES:
            raise ConfigurationError(f"file: larger than {MAX_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigurationError("file: there is no such file") from error
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigurationError(f"file: cannot be read: {reason}") from error


def _object(pairs: list[tuple[str, object]], marked: list[DoubledKeys]) -> dict[str, object]:
    """The object of these pairs; one with doubled keys is marked and noted."""
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    count = Counter(key for key, _ in pairs)
    special = DoubledKeys(plain)
    special.doubled = tuple(key for key in plain if count[key] > 1)
    marked.append(special)
    return special


def _whole(digits: str) -> float:
    """A whole number; one of absurd length becomes infinite and is refused where it stands."""
    return int(digits) if len(digits) < 400 else float(digits)


def _skip_blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position) if line > 1 else position + 1
    return f"line {line}, column {column}"


def _syntax(error: json.JSONDecodeError) -> str:
    """What is wrong, for a person; with the usual mistakes by name."""
    here = error.doc[error.pos : error.pos + 2]
    before = error.doc[: error.pos].rstrip()[-1:]
    if before == "," and here[:1] in ("}", "]"):
        return f"one ',' too many before '{here[0]}'"
    if here[:1] == "'":
        return "JSON wants double quotes"
    if here in ("//", "/*") or here[:1] == "#":
        return "JSON has no comments"
    for python, ours in (("True", "true"), ("False", "false"), ("None", "null")):
        if error.doc.startswith(python, error.pos):
            return f"JSON writes {ours}"
    said = next((ours for theirs, ours in _WORDS.items() if error.msg.startswith(theirs)), error.msg)
    if not here:
        return f"{said}, found the end of the file"
    return f"{said}, found {here[0]!r}" if said.startswith("expected") and here[0].isprintable() else said
