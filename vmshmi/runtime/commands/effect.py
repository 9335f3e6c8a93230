"""Waits for a sample that shows the effect of a command."""

import asyncio
from datetime import datetime

from vmshmi.core.commands import CommandRule
from vmshmi.core.values import Scalar, TagValue
from vmshmi.runtime.tag_store import Batch, TagStore


class EffectWatch:
    """Looks at every sample of the watched tag that is younger than the command.

    Younger is what arrives after the device has taken the command, and is not stamped before: a value that was there
    already, or was on its way, shows nothing.

    Args:
        command_rule: what shows the effect.
        sent: the value that was sent.
        taken_at: when the device had taken it, UTC.
    """

    def __init__(self, command_rule: CommandRule, sent: Scalar, taken_at: datetime) -> None:
        self.seen: Scalar | None = None
        """What the watched tag showed last; None while nothing good came."""
        self._rule = command_rule
        self._sent = sent
        self._taken_at = taken_at
        self._shown = asyncio.Event()

    def offer(self, sample: TagValue) -> None:
        """Take a sample that has just arrived."""
        if sample.timestamp <= self._taken_at:
            return
        self.seen = sample.value if sample.quality.is_good else None
        if self._rule.shows(self._sent, self.seen):
            self._shown.set()

    async def wait(self) -> bool:
        """True when the effect was seen in time."""
        try:
            async with asyncio.timeout(self._rule.timeout_s):
                await self._shown.wait()
        except TimeoutError:
            return False
        return True


class EffectWatches:
    """Hands the samples of a store to those who wait for an effect.

    Args:
        store: listened to for good.
    """

    def __init__(self, store: TagStore) -> None:
        self._waiting: dict[str, list[EffectWatch]] = {}
        store.add_listener(self._on_samples)

    async def wait(self, watched: str, watch: EffectWatch) -> bool:
        """True when the effect was seen in time."""
        self._waiting.setdefault(watched, []).append(watch)
        try:
            return await watch.wait()
        finally:
            self._waiting[watched].remove(watch)
            if not self._waiting[watched]:
                del self._waiting[watched]

    def _on_samples(self, batch: Batch) -> None:
        if self._waiting:
            for tag_id, sample in batch:
                for watch in self._waiting.get(tag_id, ()):
                    watch.offer(sample)
