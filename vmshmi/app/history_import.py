"""What `vmshmi history import` was told about the columns of a file: by a map, by options, by the project."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagKind

if TYPE_CHECKING:
    from vmshmi.runtime.historian import CsvLayout

WORDS = ("time_column", "tag_column", "value_column", "quality_column", "zone", "encoding")
_CHOICES = {"times": ("iso", "day-first"), "decimal": ("point", "comma"), "separator": (",", ";", "tab")}
_KINDS = {"number": TagKind.ANALOG, "boolean": TagKind.DIGITAL, "text": TagKind.TEXT}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add an option for each key of the map that is one word."""
    parser.add_argument("--map", type=Path, metavar="MAP.json", help="the same and more in a file; options go before")
    parser.add_argument("--time-column", metavar="NAME", help="header of the times")
    parser.add_argument("--tag-column", metavar="NAME", help="of a long file: header of the tags; else a column a tag")
    parser.add_argument("--value-column", metavar="NAME", help="of a long file")
    parser.add_argument("--quality-column", metavar="NAME", help="of a long file: good, uncertain or bad")
    parser.add_argument("--times", choices=_CHOICES["times"], help="2026-11-22T14:06:00 or 22.11.2026 14:06:00")
    parser.add_argument("--zone", metavar="NAME", help="of times without an offset, for example Europe/Oslo; else UTC")
    parser.add_argument("--decimal", choices=_CHOICES["decimal"])
    parser.add_argument("--separator", choices=_CHOICES["separator"], help="else found out")
    parser.add_argument("--encoding", metavar="NAME", help="for example cp1252; else UTF-8")


def layout_of(given: argparse.Namespace, kinds: Mapping[str, TagKind]) -> "CsvLayout":
    """What the columns mean.

    Args:
        given: the parsed command line.
        kinds: of the project's tags; empty when no project was named.

    Raises:
        ConfigurationError: one line for each thing that is wrong.
    """
    from vmshmi.runtime.historian import CsvLayout
    from vmshmi.runtime.historian.rows import family_of

    told = _read(given.map) if given.map else {}
    where = given.map or "vmshmi history import"
    names, of_tags = _pairs(told, "columns", where), _pairs(told, "kinds", where)
    words = {key: _word(told, key, where) for key in (*WORDS, *_CHOICES)}
    for key in words:
        words[key] = getattr(given, key) or words[key]
    problems = [f"{where}: {key}: {words[key]!r} is none of {', '.join(choices)}"
                for key, choices in _CHOICES.items() if words[key] and words[key] not in choices]  # fmt: skip
    problems += [f"{where}: kinds: {tag}: {kind!r} is none of {', '.join(_KINDS)}"
                 for tag, kind in of_tags.items() if kind not in _KINDS]  # fmt: skip
    if not words["time_column"]:
        problems.append(f"{where}: say which column holds the times (--time-column NAME)")
    if bool(words["tag_column"]) is not bool(words["value_column"]):
        problems.append(f"{where}: a long file needs both --tag-column and --value-column")
    if words["quality_column"] and not words["tag_column"]:
        problems.append(f"{where}: --quality-column is for a long file, with --tag-column and --value-column")
    if problems:
        raise ConfigurationError(*problems)
    all_kinds = {tag: _KINDS[kind] for tag, kind in of_tags.items()} | dict(kinds)  # the project knows better
    return CsvLayout(
        time_column=words["time_column"],
        tag_column=words["tag_column"],
        value_column=words["value_column"],
        quality_column=words["quality_column"],
        names=names,
        families={tag: family_of(kind) for tag, kind in all_kinds.items()},
        known=frozenset(kinds),
        day_first=words["times"] == "day-first",
        zone=_zone(words["zone"]),
        separator="\t" if words["separator"] == "tab" else words["separator"],
        comma=words["decimal"] == "comma",
        encoding=words["encoding"] or "utf-8-sig",
    )


def _read(file: Path) -> dict[str, object]:
    try:
        told = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise ConfigurationError(f"{file}: is no JSON: {error}") from error
    if not isinstance(told, dict):
        raise ConfigurationError(f"{file}: must be an object, {{...}}")
    table = cast("dict[str, object]", told)  # JSON's keys are texts
    known = (*WORDS, *_CHOICES, "columns", "kinds")
    unknown = [f"{file}: {key}: unknown; known are {', '.join(known)}" for key in table if key not in known]
    if unknown:
        raise ConfigurationError(*unknown)
    return table


def _word(told: Mapping[str, object], key: str, where: object) -> str:
    word = told.get(key, "")
    if not isinstance(word, str):
        raise ConfigurationError(f"{where}: {key}: must be a text")
    return word


def _pairs(told: Mapping[str, object], key: str, where: object) -> dict[str, str]:
    table = told.get(key, {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"{where}: {key}: must be an object of texts")
    pairs = cast("dict[str, object]", table)  # JSON's keys are texts
    found = {name: value for name, value in pairs.items() if isinstance(value, str)}
    if len(found) != len(pairs):
        raise ConfigurationError(f"{where}: {key}: must be an object of texts")
    return found


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigurationError(f"{name}: no such time zone; for example Europe/Oslo") from error
