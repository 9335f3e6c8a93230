"""What of the past is kept: rules of recording, and for how long."""

from pydantic import Field

from vmshmi.config.base import ConfigModel, PositiveSeconds, Seconds
from vmshmi.core.recording import RecordingRule


class RecordConfig(ConfigModel):
    """Which samples of a tag become history. A change of quality always does."""

    deadband: float = Field(default=0.0, ge=0)
    """In the tag's unit: a value within it of the last recorded one has not changed."""
    min_interval_s: Seconds = 0.0
    """Changes that follow within it are left out."""
    max_interval_s: PositiveSeconds = 60.0
    """An unchanged value is recorded again after this time: proof that it was alive."""
    period_s: PositiveSeconds | None = None
    """One sample each period, changed or not, instead of the three rules above."""

    def to_rule(self) -> RecordingRule:
        """The rule the rest of the program works with."""
        return RecordingRule(self.deadband, self.min_interval_s, self.max_interval_s, self.period_s)


class HistoryConfig(ConfigModel):
    """What is kept, and for how long; without a limit it is kept for good."""

    record: dict[str, RecordConfig] = Field(default_factory=dict)
    """Rules of recording by group; a tag's own `record` comes before its group's."""
    raw_days: float | None = Field(default=None, ge=1)
    """Every recorded sample."""
    minute_days: float | None = Field(default=None, ge=1)
    """Minimum, maximum and mean of each minute."""
    ten_minute_days: float | None = Field(default=None, ge=1)
    hour_days: float | None = Field(default=None, ge=1)
    max_gb: float | None = Field(default=None, gt=0)
    """Of all of it together; beyond it the oldest day's samples go first."""
    min_free_percent: float = Field(default=5.0, ge=0, lt=100)
    """Share of the disk that stays free; below it the same goes."""
