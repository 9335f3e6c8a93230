"""A problem of a project file, and how it reads: `line 45, tags[12] me_p.lo_press, source.adress: unknown key ...`."""

import difflib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from vmshmi.config.json_text import DataPath

_FEW = 500
"""Among so few candidates a thorough search costs a few milliseconds and is always made."""
_THOROUGH_BUDGET = 100_000
"""Candidates looked at in thorough searches among many, for one file: about a second. Then only quick ones."""
_LONGEST_ID = 120
_ID_SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

_SLIPS: dict[str, tuple[str, ...]] = {
    "=": ("==",),
    "<>": ("!=",),
    "=>": (">=",),
    "=<": ("<=",),
    "abcd": ("big",),
    "cdab": ("little",),
    "bool": ("coil",),
    "byte": ("uint16",),
    "uint8": ("uint16",),
    "int8": ("int16",),
    "word": ("uint16",),
    "uint": ("uint16",),
    "int": ("int16",),
    "dword": ("uint32",),
    "udint": ("uint32",),
    "dint": ("int32",),
    "float": ("float32",),
    "real": ("float32",),
    "real32": ("float32",),
    "double": ("float64",),
    "lreal": ("float64",),
    "register": ("address", "holding"),
    "holding_register": ("holding",),
    "holding_registers": ("holding",),
    "input_register": ("input",),
    "input_registers": ("input",),
    "discrete_input": ("discrete",),
    "discrete_inputs": ("discrete",),
    "function": ("table",),
    "slave": ("unit",),
    "slave_id": ("unit",),
    "unit_id": ("unit",),
    "station": ("unit",),
    "count": ("length",),
    "quantity": ("length",),
    "datatype": ("type",),
    "data_type": ("type",),
    "factor": ("scale",),
    "gain": ("scale",),
    "multiplier": ("scale",),
    "byte_order": ("word_order",),
    "endianness": ("word_order",),
    "ip": ("host",),
    "timeout": ("timeout_s",),
    "interval": ("poll_s",),
    "baudrate": ("baud",),
}
"""What people write from habit, where the letters alone would suggest another word or none."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the data of a project.

    Attributes:
        path: where.
        message: what, and what to do.
        other: a second place the message ends with; None when there is none.
    """

    path: DataPath
    message: str
    other: DataPath | None = None


class Suggester:
    """Finds what a person meant to write; searches less when a large file is wrong everywhere."""

    def __init__(self) -> None:
        self._budget = _THOROUGH_BUDGET
        self._found: dict[tuple[str, frozenset[str]], str | None] = {}

    def nearest(self, word: str, candidates: frozenset[str]) -> str | None:
        """The candidate that looks most like the word; None when none is near."""
        key = (word, candidates)
        if key not in self._found:
            self._found[key] = self._look(word, candidates)
        return self._found[key]

    def _look(self, word: str, candidates: frozenset[str]) -> str | None:
        for likely in (*_SLIPS.get(word.lower(), ()), word.strip(), word.strip().lower()):
            if likely in candidates:
                return likely
        few = len(candidates) <= _FEW
        if not few:
            quick = min(candidates.intersection(_one_slip_away(word)), default=None)
            if quick is not None or self._budget <= 0:
                return quick
            self._budget -= len(candidates)
        near = difflib.get_close_matches(word, candidates, n=1, cutoff=0.6 if few else 0.8)
        return near[0] if near else None

    def hint(self, word: str, candidates: frozenset[str]) -> str:
        """`; did you mean 'address'?`, or nothing when nothing is near."""
        near = self.nearest(word, candidates)
        return "" if near is None else f"; did you mean '{near}'?"


def _one_slip_away(word: str) -> Iterator[str]:
    """Every text with one sign left out, added, exchanged or swapped with its neighbour."""
    if len(word) > _LONGEST_ID:
        return
    for index in range(len(word) + 1):
        head, tail = word[:index], word[index:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for sign in _ID_SIGNS:
            yield head + sign + tail
            yield head + sign + tail[1:]


def render(problems: Iterable[Problem], data: object, line: Callable[[DataPath], int] | None) -> tuple[str, ...]:
    """Every problem as `place: message`, in the order of the file when lines are known."""
    if line is None:
        return tuple(dict.fromkeys(_text(problem, data, None) for problem in problems))
    numbered = sorted(((line(problem.path), problem) for problem in problems), key=lambda pair: pair[0])
    return tuple(dict.fromkeys(_text(problem, data, line) for _, problem in numbered))


def place(path: DataPath, data: object) -> str:
    """A place for a person: `tags[12] me_p.lo_press, source.address`."""
    if not path:
        return "project"
    head, rest = str(path[0]), path[1:]
    if rest and isinstance(rest[0], int):
        head, item_id = f"{head}[{rest[0]}]", value_at(data, (*path[:2], "id"))
        rest = rest[1:]
        head = f"{head} {item_id}" if isinstance(item_id, str) else head
        joint = ", "
    else:
        joint = "."
    tail = ""
    for part in rest:
        tail += f"[{part}]" if isinstance(part, int) else f".{part}" if tail else part
    return head + joint + tail if tail else head


def value_at(data: object, path: DataPath) -> object:
    """The value at a place; None where there is none."""
    for part in path:
        if isinstance(data, dict) and isinstance(part, str):
            data = cast("dict[str, object]", data).get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(cast("list[object]", data)):
            data = cast("list[object]", data)[part]
        else:
            return None
    return data


def shown(value: object) -> str:
    """A value from the file, short enough for a line."""
    match value:
        case dict():
            return "an object"
        case list() | tuple():
            return "a list"
        case str():
            text = value if len(value) <= 40 else value[:40] + "..."
            return f"'{text}'"
        case None:
            return "null"
        case _:
            text = json.dumps(value)
            return text if len(text) <= 24 else text[:24] + "..."


def _text(problem: Problem, data: object, line: Callable[[DataPath], int] | None) -> str:
    def full(path: DataPath) -> str:
        return f"line {line(path)}, {place(path, data)}" if line else place(path, data)

    message = problem.message if problem.other is None else f"{problem.message} {full(problem.other)}"
    return one_line(f"{full(problem.path)}: {message}")


def one_line(text: str) -> str:
    """The text with everything that would break or reorder a line written as an escape."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
