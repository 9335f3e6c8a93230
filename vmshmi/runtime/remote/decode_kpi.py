"""The alarm system's numbers over a time as the API says them; see `decode`."""

from typing import cast

from vmshmi.core.alarms.kpi import (
    AlarmKpi,
    Answers,
    BadActor,
    Chattering,
    FloodTime,
    KpiMeasure,
    Peak,
    Stale,
    Withheld,
)
from vmshmi.core.alarms.kpi_targets import TARGETS, KpiKey, Source, Target, Verdict
from vmshmi.core.alarms.model import Priority
from vmshmi.core.clock import from_iso
from vmshmi.runtime.remote.decode import Row, moment, real, real_or_none, row_of, rows_of, text, whole


def alarm_kpi(row: Row) -> AlarmKpi:
    """Everything of a period."""
    peaks, split = row_of(row["peaks"]), row_of(row["split"])
    return AlarmKpi(
        since=from_iso(text(row["since"])),
        until=from_iso(text(row["until"])),
        known_since=moment(row["known_since"]),
        watched_s=real(row["watched_s"]),
        raised=whole(row["raised"]),
        measures=tuple(_measure(one) for one in rows_of(row["measures"])),
        per_10_min=tuple(whole(raised) for raised in cast("list[object]", row["per_10_min"])),
        peak_minute=_peak(row_of(peaks["minute"])),
        peak_10_min=_peak(row_of(peaks["10_min"])),
        peak_hour=_peak(row_of(peaks["hour"])),
        floods=tuple(_flood(one) for one in rows_of(row["floods"])),
        top=tuple(BadActor(text(o["id"]), whole(o["raised"]), real(o["share"])) for o in rows_of(row["top"])),
        chattering=tuple(
            Chattering(text(one["id"]), whole(one["raised"]), whole(one["bursts"]), whole(one["most"]))
            for one in rows_of(row["chattering"])
        ),
        stale=tuple(
            Stale(
                text(one["id"]), from_iso(text(one["raised_at"])), moment(one["ended_at"]), real(one["standing_s"])
            )
            for one in rows_of(row["stale"])
        ),
        split=tuple((priority, whole(split[priority.value])) for priority in Priority),
        answers=_answers(row_of(row["answers"])),
        shelved=_withheld(row_of(row["shelved"])),
        out_of_service=_withheld(row_of(row["out_of_service"])),
    )  # fmt: skip


def _measure(row: Row) -> KpiMeasure:
    key = KpiKey(row["key"])
    at_least = bool(row["at_least"])
    target = Target(real(row["target"]), TARGETS[key].watch, Source(row["source"]), at_least)
    return KpiMeasure(key, real_or_none(row["value"]), target, Verdict(row["verdict"]))


def _answers(row: Row) -> Answers:
    return Answers(
        whole(row["wanted"]),
        whole(row["answered"]),
        whole(row["waiting"]),
        whole(row["never"]),
        real_or_none(row["median_s"]),
        real_or_none(row["p95_s"]),
    )


def _peak(row: Row) -> Peak:
    return Peak(whole(row["count"]), moment(row["at"]))


def _flood(row: Row) -> FloodTime:
    begin, end = from_iso(text(row["begin"])), from_iso(text(row["end"]))
    return FloodTime(begin, end, whole(row["raised"]), bool(row["is_on"]))


def _withheld(row: Row) -> Withheld:
    return Withheld(whole(row["at_end"]), whole(row["ever"]), whole(row["times"]))
