"""The one gateway through which machinery is commanded.

Authority, permissive, range, deadline, selection; written down durably; sent exactly once; then a younger sample must
show the effect. Whatever happens, a command ends in exactly one outcome, and the audit log has it.
"""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vmshmi.core.access import Person
from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.clock import Clock, to_iso
from vmshmi.core.commands import Command, CommandOutcome, CommandRefusal, CommandReport, CommandRule, Stage
from vmshmi.core.errors import CommandRefused, StorageError
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.access import Claim
from vmshmi.runtime.commands.checks import CommandChecks
from vmshmi.runtime.commands.effect import EffectWatch, EffectWatches
from vmshmi.runtime.commands.selections import Selections
from vmshmi.runtime.drivers.driver import Driver, WriteFailed, WriteRefused, WriteUnknown
from vmshmi.runtime.storage.audit_log import AuditLog
from vmshmi.runtime.tag_store import TagStore

_log = logging.getLogger(__name__)

DRIVER_S = 30.0
"""How long, beyond the deadline, a driver may take to say what became of a command."""
MAX_REFUSALS, REFUSALS_S = 100, 60.0
"""Refusals that are listed within a time; what is beyond is counted."""
_MAX_TEXT = 200
"""Characters of what came from outside and is no tag or no value of it that the audit log keeps."""


@dataclass(slots=True)
class _Running:
    """A command on its way."""

    command: Command
    rule: CommandRule
    deadline: float
    before: Scalar | None
    stages: list[tuple[Stage, datetime]]
    is_sent: bool = False
    is_decided: bool = False
    """Its outcome is known; all that is left is to write it down."""
    seen: Scalar | None = None
    notes: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])


@dataclass(frozen=True, slots=True)
class _End:
    outcome: CommandOutcome
    reason: str = ""
    message: str = ""


