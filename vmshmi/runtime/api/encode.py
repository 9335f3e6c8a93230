"""Values and health as JSON text with the promised field names. NaN and infinity become null.

Tags are encoded by hand: the parts that never change are written once, and a tag's text is made once for all clients.
"""

import json
import math
from datetime import datetime, timedelta

from vmshmi.core.clock import EPOCH, from_micros, to_iso
from vmshmi.core.commands import CommandRule
from vmshmi.core.devices import DeviceStatus, MonitorRow
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.history import NOT_LATE, HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.core.recording import RecordingRule
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.tag_store import TagStore

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def dumps(data: Json) -> str:
    """Compact JSON text; refuses NaN and infinity."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def scalar_text(value: Scalar | None) -> str:
    """A value as JSON text; what is not finite is null."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return json.dumps(value)
    return repr(value) if math.isfinite(value) else "null"


def number(value: float | None) -> Json:
    """A number; null when it is not finite."""
    return value if value is not None and math.isfinite(value) else None


def moment(when: datetime | None) -> Json:
    """A moment in the promised form."""
    return None if when is None else to_iso(when)


_QUALITY_TEXT = {q: f'"quality":"{q.level.value}","quality_reason":"{q.reason}","timestamp":"' for q in Quality}


class TagEncoder:
    """Tags of a store as JSON text, made once for each value.

    A bad tag carries its last good value too, as `last_good`, for screens that show it as such.

    Args:
        store: where definitions and values are.
    """

    def __init__(self, store: TagStore) -> None:
        self._store = store
        self._frames: dict[TagId, tuple[str, str]] = {}
        self._done: dict[TagId, tuple[TagValue, str]] = {}
        self._stamp: tuple[datetime, str] = (EPOCH, to_iso(EPOCH))

    def text(self, tag_id: TagId, value: TagValue) -> str:
        """One tag as JSON; the same value object is not encoded twice in a row.

        Raises:
            KeyError: if there is no such tag.
        """
        done = self._done.get(tag_id)
        if done is not None and done[0] is value:
            return done[1]
        frame = self._frames.get(tag_id)
        if frame is None:
            frame = self._frames[tag_id] = _frame_of(self._store.definitions()[tag_id])
        if self._stamp[0] is not value.timestamp:  # all samples of a poll share one stamp
            self._stamp = (value.timestamp, to_iso(value.timestamp))
        text = (
            f"{frame[0]}{scalar_text(value.value)},{_QUALITY_TEXT[value.quality]}{self._stamp[1]}"
            f'","raw_value":{scalar_text(value.raw_value)}{frame[1]}'
        )
        text += f',"last_good":{self._last_good(tag_id)}}}' if value.quality.is_bad else "}"
        self._done[tag_id] = (value, text)
        return text

    def _last_good(self, tag_id: TagId) -> str:
        last = self._store.last_good(tag_id)
        if last is None:
            return "null"
        stamp = to_iso(last.timestamp)
        return f'{{"value":{scalar_text(last.value)},{_QUALITY_TEXT[last.quality]}{stamp}"}}'


def _frame_of(tag: TagDef) -> tuple[str, str]:
    """What stands before a tag's value and after its raw value."""
    rest = dumps({"unit": tag.unit, "description": tag.description, "kind": tag.kind.value, "group": tag.group})
    return f'{{"id":{json.dumps(tag.id)},"value":', f",{rest[1:-1]}"


def definition_json(tag: TagDef) -> dict[str, Json]:
    """What a tag is, all of it."""
    return {
        "id": tag.id,
        "description": tag.description,
        "unit": tag.unit,
        "kind": tag.kind.value,
        "group": tag.group,
        "device": tag.device,
        "range_normal_min": number(tag.normal_min),
        "range_normal_max": number(tag.normal_max),
        "normal_when": tag.normal_when,
        "range_min": number(tag.range_min),
        "range_max": number(tag.range_max),
        "decimals": tag.decimals,
        "states": {str(number): text for number, text in tag.states},
        "stale_after_s": number(tag.stale_after_s),
        "writable": tag.writable,
        "command": None if tag.command is None else _command_json(tag.command),
        "recording": None if tag.recording is None else _recording_json(tag.recording),
    }


