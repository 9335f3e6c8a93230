"""The present value of every tag, and who wants to hear of it.

Lives in the runtime's loop; only draining a subscription is allowed elsewhere. It keeps no history and knows no rule.
"""

import asyncio
import math
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from vmshmi.core.clock import Clock
from vmshmi.core.health import TagStats
from vmshmi.core.quality import Quality, QualityLevel
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue

Batch = Sequence[tuple[TagId, TagValue]]
Listener = Callable[[Batch], None]

_BAD = Quality.BAD


class Subscription:
    """What has changed since it was last asked; made by `TagStore.subscribe`.

    Latest-wins holds one value a tag at the most. Every-change holds `max_pending` changes; what does not fit drops the
    oldest and is counted in `dropped`.
    """

    def __init__(self, tag_ids: frozenset[TagId] | None, *, max_pending: int | None) -> None:
        self.tag_ids = tag_ids
        self.dropped = 0
        self._max_pending = max_pending
        self._latest: dict[TagId, TagValue] = {}
        self._every: deque[tuple[TagId, TagValue]] = deque()
        self._lock = threading.Lock()
        self._changed = asyncio.Event()

    def offer(self, batch: Batch) -> None:
        """Take a batch; the store calls it in the runtime's loop."""
        wanted = self.tag_ids
        chosen = batch if wanted is None else [item for item in batch if item[0] in wanted]
        if not chosen:
            return
        with self._lock:
            if self._max_pending is None:
                self._latest.update(chosen)
            else:
                self._every.extend(chosen)
                excess = len(self._every) - self._max_pending
                for _ in range(excess):
                    self._every.popleft()
                self.dropped += max(0, excess)
        self._changed.set()

    @property
    def fill(self) -> float:
        """Share of what may wait that does, 0 to 1; 0 for latest-wins, which cannot overflow."""
        return 0.0 if self._max_pending is None else len(self._every) / self._max_pending

    def drain(self) -> dict[TagId, TagValue]:
        """Take what changed, the latest value of each tag. Any thread."""
        with self._lock:
            if self._max_pending is not None:
                taken = dict(self._every)
                self._every.clear()
                return taken
            taken, self._latest = self._latest, {}
            return taken

    def drain_all(self) -> list[tuple[TagId, TagValue]]:
        """Take every change in order; for latest-wins the latest of each tag. Any thread."""
        with self._lock:
            if self._max_pending is None:
                taken, self._latest = list(self._latest.items()), {}
                return taken
            every, self._every = list(self._every), deque()
            return every

    async def wait(self) -> None:
        """Return when something is there to drain. One waiter, in the runtime's loop."""
        await self._changed.wait()
        self._changed.clear()


