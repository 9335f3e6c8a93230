"""The alarm system's numbers as a CSV that opens in a spreadsheet: blocks with a head each, an empty line between."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from vmshmi.core.alarms.kpi import TEN_MINUTES_S, AlarmKpi
from vmshmi.core.clock import to_iso

ENCODING = "utf-8-sig"
"""With a mark at the beginning: a spreadsheet takes it for the office's own alphabet otherwise."""

_Cell = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def kpi_csv(kpi: AlarmKpi, messages: Mapping[str, str]) -> str:
    """Everything of a period.

    Args:
        kpi: the numbers.
        messages: of alarms, by id; those that are missing stay empty.
    """
    blocks = (
        _block(("period", "value"), _period(kpi)),
        _block(("measure", "value", "target", "source", "verdict"), _measures(kpi)),
        _block(
            ("most frequent alarm", "message", "raised", "share"),
            ((actor.alarm, messages.get(actor.alarm), actor.raised, _round(actor.share)) for actor in kpi.top),
        ),
        _block(
            ("chattering alarm", "message", "raised", "bursts", "most within a minute"),
            ((one.alarm, messages.get(one.alarm), one.raised, one.bursts, one.most) for one in kpi.chattering),
        ),
        _block(
            ("stale alarm", "message", "raised at", "ended at", "stood hours"),
            (
                (one.alarm, messages.get(one.alarm), to_iso(one.raised_at), _moment(one.ended_at),
                 _round(one.standing_s / 3600))
                for one in kpi.stale
            ),
        ),
        _block(
            ("flood from", "until", "raised", "minutes"),
            ((to_iso(f.begin), to_iso(f.end), f.raisings, _round(f.duration_s / 60)) for f in kpi.floods),
        ),
        _block(
            ("10 minutes from", "raised"),
            (
                (to_iso(kpi.since + timedelta(seconds=number * TEN_MINUTES_S)), raised)
                for number, raised in enumerate(kpi.per_10_min)
            ),
        ),
    )  # fmt: skip
    return "\r\n".join(blocks)


def _period(kpi: AlarmKpi) -> Iterable[Sequence[_Cell]]:
    answers = kpi.answers
    yield "since", to_iso(kpi.since)
    yield "until", to_iso(kpi.until)
    yield "known since", _moment(kpi.known_since)
    yield "watched hours", _round(kpi.watched_s / 3600)
    yield "raised", kpi.raised
    yield from ((f"raised {priority.value}", number) for priority, number in kpi.split)
    for name, peak in (("minute", kpi.peak_minute), ("10 minutes", kpi.peak_10_min), ("hour", kpi.peak_hour)):
        yield f"worst {name}", peak.count
        yield f"worst {name} from", _moment(peak.at)
    yield "floods", len(kpi.floods)
    yield "minutes in floods", _round(kpi.flood_s / 60)
    yield "longest flood minutes", _round(max((flood.duration_s for flood in kpi.floods), default=0.0) / 60)
    yield "wanted an answer", answers.wanted
    yield "answered", answers.answered
    yield "never answered", answers.never
    yield "unanswered at the end", answers.waiting
    yield "seconds to an answer median", _round(answers.median_s)
    yield "seconds to an answer p95", _round(answers.p95_s)
    for name, kept in (("shelved", kpi.shelved), ("out of service", kpi.out_of_service)):
        yield f"{name} at the end", kept.at_end
        yield f"{name} alarms", kept.ever
        yield f"{name} times", kept.times


def _measures(kpi: AlarmKpi) -> Iterable[Sequence[_Cell]]:
    for measure in kpi.measures:
        sign = ">=" if measure.target.at_least else "<="
        target = f"{sign} {measure.target.limit:g}"
        yield measure.key.value, _round(measure.value), target, measure.target.source.value, measure.verdict.value


def _block(head: Sequence[str], rows: Iterable[Sequence[_Cell]]) -> str:
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow(head)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    return "".join(lines)


class _Lines(list[str]):
    """What the writer of the standard library writes to."""

    def write(self, line: str) -> None:
        """Take one line."""
        self.append(line)


def _harmless(cell: _Cell) -> _Cell:
    """A text that a spreadsheet would take for a formula is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _moment(when: datetime | None) -> str:
    return "" if when is None else to_iso(when)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
