"""What people may ask and change about an alarm's numbers while the runtime runs."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from vmshmi.core.alarms.model import AlarmDef
from vmshmi.core.alarms.revising import problems_of, tuning_of, with_tuning
from vmshmi.core.alarms.revision import DefinitionChange, Revision
from vmshmi.core.alarms.whatif import WhatIf, tags_of
from vmshmi.core.clock import Clock
from vmshmi.core.errors import CommandRefused
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.recording import RecordingRule
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.alarms.rehearsal import Rehearsal, rehearse

LONGEST = timedelta(days=400)
GAP_SLACK_S = 2.0
"""The runtime looks for stale tags now and then, and polls are not exact."""
EVERY_SAMPLE = RecordingRule(max_interval_s=0.0)
MOST_LINES = 100_000
"""Lines of one alarm's journal that are compared with."""


class AlarmTuning:
    """Asks what if, and revises. Belongs to the runtime's loop.

    Args:
        engine: whose definitions.
        read: gives raw rows of a tag.
        gap_s: how long each tag that is sampled may be silent.
        clock: both clocks.
    """

    def __init__(
        self,
        engine: AlarmEngine,
        read: Callable[[HistoryQuery], Awaitable[HistorySeries]],
        gap_s: Mapping[TagId, float],
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._read = read
        self._gap_s = gap_s
        self._clock = clock
        # one at a time: a replay takes a processor, and the runtime needs the other
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="what-if")

    async def what_if(self, alarm_id: str, change: DefinitionChange, since: datetime, until: datetime) -> WhatIf:
        """Replay the recorded history of a period with the present and with changed numbers.

        Raises:
            CommandRefused: `unknown_alarm`, `bad_value`, `bad_period`.
            StorageError: if history or the journal cannot be read now.
        """
        definition = self._definition(alarm_id)
        _check(definition, change)
        until = min(until, self._clock.now())
        if not since < until <= since + LONGEST:
            raise CommandRefused(
                "bad_period", f"the period must end after it begins and last up to {LONGEST.days} days"
            )
        lines = await self._engine.history(since, until, MOST_LINES, alarm_id)
        gaps = {tag: self._gap_s[tag] for tag in tags_of(definition) if tag in self._gap_s}
        question = Rehearsal(definition, change, since, until, lines[::-1], gaps)
        return await rehearse(question, self._read, self._executor)

    async def revise(
        self, alarm_id: str, change: DefinitionChange, user: str, reason: str, station: str | None = None
    ) -> Revision:
        """Let an alarm go on with other numbers, from now on and after every restart.

        Raises:
            CommandRefused: `unknown_alarm`, `bad_value`, `no_change`, `no_user`, `no_reason`, `not_running`.
        """
        definition = self._definition(alarm_id)
        name = definition.message or definition.id
        if not user.strip():
            raise CommandRefused("no_user", f"{name}: a changed definition needs a name")
        if not reason.strip():
            raise CommandRefused("no_reason", f"{name}: a changed definition needs a reason")
        _check(definition, change)
        before = tuning_of(definition)
        after = change.applied(before)
        if after == before:
            raise CommandRefused("no_change", f"{name}: has these numbers already")
        revision = self._engine.revisions.next(definition, after, self._clock.now(), user, station, reason.strip())
        revised = with_tuning(definition, after, revision.number)
        await self._engine.redefine(revised, user, revision.reason, station, revision)
        return revision

    def revisions(self, alarm_id: str) -> tuple[Revision, ...]:
        """Of one alarm, newest first.

        Raises:
            CommandRefused: `unknown_alarm`.
        """
        return self._engine.revisions.of(self._definition(alarm_id).id)[::-1]

    def close(self) -> None:
        """Begin no more replays; one that runs ends with who waits for it."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _definition(self, alarm_id: str) -> AlarmDef:
        found = self._engine.definitions().get(alarm_id)
        if found is None:
            raise CommandRefused("unknown_alarm", f"there is no alarm {alarm_id[:200]!r}")
        return found


def silences(tags: Iterable[TagDef], stale_after_s: Mapping[str, float]) -> dict[TagId, float]:
    """How long each tag may be silent in the record before it counts as lost there.

    Tags without a device are never silent, nor are those whose rule keeps no proof that an unchanged value was alive.

    Args:
        tags: of the project.
        stale_after_s: of each device.
    """
    found: dict[TagId, float] = {}
    for tag in tags:
        if tag.device not in stale_after_s:
            continue
        rule = tag.recording or EVERY_SAMPLE
        proof = rule.max_interval_s if rule.period_s is None else rule.period_s
        if proof is not None:
            found[tag.id] = proof + (tag.stale_after_s or stale_after_s[tag.device]) + GAP_SLACK_S
    return found


def _check(definition: AlarmDef, change: DefinitionChange) -> None:
    problems = problems_of(definition, change)
    if problems:
        raise CommandRefused("bad_value", f"{definition.message or definition.id}: {'; '.join(problems)}")
