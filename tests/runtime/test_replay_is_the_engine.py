"""The replay finds exactly the raisings that the runtime's watch had on the same samples."""

from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.alarms import an_alarm
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmDef, AlarmTransition, BadInput, Measure, Operator, Priority, TransitionKind
from vmshmi.core.alarms.whatif import Raising, tags_of
from vmshmi.core.clock import to_micros
from vmshmi.core.history import HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.alarms.replay import Replay, replay
from vmshmi.runtime.alarms.watch import AlarmWatch

PRESS, RUN, LOAD = TagId("me_p.lo_press"), TagId("me_p.run"), TagId("me_p.load")
QUALITIES = (
    Quality.GOOD,
    Quality.GOOD,
    Quality.GOOD,
    Quality.UNCERTAIN_SUB_NORMAL,
    Quality.UNCERTAIN_LAST_USABLE_VALUE,
    Quality.BAD_SENSOR_FAILURE,
)
NUMBERS = (0.0, 1.0, 2.0, 2.25, 2.5, 2.75, 3.0, 4.0, -2.5, -4.0)

Step = tuple[int, dict[TagId, tuple[float, Quality]]]
"""Quarters of a second since the step before, and what is sampled then."""

_a_sample = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(QUALITIES))
_steps: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.fixed_dictionaries({}, optional={PRESS: _a_sample, RUN: _a_sample, LOAD: _a_sample}),
    ),
    min_size=1,
    max_size=40,
)
_definitions = st.builds(
    an_alarm,
    operator=st.sampled_from(list(Operator)),
    limit=st.sampled_from((2.5, 2.0, 0.0)),
    hysteresis=st.sampled_from((0.0, 0.25, 1.0)),
    delay_s=st.sampled_from((0.0, 0.25, 1.0, 3.0)),
    priority=st.sampled_from(list(Priority)),
    enable_when=st.sampled_from(("", "me_p.run >= 1", "me_p.run >= 1 and me_p.load > 2", "me_p.lo_press > -3")),
    enable_delay_s=st.sampled_from((0.0, 0.5, 2.0)),
    off_delay_s=st.sampled_from((0.0, 0.0, 1.0)),
    measure=st.sampled_from((Measure.VALUE, *Measure)),
    window_s=st.sampled_from((2.0, 4.0)),
    on_bad=st.sampled_from(list(BadInput)),
    latching=st.booleans(),
    escalate_s=st.sampled_from((None, 2.0)),
)


class _Live:
    """The runtime's watch over one alarm, and what it has told."""

    def __init__(self, definition: AlarmDef, clock: FakeClock) -> None:
        self._clock = clock
        self._told: list[AlarmTransition] = []
        self.watch = AlarmWatch([definition], {}, clock, self._told.extend)
        self._alarm = self.watch.find(definition.id)

    def pass_time(self, seconds: float) -> None:
        """Let timers fire at the moment they are due, as a scan without a pause between two looks would."""
        end = self._clock.monotonic() + seconds
        assert self._alarm is not None
        while (due := self._alarm.tracker.next_due) is not None and due < end:
            self._clock.advance(due - self._clock.monotonic())
            self.watch.tick()
        self._clock.advance(end - self._clock.monotonic())

    def raisings(self) -> list[Raising]:
        """What the journal would say."""
        found: list[Raising] = []
        escalated = False
        for line in self._told:
            if line.kind is TransitionKind.RAISED:
                if escalated:  # the same condition, asked for louder
                    found[-1] = Raising(found[-1].raised_at, None, found[-1].value)
                    escalated = False
                    continue
                found.append(Raising(line.at, None, line.record.value))
            elif found and found[-1].ended_at is None and not line.record.active:
                found[-1] = Raising(found[-1].raised_at, line.at, found[-1].value)
            escalated = line.kind is TransitionKind.ESCALATED
        return found


def _series(tag_id: TagId, rows: Sequence[tuple[datetime, Scalar | None, Quality]]) -> HistorySeries:
    """As the historian keeps them: a value that is bad is not kept."""
    return HistorySeries(
        tag_id,
        array("q", [to_micros(at) for at, _, _ in rows]),
        array("d", [float("nan") if value is None or quality.is_bad else float(value) for _, value, quality in rows]),
        array("I", [int(quality) for _, _, quality in rows]),
    )


@settings(max_examples=400)
@given(_definitions, _steps, st.integers(0, 40), st.integers(1, 5))
def test_a_replay_with_the_unchanged_definition_is_what_the_runtime_had(
    definition: AlarmDef, steps: list[Step], cut: int, block: int
) -> None:
    clock = FakeClock()
    start = clock.now()
    if definition.measure in (Measure.DEVIATION, Measure.MISMATCH):
        definition = replace(definition, others=(LOAD,))
    live = _Live(definition, clock)
    rows: dict[TagId, list[tuple[datetime, Scalar | None, Quality]]] = {tag: [] for tag in tags_of(definition)}
    for quarters, samples in steps:
        live.pass_time(quarters / 4)
        batch = [
            (tag, TagValue(None if quality.is_bad else value, quality, clock.now(), value))
            for tag, (value, quality) in samples.items()
        ]
        live.watch.on_samples(batch)
        live.watch.tick()
        for tag, sample in batch:
            if tag in rows:
                rows[tag].append((clock.now(), sample.value, sample.quality))
    live.pass_time(10)
    live.watch.tick()
    series = {tag: _series(tag, kept) for tag, kept in rows.items()}
    found = live.raisings()
    assert list(replay(definition, series, start, clock.now())) == found
    middle = start + timedelta(seconds=cut)
    work = Replay([definition, definition], start, clock.now(), block=block)
    for since, until in ((start, middle), (middle + timedelta(microseconds=1), clock.now())):
        work.feed({tag: _between(rows, since, until) for tag, rows in series.items()}, until)
    assert work.finish() == (tuple(found), tuple(found))


def _between(series: HistorySeries, since: datetime, until: datetime) -> HistorySeries:
    places = [n for n, stamp in enumerate(series.timestamps) if to_micros(since) <= stamp <= to_micros(until)]
    cut = slice(places[0], places[-1] + 1) if places else slice(0, 0)
    return HistorySeries(series.tag_id, series.timestamps[cut], series.values[cut], series.qualities[cut])


def test_rows_at_rest_are_kept_where_they_enable_the_alarm() -> None:
    clock = FakeClock()
    start = clock.now()
    definition = an_alarm(
        operator=Operator.GREATER, limit=2.5, hysteresis=0.0, enable_when="me_p.lo_press > -3", enable_delay_s=2.0
    )
    values = (-4.0, -2.5, -2.5, -2.5, 4.0)
    rows = [(start + timedelta(seconds=second), value, Quality.GOOD) for second, value in enumerate(values)]
    work = Replay([definition], start, start + timedelta(seconds=5), block=4)
    work.feed({PRESS: _series(PRESS, rows)}, start + timedelta(seconds=5))
    assert [raising.raised_at - start for raising in work.finish()[0]] == [timedelta(seconds=4)]
