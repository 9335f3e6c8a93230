"""What the API says, as the objects the rest of the program works with.

What does not fit is a `PeerError`, never a guess.
"""

from array import array
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar, cast

from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmState,
    AlarmTransition,
    Category,
    Operator,
    Override,
    Priority,
    Suppression,
    TransitionKind,
)
from vmshmi.core.clock import EPOCH, from_iso, to_micros
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.errors import VmsError
from vmshmi.core.health import HistorianStats, RuntimeHealth, TagStats
from vmshmi.core.history import HistorySeries
from vmshmi.core.quality import Quality
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
        return TagId(_text(row["id"])), self.value(row, row["raw_value"])

    def value(self, row: Row, raw_value: object = None) -> TagValue:
        """One value with its quality and time."""
        quality = _QUALITIES.get((row["quality"], row["quality_reason"]))
        if quality is None:  # a reason this program does not know: the level is what counts
            quality = _BY_LEVEL[row["quality"]]
        stamp = row["timestamp"]
        if stamp != self._stamp[0]:
            self._stamp = (_text(stamp), from_iso(_text(stamp)))
        value = None if quality.is_bad else _scalar(row["value"])
        return TagValue(value, quality, self._stamp[1], _scalar(raw_value))

    def last_good(self, row: Row) -> TagValue | None:
        """What a bad tag says of its last good value."""
        last = row.get("last_good")
        return None if last is None else self.value(row_of(last))


def alarm_record(row: Row) -> AlarmRecord:
    """The facts of one alarm."""
    state = AlarmState(row["state"])
    suppression = row["suppression"]
    return AlarmRecord(
        id=_text(row["id"]),
        occurrence=whole(row["occurrence"]),
        active=state in (AlarmState.ACTIVE, AlarmState.ACK),
        acknowledged=state in (AlarmState.ACK, AlarmState.CLEARED),
        value=_scalar(row["value"]),
        raised_at=_moment(row["raised_at"]),
        acked_at=_moment(row["acked_at"]),
        acked_by=_text_or_none(row["acked_by"]),
        acked_station=_text_or_none(row["acked_station"]),
        rectified_at=_moment(row["rectified_at"]),
        cleared_at=_moment(row["cleared_at"]),
        suppression=None if suppression is None else Suppression(suppression),
        silenced_until=_moment(row["silenced_until"]),
        held=bool(row.get("held", False)),
        by_design=bool(row.get("by_design", False)),
        shelved=_override(row.get("shelved")),
        out_of_service=_override(row.get("out_of_service")),
    )


def _override(data: object) -> Override | None:
    if data is None:
        return None
    row = row_of(data)
    return Override(
        user=_text(row["user"]),
        station=_text_or_none(row["station"]),
        reason=_text(row["reason"]),
        since=from_iso(_text(row["since"])),
        until=_moment(row["until"]),
    )


def alarm_transition(row: Row) -> AlarmTransition:
    """One line of the journal, or one message of the WebSocket."""
    alarm = row_of(row["alarm"])
    priority = alarm.get("priority")
    return AlarmTransition(
        kind=TransitionKind(row["kind"]),
        at=from_iso(_text(row["at"])),
        record=alarm_record(alarm),
        user=_text_or_none(row["user"]),
        station=_text_or_none(row["station"]),
        reason=_text(row.get("reason", "")),
        priority=None if priority is None else Priority(priority),
        message=_text(alarm.get("message") or ""),
    )


def tag_definition(row: Row) -> TagDef:
    """What a tag is."""
    states = cast("dict[str, str]", row["states"])
    return TagDef(
        id=TagId(_text(row["id"])),
        description=_text(row["description"]),
        unit=_text(row["unit"]),
        kind=TagKind(row["kind"]),
        group=_text(row["group"]),
        device=_text(row["device"]),
        normal_min=_number(row["range_normal_min"]),
        normal_max=_number(row["range_normal_max"]),
        range_min=_number(row["range_min"]),
        range_max=_number(row["range_max"]),
        decimals=None if row["decimals"] is None else whole(row["decimals"]),
        states=tuple((int(number), _text(text)) for number, text in states.items()),
        stale_after_s=_number(row["stale_after_s"]),
        writable=bool(row["writable"]),
        normal_when=_text(row.get("normal_when", "")),
    )


