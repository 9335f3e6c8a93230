"""The answer in sentences."""

from PySide6.QtCore import QCoreApplication

from vmshmi.core.alarms.model import AlarmDef, Priority
from vmshmi.core.alarms.revision import Revision, Tuning
from vmshmi.core.alarms.whatif import Fate, Pair, WhatIf
from vmshmi.ui.binding.ship_time import duration_text
from vmshmi.ui.tuning.steps import number_text


def span_text(seconds: float) -> str:
    """`0.5 s`, `12 s`, `3 min 05 s`."""
    return f"{seconds:.2g} s" if seconds < 10 else duration_text(seconds)


def headline(answer: WhatIf) -> str:
    """`41 raisings: 38 would have gone, 3 would come 4 s later.`"""
    tr = QCoreApplication.translate
    parts: list[str] = []
    gone, new = answer.count(Fate.GONE), answer.count(Fate.NEW)
    if gone:
        parts.append(tr("WhatIf", "{count} would have gone").format(count=gone))
    for fate, text in (
        (Fate.LATER, tr("WhatIf", "{count} would come {time} later")),
        (Fate.EARLIER, tr("WhatIf", "{count} would come {time} earlier")),
    ):
        shifts = sorted(abs(pair.shift_s) for pair in answer.of(fate))
        if shifts:
            first, last = span_text(shifts[0]), span_text(shifts[-1])
            parts.append(text.format(count=len(shifts), time=first if first == last else f"{first} – {last}"))
    if new:
        parts.append(tr("WhatIf", "{count} would be new").format(count=new))
    if not parts:
        parts = [tr("WhatIf", "nothing would change")]
    return tr("WhatIf", "{count} raisings: {changes}.").format(
        count=answer.standing_before.count, changes=", ".join(parts)
    )


def standing_line(answer: WhatIf) -> str:
    """How long it stood, before and after, and whether the replay agrees with the journal."""
    tr = QCoreApplication.translate
    was, would = answer.standing_before, answer.standing_after
    stood = tr("WhatIf", "Stood {total} in all → {new_total}, the longest {longest} → {new_longest}.").format(
        total=span_text(was.total_s),
        new_total=span_text(would.total_s),
        longest=span_text(was.longest_s),
        new_longest=span_text(would.longest_s),
    )
    if answer.recorded == answer.agreed == was.count:
        return f"{stood}  {tr('WhatIf', 'The journal has the same raisings.')}"
    journal = tr("WhatIf", "The journal has {recorded} raisings, the replay agrees with {agreed} of them.")
    return f"{stood}  {journal.format(recorded=answer.recorded, agreed=answer.agreed)}"


def warnings(definition: AlarmDef, answer: WhatIf) -> list[str]:
    """What to beware of before saving."""
    tr = QCoreApplication.translate
    found: list[str] = []
    if answer.first_row is None:
        found.append(tr("WhatIf", "Nothing is recorded of {tag} in this time.").format(tag=definition.tag))
    elif answer.first_row - answer.since > (answer.until - answer.since) * 0.05:
        text = tr("WhatIf", "The record of {tag} begins on {day} at {time} UTC only.")
        day, time = f"{answer.first_row:%d %b}", f"{answer.first_row:%H:%M}"
        found.append(text.format(tag=definition.tag, day=day, time=time))
    if answer.count(Fate.GONE) and definition.priority is Priority.EMERGENCY_ALARM:
        found.append(tr("WhatIf", "This is an emergency alarm: raisings of it would not be announced."))
    if answer.answered_gone:
        text = tr("WhatIf", "{count} of those that would have gone were answered by a person.")
        found.append(text.format(count=answer.answered_gone))
    if answer.recorded > answer.agreed or answer.standing_before.count > answer.recorded:
        found.append(
            tr("WhatIf", "The replay and the journal differ: the definition was another then, or the record has gaps.")
        )
    return found


def fate_text(pair: Pair) -> str:
    """`gone`, `4 s later`."""
    tr = QCoreApplication.translate
    match pair.fate:
        case Fate.SAME:
            return tr("WhatIf", "unchanged")
        case Fate.GONE:
            return tr("WhatIf", "gone")
        case Fate.NEW:
            return tr("WhatIf", "new")
        case Fate.LATER:
            return tr("WhatIf", "{time} later").format(time=span_text(pair.shift_s))
        case Fate.EARLIER:
            return tr("WhatIf", "{time} earlier").format(time=span_text(-pair.shift_s))


def differences(before: Tuning, after: Tuning, unit: str) -> str:
    """`limit 2.5 bar → 2.2 bar, delay 4 s → 8 s`."""
    tr = QCoreApplication.translate
    pairs = (
        (tr("WhatIf", "limit"), before.limit, after.limit, unit),
        (tr("WhatIf", "hysteresis"), before.hysteresis, after.hysteresis, unit),
        (tr("WhatIf", "delay"), before.delay_s, after.delay_s, "s"),
    )
    changes = [f"{name} {number_text(old, of)} → {number_text(new, of)}" for name, old, new, of in pairs if old != new]
    return ", ".join(changes) or tr("WhatIf", "the same numbers")


def revision_author(revision: Revision) -> str:
    """Who, and where."""
    if not revision.by_person:
        return QCoreApplication.translate("WhatIf", "project file")
    return ", ".join(part for part in (revision.user, revision.station) if part)
