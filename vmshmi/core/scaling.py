"""From what a device says to the engineering value a person reads, and back."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from vmshmi.core.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class LinearScaling:
    """engineering = raw * scale + offset.

    Attributes:
        scale: engineering units per raw count; not zero.
        offset: engineering units at raw zero.
    """

    scale: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        if self.scale == 0 or not math.isfinite(self.scale) or not math.isfinite(self.offset):
            raise ConfigurationError(f"scale {self.scale} and offset {self.offset} must be finite, scale not zero")

    @property
    def is_identity(self) -> bool:
        """True when raw and engineering value are the same number."""
        return self.scale == 1.0 and self.offset == 0.0

    def to_engineering(self, raw: float) -> float:
        """Engineering value of a raw number; a scale of 1/n is applied as a division, so 1234 * 0.01 gives 12.34."""
        return self.compiled()(raw)

    def compiled(self) -> Callable[[float], float]:
        """`to_engineering` as a function that has everything but the raw number worked out, for hot paths."""
        scale, offset = self.scale, self.offset
        if self.is_identity:
            return lambda raw: raw
        inverse = 1.0 / scale
        nearest = round(inverse) if math.isfinite(inverse) else 0
        if nearest != 0 and abs(inverse - nearest) < 1e-9 * abs(nearest):
            return lambda raw: raw / nearest + offset
        return lambda raw: raw * scale + offset

    def to_raw(self, value: float) -> int:
        """Nearest raw count of an engineering value.

        Raises:
            ValueError, OverflowError: if the value, or what it comes to, is not finite.
        """
        return round((value - self.offset) / self.scale)
