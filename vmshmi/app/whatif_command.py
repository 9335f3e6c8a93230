"""`vmshmi alarms whatif` and `vmshmi alarms revisions`, beside a running runtime or without one."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from vmshmi.app.journal_command import journal_in
from vmshmi.core.alarms.model import AlarmDef, AlarmTransition, Priority
from vmshmi.core.alarms.revising import laid_over, problems_of
from vmshmi.core.alarms.revision import DefinitionChange, Revision, Tuning
from vmshmi.core.alarms.whatif import Fate, Pair, WhatIf
from vmshmi.core.clock import to_iso
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)
_MOST_ROWS = 60
_MOST_LINES = 100_000


def add_whatif(
    actions: "argparse._SubParsersAction[_Parser]",  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
    moment: Callable[[str], object],
) -> None:
    """Add `vmshmi alarms whatif` and `vmshmi alarms revisions`.

    Args:
        actions: of `vmshmi alarms`.
        moment: reads a time.
    """
    whatif = actions.add_parser(
        "whatif", help="replay recorded history with another limit, hysteresis or delay", description=_run.__doc__
    )
    _add_where(whatif)
    whatif.add_argument("--alarm", required=True, metavar="ID")
    whatif.add_argument("--limit", type=float, metavar="X", help="in the unit of the alarm")
    whatif.add_argument("--hysteresis", type=float, metavar="X")
    whatif.add_argument("--delay", type=float, metavar="SECONDS")
    whatif.add_argument("--since", type=moment, required=True, metavar="T", help="2026-11-22T14:06:00Z")
    whatif.add_argument("--until", type=moment, required=True, metavar="T")
    whatif.add_argument("--all", action="store_true", help=f"list every raising, not the first {_MOST_ROWS}")
    whatif.set_defaults(run=_run)
    revisions = actions.add_parser(
        "revisions", help="list what people changed in definitions", description=_run_revisions.__doc__
    )
    _add_where(revisions)
    revisions.add_argument("--alarm", metavar="ID", help="of this alarm only")
    revisions.set_defaults(run=_run_revisions)


def _add_where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", required=True, metavar="PATH", help="database folder of the runtime")
    parser.add_argument("--vmsproj", type=Path, metavar="FILE", help="project file; without it the demo vessel")


def _run(given: argparse.Namespace) -> int:
    """Show which raisings of a time would have gone, come later or earlier, or been new with other numbers."""
    from vmshmi.app.compose import read_project

    if given.since >= given.until:
        raise ConfigurationError(f"--since {to_iso(given.since)} is not before --until {to_iso(given.until)}")
    folder = Path(given.db).expanduser()
    project = read_project(given.vmsproj, "")
    definition = revised(_chosen(project.alarm_definitions(), given.alarm), journal_in(given.db))
    change = DefinitionChange(given.limit, given.hysteresis, given.delay)
    problems = problems_of(definition, change)
    if problems:
        raise ConfigurationError(*(f"{definition.id}: {problem}" for problem in problems))
    stale_after_s = {device.id: device.stale_after_s for device in project.devices}
    question = _Question(definition, change, given.since, given.until, project.tag_definitions(), stale_after_s)
    answer = _ask(question, folder)
    unit = next((tag.unit for tag in question.tags if tag.id == definition.tag), "")
    sys.stdout.write("\n".join(_lines(definition, answer, unit, None if given.all else _MOST_ROWS)) + "\n")
    return 0


@dataclass(frozen=True, slots=True)
class _Question:
    definition: AlarmDef
    change: DefinitionChange
    since: datetime
    until: datetime
    tags: Sequence[TagDef]
    stale_after_s: dict[str, float]


def _ask(question: _Question, folder: Path) -> WhatIf:
    from vmshmi.runtime.alarms.rehearsal import Rehearsal, rehearse
    from vmshmi.runtime.alarms.tuning import silences
    from vmshmi.runtime.historian import FolderHistory
    from vmshmi.runtime.storage.alarm_journal import history_of_file

    kinds = {tag.id: tag.kind for tag in question.tags}
    history = FolderHistory(folder)

    async def read(query: HistoryQuery) -> HistorySeries:
        return history.read(query, kinds.get(query.tag_id, TagKind.ANALOG))

    alarm_id = question.definition.id
    lines: list[AlarmTransition] = history_of_file(
        folder / "journal.sqlite", question.since, question.until, _MOST_LINES, alarm_id
    )
    silent_after_s: dict[TagId, float] = silences(question.tags, question.stale_after_s)
    rehearsal = Rehearsal(
        question.definition, question.change, question.since, question.until, lines[::-1], silent_after_s
    )
    try:
        with ThreadPoolExecutor(1) as executor:
            return asyncio.run(rehearse(rehearsal, read, executor))
    finally:
        history.close()


def _chosen(definitions: Sequence[AlarmDef], alarm_id: str) -> AlarmDef:
    for definition in definitions:
        if definition.id == alarm_id:
            return definition
    near = get_close_matches(alarm_id, [definition.id for definition in definitions], 1)
    hint = f", did you mean {near[0]}?" if near else ""
    raise ConfigurationError(f"--alarm {alarm_id}: the project has no such alarm{hint}")


def revised(definition: AlarmDef, journal: Path) -> AlarmDef:
    """The definition that holds: people's revision laid over the project file's own.

    Raises:
        StorageError: when the journal cannot be read.
    """
    from vmshmi.runtime.clock import SystemClock
    from vmshmi.runtime.storage.alarm_journal import revisions_of_file

    held, _ = laid_over(definition, revisions_of_file(journal).get(definition.id, ()), SystemClock().now())
    return held


def _run_revisions(given: argparse.Namespace) -> int:
    """List who changed limit, hysteresis or delay of which alarm, when and why; and what the project file ended."""
    from vmshmi.app.compose import read_project
    from vmshmi.runtime.storage.alarm_journal import revisions_of_file

    found = revisions_of_file(journal_in(given.db))
    if given.alarm is not None and given.alarm not in found:
        _chosen(read_project(given.vmsproj, "").alarm_definitions(), given.alarm)
    chosen = [revision for alarm_id, each in found.items() if given.alarm in (None, alarm_id) for revision in each]
    for revision in chosen:
        sys.stdout.write(f"{_told(revision)}\n")
    if not chosen:
        sys.stdout.write("no revisions\n")
    return 0


def _told(revision: Revision) -> str:
    place = f", {revision.station}" if revision.station else ""
    who = f"{revision.user}{place}" if revision.by_person else "project file"
    numbers = "; ".join(_differences(revision.before, revision.after)) or "the same numbers"
    return f"{to_iso(revision.at)}  {revision.alarm_id}  {revision.number}  {numbers}  ({who}: {revision.reason})"


def _differences(before: Tuning, after: Tuning) -> list[str]:
    pairs = (
        ("limit", before.limit, after.limit),
        ("hysteresis", before.hysteresis, after.hysteresis),
        ("delay_s", before.delay_s, after.delay_s),
    )
    return [f"{name} {old:g} -> {new:g}" for name, old, new in pairs if old != new]


def _lines(definition: AlarmDef, answer: WhatIf, unit: str, most: int | None) -> list[str]:
    before, after = answer.before, answer.after
    in_unit = f" {unit}" if unit else ""
    was, would = answer.standing_before, answer.standing_after
    table = [
        ("", "now", "would be"),
        ("limit", f"{before.limit:g}{in_unit}", f"{after.limit:g}{in_unit}"),
        ("hysteresis", f"{before.hysteresis:g}{in_unit}", f"{after.hysteresis:g}{in_unit}"),
        ("delay", f"{before.delay_s:g} s", f"{after.delay_s:g} s"),
        ("raisings", f"{was.count}", f"{would.count}"),
        ("stood in all", _span(was.total_s), _span(would.total_s)),
        ("longest", _span(was.longest_s), _span(would.longest_s)),
    ]
    revision = f", revision {definition.revision}" if definition.revision else ""
    found = [f"{definition.message} ({definition.id}{revision})"]
    found += [f"{to_iso(answer.since)} to {to_iso(answer.until)}, {answer.samples:,} samples", ""]
    found += [f"{name:<14}{left:<18}{right}" for name, left, right in table]
    found += ["", f"{'raised':<28}{'would be raised':<28}{'':<14}answered by"]
    shown = answer.pairs if most is None else answer.pairs[:most]
    found += [_row(pair) for pair in shown]
    if len(shown) < len(answer.pairs):
        found.append(f"... and {len(answer.pairs) - len(shown)} more; --all lists them")
    return [*found, "", *_verdict(definition, answer)]


def _row(pair: Pair) -> str:
    before = "-" if pair.before is None else to_iso(pair.before.raised_at)
    after = "-" if pair.after is None else to_iso(pair.after.raised_at)
    match pair.fate:
        case Fate.LATER | Fate.EARLIER:
            fate = f"{_span(abs(pair.shift_s))} {pair.fate.value}"
        case _:
            fate = pair.fate.value
    by = (pair.recorded.answered_by or "") if pair.recorded is not None else ""
    return f"{before:<28}{after:<28}{fate:<14}{by}".rstrip()


def _verdict(definition: AlarmDef, answer: WhatIf) -> list[str]:
    """One sentence, what it is worth, and what to beware of."""
    gone, new = answer.count(Fate.GONE), answer.count(Fate.NEW)
    parts = [f"{gone} would have gone"] if gone else []
    for fate in (Fate.LATER, Fate.EARLIER):
        shifts = sorted(abs(pair.shift_s) for pair in answer.of(fate))
        if shifts:
            span = _span(shifts[0]) if shifts[0] == shifts[-1] else f"{_span(shifts[0])} to {_span(shifts[-1])}"
            parts.append(f"{len(shifts)} would come {span} {fate.value}")
    parts += [f"{new} would be new"] if new else []
    total = answer.standing_before.count
    found = [f"{total} raising{'' if total == 1 else 's'}: {', '.join(parts) or 'nothing would change'}."]
    found.append(f"The journal has {answer.recorded} in this time; the replay agrees with {answer.agreed} of them.")
    if answer.first_row is None:
        found.append(f"WARNING: nothing is recorded of {definition.tag} in this time.")
    if answer.answered_gone:
        found.append(f"WARNING: {answer.answered_gone} of those that would have gone were answered by a person.")
    if gone and definition.priority is Priority.EMERGENCY_ALARM:
        found.append("WARNING: this is an emergency alarm.")
    return found


def _span(seconds: float) -> str:
    """`0.5 s`, `12 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
