"""What if and revisions as JSON."""

from vmshmi.core.alarms.revision import Revision, Tuning
from vmshmi.core.alarms.whatif import Fate, Pair, Raising, Recorded, Standing, WhatIf
from vmshmi.core.clock import to_iso
from vmshmi.runtime.api.encode import Json, moment, number


def what_if_json(answer: WhatIf) -> dict[str, Json]:
    """The answer, every raising in it."""
    return {
        "alarm_id": answer.alarm_id,
        "since": to_iso(answer.since),
        "until": to_iso(answer.until),
        "before": _tuning(answer.before),
        "after": _tuning(answer.after),
        "counts": {fate.value: answer.count(fate) for fate in Fate},
        "standing_before": _standing(answer.standing_before),
        "standing_after": _standing(answer.standing_after),
        "recorded": answer.recorded,
        "agreed": answer.agreed,
        "answered_gone": answer.answered_gone,
        "samples": answer.samples,
        "first_row": moment(answer.first_row),
        "pairs": [_pair(pair) for pair in answer.pairs],
    }


def revision_json(revision: Revision) -> dict[str, Json]:
    """One change of a definition; `user` is null where the project file has taken over again."""
    return {
        "alarm_id": revision.alarm_id,
        "number": revision.number,
        "at": to_iso(revision.at),
        "user": revision.user or None,
        "station": revision.station,
        "reason": revision.reason,
        "before": _tuning(revision.before),
        "after": _tuning(revision.after),
        "basis": revision.basis,
    }


def _tuning(tuning: Tuning) -> dict[str, Json]:
    return {
        "limit": number(tuning.limit),
        "hysteresis": number(tuning.hysteresis),
        "delay_s": number(tuning.delay_s),
    }


def _standing(standing: Standing) -> dict[str, Json]:
    return {"count": standing.count, "total_s": standing.total_s, "longest_s": standing.longest_s}


def _pair(pair: Pair) -> dict[str, Json]:
    return {
        "fate": pair.fate.value,
        "shift_s": pair.shift_s,
        "before": _raising(pair.before),
        "after": _raising(pair.after),
        "recorded": _recorded(pair.recorded),
    }


def _raising(raising: Raising | None) -> Json:
    if raising is None:
        return None
    value = raising.value
    return {
        "raised_at": to_iso(raising.raised_at),
        "ended_at": moment(raising.ended_at),
        "value": number(value) if isinstance(value, float) else value,
    }


def _recorded(recorded: Recorded | None) -> Json:
    if recorded is None:
        return None
    return {"raised_at": to_iso(recorded.raised_at), "answered_by": recorded.answered_by}
