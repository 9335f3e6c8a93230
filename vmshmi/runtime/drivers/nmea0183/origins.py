"""Who sends on a network of IEC 61162-450, and what of it did not arrive. Pure."""

from vmshmi.runtime.drivers.nmea0183.sentence import TagBlock

_LINES = 999
"""Line counts run from 1 to 999 and begin again."""
_BEHIND = _LINES // 2
"""A count that is ahead by more than this is one that came late, or a sender that has begun anew."""
_MOST_GROUPS = 64


class Origins:
    """Follows the line counts of each sender and the groups that are being sent."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}
        self._groups: dict[str, str] = {}
        self.lost = 0
        """Lines that did not arrive, by the senders' counts."""

    def source(self, tags: TagBlock) -> str:
        """Whose sentence it is; in a group only the first line need say it."""
        source = tags.source
        if tags.group is not None:
            group = tags.group[2]
            if source:
                self._groups.pop(group, None)
                self._groups[group] = source
                if len(self._groups) > _MOST_GROUPS:
                    del self._groups[next(iter(self._groups))]
            source = source or self._groups.get(group, "")
        if tags.line is not None:
            self._count(source, tags.line)
        return source

    def _count(self, source: str, line: int) -> None:
        last = self._lines.get(source)
        if last is not None:
            missing = (line - last - 1) % _LINES
            self.lost += missing if missing < _BEHIND else 0
            if missing >= _BEHIND and line < last and last - line < _BEHIND:
                return  # late: the count goes on from the highest
        self._lines[source] = line
