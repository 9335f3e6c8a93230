"""A careful look at data nobody has checked yet: what has the wrong type is simply not there.

The checks between parts of a project read the data this way, so that one wrong value does not hide the other mistakes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from vmshmi.config.json_text import DataPath


@dataclass(frozen=True, slots=True)
class Raw:
    """An object of the file and its place.

    Attributes:
        path: from the root of the project.
        data: as it was read.
    """

    path: DataPath
    data: dict[str, object]

    @classmethod
    def root(cls, data: object) -> "Raw":
        """The project itself; empty when it is no object."""
        return cls((), cast("dict[str, object]", data) if isinstance(data, dict) else {})

    def at(self, key: str) -> DataPath:
        """The place of a key."""
        return (*self.path, key)

    def text(self, key: str) -> str | None:
        """A text, None when there is none."""
        value = self.data.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> float | None:
        """A number, None when there is none."""
        value = self.data.get(key)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def whole(self, key: str) -> int | None:
        """A whole number, None when there is none."""
        value = self.data.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def child(self, key: str) -> "Raw | None":
        """An inner object, None when there is none."""
        value = self.data.get(key)
        return Raw(self.at(key), cast("dict[str, object]", value)) if isinstance(value, dict) else None

    def items(self, key: str) -> list["Raw"]:
        """The objects of a list."""
        return [
            Raw((*self.path, key, index), cast("dict[str, object]", item))
            for index, item in enumerate(self.values(key))
            if isinstance(item, dict)
        ]

    def values(self, key: str) -> list[object]:
        """The elements of a list, empty when there is none."""
        value = self.data.get(key)
        return cast("list[object]", value) if isinstance(value, list) else []

    def leaves(self) -> Iterator[tuple[DataPath, str, object]]:
        """Every value below this object that is no object, as (place, the key it stands under, value)."""
        waiting: list[tuple[DataPath, str, object]] = [(self.path, "", self.data)]
        while waiting:
            path, key, value = waiting.pop()
            if isinstance(value, dict):
                inner = cast("dict[str, object]", value).items()
                waiting += [((*path, name), name, part) for name, part in inner]
            elif isinstance(value, list):
                waiting += [((*path, index), key, part) for index, part in enumerate(cast("list[object]", value))]
            else:
                yield path, key, value
