"""What the API says, as the objects the rest of the program works with.

What does not fit is a `PeerError`, never a guess.
"""

from array import array
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar, cast

from vmshmi.core.access import Role
from vmshmi.core.clock import EPOCH, from_iso, to_micros
from vmshmi.core.commands import CommandRule, Permissive
from vmshmi.core.devices import DeviceState, DeviceStatus, MonitorLine, MonitorRow
from vmshmi.core.errors import VmsError
from vmshmi.core.health import HistorianStats, RuntimeHealth, TagStats
from vmshmi.core.history import HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.core.recording import RecordingRule
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId, TagValue

Row = Mapping[str, object]
T = TypeVar("T")

_QUALITIES: dict[tuple[object, object], Quality] = {(q.level.value, q.reason): q for q in Quality}
_BY_LEVEL: dict[object, Quality] = {"good": Quality.GOOD, "uncertain": Quality.UNCERTAIN, "bad": Quality.BAD}
_NAN = float("nan")


class PeerError(VmsError):
    """The runtime elsewhere said something this program does not understand; its text is one line."""


def rows_of(data: object) -> list[Row]:
    """A JSON array of objects.

    Raises:
        PeerError: if it is anything else.
    """
    if not isinstance(data, list):
        raise PeerError(f"expected a list, got {type(data).__name__}")
    return [row_of(row) for row in cast("list[object]", data)]


def row_of(data: object) -> Row:
    """A JSON object.

    Raises:
        PeerError: if it is anything else.
    """
    if not isinstance(data, dict):
        raise PeerError(f"expected an object, got {type(data).__name__}")
    return cast("Row", data)


def understood(decode: Callable[[], T]) -> T:
    """Decode, and say in one line what did not fit.

    Raises:
        PeerError: if a key is missing or a value is of the wrong sort.
    """
    try:
        return decode()
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise PeerError(f"the runtime speaks otherwise than expected: {type(error).__name__} {error}") from error


class TagDecoder:
    """Tags; remembers the last stamp, which all samples of a poll share."""

    def __init__(self) -> None:
        self._stamp = ("", EPOCH)

    def tag(self, row: Row) -> tuple[TagId, TagValue]:
        """One tag with its present value."""
        return TagId(text(row["id"])), self.value(row, row["raw_value"])

    def value(self, row: Row, raw_value: object = None) -> TagValue:
        """One value with its quality and time."""
        quality = _QUALITIES.get((row["quality"], row["quality_reason"]))
        if quality is None:  # a reason this program does not know: the level is what counts
            quality = _BY_LEVEL[row["quality"]]
        stamp = row["timestamp"]
        if stamp != self._stamp[0]:
            self._stamp = (text(stamp), from_iso(text(stamp)))
        value = None if quality.is_bad else scalar(row["value"])
        return TagValue(value, quality, self._stamp[1], scalar(raw_value))

    def last_good(self, row: Row) -> TagValue | None:
        """What a bad tag says of its last good value."""
        last = row.get("last_good")
        return None if last is None else self.value(row_of(last))


def tag_definition(row: Row) -> TagDef:
    """What a tag is."""
    states = cast("dict[str, str]", row["states"])
    return TagDef(
        id=TagId(text(row["id"])),
        description=text(row["description"]),
        unit=text(row["unit"]),
        kind=TagKind(row["kind"]),
        group=text(row["group"]),
        device=text(row["device"]),
        normal_min=real_or_none(row["range_normal_min"]),
        normal_max=real_or_none(row["range_normal_max"]),
        range_min=real_or_none(row["range_min"]),
        range_max=real_or_none(row["range_max"]),
        decimals=None if row["decimals"] is None else whole(row["decimals"]),
        states=tuple((int(number), text(name)) for number, name in states.items()),
        stale_after_s=real_or_none(row["stale_after_s"]),
        writable=bool(row["writable"]),
        normal_when=text(row["normal_when"]),
        recording=None if row["recording"] is None else _recording(row_of(row["recording"])),
        command=None if row.get("command") is None else _command(row_of(row["command"])),
    )


def _command(row: Row) -> CommandRule:
    expression = text(row["permissive"])
    watched = row["feedback_tag"]
    return CommandRule(
        range_min=real_or_none(row["range_min"]),
        range_max=real_or_none(row["range_max"]),
        allowed=_scalars(row["allowed"]),
        permissive=Permissive(expression, text(row["permissive_text"])) if expression else None,
        deadline_s=real(row["deadline_s"]),
        feedback_tag=None if watched is None else TagId(text(watched)),
        feedback=tuple((cast("Scalar", one["value"]), _scalars(one["accepted"])) for one in rows_of(row["feedback"])),
        timeout_s=real(row["feedback_timeout_s"]),
        tolerance=real(row["tolerance"]),
        select_first=bool(row["select_before_operate"]),
        role=Role(row["role"]),
    )


