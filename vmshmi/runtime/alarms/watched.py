"""What the engine watches, indexed by tag, so that a sample finds its alarms at once."""

from collections.abc import Iterable, Sequence

from vmshmi.core.alarms.conditions import Verdict, compile_condition, usable
from vmshmi.core.alarms.measures import Meter, meter_of
from vmshmi.core.alarms.model import AlarmDef
from vmshmi.core.alarms.tracker import AlarmTracker, Observed
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.expression import Expression, ExpressionError, parse
from vmshmi.core.values import Scalar, TagId, TagValue


class WatchedAlarm:
    """One alarm at work, with what makes a sample that changes nothing cheap.

    Attributes:
        sample: the tag's present one, or what the meter makes of several; None before the first.
        meter: where one sample of the tag does not say everything; otherwise None.
        judge: the comparison for the present state.
        settled: the verdict that changes nothing.
        asleep: samples are not judged (suppressed by design, or not yet known to be enabled).
        queued: monotonic seconds for which it stands in the queue of moments, the next one last.
    """

    __slots__ = ("_condition", "asleep", "definition", "judge", "meter", "queued", "sample", "settled", "tracker")

    def __init__(self, definition: AlarmDef, tracker: AlarmTracker) -> None:
        self.definition = definition
        self.sample: TagValue | None = None
        self.meter = meter_of(definition)
        self.queued: list[float] = []
        self._condition = compile_condition(definition)
        self.settle(tracker)

    def settle(self, tracker: AlarmTracker) -> None:
        """Take what has become of it."""
        self.tracker = tracker
        self.asleep = not tracker.watches
        self.judge = self._condition.leaving if tracker.record.active else self._condition.entering
        self.settled: Verdict = tracker.settled

    @property
    def value(self) -> Scalar | None:
        """What a person is told with the alarm now."""
        if self.meter is not None:
            return self.meter.told
        return None if self.sample is None else self.sample.value

    def present(self) -> Observed | None:
        """The verdict of the present sample; None before the first and while it is asleep."""
        if self.asleep or self.sample is None:
            return None
        return Observed(self.judge(self.sample), self.value)

    def wake(self) -> None:
        """It is watched again: what a rate remembers from before does not count."""
        if self.meter is not None:
            self.meter.restart()
            self.sample = self.meter.reading()

    def redefine(self, definition: AlarmDef) -> None:
        """Go on with another limit, hysteresis or delay."""
        self.definition = definition
        self._condition = compile_condition(definition)
        self.settle(self.tracker)


class Enabler:
    """One `enable_when` and every alarm that is written with it."""

    __slots__ = ("alarms", "expression", "verdict")

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self.alarms: list[WatchedAlarm] = []
        self.verdict: Verdict = None


class _Input:
    """A tag that is read by others than the alarms on its value alone."""

    __slots__ = ("enablers", "measuring", "value")

    def __init__(self) -> None:
        self.enablers: list[Enabler] = []
        self.measuring: list[tuple[WatchedAlarm, Meter]] = []
        self.value: Scalar | None = None


class SharedInputs:
    """The tags of every `enable_when` and of every measure that needs more than one sample.

    An `enable_when` is worked out again only when one of its tags has changed, a measure once for all samples of a
    batch: between the first and the last of them the tags do not belong together.

    Args:
        alarms: all that are watched; those on the value of their tag alone are left out.
    """

    def __init__(self, alarms: Iterable[WatchedAlarm]) -> None:
        by_text: dict[str, Enabler] = {}
        self._by_tag: dict[TagId, _Input] = {}
        for watched in alarms:
            text = watched.definition.enable_when
            if text:
                by_text.setdefault(text, Enabler(parse(text))).alarms.append(watched)
            if watched.meter is not None:
                for tag_id in watched.definition.inputs:
                    self._by_tag.setdefault(tag_id, _Input()).measuring.append((watched, watched.meter))
        self.enablers: Sequence[Enabler] = tuple(by_text.values())
        for enabler in self.enablers:
            for tag_id in enabler.expression.tags:
                self._by_tag.setdefault(tag_id, _Input()).enablers.append(enabler)

    def take(self, batch: Sequence[tuple[TagId, TagValue]]) -> tuple[list[Enabler], list[WatchedAlarm]]:
        """Remember what a batch says of them.

        Returns:
            The `enable_when` that may have another answer now, and the measuring alarms that have another sample.
        """
        changed: dict[Enabler, None] = {}
        measured: dict[WatchedAlarm, Meter] = {}
        by_tag = self._by_tag
        for tag_id, sample in batch:
            if tag_id in by_tag:
                shared = by_tag[tag_id]
                for watched, meter in shared.measuring:
                    meter.take(tag_id, sample)
                    measured[watched] = meter
                if shared.enablers:
                    value = sample.value if usable(sample) else None
                    if value != shared.value:
                        shared.value = value
                        changed.update(dict.fromkeys(shared.enablers))
        for watched, meter in measured.items():
            watched.sample = meter.reading()
        return list(changed), list(measured)

    def judge(self, enabler: Enabler) -> Verdict:
        """Its answer now."""
        return enabler.expression.evaluate(self._value)

    def _value(self, tag_id: TagId) -> Scalar | None:
        return self._by_tag[tag_id].value


def check_definitions(definitions: Sequence[AlarmDef]) -> None:
    """Find what the engine could not work with.

    Raises:
        ConfigurationError: with every problem as `place: message`.
    """
    problems: list[str] = []
    seen: set[str] = set()
    for definition in definitions:
        if definition.id in seen:
            problems.append(f"alarms.{definition.id}: is defined twice")
        seen.add(definition.id)
        if definition.enable_when:
            try:
                parse(definition.enable_when)
            except ExpressionError as error:
                problems.append(f"alarms.{definition.id}.enable_when: {error}")
    if problems:
        raise ConfigurationError(*problems)
