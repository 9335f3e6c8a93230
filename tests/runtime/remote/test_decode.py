"""What one side writes the other reads: every value, alarm and number survives the way."""

import contextlib
import json
import math
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_clock import FakeClock
from vmshmi.core.access import Role
from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmTransition,
    BadInput,
    Category,
    Measure,
    Operator,
    Override,
    Priority,
    Suppression,
    TransitionKind,
)
from vmshmi.core.commands import CommandRule, Permissive
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.health import HistorianStats, RuntimeHealth, TagStats
from vmshmi.core.quality import Quality
from vmshmi.core.recording import RecordingRule
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.api import encode, encode_alarms
from vmshmi.runtime.remote import decode, decode_alarms
from vmshmi.runtime.remote.decode import PeerError, TagDecoder, understood
from vmshmi.runtime.tag_store import TagStore

TEXTS = st.text(max_size=20)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = NUMBERS | st.integers(-(2**63), 2**64) | st.booleans() | TEXTS
MOMENTS = st.integers(0, 4_000_000_000_000).map(lambda ms: datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms))
MAYBE = st.none() | MOMENTS
GOOD_ENOUGH = st.sampled_from([quality for quality in Quality if not quality.is_bad])
OVERRIDES = st.builds(Override, TEXTS, st.none() | TEXTS, TEXTS, MOMENTS, MAYBE)
RECORD_FIELDS: dict[str, st.SearchStrategy[object]] = {
    "id": TEXTS,
    "occurrence": st.integers(0, 2**62),
    "active": st.booleans(),
    "acknowledged": st.booleans(),
    "value": st.none() | SCALARS,
    "raised_at": MAYBE,
    "acked_at": MAYBE,
    "acked_by": st.none() | TEXTS,
    "acked_station": st.none() | TEXTS,
    "rectified_at": MAYBE,
    "cleared_at": MAYBE,
    "suppression": st.none() | st.sampled_from(Suppression),
    "silenced_until": MAYBE,
    "held": st.booleans(),
    "by_design": st.booleans(),
    "shelved": st.none() | OVERRIDES,
    "out_of_service": st.none() | OVERRIDES,
    "latched": st.booleans(),
    "escalations": st.integers(0, 9),
    "repeats": st.integers(0, 99),
    "first_out": st.booleans(),
    "blocked": st.booleans(),
}
RECORDS = st.builds(AlarmRecord, **RECORD_FIELDS)
DEFINITION = AlarmDef("a", TagId("t"), Operator.LESS, 2.5, priority=Priority.ALARM, message="low")


def over_the_wire(data: dict[str, encode.Json]) -> decode.Row:
    """As the other side gets it."""
    return json.loads(encode.dumps(data))


def told(value: TagValue, before: TagValue | None = None) -> decode.Row:
    """A tag as the API tells it."""
    store = TagStore(FakeClock())
    tag = TagDef(TagId('odd "id"'), "a\nb", "°C")
    store.register_tag(tag)
    for sample in filter(None, [before, value]):
        store.update(tag.id, sample)
    return json.loads(encode.TagEncoder(store).text(tag.id, store.get(tag.id)))


@given(value=SCALARS, raw=st.none() | SCALARS, quality=GOOD_ENOUGH, moment=MOMENTS)
def test_a_value_arrives_whole(value: float | str, raw: float | str | None, quality: Quality, moment: datetime) -> None:
    sent = TagValue(value, quality, moment, raw)
    tag_id, received = TagDecoder().tag(told(sent))
    assert (tag_id, received) == ('odd "id"', sent)
    assert type(received.value) is type(value)


@pytest.mark.parametrize("quality", [quality for quality in Quality if quality.is_bad])
def test_a_bad_value_arrives_with_its_reason_and_the_last_good_one(quality: Quality) -> None:
    good = TagValue(4.2, Quality.UNCERTAIN_SUB_NORMAL, datetime(2026, 1, 1, tzinfo=UTC))
    bad = TagValue(None, quality, datetime(2026, 1, 2, tzinfo=UTC), 65535)
    row = told(bad, before=good)
    assert TagDecoder().tag(row)[1] == bad
    assert TagDecoder().last_good(row) == good


@pytest.mark.parametrize(("level", "quality"), [("bad", Quality.BAD), ("uncertain", Quality.UNCERTAIN)])
def test_a_reason_from_a_newer_program_keeps_its_level(level: str, quality: Quality) -> None:
    row = {**told(TagValue(1.0, Quality.GOOD, FakeClock().now())), "quality": level}
    for reason in ("BadFuture", ""):
        assert TagDecoder().tag({**row, "quality_reason": reason})[1].quality is quality


def test_a_bad_value_is_none_whatever_the_other_side_says() -> None:
    row = {**told(TagValue(1.0, Quality.GOOD, FakeClock().now())), "quality": "bad", "quality_reason": "Bad"}
    assert TagDecoder().tag(row)[1].value is None


@given(RECORDS)
def test_the_facts_of_an_alarm_arrive_whole(record: AlarmRecord) -> None:
    assert decode_alarms.alarm_record(over_the_wire(encode_alarms.alarm_json(DEFINITION, record))) == record


def test_every_fact_of_an_alarm_is_tried() -> None:
    assert set(RECORD_FIELDS) == {field.name for field in fields(AlarmRecord)}


