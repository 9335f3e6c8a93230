"""`vmshmi alarms kpi`: the alarm system's numbers over a time, beside a running runtime or without one."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from vmshmi.app.journal_command import journal_in
from vmshmi.core.alarms.kpi import AlarmKpi, KpiMeasure
from vmshmi.core.alarms.kpi_csv import ENCODING, kpi_csv
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.clock import to_iso
from vmshmi.core.errors import ConfigurationError, StorageError

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)

_DEFAULT = timedelta(days=30)
_MOST_FLOODS = 10


def add_kpi(
    actions: "argparse._SubParsersAction[_Parser]",  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
    moment: Callable[[str], object],
) -> None:
    """Add `vmshmi alarms kpi`.

    Args:
        actions: of `vmshmi alarms`.
        moment: reads a time.
    """
    kpi = actions.add_parser("kpi", help="how the alarm system did over a time", description=_run.__doc__)
    kpi.add_argument("--db", required=True, metavar="PATH", help="database folder of the runtime")
    kpi.add_argument(
        "--since", type=moment, metavar="T", help="2026-11-22T14:06:00Z; without it 30 days before the end"
    )
    kpi.add_argument("--until", type=moment, metavar="T", help="without it now")
    kpi.add_argument("--vmsproj", type=Path, metavar="FILE", help="project file, when it says what a flood is")
    kpi.add_argument("--out", type=Path, metavar="FILE.csv", help="write everything to this file")
    kpi.add_argument("--overwrite", action="store_true", help="replace FILE.csv when there is one")
    kpi.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> int:
    """Work out rates, floods, worst offenders and times to an answer, against EEMUA 191 and common practice."""
    from vmshmi.runtime.clock import SystemClock
    from vmshmi.runtime.storage.alarm_journal import kpi_of_file, messages_of_file

    path = journal_in(given.db)
    if given.out is not None and given.out.exists() and not given.overwrite:
        raise ConfigurationError(f"{given.out}: is there already; --overwrite replaces it")
    now = SystemClock().now()
    until = min(given.until or now, now)
    since = given.since or until - _DEFAULT
    if since >= until:
        raise ConfigurationError(f"--since {to_iso(since)} is not before --until {to_iso(until)}")
    kpi = kpi_of_file(path, since, until, _rules(given.vmsproj))
    named = {one.alarm for group in (kpi.top, kpi.chattering, kpi.stale) for one in group}
    messages = messages_of_file(path, named)
    sys.stdout.write("\n".join([f"{path}: {_period(kpi)}", "", *_lines(kpi, messages), ""]))
    if given.out is not None:
        _write(given.out, kpi_csv(kpi, messages))
        sys.stdout.write(f"\n{given.out}: written\n")
    return 0


def _rules(project: Path | None) -> AlarmRules:
    if project is None:
        return AlarmRules()
    from vmshmi.app.compose import read_project

    return read_project(project, "").alarm_rules()


def _write(out: Path, text: str) -> None:
    draft = out.with_name(f".{out.name}.tmp")
    try:
        draft.write_bytes(text.encode(ENCODING))
        draft.replace(out)
    except OSError as error:
        raise StorageError(f"{out}: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)


def _period(kpi: AlarmKpi) -> str:
    if kpi.known_since is None:
        return f"nothing is known of {to_iso(kpi.since)} to {to_iso(kpi.until)}"
    since = "" if kpi.known_since <= kpi.since else f" (the journal begins {to_iso(kpi.known_since)})"
    watched = f"{kpi.watched_s / 86_400:.1f} days" if kpi.watched_s >= 86_400 else f"{kpi.watched_s / 3_600:.1f} hours"
    return f"{to_iso(kpi.since)} to {to_iso(kpi.until)}{since}, {watched} watched, {kpi.raised:,} alarms announced"


def _lines(kpi: AlarmKpi, messages: Mapping[str, str]) -> Iterator[str]:
    head = ("measure", "value", "target", "verdict", "source")
    yield from _table([head, *(_measure(measure) for measure in kpi.measures)])
    yield from _worst(kpi, messages)
    if kpi.floods:
        yield from ("", f"floods: {len(kpi.floods)}, {_duration(kpi.flood_s)} in all")
        worst = sorted(kpi.floods, key=lambda flood: -flood.raisings)[:_MOST_FLOODS]
        yield from _table([(f"{f.raisings:,}", _duration(f.duration_s), to_iso(f.begin)) for f in worst])
    answers = kpi.answers
    took = ""
    if answers.median_s is not None and answers.p95_s is not None:
        took = f"; median {_duration(answers.median_s)}, 95 % within {_duration(answers.p95_s)}"
    yield ""
    yield (
        f"answers: {answers.wanted:,} wanted, {answers.answered:,} answered, {answers.never:,} never, "
        f"{answers.waiting:,} waiting{took}"
    )
    for name, kept in (("shelved", kpi.shelved), ("out of service", kpi.out_of_service)):
        yield f"{name}: {kept.ever:,} alarms, {kept.times:,} times, {kept.at_end:,} at the end"


def _worst(kpi: AlarmKpi, messages: Mapping[str, str]) -> Iterator[str]:
    if kpi.top:
        yield from ("", "most frequent:")
        yield from _table([(f"{a.raised:,}", f"{a.share:.1%}", a.alarm, messages.get(a.alarm, "")) for a in kpi.top])
    if kpi.chattering:
        yield from ("", "chattering (three times or more within a minute):")
        yield from _table(
            [
                (f"{one.bursts:,} times", f"up to {one.most}", one.alarm, messages.get(one.alarm, ""))
                for one in kpi.chattering
            ]
        )
    if kpi.stale:
        yield from ("", "stale (standing for more than a day):")
        yield from _table(
            [
                (_duration(one.standing_s), "ended" if one.ended_at else "stands", one.alarm,
                 messages.get(one.alarm, ""))
                for one in kpi.stale
            ]
        )  # fmt: skip


def _measure(measure: KpiMeasure) -> tuple[str, ...]:
    is_share, target = measure.key.is_share, measure.target
    value = "-" if measure.value is None else f"{measure.value:.1%}" if is_share else f"{measure.value:,.1f}"
    limit = f"{target.limit:.0%}" if is_share else f"{target.limit:g}"
    sign = ">=" if target.at_least else "<="
    name = measure.key.value.replace("_", " ")
    return name, value, f"{sign} {limit}", measure.verdict.value, target.source.value


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7_200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3_600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"


def _table(rows: Iterable[Sequence[str]]) -> list[str]:
    lines = list(rows)
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