class CommandGateway:
    """Takes commands from wherever they come; in the runtime's loop.

    Args:
        store: values of all tags.
        drivers: by id of the device.
        identify: says who stands behind a request; raises CommandRefused or StorageError.
        audit: makes each step durable.
        clock: both clocks.
        stations: for each station of the project whether machinery may be commanded from there.
    """

    def __init__(
        self,
        store: TagStore,
        drivers: Mapping[str, Driver],
        identify: Callable[[Claim], Awaitable[Person]],
        audit: AuditLog,
        clock: Clock,
        stations: Mapping[str, bool],
    ) -> None:
        self.lost: tuple[str, ...] = ()
        """Commands of the last run whose outcome nobody knows, one line each."""
        self._store = store
        self._drivers = drivers
        self._identify = identify
        self._audit = audit
        self._clock = clock
        self._checks = CommandChecks(store.definitions(), store.get, drivers.keys(), stations)
        self._selections = Selections(clock)
        self._effects = EffectWatches(store)
        self._busy: dict[TagId, tuple[_Running, asyncio.Task[CommandReport]]] = {}
        self._refused: deque[float] = deque()
        self._unlisted = 0
        self._is_open = False

    async def start(self) -> None:
        """End the commands that the last run left without an outcome, then take commands."""
        left = self._audit.left
        if left:
            why = "program_ended: the program ended before it was known what became of it"
            now = self._clock.now()
            await self._audit.owe(*(_unknown(intent, now, why) for intent in left))
            self.lost = tuple(_line(intent) for intent in left)
            for line in self.lost:
                _log.warning("nobody knows what became of this command: %s", line)
        self._is_open = True

    async def stop(self) -> None:
        """Take no more; what runs ends as UNKNOWN, or REFUSED where nothing was sent. A second call does nothing."""
        self._is_open = False
        busy = list(self._busy.values())
        for running, task in busy:
            if not running.is_decided:
                task.cancel()
        await asyncio.gather(*(task for _, task in busy), return_exceptions=True)

    async def may(self, tag_id: TagId, claim: Claim, station: str | None) -> CommandRefusal | None:
        """Why this person may not command this tag from here now; None when nothing is in the way."""
        rule, person = self._checks.rule(tag_id), await self._who(claim)
        if isinstance(rule, CommandRefusal):
            return rule
        return person if isinstance(person, CommandRefusal) else self._may(tag_id, rule, person, station)

    async def _who(self, claim: Claim) -> Person | CommandRefusal:
        try:
            return await self._identify(claim)
        except CommandRefused as refused:
            return CommandRefusal(refused.reason, str(refused))
        except StorageError as error:
            return CommandRefusal("storage", str(error))

    def _may(self, tag_id: TagId, rule: CommandRule, person: Person, station: str | None) -> CommandRefusal | None:
        return (
            self._checks.authority(tag_id, rule, person, station)
            or self._available(tag_id)
            or self._selections.held_by_other(tag_id, person.name, station)
            or self._checks.permission(tag_id, rule)
        )

    def _available(self, tag_id: TagId) -> CommandRefusal | None:
        if not self._is_open:
            return CommandRefusal("not_running", "commands are not taken: the runtime is starting or stopping")
        if tag_id in self._busy:
            return CommandRefusal("busy", f"{tag_id}: another command is on its way; wait for its outcome")
        return None

    async def select(self, tag_id: TagId, claim: Claim, station: str | None) -> datetime:
        """Announce that a tag is about to be operated, for 10 s; nobody else may meanwhile. Returns until when.

        Raises:
            CommandRefused: as a command would be.
            StorageError: when the accounts cannot be read.
        """
        person = await self._identify(claim)
        rule = self._checks.rule(tag_id)
        refusal = rule if isinstance(rule, CommandRefusal) else self._may(tag_id, rule, person, station)
        if refusal is not None:
            raise CommandRefused(refusal.reason, refusal.message)
        until = self._selections.take(tag_id, person.name, station)
        await self._audit.owe(AuditEntry(AuditKind.SELECTED, self._clock.now(), person.name, station, tag=tag_id))
        return until

    async def write(
        self, tag_id: TagId, value: Scalar, claim: Claim, station: str | None, reason: str = ""
    ) -> CommandReport:
        """Command a tag; returns when its outcome is known and written down.

        Cancelling does not take the command back: it ends, and is written down, without the caller.
        """
        asked_at, asked_monotonic = self._clock.now(), self._clock.monotonic()
        person = await self._who(claim)
        user = claim.user if isinstance(person, CommandRefusal) else person.name
        command = Command(secrets.token_hex(8), tag_id, value, user, station, reason, asked_at)
        rule = self._checks.rule(tag_id)
        if isinstance(rule, CommandRefusal):
            return await self._refuse(command, rule)
        refusal = person if isinstance(person, CommandRefusal) else self._refusal(command, rule, person)
        if refusal is not None:
            return await self._refuse(command, refusal)
        shown_by = self._checks.shown_by(tag_id, rule, value)
        running = _Running(command, shown_by, asked_monotonic + rule.deadline_s, self._value(tag_id), [])
        task = asyncio.get_running_loop().create_task(self._run(running), name=f"command {tag_id}")
        self._busy[tag_id] = running, task
        return await asyncio.shield(task)

    def _refusal(self, command: Command, rule: CommandRule, person: Person) -> CommandRefusal | None:
        tag_id, station = command.tag_id, command.station
        refusal = (
            self._may(tag_id, rule, person, station)
            or self._checks.value(tag_id, rule, command.value)
            or self._checks.already(tag_id, rule, command.value)
        )
        if refusal is None and rule.select_first and not self._selections.use(tag_id, person.name, station):
            return CommandRefusal("not_selected", f"{tag_id} must be selected first, within 10 s before the command")
        return refusal

    def _value(self, tag_id: TagId) -> Scalar | None:
        return self._store.get(tag_id).value

    async def _refuse(self, command: Command, refusal: CommandRefusal) -> CommandReport:
        """Write a refusal down and report it; of a flood of them the log tells the number.

        Whoever reaches the port can be refused as often as they like: that must not fill the disk.
        """
        known = command.tag_id in self._store.definitions()
        running = _Running(command, CommandRule(), 0.0, self._value(command.tag_id) if known else None, [])
        now = self._clock.monotonic()
        while self._refused and now - self._refused[0] >= REFUSALS_S:
            self._refused.popleft()
        end = _End(CommandOutcome.REFUSED, refusal.reason, refusal.message)
        if len(self._refused) >= MAX_REFUSALS:
            self._unlisted += 1
            return self._report(running, end)
        self._refused.append(now)
        return await asyncio.shield(self._end(running, end))

    async def _run(self, running: _Running) -> CommandReport:
        """From the intent to the outcome, in a task of its own."""
        try:
            end = await self._carry_out(running)
        except asyncio.CancelledError:
            end = _stopped(running)
        except Exception as error:  # noqa: BLE001 - a command must have an outcome also after an error of ours
            _log.exception("command %s to %s", running.command.id, running.command.tag_id)
            outcome = CommandOutcome.UNKNOWN if running.is_sent else CommandOutcome.REFUSED
            end = _End(outcome, "internal", f"an error in the program: {error!r}")
        running.is_decided = True
        try:
            return await self._end(running, end)
        finally:
            del self._busy[running.command.tag_id]

    async def _carry_out(self, running: _Running) -> _End:
        command, rule = running.command, running.rule
        try:
            await self._audit.append(self._entry(running, AuditKind.INTENT, reason=command.reason))
        except StorageError as error:
            return _End(CommandOutcome.REFUSED, "audit", f"nothing is sent that cannot be written down: {error}")
        running.stages.append((Stage.INTENT, self._clock.now()))
        refusal = self._checks.permission(command.tag_id, rule)  # the disk may have taken its time
        if refusal is not None:
            return _End(CommandOutcome.REFUSED, refusal.reason, refusal.message)
        if self._clock.monotonic() >= running.deadline:
            return _End(CommandOutcome.REFUSED, "too_late", f"it could not be sent within {rule.deadline_s:g} s")
        driver = self._drivers[self._store.definitions()[command.tag_id].device]
        running.is_sent = True
        try:
            patience_s = running.deadline - self._clock.monotonic() + DRIVER_S
            async with asyncio.timeout(patience_s):
                await driver.write(command.tag_id, command.value, running.deadline)
        except WriteFailed as error:
            return _End(CommandOutcome.FAILED, "device_refused", str(error))
        except WriteRefused as error:
            running.is_sent = False
            return _End(CommandOutcome.REFUSED, "device", str(error))
        except WriteUnknown as error:
            return _End(CommandOutcome.UNKNOWN, "no_answer", f"{error}; look at the machine before trying again")
        except TimeoutError:
            return _End(CommandOutcome.UNKNOWN, "no_answer", "the driver does not say what became of it")
        return await self._confirm(running)

    async def _confirm(self, running: _Running) -> _End:
        """The device has taken it: wait for what shows the effect."""
        command, rule = running.command, running.rule
        taken_at = self._clock.now()
        running.stages.append((Stage.TAKEN, taken_at))
        watched = rule.watched(command.tag_id)
        watch = EffectWatch(rule, command.value, taken_at)
        note = self._audit.owe(self._entry(running, AuditKind.TAKEN))  # must not hold up the look at the next sample
        running.notes.append(asyncio.get_running_loop().create_task(note))
        try:
            is_shown = await self._effects.wait(watched, watch)
        finally:
            running.seen = watch.seen
        if is_shown:
            return _End(CommandOutcome.CONFIRMED)
        if watch.seen is None:
            message = f"the device took it, but {watched} has not been known since; look at the machine"
            return _End(CommandOutcome.UNKNOWN, "not_seen", message)
        message = f"the device took it, but after {rule.timeout_s:g} s {watched} is {watch.seen}"
        return _End(CommandOutcome.TIMED_OUT, "no_effect", message)

    async def _end(self, running: _Running, end: _End) -> CommandReport:
        await asyncio.gather(*running.notes)
        report = self._report(running, end)
        reason = f"{end.reason}: {end.message}" if end.reason else ""
        if self._unlisted:
            reason, self._unlisted = f"{reason} ({self._unlisted} refused before are not listed)".strip(), 0
        await self._audit.owe(
            self._entry(running, AuditKind.ENDED, at=report.ended_at, result=end.outcome.value, reason=reason)
        )
        command = running.command
        where = f" at {command.station}" if command.station else ""
        _log.info(
            "%s by %s%s to %s: %s %s", command.tag_id, command.user, where, command.value, end.outcome.value, reason
        )
        return report

    def _report(self, running: _Running, end: _End) -> CommandReport:
        now = self._clock.now()
        stages = (*running.stages, (Stage.ENDED, now))
        return CommandReport(
            running.command, end.outcome, end.reason, end.message, running.before, now, running.seen, stages
        )

    def _entry(
        self, running: _Running, kind: AuditKind, *, at: datetime | None = None, result: str = "", reason: str = ""
    ) -> AuditEntry:
        command = running.command
        value = command.value[:_MAX_TEXT] if isinstance(command.value, str) else command.value
        return AuditEntry(
            kind,
            at or self._clock.now(),
            command.user,
            command.station,
            command.id,
            command.tag_id[:_MAX_TEXT],
            running.before,
            value,
            result,
            reason,
        )


def _stopped(running: _Running) -> _End:
    if running.is_sent:
        message = "the runtime was stopped before its effect was seen; look at the machine"
        return _End(CommandOutcome.UNKNOWN, "stopped", message)
    return _End(CommandOutcome.REFUSED, "not_running", "the runtime was stopped before it was sent")


def _unknown(intent: AuditEntry, now: datetime, why: str) -> AuditEntry:
    return AuditEntry(
        AuditKind.ENDED,
        now,
        intent.user,
        intent.station,
        intent.command,
        intent.tag,
        intent.old,
        intent.new,
        CommandOutcome.UNKNOWN.value,
        why,
    )


def _line(intent: AuditEntry) -> str:
    return f"{intent.tag} to {intent.new} by {intent.user}, {to_iso(intent.at)}"
