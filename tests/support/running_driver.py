"""Running a driver that listens, and keeping what it says."""

import contextlib
from collections.abc import AsyncIterator

from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.driver import Driver


class Kept:
    """What a driver has said.

    Attributes:
        samples: all, in order.
    """

    def __init__(self) -> None:
        self.samples: list[tuple[TagId, TagValue]] = []

    def of(self, name: str) -> list[TagValue]:
        """The samples of one tag."""
        return [value for tag_id, value in self.samples if tag_id == name]

    def good(self, name: str) -> list[object]:
        """Its values that were good."""
        return [value.value for value in self.of(name) if value.quality.is_good]

    def last(self, name: str) -> TagValue | None:
        """Its latest sample."""
        return next(iter(self.of(name)[-1:]), None)


@contextlib.asynccontextmanager
async def running(driver: Driver) -> AsyncIterator[Kept]:
    """The driver runs as long as the block does."""
    kept = Kept()
    await driver.start(kept.samples.extend)
    try:
        yield kept
    finally:
        await driver.stop()
