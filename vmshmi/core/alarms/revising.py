"""The rules of revisions: which numbers a definition may have, and how a revision is laid over the project file's own.

A revision holds for what the project file said when it was made. When the file says something else later, an engineer
has decided anew: the file wins, and a last revision by nobody says so.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vmshmi.core.alarms.model import AlarmDef, Measure
from vmshmi.core.alarms.revision import DefinitionChange, Revision, Tuning

LONGEST_DELAY_S = 86_400.0
FILE_CHANGED = "the project file has changed since revision {number}"
FILE_AGREES = "the project file has the numbers of revision {number} now"

_YES_OR_NO = (Measure.MISMATCH, Measure.BAD_QUALITY)


def tuning_of(definition: AlarmDef) -> Tuning:
    """The numbers of a definition."""
    return Tuning(definition.limit, definition.hysteresis, definition.delay_s)


def changed(definition: AlarmDef, change: DefinitionChange) -> AlarmDef:
    """The definition with a change; its revision stays."""
    return with_tuning(definition, change.applied(tuning_of(definition)))


def with_tuning(definition: AlarmDef, tuning: Tuning, revision: int | None = None) -> AlarmDef:
    """The definition with these numbers, and with this number of revision unless it is None."""
    return replace(
        definition,
        limit=tuning.limit,
        hysteresis=tuning.hysteresis,
        delay_s=tuning.delay_s,
        revision=definition.revision if revision is None else revision,
    )


def problems_of(definition: AlarmDef, change: DefinitionChange) -> tuple[str, ...]:
    """What is wrong with a change, each in words a person can act on; empty when it can be made."""
    after = change.applied(tuning_of(definition))
    found: list[str] = []
    if not math.isfinite(after.limit):
        found.append(f"limit: {after.limit:g} is no limit")
    if definition.measure in _YES_OR_NO and after.limit != definition.limit:
        found.append(f"limit: this alarm asks yes or no ({definition.measure.value}), it has no limit to move")
    if not (math.isfinite(after.hysteresis) and after.hysteresis >= 0):
        found.append(f"hysteresis: {after.hysteresis:g} is not 0 or more")
    if not 0 <= after.delay_s <= LONGEST_DELAY_S:
        found.append(f"delay_s: {after.delay_s:g} is not between 0 and {LONGEST_DELAY_S:g} seconds")
    return tuple(found)


def basis_of(definition: AlarmDef) -> str:
    """All of a definition as the project file has it that gives its three numbers their meaning."""
    return json.dumps(
        [
            definition.tag,
            definition.operator.value,
            definition.measure.value,
            list(definition.others),
            definition.window_s,
            definition.limit,
            definition.hysteresis,
            definition.delay_s,
        ],
        separators=(",", ":"),
    )


def laid_over(definition: AlarmDef, revisions: Sequence[Revision], now: datetime) -> tuple[AlarmDef, Revision | None]:
    """A definition at the start of the runtime.

    Args:
        definition: the project file's own.
        revisions: of this alarm, oldest first.
        now: UTC.

    Returns:
        The definition that holds, and the revision by nobody with which the project file takes over again; None when
        it does not.
    """
    if not revisions or not revisions[-1].by_person:
        return definition, None
    last = revisions[-1]
    own = tuning_of(definition)
    if last.basis == basis_of(definition):
        return with_tuning(definition, last.after, last.number), None
    why = (FILE_AGREES if own == last.after else FILE_CHANGED).format(number=last.number)
    closing = Revision(definition.id, last.number + 1, now, "", None, why, last.after, own, basis_of(definition))
    return definition, closing