class TagStore:
    """Present values with quality and time; publish and subscribe.

    Args:
        clock: stamps the values that the store itself makes.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._definitions: dict[TagId, TagDef] = {}
        self._values: dict[TagId, TagValue] = {}
        self._last_good: dict[TagId, TagValue] = {}  # of tags that are bad, or were
        self._owners: dict[TagId, str] = {}
        self._listeners: list[Listener] = []
        self._subscriptions: list[Subscription] = []
        self._updates = 0

    def register_tag(self, tag: TagDef, initial: TagValue | None = None) -> None:
        """Add a tag; without an initial value it is bad, waiting for its first sample.

        Raises:
            ValueError: if the id is taken.
        """
        self.register_many([tag], {} if initial is None else {tag.id: initial})

    def register_many(self, tags: Iterable[TagDef], initial: Mapping[TagId, TagValue] | None = None) -> None:
        """Add tags, all or none.

        Raises:
            ValueError: if an id is taken or an initial value belongs to no tag of the call.
        """
        new = list(tags)
        ids = [tag.id for tag in new]
        taken = [tag_id for tag_id, count in Counter(ids).items() if count > 1 or tag_id in self._definitions]
        if taken:
            raise ValueError(f"tag ids registered twice: {', '.join(taken)}")
        strange = set(initial or {}) - set(ids)
        if strange:
            raise ValueError(f"initial values without a tag: {', '.join(sorted(strange))}")
        waiting = TagValue(None, Quality.BAD_WAITING_FOR_INITIAL_DATA, self._clock.now())
        for tag in new:
            self._definitions[tag.id] = tag
            self._values[tag.id] = waiting
        if initial:
            self._publish(list(initial.items()))

    def claim(self, writer: str, tag_ids: Iterable[TagId]) -> Listener:
        """Make `writer` the only one who may write these tags; the answer takes its batches.

        Raises:
            KeyError: if there is no such tag.
            ValueError: if another writer has claimed one.
        """
        mine = frozenset(tag_ids)
        for tag_id in mine:
            if tag_id not in self._definitions:
                raise KeyError(tag_id)
            if self._owners.get(tag_id, writer) != writer:
                raise ValueError(f"{tag_id} is written by {self._owners[tag_id]}, {writer} may not")
        self._owners.update(dict.fromkeys(mine, writer))

        def write(batch: Batch) -> None:
            if not mine.issuperset([tag_id for tag_id, _ in batch]):
                strange = sorted({tag_id for tag_id, _ in batch} - mine)
                raise PermissionError(f"{writer} wrote tags that are not its own: {', '.join(strange)}")
            self._publish(batch)

        return write

    def update(self, tag_id: TagId, value: TagValue) -> None:
        """Write one tag that no writer has claimed.

        Raises:
            KeyError: if there is no such tag.
            PermissionError: if a writer has claimed it.
        """
        self.update_many([(tag_id, value)])

    def update_many(self, batch: Batch) -> None:
        """Write tags that no writer has claimed, all or none; raises as `update` does."""
        for tag_id, _ in batch:
            if tag_id not in self._definitions:
                raise KeyError(tag_id)
            if tag_id in self._owners:
                raise PermissionError(f"{tag_id} is written by {self._owners[tag_id]}")
        self._publish(batch)

    def invalidate(self, tag_ids: Iterable[TagId], quality: Quality) -> None:
        """Say that these values are no longer true, whoever writes them; for staleness and for stopping.

        Raises:
            KeyError: if there is no such tag.
        """
        now = self._clock.now()
        gone = TagValue(None, quality, now)
        batch: list[tuple[TagId, TagValue]] = []
        for tag_id in tag_ids:
            before = self._values[tag_id]
            same_raw = gone if before.raw_value is None else replace(gone, raw_value=before.raw_value)
            batch.append((tag_id, same_raw))
        if batch:
            self._publish(batch)

    def _publish(self, batch: Batch) -> None:
        if _is_usable(batch):
            self._values.update(batch)
        else:
            batch = [(tag_id, _truthful(value)) for tag_id, value in batch]
            for tag_id, value in batch:
                self._put(tag_id, value)
        self._updates += len(batch)
        for listener in self._listeners:
            listener(batch)
        for subscription in self._subscriptions:
            subscription.offer(batch)

    def _put(self, tag_id: TagId, value: TagValue) -> None:
        if value.value is None:
            before = self._values[tag_id]
            if before.value is not None:
                self._last_good[tag_id] = before
        self._values[tag_id] = value

    def add_listener(self, listener: Listener) -> None:
        """Call this with every batch, in the runtime's loop, at once. For the historian and the alarm engine."""
        self._listeners.append(listener)

    def subscribe(
        self, tag_ids: Iterable[TagId] | None = None, *, every_change: bool = False, max_pending: int = 10_000
    ) -> Subscription:
        """Hear of these tags, or of all.

        Args:
            tag_ids: None means all, also those registered later.
            every_change: True keeps each change in order, up to `max_pending`; False keeps the latest of each tag.
            max_pending: bound of an every-change subscription.

        Returns:
            A subscription that holds the present values as its first changes.

        Raises:
            KeyError: if there is no such tag.
        """
        wanted = None if tag_ids is None else frozenset(tag_ids)
        first = self._values if wanted is None else {tag_id: self._values[tag_id] for tag_id in wanted}
        subscription = Subscription(wanted, max_pending=max_pending if every_change else None)
        subscription.offer(list(first.items()))
        self._subscriptions.append(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """End a subscription; one that has ended already is left alone."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    @property
    def fullest(self) -> float:
        """How full the slowest subscription is, 0 to 1."""
        return max((subscription.fill for subscription in self._subscriptions), default=0.0)

    def definitions(self) -> Mapping[TagId, TagDef]:
        """Every tag's definition, in the order of registration."""
        return self._definitions

    def get(self, tag_id: TagId) -> TagValue:
        """The present value.

        Raises:
            KeyError: if there is no such tag.
        """
        return self._values[tag_id]

    def last_good(self, tag_id: TagId) -> TagValue | None:
        """The last value that was not bad; None when there never was one."""
        present = self._values.get(tag_id)
        return self._last_good.get(tag_id) if present is None or present.value is None else present

    def values(self) -> Mapping[TagId, TagValue]:
        """The present value of every tag."""
        return self._values

    def stats(self) -> TagStats:
        """Number of tags by quality. Walks all tags: for once a second."""
        by_quality = Counter(value.quality for value in self._values.values())
        levels = Counter[QualityLevel]()
        for quality, count in by_quality.items():
            levels[quality.level] += count
        return TagStats(
            total=len(self._values),
            good=levels[QualityLevel.GOOD],
            uncertain=levels[QualityLevel.UNCERTAIN],
            bad=levels[QualityLevel.BAD],
            updates=self._updates,
            by_reason=tuple(sorted((q.reason, n) for q, n in by_quality.items() if q is not Quality.GOOD)),
        )


def _is_usable(batch: Batch) -> bool:
    """True when nothing in it is bad or has to be made bad: the usual case, found out at once for all."""
    for _, value in batch:
        content = value.value
        if content is None or value.quality >= _BAD or (type(content) is float and not math.isfinite(content)):
            return False
    return True


def _truthful(value: TagValue) -> TagValue:
    """A bad value is None, and None or a number that is not finite is bad: nobody downstream has to ask again."""
    content = value.value
    if value.quality >= Quality.BAD:
        return value if content is None else replace(value, value=None)
    if content is None:
        return replace(value, quality=Quality.BAD)
    if type(content) is float and not math.isfinite(content):
        return replace(value, value=None, quality=Quality.BAD_OUT_OF_RANGE)
    return value
