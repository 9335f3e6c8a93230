"""Groups of pens a person has kept: one small file a ship, where a user's programs keep their settings."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import QStandardPaths

from vmshmi.core.errors import StorageError

MOST_GROUPS = 12
_LONGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """A title and the tags in order of their pens."""

    title: str
    tags: tuple[str, ...]


def own_groups_file(vessel: str) -> Path:
    """Where the groups of a ship are kept."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
    name = re.sub(r"[^a-z0-9]+", "-", vessel.lower()).strip("-") or "ship"
    return Path(folder or Path.home()) / f"trends-{name}.json"


class OwnGroups:
    """The groups of every person at this workstation.

    Args:
        path: of the file; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._groups: dict[str, list[OwnGroup]] = {}

    def of(self, user: str) -> Sequence[OwnGroup]:
        """Those of a person, the oldest first."""
        return tuple(self._groups.get(user, ()))

    async def load(self) -> None:
        """Read the file.

        Raises:
            StorageError: if it cannot be read; what was known stays.
        """
        self._groups = await asyncio.to_thread(_read, self.path)

    async def keep(self, user: str, group: OwnGroup) -> None:
        """Keep one more, the oldest goes where there are too many; the same tags are not kept twice.

        Raises:
            StorageError: if the file cannot be read or written; nothing has changed then.
        """
        await self._change(user, lambda groups: [*(g for g in groups if g.tags != group.tags), group][-MOST_GROUPS:])

    async def remove(self, user: str, group: OwnGroup) -> None:
        """Keep it no longer.

        Raises:
            StorageError: as `keep`.
        """
        await self._change(user, lambda groups: [g for g in groups if g != group])

    async def _change(self, user: str, change: Callable[[list[OwnGroup]], list[OwnGroup]]) -> None:
        groups = await asyncio.to_thread(_read, self.path)  # another window may have written meanwhile
        groups[user] = change(groups.get(user, []))
        await asyncio.to_thread(_write, self.path, groups)
        self._groups = groups


def _read(path: Path) -> dict[str, list[OwnGroup]]:
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_FILE)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    try:
        users = cast(object, json.loads(text))  # checked below, piece by piece
        return {str(user): [_group(group) for group in _list(groups)] for user, groups in _mapping(users).items()}
    except (ValueError, TypeError, KeyError) as error:
        raise StorageError(f"{path}: not a file of trend groups; move it away to begin anew") from error


def _group(group: object) -> OwnGroup:
    parts = _mapping(group)
    return OwnGroup(str(parts["title"]), tuple(str(tag) for tag in _list(parts["tags"])))


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("no object")
    return cast(Mapping[str, object], value)  # what JSON calls an object has texts as keys


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return cast(Sequence[object], value)  # its items are checked where they are used


def _write(path: Path, groups: Mapping[str, Sequence[OwnGroup]]) -> None:
    text = {user: [{"title": g.title, "tags": list(g.tags)} for g in own] for user, own in groups.items() if own}
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(text, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
