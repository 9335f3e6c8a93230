"""Watches: samples, time and people's actions go to the rules of `core.alarms`; what follows goes to the outbox.

Twenty thousand alarms at rest cost nothing: a sample finds its alarms by its tag, a verdict that changes nothing ends
there, and what waits for a moment waits in a queue ordered by it.
"""

import heapq
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from vmshmi.core.alarms.events import Revise
from vmshmi.core.alarms.fleeting import NO_MEMORY, FleetingMemory
from vmshmi.core.alarms.machine import Effect, hides_the_first, sounds
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition
from vmshmi.core.alarms.tracker import EnableJudged, Moment, Observed, TimePassed, TrackerEvent, advance, begin
from vmshmi.core.clock import Clock
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.alarms.watched import Enabler, SharedInputs, WatchedAlarm


class AlarmWatch:
    """All alarms at work. Belongs to the runtime's loop.

    Args:
        definitions: every alarm.
        restored: the records from before the start, by id.
        clock: both clocks.
        put: takes every transition, in order.
        memory: the project's fleeting memory, empty.
        raisings: when each alarm was raised before the start, as far as the memory looks back.
    """

    def __init__(
        self,
        definitions: Iterable[AlarmDef],
        restored: Mapping[str, AlarmRecord],
        clock: Clock,
        put: Callable[[Sequence[AlarmTransition]], None],
        memory: FleetingMemory = NO_MEMORY,
        raisings: Mapping[str, Sequence[datetime]] | None = None,
    ) -> None:
        self._clock = clock
        self._put = put
        self._alarms: dict[str, WatchedAlarm] = {}
        self._by_tag: dict[TagId, list[WatchedAlarm]] = {}
        self._standing: dict[str, WatchedAlarm] = {}
        self._seen_of_group: dict[str, set[str]] = {}
        self._due: list[tuple[float, int, WatchedAlarm]] = []
        self._count = itertools.count()
        now = Moment(clock.now(), clock.monotonic())
        raisings = raisings or {}
        for definition in definitions:
            before = restored.get(definition.id)
            tracker, effects = begin(definition, now, before, memory, raisings.get(definition.id, ()))
            watched = WatchedAlarm(definition, tracker)
            self._alarms[definition.id] = watched
            if watched.meter is None:
                self._by_tag.setdefault(definition.tag, []).append(watched)
            self._follow(watched, effects)
        self._shared = SharedInputs(self._alarms.values())
        self._judge_enablers(self._shared.enablers)

    def find(self, alarm_id: str) -> WatchedAlarm | None:
        """The alarm of this id, if there is one."""
        return self._alarms.get(alarm_id)

    @property
    def next_due(self) -> float | None:
        """Monotonic seconds at which `tick` is wanted next, or earlier."""
        return self._due[0][0] if self._due else None

    def records(self) -> Iterable[AlarmRecord]:
        """The facts of all, whether announced or not yet."""
        return (watched.tracker.record for watched in self._alarms.values())

    def sounding(self) -> list[WatchedAlarm]:
        """Those that are to be heard now."""
        return [w for w in self._standing.values() if sounds(w.definition, w.tracker.record)]

    def on_samples(self, batch: Sequence[tuple[TagId, TagValue]]) -> None:
        """Judge a batch."""
        by_tag = self._by_tag
        changed, measured = self._shared.take(batch)
        if changed:
            # an alarm that wakes must not judge the sample before this batch, nor one that sleeps the sample in it
            for tag_id, sample in batch:
                for watched in by_tag.get(tag_id, ()):
                    watched.sample = sample
            self._judge_enablers(changed)
        for tag_id, sample in batch:
            alarms = by_tag.get(tag_id)
            if alarms is None:
                continue
            for watched in alarms:
                watched.sample = sample
                if watched.asleep:
                    continue
                verdict = watched.judge(sample)
                if verdict is not watched.settled:
                    self.advance(watched, Observed(verdict, sample.value))
        for watched in measured:
            self._observe(watched)

    def _observe(self, watched: WatchedAlarm) -> tuple[Effect, ...]:
        """Judge what it knows now."""
        present = watched.present()
        if present is None or present.verdict is watched.settled:
            return ()
        return self.advance(watched, present)

    def _judge_enablers(self, enablers: Iterable[Enabler]) -> None:
        for enabler in enablers:
            verdict = self._shared.judge(enabler)
            if verdict is not enabler.verdict:
                enabler.verdict = verdict
                for watched in enabler.alarms:
                    self.advance(watched, EnableJudged(verdict))

    def tick(self) -> None:
        """Let delays, silences and shelvings end that are over."""
        now = self._clock.monotonic()
        while self._due and self._due[0][0] <= now:
            watched = heapq.heappop(self._due)[2]
            watched.queued.pop()
            due = watched.tracker.next_due
            if due is not None and due <= now:
                self.advance(watched, TimePassed(watched.value))
            else:
                self._queue(watched)

    def advance(self, watched: WatchedAlarm, event: TrackerEvent) -> tuple[Effect, ...]:
        """Let the rules take a step and follow what comes of it."""
        was_asleep = watched.asleep
        now = Moment(self._clock.now(), self._clock.monotonic(), self._is_first(watched.definition))
        tracker, effects = advance(watched.definition, watched.tracker, event, now)
        watched.settle(tracker)
        self._follow(watched, effects)
        if was_asleep and not watched.asleep:
            watched.wake()
            effects += self._observe(watched)
        return effects

    def redefine(self, watched: WatchedAlarm, definition: AlarmDef, event: Revise) -> None:
        """Go on with another limit, hysteresis or delay, and hold the present sample against it at once."""
        watched.redefine(definition)
        self.advance(watched, event)
        self._observe(watched)

    def _is_first(self, definition: AlarmDef) -> bool:
        """True when nothing else of its first-out group is before the others' eyes."""
        group = definition.first_out
        return bool(group) and not self._seen_of_group.get(group, set()) - {definition.id}

    def _follow(self, watched: WatchedAlarm, effects: Sequence[Effect]) -> None:
        self._queue(watched)
        transitions = [effect for effect in effects if isinstance(effect, AlarmTransition)]
        if not transitions:
            return
        self._put(transitions)
        record = watched.tracker.record
        if record.stands:
            self._standing[record.id] = watched
        else:
            self._standing.pop(record.id, None)
        group = watched.definition.first_out
        if group:
            seen = self._seen_of_group.setdefault(group, set())
            if hides_the_first(record):
                seen.add(record.id)
            else:
                seen.discard(record.id)

    def _queue(self, watched: WatchedAlarm) -> None:
        """Stand in the queue for the next moment, unless an earlier one is waited for already: it will ask again."""
        due = watched.tracker.next_due
        if due is not None and (not watched.queued or due < watched.queued[-1]):
            watched.queued.append(due)
            heapq.heappush(self._due, (due, next(self._count), watched))
