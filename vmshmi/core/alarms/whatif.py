"""What would have been: two replays of one alarm side by side, and what the journal says really was.

Data and arithmetic only; the replay itself is in `runtime.alarms.replay`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from vmshmi.core.alarms.model import AlarmDef, AlarmTransition, TransitionKind
from vmshmi.core.alarms.revision import Tuning
from vmshmi.core.expression import parse
from vmshmi.core.values import Scalar, TagId

SAME_S = 5.0
"""A raising of the replay and one of the journal are the same when their moments are no further apart: a sample is
stamped when its device was read, a line of the journal when it was judged."""


_SETTLE_S = 600.0


def tags_of(definition: AlarmDef) -> tuple[TagId, ...]:
    """Every tag a replay needs: the inputs and those of `enable_when`, none twice.

    Raises:
        ExpressionError: when `enable_when` cannot be read.
    """
    return tuple(dict.fromkeys((*definition.inputs, *enabling_tags(definition))))


def enabling_tags(definition: AlarmDef) -> tuple[TagId, ...]:
    """The tags of `enable_when`.

    Raises:
        ExpressionError: when it cannot be read.
    """
    return tuple(sorted(parse(definition.enable_when).tags)) if definition.enable_when else ()


def lead_in_s(definition: AlarmDef) -> float:
    """How much earlier than the period rows must begin, so that whatever runs at its start has really begun."""
    return definition.delay_s + definition.off_delay_s + definition.enable_delay_s + definition.window_s + _SETTLE_S


@dataclass(frozen=True, slots=True)
class Raising:
    """One time that the condition came and went.

    Attributes:
        raised_at: UTC, after the delay.
        ended_at: UTC; None when it still stood at the end of the period.
        value: what it was raised with.
    """

    raised_at: datetime
    ended_at: datetime | None = None
    value: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A raising of which the journal has the line.

    Attributes:
        raised_at: UTC.
        answered_by: who acknowledged exactly this occurrence; None when nobody did.
    """

    raised_at: datetime
    answered_by: str | None = None


class Fate(Enum):
    """What a change does to a raising."""

    SAME = "same"
    LATER = "later"
    EARLIER = "earlier"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Pair:
    """A raising of both replays, or of one of them.

    Attributes:
        before: with the present numbers; None for a new one.
        after: with the changed ones; None for one that is gone.
        recorded: the line of the journal that belongs to `before`, where there is one.
    """

    before: Raising | None
    after: Raising | None
    recorded: Recorded | None = None

    @property
    def shift_s(self) -> float:
        """How much later it would come, seconds; negative is earlier; 0 where there is only one of the two."""
        if self.before is None or self.after is None:
            return 0.0
        return (self.after.raised_at - self.before.raised_at).total_seconds()

    @property
    def fate(self) -> Fate:
        """What becomes of it."""
        if self.before is None:
            return Fate.NEW
        if self.after is None:
            return Fate.GONE
        shift = self.shift_s
        return Fate.SAME if shift == 0 else Fate.LATER if shift > 0 else Fate.EARLIER

    @property
    def at(self) -> datetime:
        """When it came, with the present numbers where it did."""
        raising = self.before or self.after
        assert raising is not None, "a pair has at least one of the two"
        return raising.raised_at


