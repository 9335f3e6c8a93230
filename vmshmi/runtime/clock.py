"""The clocks of this machine."""

import time
from datetime import UTC, datetime


class SystemClock:
    """`vmshmi.core.clock.Clock` on the operating system's clocks."""

    def now(self) -> datetime:
        """Wall clock, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return time.monotonic()
