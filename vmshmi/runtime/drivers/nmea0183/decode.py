"""What sentences say about the tags that are bound to them. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vmshmi.core.devices import MonitorLine
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.engineering import Converted
from vmshmi.runtime.drivers.listening.feed import Decoded, Heard
from vmshmi.runtime.drivers.nmea0183.alerts import Alerts, is_about, names
from vmshmi.runtime.drivers.nmea0183.binding import Binding, transducers
from vmshmi.runtime.drivers.nmea0183.catalogue import SENTENCES, key_of
from vmshmi.runtime.drivers.nmea0183.meaning import meaning
from vmshmi.runtime.drivers.nmea0183.origins import Origins
from vmshmi.runtime.drivers.nmea0183.sentence import Fault, Sentence, parse

_UNREADABLE = Quality.BAD_DECODING_ERROR
_ALL_NOISE = 20
"""Lines in a row without a sentence: no line is as bad as that, but one that is read wrongly."""
_MOST_ROUTES = 2_000
"""Addresses remembered; a ship has some tens."""


@dataclass(frozen=True, slots=True)
class _Route:
    """Whom an address concerns.

    Attributes:
        least: so many fields its sentence has at the least.
        plain: tags that are read out of every such sentence.
        choosing: bindings that look whether it speaks of them.
    """

    least: int
    plain: tuple[tuple[TagId, Callable[[Sequence[str]], Converted]], ...]
    choosing: tuple[Binding, ...]


class SentenceDecoder:
    """The decoder of one line or network: each thing heard is one line without its end.

    Args:
        bindings: of its tags.
        need_checksum: False takes sentences without one.
    """

    def __init__(self, bindings: Iterable[Binding], *, need_checksum: bool = True) -> None:
        self._bindings = tuple(bindings)
        self._need_checksum = need_checksum
        self._routes: dict[str, _Route] = {}
        self._only: dict[Binding, str] = {}
        """Of what a tag without `instance` has heard; empty once there were several."""
        self._origins = Origins()
        self._alerts = Alerts([binding for binding in self._bindings if binding.formatter == "ALF"])
        self._counts = Counter({fault.value: 0 for fault in Fault})
        self._sentences = self._short = self._decode_errors = self._after_noise = 0
        self._unread = 0
        """Lines since the last sentence."""
        self._last_fault = Fault.NOISE

    def decode(self, heard: Sequence[Heard[bytes]]) -> Decoded:
        """The samples of the bound tags, in order."""
        decoded: Decoded = []
        need_checksum, routes = self._need_checksum, self._routes
        for at, line in heard:
            sentence = parse(line, need_checksum=need_checksum)
            if isinstance(sentence, Fault):
                self._counts[sentence.value] += 1
                self._unread += 1
                self._last_fault = sentence
                continue
            self._unread = 0
            address, fields, tags, after_noise = sentence
            self._sentences += 1
            self._after_noise += after_noise
            source = "" if tags is None else self._origins.source(tags)
            route = routes.get(address)
            if route is None:
                route = self._route(sentence)
            if len(fields) < route.least:
                self._short += 1
                continue
            for tag_id, take in route.plain:
                value, quality, raw = take(fields)
                if quality is _UNREADABLE:
                    self._decode_errors += 1
                decoded.append((tag_id, TagValue(value, quality, at, raw)))
            if route.choosing:
                self._choose(decoded, at, sentence, source, route.choosing)
        return decoded

    def _route(self, sentence: Sentence) -> "_Route":
        """The bindings an address concerns; those of alerts concern the list of alerts too."""
        if len(self._routes) >= _MOST_ROUTES:
            self._routes.clear()
        formatter, talker = sentence.formatter, sentence.talker
        known = SENTENCES.get(formatter)
        found = [
            binding
            for binding in self._bindings
            if (binding.formatter == formatter or (formatter == "ALC" and binding.formatter == "ALF"))
            and binding.talker in ("", talker)
        ]
        plain = [binding for binding in found if not (binding.key or binding.source or binding.transducer)]
        route = self._routes[sentence.address] = _Route(
            0 if known is None else known.least,
            tuple((binding.tag_id, binding.take) for binding in plain),
            tuple(binding for binding in found if binding not in plain),
        )
        return route

    def _choose(
        self, decoded: Decoded, at: datetime, sentence: Sentence, source: str, choosing: tuple[Binding, ...]
    ) -> None:
        """The samples of bindings that want more of a sentence than its address."""
        fields, formatter = sentence.fields, sentence.formatter
        matching = [binding for binding in choosing if not binding.source or binding.source == source]
        match formatter:
            case "ALF":
                found = self._alerts.told(fields, sentence.talker + source, matching)
            case "ALC":
                own = [binding for binding in matching if binding.formatter == "ALC"]
                found = self._alerts.listed(fields, sentence.talker + source, own)
            case "XDR":
                found = self._transducers(fields, matching)
            case _:
                found = [(binding, self._checked(binding, fields)) for binding in matching if _is_for(binding, fields)]
        for binding, (value, quality, raw) in found:
            if quality is _UNREADABLE:
                self._decode_errors += 1
            decoded.append((binding.tag_id, TagValue(value, quality, at, raw)))

    def _transducers(self, fields: list[str], matching: Sequence[Binding]) -> list[tuple[Binding, Converted]]:
        by_position = [(binding, binding.take(fields)) for binding in matching if not binding.transducer]
        return by_position + [
            (binding, self._checked(binding, quad))
            for name, quad in transducers(fields)
            for binding in matching
            if binding.transducer == name and binding.instance in ("", quad[0])
        ]

    def _checked(self, binding: Binding, fields: Sequence[str]) -> Converted:
        """The value; uncertain where nothing says of which engine or wind, and several were heard."""
        value, quality, raw = binding.take(fields)
        if binding.key and not binding.instance and binding.alert is None:
            about = key_of(fields, binding.key)
            # a proprietary sentence begins with its own subtype, or with any field at all: only words tell kinds apart
            if binding.formatter in SENTENCES or binding.transducer or (len(about) > 1 and about[0].isalpha()):
                if self._only.setdefault(binding, about) != about:
                    self._only[binding] = ""
                if not self._only[binding] and about:
                    quality = max(quality, Quality.UNCERTAIN_SUB_NORMAL)
        return value, quality, raw

    def describe(self, heard: Sequence[Heard[bytes]]) -> Iterable[MonitorLine]:
        """Every line for a person."""
        return [self._line(at, line) for at, line in heard]

    def _line(self, at: datetime, line: bytes) -> MonitorLine:
        raw = line.decode("ascii", "backslashreplace")
        sentence = parse(line, need_checksum=self._need_checksum)
        if isinstance(sentence, Fault):
            return MonitorLine(at, "not understood", raw, sentence.value.replace("_", " "))
        formatter = sentence.formatter
        known = SENTENCES.get(formatter)
        key = "" if known is None or not known.key else f" {key_of(sentence.fields, known.key)}"
        return MonitorLine(at, f"{formatter} {sentence.talker}{key}".rstrip(), raw, meaning(sentence))

    def complaint(self) -> str:
        """What is wrong with all that is heard of late; empty when nothing is."""
        if self._unread < _ALL_NOISE:
            return ""
        if self._last_fault is Fault.TRUNCATED:
            return 'no checksum in what is heard; a device that never sends one needs "checksum": "optional"'
        return "what is heard is no NMEA 0183: is the speed (baud) right?"

    def note(self) -> str:
        """What was wrong with a log in one line; empty when nothing was."""
        unread, without = self._counts.total(), self._counts[Fault.TRUNCATED.value]
        if not unread:
            return ""
        hint = f', {without:,} for want of a checksum ("checksum": "optional" takes them)' if without else ""
        return f"{unread:,} of its lines are no sentences that can be believed{hint}"

    def counters(self) -> Mapping[str, int]:
        """Sentences, and everything that was none."""
        return {
            "sentences": self._sentences,
            **self._counts,
            "after_noise": self._after_noise,
            "too_few_fields": self._short,
            "decode_errors": self._decode_errors,
            "lost": self._origins.lost,
            "incomplete": self._alerts.incomplete,
        }


def _is_for(binding: Binding, fields: list[str]) -> bool:
    if binding.formatter == "ALR" and not fields[1]:
        # a system without any alarm says so with a number that is empty
        return fields[2] == "V" and binding.field is not None and binding.field.name == "active"
    if binding.alert is not None:
        return is_about(binding, *names(fields, binding.key))
    return not binding.instance or key_of(fields, binding.key) == binding.instance
