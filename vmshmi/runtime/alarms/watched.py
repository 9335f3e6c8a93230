"""What the engine watches, indexed by tag, so that a sample finds its alarms at once."""

from collections.abc import Iterable, Sequence

from vmshmi.core.alarms.conditions import Verdict, compile_condition, usable
from vmshmi.core.alarms.model import AlarmDef
from vmshmi.core.alarms.tracker import AlarmTracker
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.expression import Expression, ExpressionError, parse
from vmshmi.core.values import Scalar, TagId, TagValue


class WatchedAlarm:
    """One alarm at work, with what makes a sample that changes nothing cheap.

    Attributes:
        sample: the tag's present one; None before the first.
        judge: the comparison for the present state.
        settled: the verdict that changes nothing.
        asleep: samples are not judged (suppressed by design, or not yet known to be enabled).
        queued: monotonic seconds for which it stands in the queue of moments, the next one last.
    """

    __slots__ = ("_condition", "asleep", "definition", "judge", "queued", "sample", "settled", "tracker")

    def __init__(self, definition: AlarmDef, tracker: AlarmTracker) -> None:
        self.definition = definition
        self.sample: TagValue | None = None
        self.queued: list[float] = []
        self._condition = compile_condition(definition)
        self.settle(tracker)

    def settle(self, tracker: AlarmTracker) -> None:
        """Take what has become of it."""
        self.tracker = tracker
        self.asleep = not tracker.watches
        self.judge = self._condition.leaving if tracker.record.active else self._condition.entering
        self.settled: Verdict = tracker.settled

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


class EnableConditions:
    """Every `enable_when`, worked out again only when one of its tags has changed.

    Args:
        alarms: all that are watched; those without an `enable_when` are left out.
    """

    def __init__(self, alarms: Iterable[WatchedAlarm]) -> None:
        by_text: dict[str, Enabler] = {}
        for watched in alarms:
            text = watched.definition.enable_when
            if text:
                by_text.setdefault(text, Enabler(parse(text))).alarms.append(watched)
        self.enablers: Sequence[Enabler] = tuple(by_text.values())
        self._by_tag: dict[TagId, list[Enabler]] = {}
        for enabler in self.enablers:
            for tag_id in enabler.expression.tags:
                self._by_tag.setdefault(tag_id, []).append(enabler)
        self._values: dict[TagId, Scalar | None] = {}

    def take(self, batch: Sequence[tuple[TagId, TagValue]]) -> list[Enabler]:
        """Remember what a batch says of their tags.

        Returns:
            Those that may have another answer now.
        """
        changed: dict[Enabler, None] = {}
        by_tag = self._by_tag
        for tag_id, sample in batch:
            if tag_id in by_tag:
                value = sample.value if usable(sample) else None
                if value != self._values.get(tag_id):
                    self._values[tag_id] = value
                    changed.update(dict.fromkeys(by_tag[tag_id]))
        return list(changed)

    def judge(self, enabler: Enabler) -> Verdict:
        """Its answer now."""
        return enabler.expression.evaluate(self._values.get)


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
