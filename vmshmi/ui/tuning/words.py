"""The answer in sentences."""

from PySide6.QtCore import QCoreApplication

from vmshmi.core.alarms.model import AlarmDef, Priority
from vmshmi.core.alarms.revision import Revision, Tuning
from vmshmi.core.alarms.whatif import Fate, Pair, WhatIf
from vmshmi.ui.binding.ship_time import duration_text
from vmshmi.ui.tuning.steps import number_text


def span_text(seconds: float) -> str:
    """`0 s`, `0.5 s`, `12 s`, `3 min 05 s`: tenths of a second below ten."""
    return f"{round(seconds, 1):g} s" if seconds < 10 else duration_text(seconds)


def headline(answer: WhatIf) -> str:
    """`41 raisings: 38 would have gone, 3 would come 4 s later.`"""
    parts: list[str] = []
    gone, new = answer.count(Fate.GONE), answer.count(Fate.NEW)
    if gone:
        parts.append(QCoreApplication.translate("WhatIf", "{count} would have gone").format(count=gone))
    for fate, text in (
        (Fate.LATER, QCoreApplication.translate("WhatIf", "{count} would come {time} later")),
        (Fate.EARLIER, QCoreApplication.translate("WhatIf", "{count} would come {time} earlier")),
    ):
        shifts = sorted(abs(pair.shift_s) for pair in answer.of(fate))
        if shifts:
            first, last = span_text(shifts[0]), span_text(shifts[-1])
            parts.append(text.format(count=len(shifts), time=first if first == last else f"{first} – {last}"))
    if new:
        parts.append(QCoreApplication.translate("WhatIf", "{count} would be new").format(count=new))
    if not parts:
        parts = [QCoreApplication.translate("WhatIf", "nothing would change")]
    return QCoreApplication.translate("WhatIf", "{count} raisings: {changes}.").format(
        count=answer.standing_before.count, changes=", ".join(parts)
    )


def standing_line(answer: WhatIf) -> str:
    """How long it stood, before and after, and whether the replay agrees with the journal."""
    was, would = answer.standing_before, answer.standing_after
    stood = QCoreApplication.translate(
        "WhatIf", "Stood {total} in all → {new_total}, the longest {longest} → {new_longest}."
    ).format(
        total=span_text(was.total_s),
        new_total=span_text(would.total_s),
        longest=span_text(was.longest_s),
        new_longest=span_text(would.longest_s),
    )
    if answer.recorded == answer.agreed == was.count:
        same = QCoreApplication.translate("WhatIf", "The journal has the same raisings.")
        return f"{stood}  {same}"
    journal = QCoreApplication.translate(
        "WhatIf", "The journal has {recorded} raisings, the replay agrees with {agreed} of them."
    )
    return f"{stood}  {journal.format(recorded=answer.recorded, agreed=answer.agreed)}"


def warnings(definition: AlarmDef, answer: WhatIf) -> list[str]:
    """What to beware of before saving."""
    found: list[str] = []
    if answer.first_row is None:
        found.append(
            QCoreApplication.translate("WhatIf", "Nothing is recorded of {tag} in this time.").format(
                tag=definition.tag
            )
        )
    elif answer.first_row - answer.since > (answer.until - answer.since) * 0.05:
        text = QCoreApplication.translate("WhatIf", "The record of {tag} begins on {day} at {time} UTC only.")
        day, time = f"{answer.first_row:%d %b}", f"{answer.first_row:%H:%M}"
        found.append(text.format(tag=definition.tag, day=day, time=time))
    if answer.count(Fate.GONE) and definition.priority is Priority.EMERGENCY_ALARM:
        found.append(
            QCoreApplication.translate("WhatIf", "This is an emergency alarm: raisings of it would not be announced.")
        )
    if answer.answered_gone:
        text = QCoreApplication.translate("WhatIf", "{count} of those that would have gone were answered by a person.")
        found.append(text.format(count=answer.answered_gone))
    if answer.recorded > answer.agreed or answer.standing_before.count > answer.recorded:
        found.append(
            QCoreApplication.translate(
                "WhatIf", "The replay and the journal differ: the definition was another then, or the record has gaps."
            )
        )
    return found


def fate_text(pair: Pair) -> str:
    """`gone`, `4 s later`."""
    match pair.fate:
        case Fate.SAME:
            return QCoreApplication.translate("WhatIf", "unchanged")
        case Fate.GONE:
            return QCoreApplication.translate("WhatIf", "gone")
        case Fate.NEW:
            return QCoreApplication.translate("WhatIf", "new")
        case Fate.LATER:
            return QCoreApplication.translate("WhatIf", "{time} later").format(time=span_text(pair.shift_s))
        case Fate.EARLIER:
            return QCoreApplication.translate("WhatIf", "{time} earlier").format(time=span_text(-pair.shift_s))


def differences(before: Tuning, after: Tuning, unit: str) -> str:
    """`limit 2.5 bar → 2.2 bar, delay 4 s → 8 s`."""
    pairs = (
        (QCoreApplication.translate("WhatIf", "limit"), before.limit, after.limit, unit),
        (QCoreApplication.translate("WhatIf", "hysteresis"), before.hysteresis, after.hysteresis, unit),
        (QCoreApplication.translate("WhatIf", "delay"), before.delay_s, after.delay_s, "s"),
    )
    changes = [f"{name} {number_text(old, of)} → {number_text(new, of)}" for name, old, new, of in pairs if old != new]
    return ", ".join(changes) or QCoreApplication.translate("WhatIf", "the same numbers")


def revision_author(revision: Revision) -> str:
    """Who, and where."""
    if not revision.by_person:
        return QCoreApplication.translate("WhatIf", "project file")
    return ", ".join(part for part in (revision.user, revision.station) if part)
