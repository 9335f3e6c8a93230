"""Which samples of a tag become rows of history. What is left out can be drawn again from what is kept."""

from dataclasses import dataclass, field

from vmshmi.core.values import Scalar, TagValue


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """Rule of one tag. A change of quality is always kept, and so is what comes late.

    Attributes:
        deadband: a value counts as changed when it is further than this from the last kept one; tag's unit, >= 0.
        min_interval_s: changes within it are left out.
        max_interval_s: an unchanged value is kept again after this time, as proof that it was alive; None never.
        period_s: one sample each period, changed or not; the other rules are then without effect. None: no period.
    """

    deadband: float = 0.0
    min_interval_s: float = 0.0
    max_interval_s: float | None = None
    period_s: float | None = None


@dataclass(slots=True)
class Recorder:
    """One tag at work: decides for each sample, in order of arrival.

    Attributes:
        rule: the tag's.
    """

    rule: RecordingRule
    _kept: TagValue | None = field(default=None, init=False)
    _flat: TagValue | None = field(default=None, init=False)
    """The last sample that was left out because it was unchanged."""

    def take(self, sample: TagValue) -> tuple[TagValue, ...]:
        """What of it is kept: nothing, the sample, or the end of the unchanged time before it and the sample.

        Without the end of the unchanged time a chart would draw a step as a slow ramp.
        """
        kept = self._kept
        if kept is None:
            return self._keep(sample)
        age_s = (sample.timestamp - kept.timestamp).total_seconds()
        if age_s < 0:
            return (sample,)  # late: it belongs before what is kept, and says nothing about what comes next
        rule = self.rule
        if sample.quality is not kept.quality:
            return self._keep(sample)
        if rule.period_s is not None:
            return self._keep(sample) if age_s >= rule.period_s else ()
        if _differs(sample.value, kept.value, rule.deadband):
            return self._keep(sample) if age_s >= rule.min_interval_s else ()
        if rule.max_interval_s is not None and age_s >= rule.max_interval_s:
            self._flat = None
            return self._keep(sample)
        self._flat = sample
        return ()

    def _keep(self, sample: TagValue) -> tuple[TagValue, ...]:
        flat, self._flat, self._kept = self._flat, None, sample
        if flat is None or self.rule.period_s is not None or flat.timestamp >= sample.timestamp:
            return (sample,)
        return (flat, sample)

    def rest(self) -> tuple[TagValue, ...]:
        """At the end: the last sample that was left out because it was unchanged."""
        flat, self._flat = self._flat, None
        return () if flat is None else (flat,)


def _differs(value: Scalar | None, kept: Scalar | None, deadband: float) -> bool:
    if value is None or kept is None or isinstance(value, str) or isinstance(kept, str):
        return value != kept
    if value == kept or (value != value and kept != kept):
        return False
    return not abs(value - kept) <= deadband  # not a number is never within a deadband
