"""What people change in an alarm's definition: limit, hysteresis and delay. Data only; the rules are in `revising`."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tuning:
    """The three numbers of a definition that a person may change while the runtime runs.

    Attributes:
        limit, hysteresis: in the unit of the alarm's measure.
        delay_s: seconds, 0 to 86,400.
    """

    limit: float
    hysteresis: float
    delay_s: float


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """What is to be different; None leaves a number as it is."""

    limit: float | None = None
    hysteresis: float | None = None
    delay_s: float | None = None

    def applied(self, before: Tuning) -> Tuning:
        """The numbers after it."""
        return Tuning(
            before.limit if self.limit is None else self.limit,
            before.hysteresis if self.hysteresis is None else self.hysteresis,
            before.delay_s if self.delay_s is None else self.delay_s,
        )


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of one alarm's definition; a line of the alarm journal carries it.

    Attributes:
        alarm_id: whose.
        number: 1, 2, 3 ... for each alarm, without a gap.
        at: UTC.
        user: who; empty when the runtime itself ended the revisions before it, because the project file had changed.
        station: where; None when it was not said.
        reason: why; never empty.
        before, after: the numbers.
        basis: what the project file said of this alarm then (`revising.basis_of`): a revision holds only for that.
    """

    alarm_id: str
    number: int
    at: datetime
    user: str
    station: str | None
    reason: str
    before: Tuning
    after: Tuning
    basis: str

    @property
    def by_person(self) -> bool:
        """False where the project file has taken over again."""
        return bool(self.user)