@given(record=RECORDS, kind=st.sampled_from(TransitionKind), at=MOMENTS, user=st.none() | TEXTS, reason=TEXTS)
def test_a_transition_arrives_whole(
    record: AlarmRecord, kind: TransitionKind, at: datetime, user: str | None, reason: str
) -> None:
    sent = AlarmTransition(kind, at, record, user, user, reason, Priority.WARNING, "as it was called then")
    for definition in (DEFINITION, None):
        assert decode_alarms.alarm_transition(over_the_wire(encode_alarms.transition_json(definition, sent))) == sent


def every_field_says_something(sample: object) -> bool:
    """True when no field has its default: a field that is added later must be sent too, and be added to the sample."""
    return all(
        getattr(sample, field.name) != field.default
        for field in fields(sample)  # pyright: ignore[reportArgumentType] - every sample is a dataclass
        if field.default is not MISSING
    )


def test_definitions_arrive_whole() -> None:
    tag = TagDef(
        TagId("t"),
        "d",
        "bar",
        TagKind.ENUM,
        "ME",
        "plc1",
        1.0,
        2.0,
        0.5,
        9.0,
        2,
        ((-1, "a"), (7, "b")),
        3.0,
        True,
        "me_p.run == 1",
        RecordingRule(0.1, 1.0, 300.0, 60.0),
        CommandRule(
            1.0, 9.0, (1, 7), Permissive("t == 1", "ready"), 3.0, TagId("f"), ((7, (1.5, True)), (1, ("off",))), 9.0,
            0.5, True, Role.ENGINEER,
        ),
    )  # fmt: skip
    assert tag.recording is not None
    assert tag.command is not None
    assert every_field_says_something(tag.command)
    assert every_field_says_something(tag.recording)
    alarm = AlarmDef(
        "a", TagId("t"), Operator.ABS_GREATER, 2.5, 0.3, 4.0, Priority.EMERGENCY_ALARM, Category.C, "m", "g", "t == 1",
        30.0, "cause", "consequence", "action", Measure.DEVIATION, (TagId("o"), TagId("p")), 90.0, 2.0, BadInput.BLOCK,
        True, 300.0, 1800.0, "trip", ("parent",), 3,
    )  # fmt: skip
    assert every_field_says_something(tag)
    assert every_field_says_something(alarm)
    assert decode.tag_definition(over_the_wire(encode.definition_json(tag))) == tag
    assert decode_alarms.alarm_definition(over_the_wire(encode_alarms.alarm_definition_json(alarm))) == alarm


def test_health_and_devices_arrive_whole() -> None:
    now = FakeClock().now()
    health = RuntimeHealth(
        "degraded", now, 12.5, "1.0", TagStats(3, 1, 1, 1, 99, (("BadTimeout", 1),)),
        HistorianStats("running", 5, 4, 3, now, 0.5, "disk", "/x", 0.25, "torn", 9, now, 8, 7.5, "full"),
        0.1, 0.2, 3, 2, 1, 99.5, ("a", "b"),
    )  # fmt: skip
    device = DeviceStatus("plc1", "modbus_tcp", DeviceState.BACKOFF, "h:502", 7, now, "lost", 1.5, (("timeouts", 2),))
    assert every_field_says_something(health)
    assert every_field_says_something(health.tags)
    assert every_field_says_something(health.historian)
    assert every_field_says_something(device)
    assert decode.runtime_health(over_the_wire(encode.health_json(health))) == health
    assert decode.device_status(over_the_wire(encode.device_json(device))) == device


def test_a_number_that_is_not_finite_arrives_as_none() -> None:
    health = RuntimeHealth("ok", FakeClock().now(), 1.0, "1", TagStats(0, 0, 0, 0, 0), HistorianStats(), math.inf)
    assert math.isnan(decode.runtime_health(over_the_wire(encode.health_json(health))).loop_lag_ms)


_GARBAGE = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
_READERS: list[tuple[Callable[[decode.Row], object], decode.Row]] = [
    (TagDecoder().tag, told(TagValue(1.0, Quality.GOOD, FakeClock().now()))),
    (decode_alarms.alarm_record, over_the_wire(encode_alarms.alarm_json(DEFINITION, AlarmRecord("a")))),
    (
        decode_alarms.alarm_transition,
        over_the_wire(
            encode_alarms.transition_json(
                DEFINITION, AlarmTransition(TransitionKind.RAISED, FakeClock().now(), AlarmRecord("a"))
            )
        ),
    ),
    (decode.tag_definition, over_the_wire(encode.definition_json(TagDef(TagId("t"))))),
    (decode_alarms.alarm_definition, over_the_wire(encode_alarms.alarm_definition_json(DEFINITION))),
    (decode.device_status, over_the_wire(encode.device_json(DeviceStatus("d", "x")))),
]


@given(data=st.data(), reader=st.sampled_from(_READERS))
def test_what_is_not_understood_is_a_peer_error_and_no_other(
    data: st.DataObject, reader: tuple[Callable[[decode.Row], object], decode.Row]
) -> None:
    read, good = reader
    understood(lambda: read(good))
    key = data.draw(st.sampled_from(sorted(good)))
    broken = dict(good) | {key: data.draw(_GARBAGE)}
    if data.draw(st.booleans()):
        del broken[key]
    with contextlib.suppress(PeerError):
        understood(lambda: read(broken))