def _scalars(values: object) -> tuple[Scalar, ...]:
    return tuple(cast("list[Scalar]", values))


def _recording(row: Row) -> RecordingRule:
    return RecordingRule(
        deadband=real(row["deadband"]),
        min_interval_s=real(row["min_interval_s"]),
        max_interval_s=real_or_none(row["max_interval_s"]),
        period_s=real_or_none(row["period_s"]),
    )


def monitor_row(row: Row) -> MonitorRow:
    """The latest of what a device says under one key."""
    line = MonitorLine(from_iso(text(row["timestamp"])), text(row["key"]), text(row["raw"]), text(row["meaning"]))
    return MonitorRow(line, whole(row["count"]), from_iso(text(row["since"])))


def device_status(row: Row) -> DeviceStatus:
    """State and counters of a device."""
    return DeviceStatus(
        id=text(row["id"]),
        driver=text(row["driver"]),
        state=DeviceState(row["state"]),
        address=text(row["address"]),
        tags=whole(row["tags"]),
        last_ok=moment(row["last_ok"]),
        last_error=text(row["last_error"]),
        round_trip_ms=real_or_none(row["round_trip_ms"]),
        counters=tuple((name, whole(count)) for name, count in row_of(row["counters"]).items()),
    )


def runtime_health(row: Row) -> RuntimeHealth:
    """What the runtime says about itself."""
    tags, historian = row_of(row["tags"]), row_of(row["historian"])
    return RuntimeHealth(
        status=text(row["status"]),
        started_at=from_iso(text(row["started_at"])),
        uptime_s=real(row["uptime_s"]),
        version=text(row["version"]),
        tags=TagStats(
            total=whole(tags["total"]),
            good=whole(tags["good"]),
            uncertain=whole(tags["uncertain"]),
            bad=whole(tags["bad"]),
            updates=whole(tags["updates"]),
            by_reason=tuple((reason, whole(count)) for reason, count in row_of(tags["by_reason"]).items()),
        ),
        historian=HistorianStats(
            state=text(historian["state"]),
            rows=whole(historian["rows"]),
            pending=whole(historian["pending"]),
            dropped=whole(historian["dropped"]),
            last_flush=moment(historian["last_flush"]),
            flush_ms=real(historian["flush_ms"]),
            last_error=text(historian["last_error"]),
            path=text(historian["path"]),
            fill=real(historian["fill"]),
            damage=text(historian["damage"]),
            disk_bytes=whole(historian["disk_bytes"]),
            oldest_day=moment(historian["oldest_day"]),
            days_kept=whole(historian["days_kept"]),
            days_left=real_or_none(historian["days_left"]),
            shortage=text(historian["shortage"]),
        ),
        loop_lag_ms=real(row["loop_lag_ms"]),
        loop_lag_p99_ms=real(row["loop_lag_p99_ms"]),
        alarms_standing=whole(row["alarms_standing"]),
        alarms_unanswered=whole(row["alarms_unanswered"]),
        clients=whole(row["clients"]),
        memory_mb=real(row["memory_mb"]),
        messages=tuple(text(line) for line in cast("list[object]", row["messages"])),
    )


def history_series(tag_id: TagId, rows: list[Row], *, is_text: bool) -> HistorySeries:
    """Rows of history as columns; the API says the level of the quality only."""
    stamps = array("q", (to_micros(from_iso(text(row["timestamp"]))) for row in rows))
    qualities = array("I", (_BY_LEVEL[row["quality"]] for row in rows))
    if is_text:
        texts = tuple(text_or_none(row["value"]) for row in rows)
        return HistorySeries(tag_id, stamps, array("d", [_NAN] * len(rows)), qualities, texts)
    values = array("d", (_NAN if row["value"] is None else real(row["value"]) for row in rows))
    return HistorySeries(tag_id, stamps, values, qualities)


def scalar(value: object) -> Scalar | None:
    """A value of a tag.

    Raises:
        TypeError: if it is anything else; so do the next ones.
    """
    if value is None or isinstance(value, int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} is no value of a tag")


def text(value: object) -> str:
    """A text."""
    if isinstance(value, str):
        return value
    raise TypeError(f"expected a text, got {type(value).__name__}")


def text_or_none(value: object) -> str | None:
    """A text, or nothing."""
    return None if value is None else text(value)


def whole(value: object) -> int:
    """A whole number."""
    if isinstance(value, int):
        return value
    raise TypeError(f"expected a whole number, got {type(value).__name__}")


def real(value: object) -> float:
    """A number; null is what the API says for one that is not finite."""
    if value is None:
        return _NAN
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"expected a number, got {type(value).__name__}")


def real_or_none(value: object) -> float | None:
    """A number, or nothing."""
    return None if value is None else real(value)


def moment(value: object) -> datetime | None:
    """A moment, or nothing."""
    return None if value is None else from_iso(text(value))
