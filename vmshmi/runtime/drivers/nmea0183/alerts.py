"""Alerts of other systems: an alert told in several sentences, and the list of those that are not normal. Pure.

After IEC 62923 an ALF tells every change of an alert, and a cyclic ALC lists all that are not normal, with the revision
of each. So the list proves what an ALF has said, and tells of an alert whose last ALF was lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from vmshmi.core.quality import Quality
from vmshmi.runtime.drivers.engineering import Converted
from vmshmi.runtime.drivers.nmea0183.binding import Binding
from vmshmi.runtime.drivers.nmea0183.catalogue import normal_key

_STATE, _REVISION, _TEXT = 7, 11, 13
_ENTRY = 4
_HEAD = 4
_NORMAL = [""] * (_STATE - 1) + ["N"] + [""] * (_TEXT - _STATE)
_ACTIVE = [""] * (_STATE - 1) + ["A"] + [""] * (_TEXT - _STATE)

Found = list[tuple[Binding, Converted]]
Entry = tuple[str, str, str, str]
"""Manufacturer, number, instance, revision."""


def names(fields: Sequence[str], key: tuple[int, ...]) -> tuple[str, str, str]:
    """Manufacturer, number and instance of the alert a sentence speaks of; ALR has only a number."""
    parts = [fields[position - 1] for position in key]
    if len(parts) == 1:
        parts = ["", parts[0], ""]
    return parts[0].upper(), normal_key(parts[1]), normal_key(parts[2])


def is_about(binding: Binding, maker: str, number: str, instance: str) -> bool:
    """True when the tag is bound to this alert."""
    wanted_maker, wanted = binding.alert or ("", "")
    return (
        number == wanted
        and (not wanted_maker or wanted_maker == maker)
        and (not binding.instance or binding.instance == instance)
    )


@dataclass(slots=True)
class _Parts:
    """Sentences of one message that have come so far."""

    sequence: str
    total: int
    fields: list[list[str]] = field(default_factory=list[list[str]])


class Alerts:
    """Remembers what was told of the alerts that tags are bound to.

    Args:
        bindings: those of ALF; what they are bound to is found in the list too.
    """

    def __init__(self, bindings: Sequence[Binding]) -> None:
        self._bindings = tuple(bindings)
        self._last: dict[Binding, tuple[str, list[str]]] = {}
        self._parts: dict[tuple[str, ...], _Parts] = {}
        self.incomplete = 0
        """Messages of several sentences of which some did not come."""

    def told(self, fields: list[str], origin: str, matching: Sequence[Binding]) -> Found:
        """The samples of one ALF; its text waits for its last sentence, its state does not.

        Args:
            fields: of the sentence.
            origin: talker and source.
            matching: bindings whose talker and source it has.
        """
        alert = names(fields, (8, 9, 10))
        bound = [binding for binding in matching if is_about(binding, *alert)]
        joined = self._join(("ALF", origin, *alert), fields)
        if joined is None:
            if fields[1] != "1":
                return []
            return self._keep(fields, origin, [b for b in bound if b.field is None or b.field.position != _TEXT])
        whole = [*joined[0][: _TEXT - 1], " ".join(part[_TEXT - 1] for part in joined if part[_TEXT - 1])]
        return self._keep(whole, origin, bound)

    def _keep(self, fields: list[str], origin: str, bound: Sequence[Binding]) -> Found:
        for binding in bound:
            self._last[binding] = origin, fields
        return [(binding, binding.take(fields)) for binding in bound]

    def listed(self, fields: list[str], origin: str, matching: Sequence[Binding]) -> Found:
        """The samples of one ALC: nothing before the list is complete, then all that it proves or disproves."""
        joined = self._join(("ALC", origin), fields)
        if joined is None:
            return []
        entries = [entry for part in joined for entry in _entries(part)]
        found: Found = []
        for binding in matching:
            entry = _entry_of(binding, entries)
            found.append((binding, (entry is not None, Quality.GOOD, entry[3] if entry is not None else None)))
        for binding in self._bindings:
            found += self._prove(binding, _entry_of(binding, entries), origin)
        return found

    def _prove(self, binding: Binding, entry: Entry | None, origin: str) -> Found:
        told = self._last.get(binding)
        if told is None:
            # of an alert nobody has told of, only its own system knows that it is normal
            if entry is None and not (binding.talker and origin.startswith(binding.talker)):
                return []
            fields = _NORMAL if entry is None else _ACTIVE
            is_state = binding.field is not None and binding.field.position == _STATE
            if not is_state or (entry is not None and not _is_active(binding)):
                return []
            return [(binding, binding.take(fields))]
        by, fields = told
        if by != origin:
            return []
        if entry is not None and fields[_REVISION - 1] != entry[3]:
            return self._outdated(binding, fields)
        if entry is None and fields[_STATE - 1] != "N":
            fields = [*fields[: _STATE - 1], "N", *fields[_STATE:]]
        return self._keep(fields, origin, [binding])

    def _outdated(self, binding: Binding, fields: list[str]) -> Found:
        """It has changed since, and how was not heard: it is not normal, more is not known."""
        if _is_active(binding):
            return [(binding, binding.take(_ACTIVE))]
        value, quality, raw = binding.take(fields)
        return [(binding, (value, max(quality, Quality.UNCERTAIN_LAST_USABLE_VALUE), raw))]

    def _join(self, name: tuple[str, ...], fields: list[str]) -> list[list[str]] | None:
        """All sentences of a message once its last one has come; None before, and where one is missing."""
        total, number = _whole(fields[0]), _whole(fields[1])
        if number == 1:
            if self._parts.pop(name, None) is not None:
                self.incomplete += 1
            if total == 1:
                return [fields]
            self._parts[name] = _Parts(fields[2], total, [fields])
            return None
        parts = self._parts.get(name)
        if parts is None or parts.sequence != fields[2] or number != len(parts.fields) + 1 or parts.total != total:
            self._parts.pop(name, None)
            self.incomplete += 1
            return None
        parts.fields.append(fields)
        if number < parts.total:
            return None
        return self._parts.pop(name).fields


def _is_active(binding: Binding) -> bool:
    return binding.field is not None and binding.field.name == "active"


def _entries(fields: list[str]) -> list[Entry]:
    """The alerts of one ALC."""
    return [
        (fields[at].upper(), normal_key(fields[at + 1]), normal_key(fields[at + 2]), fields[at + 3])
        for at in range(_HEAD, len(fields) - _ENTRY + 1, _ENTRY)
    ]


def _entry_of(binding: Binding, entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in entries if is_about(binding, *entry[:3])), None)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0