def _command_json(rule: CommandRule) -> dict[str, Json]:
    """How a tag is commanded."""
    permissive = rule.permissive
    return {
        "range_min": number(rule.range_min),
        "range_max": number(rule.range_max),
        "allowed": list(rule.allowed),
        "permissive": "" if permissive is None else permissive.expression,
        "permissive_text": "" if permissive is None else permissive.text,
        "deadline_s": rule.deadline_s,
        "feedback_tag": rule.feedback_tag,
        "feedback": [{"value": value, "accepted": list(accepted)} for value, accepted in rule.feedback],
        "feedback_timeout_s": rule.timeout_s,
        "tolerance": rule.tolerance,
        "select_before_operate": rule.select_first,
        "role": rule.role.value,
    }


def _recording_json(rule: RecordingRule) -> dict[str, Json]:
    return {
        "deadband": number(rule.deadband),
        "min_interval_s": number(rule.min_interval_s),
        "max_interval_s": number(rule.max_interval_s),
        "period_s": number(rule.period_s),
    }


def monitor_row_json(row: MonitorRow) -> dict[str, Json]:
    """The latest of what a device says under one key."""
    return {
        "key": row.latest.key,
        "raw": row.latest.raw,
        "meaning": row.latest.meaning,
        "timestamp": moment(row.latest.at),
        "count": row.count,
        "since": moment(row.since),
    }


def device_json(device: DeviceStatus) -> dict[str, Json]:
    """State and counters of a device."""
    return {
        "id": device.id,
        "driver": device.driver,
        "state": device.state.value,
        "address": device.address,
        "tags": device.tags,
        "last_ok": moment(device.last_ok),
        "last_error": device.last_error,
        "round_trip_ms": number(device.round_trip_ms),
        "counters": dict(device.counters),
    }


def health_json(health: RuntimeHealth) -> dict[str, Json]:
    """What the runtime says about itself."""
    tags, historian = health.tags, health.historian
    return {
        "status": health.status,
        "started_at": to_iso(health.started_at),
        "uptime_s": round(health.uptime_s, 3),
        "version": health.version,
        "tags": {
            "total": tags.total,
            "good": tags.good,
            "uncertain": tags.uncertain,
            "bad": tags.bad,
            "updates": tags.updates,
            "by_reason": dict(tags.by_reason),
        },
        "historian": {
            "state": historian.state,
            "rows": historian.rows,
            "pending": historian.pending,
            "dropped": historian.dropped,
            "last_flush": moment(historian.last_flush),
            "flush_ms": number(historian.flush_ms),
            "last_error": historian.last_error,
            "path": historian.path,
            "fill": number(historian.fill),
            "damage": historian.damage,
            "disk_bytes": historian.disk_bytes,
            "oldest_day": moment(historian.oldest_day),
            "days_kept": historian.days_kept,
            "days_left": number(historian.days_left),
            "shortage": historian.shortage,
        },
        "loop_lag_ms": number(health.loop_lag_ms),
        "loop_lag_p99_ms": number(health.loop_lag_p99_ms),
        "alarms_standing": health.alarms_standing,
        "alarms_unanswered": health.alarms_unanswered,
        "clients": health.clients,
        "memory_mb": number(health.memory_mb),
        "messages": list(health.messages),
    }


class SampleEncoder:
    """Rows of one tag's history as JSON objects.

    Args:
        series: NaN becomes null; of a text tag the texts are the values.
    """

    def __init__(self, series: HistorySeries) -> None:
        self._series = series
        self._minute = -1
        self._minute_text = ""

    def text(self, row: int) -> str:
        """One row."""
        series = self._series
        value = scalar_text(series.values[row] if series.texts is None else series.texts[row])
        stamp = self._stamp(series.timestamps[row])
        late = ""
        if series.received is not None and series.received[row] != NOT_LATE:
            late = f',"received":"{to_iso(from_micros(series.received[row]))}"'
        return f'{{"timestamp":"{stamp}","value":{value},"quality":"{_LEVELS[series.qualities[row] >> 30]}"{late}}}'

    def _stamp(self, micros: int) -> str:
        """`2026-11-22T14:06:00.123Z`; most rows share the minute with the one before."""
        minute, rest = divmod(micros, 60_000_000)
        if minute != self._minute:
            self._minute = minute
            self._minute_text = (EPOCH + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M")
        seconds, rest = divmod(rest, 1_000_000)
        return f"{self._minute_text}:{seconds:02d}.{rest // 1000:03d}Z"


_LEVELS = ("good", "uncertain", "bad", "bad")
