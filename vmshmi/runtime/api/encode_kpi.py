"""The alarm system's numbers over a time as JSON; read by `runtime.remote.decode_kpi`."""

from collections.abc import Mapping

from vmshmi.core.alarms.kpi import AlarmKpi, Peak, Withheld
from vmshmi.core.alarms.model import AlarmDef
from vmshmi.core.clock import to_iso
from vmshmi.runtime.api.encode import Json, moment, number


def kpi_json(kpi: AlarmKpi, definitions: Mapping[str, AlarmDef]) -> dict[str, Json]:
    """Everything; shares are 0 to 1. Messages are those of the present definitions."""

    def named(alarm_id: str) -> dict[str, Json]:
        definition = definitions.get(alarm_id)
        return {"id": alarm_id, "message": "" if definition is None else definition.message}

    answers = kpi.answers
    return {
        "since": to_iso(kpi.since),
        "until": to_iso(kpi.until),
        "known_since": moment(kpi.known_since),
        "watched_s": kpi.watched_s,
        "raised": kpi.raised,
        "measures": [
            {
                "key": measure.key.value,
                "value": number(measure.value),
                "target": measure.target.limit,
                "at_least": measure.target.at_least,
                "source": measure.target.source.value,
                "verdict": measure.verdict.value,
            }
            for measure in kpi.measures
        ],
        "per_10_min": list(kpi.per_10_min),
        "peaks": {
            "minute": _peak_json(kpi.peak_minute),
            "10_min": _peak_json(kpi.peak_10_min),
            "hour": _peak_json(kpi.peak_hour),
        },
        "floods": [
            {"begin": to_iso(f.begin), "end": to_iso(f.end), "raised": f.raisings, "is_on": f.is_on} for f in kpi.floods
        ],
        "top": [{**named(actor.alarm), "raised": actor.raised, "share": actor.share} for actor in kpi.top],
        "chattering": [
            {**named(one.alarm), "raised": one.raised, "bursts": one.bursts, "most": one.most} for one in kpi.chattering
        ],
        "stale": [
            {
                **named(one.alarm),
                "raised_at": to_iso(one.raised_at),
                "ended_at": moment(one.ended_at),
                "standing_s": one.standing_s,
            }
            for one in kpi.stale
        ],
        "split": {priority.value: raised for priority, raised in kpi.split},
        "answers": {
            "wanted": answers.wanted,
            "answered": answers.answered,
            "waiting": answers.waiting,
            "never": answers.never,
            "median_s": number(answers.median_s),
            "p95_s": number(answers.p95_s),
        },
        "shelved": _withheld_json(kpi.shelved),
        "out_of_service": _withheld_json(kpi.out_of_service),
    }


def _peak_json(peak: Peak) -> Json:
    return {"count": peak.count, "at": moment(peak.at)}


def _withheld_json(kept: Withheld) -> Json:
    return {"at_end": kept.at_end, "ever": kept.ever, "times": kept.times}