def alarm_definition(row: Row) -> AlarmDef:
    """What an alarm is."""
    return AlarmDef(
        id=_text(row["id"]),
        tag=TagId(_text(row["tag"])),
        operator=Operator(row["operator"]),
        limit=_float(row["limit"]),
        hysteresis=_float(row["hysteresis"]),
        delay_s=_float(row["delay_s"]),
        priority=Priority(row["priority"]),
        category=Category(row["category"]),
        message=_text(row["message"]),
        group=_text(row["group"]),
        enable_when=_text(row["enable_when"]),
        enable_delay_s=_float(row["enable_delay_s"]),
        cause=_text(row["cause"]),
        consequence=_text(row["consequence"]),
        action=_text(row["action"]),
    )


def device_status(row: Row) -> DeviceStatus:
    """State and counters of a device."""
    return DeviceStatus(
        id=_text(row["id"]),
        driver=_text(row["driver"]),
        state=DeviceState(row["state"]),
        address=_text(row["address"]),
        tags=whole(row["tags"]),
        last_ok=_moment(row["last_ok"]),
        last_error=_text(row["last_error"]),
        round_trip_ms=_number(row["round_trip_ms"]),
        counters=tuple((name, whole(count)) for name, count in row_of(row["counters"]).items()),
    )


def runtime_health(row: Row) -> RuntimeHealth:
    """What the runtime says about itself."""
    tags, historian = row_of(row["tags"]), row_of(row["historian"])
    return RuntimeHealth(
        status=_text(row["status"]),
        started_at=from_iso(_text(row["started_at"])),
        uptime_s=_float(row["uptime_s"]),
        version=_text(row["version"]),
        tags=TagStats(
            total=whole(tags["total"]),
            good=whole(tags["good"]),
            uncertain=whole(tags["uncertain"]),
            bad=whole(tags["bad"]),
            updates=whole(tags["updates"]),
            by_reason=tuple((reason, whole(count)) for reason, count in row_of(tags["by_reason"]).items()),
        ),
        historian=HistorianStats(
            state=_text(historian["state"]),
            rows=whole(historian["rows"]),
            pending=whole(historian["pending"]),
            dropped=whole(historian["dropped"]),
            last_flush=_moment(historian["last_flush"]),
            flush_ms=_float(historian["flush_ms"]),
            last_error=_text(historian["last_error"]),
            path=_text(historian["path"]),
        ),
        loop_lag_ms=_float(row["loop_lag_ms"]),
        loop_lag_p99_ms=_float(row["loop_lag_p99_ms"]),
        alarms_standing=whole(row["alarms_standing"]),
        alarms_unanswered=whole(row["alarms_unanswered"]),
        clients=whole(row["clients"]),
        memory_mb=_float(row["memory_mb"]),
        messages=tuple(_text(line) for line in cast("list[object]", row["messages"])),
    )


def history_series(tag_id: TagId, rows: list[Row], *, is_text: bool) -> HistorySeries:
    """Rows of history as columns; the API says the level of the quality only."""
    stamps = array("q", (to_micros(from_iso(_text(row["timestamp"]))) for row in rows))
    qualities = array("I", (_BY_LEVEL[row["quality"]] for row in rows))
    if is_text:
        texts = tuple(_text_or_none(row["value"]) for row in rows)
        return HistorySeries(tag_id, stamps, array("d", [_NAN] * len(rows)), qualities, texts)
    values = array("d", (_NAN if row["value"] is None else _float(row["value"]) for row in rows))
    return HistorySeries(tag_id, stamps, values, qualities)


def _scalar(value: object) -> Scalar | None:
    if value is None or isinstance(value, int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} is no value of a tag")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"expected a text, got {type(value).__name__}")


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def whole(value: object) -> int:
    """A whole number.

    Raises:
        TypeError: if it is anything else.
    """
    if isinstance(value, int):
        return value
    raise TypeError(f"expected a whole number, got {type(value).__name__}")


def _float(value: object) -> float:
    """A number; null is what the API says for one that is not finite."""
    if value is None:
        return _NAN
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"expected a number, got {type(value).__name__}")


def _number(value: object) -> float | None:
    return None if value is None else _float(value)


def _moment(value: object) -> datetime | None:
    return None if value is None else from_iso(_text(value))