@dataclass(frozen=True, slots=True)
class Standing:
    """How long an alarm stood in a period: number of raisings, seconds in all, seconds of the longest."""

    count: int
    total_s: float
    longest_s: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer.

    Attributes:
        alarm_id: of which alarm.
        since, until: the period, UTC.
        before, after: the numbers of both replays.
        pairs: every raising of both, in order of time.
        standing_before, standing_after: how long it stood.
        recorded: raisings in the journal within the period.
        agreed: how many of them the replay with the present numbers has too.
        samples: rows that were replayed.
        first_row: where the record of the alarm's tag begins within the period; None when there is none.
    """

    alarm_id: str
    since: datetime
    until: datetime
    before: Tuning
    after: Tuning
    pairs: tuple[Pair, ...]
    standing_before: Standing
    standing_after: Standing
    recorded: int
    agreed: int
    samples: int
    first_row: datetime | None = None

    def count(self, fate: Fate) -> int:
        """How many raisings have this fate."""
        return sum(pair.fate is fate for pair in self.pairs)

    def of(self, fate: Fate) -> tuple[Pair, ...]:
        """The raisings of this fate, in order of time."""
        return tuple(pair for pair in self.pairs if pair.fate is fate)

    @property
    def answered_gone(self) -> int:
        """Raisings that would be gone although a person has answered them."""
        return sum(pair.recorded is not None and pair.recorded.answered_by is not None for pair in self.of(Fate.GONE))


def compare(before: Sequence[Raising], after: Sequence[Raising], recorded: Sequence[Recorded] = ()) -> tuple[Pair, ...]:
    """Pair the raisings of two replays: those that stood at the same time belong together, one with one.

    Args:
        before, after: of the present and of the changed numbers, each in order of time.
        recorded: raisings of the journal, in order of time.

    Returns:
        Every raising once, in order of time.
    """
    mates = _mates(before, after)
    taken = set(mates.values())
    lines = recorded_of(before, recorded)
    pairs = [
        Pair(raising, after[mates[place]] if place in mates else None, lines.get(place))
        for place, raising in enumerate(before)
    ]
    pairs += [Pair(None, raising) for place, raising in enumerate(after) if place not in taken]
    return tuple(sorted(pairs, key=lambda pair: pair.at))


def _mates(before: Sequence[Raising], after: Sequence[Raising]) -> dict[int, int]:
    """For each raising before, the first one after that overlaps it and belongs to no other."""
    mates: dict[int, int] = {}
    candidate = 0
    for place, raising in enumerate(before):
        while candidate < len(after) and _ends_before(after[candidate], raising):
            candidate += 1
        if candidate < len(after) and not _ends_before(raising, after[candidate]):
            mates[place] = candidate
            candidate += 1
    return mates


def _ends_before(one: Raising, other: Raising) -> bool:
    return one.ended_at is not None and one.ended_at < other.raised_at


def recorded_of(before: Sequence[Raising], recorded: Sequence[Recorded]) -> dict[int, Recorded]:
    """For each raising of the replay the line of the journal that is the same one, one with one."""
    found: dict[int, Recorded] = {}
    same = timedelta(seconds=SAME_S)
    candidate = 0
    for place, raising in enumerate(before):
        while candidate < len(recorded) and recorded[candidate].raised_at < raising.raised_at - same:
            candidate += 1
        if candidate < len(recorded) and recorded[candidate].raised_at <= raising.raised_at + same:
            found[place] = recorded[candidate]
            candidate += 1
    return found


def standing_of(raisings: Iterable[Raising], since: datetime, until: datetime) -> Standing:
    """How long the raisings stood within a period."""
    lengths = [max(0.0, (min(r.ended_at or until, until) - max(r.raised_at, since)).total_seconds()) for r in raisings]
    return Standing(len(lengths), sum(lengths), max(lengths, default=0.0))


def recorded_raisings(lines: Iterable[AlarmTransition]) -> tuple[Recorded, ...]:
    """The raisings in an alarm's lines of the journal.

    An escalation raises the same condition under a higher priority: that is no raising of its own here, and an answer
    to it answers the one it began with.

    Args:
        lines: of one alarm, oldest first.
    """
    found: list[Recorded] = []
    escalated = False
    for line in lines:
        match line.kind:
            case TransitionKind.RAISED if not escalated:
                found.append(Recorded(line.record.raised_at or line.at))
            case TransitionKind.ACKNOWLEDGED if found and found[-1].answered_by is None:
                found[-1] = Recorded(found[-1].raised_at, line.user or "")
            case _:
                pass
        escalated = line.kind is TransitionKind.ESCALATED
    return tuple(found)
