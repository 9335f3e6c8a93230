"""Commands for tests of the screen: the test says who may what and what becomes of a command."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from vmshmi.core.access import Person, Role
from vmshmi.core.audit import AuditEntry
from vmshmi.core.clock import Clock
from vmshmi.core.commands import SELECTION_S, Command, CommandOutcome, CommandRefusal, CommandReport
from vmshmi.core.errors import CommandRefused
from vmshmi.core.values import Scalar, TagId


@dataclass
class FakeCommands:
    """Answers each command with `outcome`, unless `refusals` has its tag; `hold` keeps it until the test lets it go.

    Attributes:
        pins: by name; where there are none nobody needs to log in.
        elsewhere: the runtime is another machine: a name may do nothing but answer alarms.
        sent: every command that was not refused.
    """

    clock: Clock
    role: Role = Role.OPERATOR
    pins: dict[str, str] = field(default_factory=dict)
    refusals: dict[TagId, CommandRefusal] = field(default_factory=dict)
    outcome: CommandOutcome = CommandOutcome.CONFIRMED
    reason: str = ""
    message: str = ""
    sent: list[Command] = field(default_factory=list)
    selected: list[tuple[TagId, str]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    logged_in: Person | None = None
    entries: list[AuditEntry] = field(default_factory=list)
    elsewhere: bool = False

    async def person(self, user: str) -> Person:
        """As the test has it."""
        if self.logged_in is not None and self.logged_in.name == user:
            return self.logged_in
        needed = bool(self.pins) or self.elsewhere
        return Person(user, Role.VIEWER if needed else self.role, login_needed=needed, accounts=bool(self.pins))

    async def login(self, user: str, pin: str, station: str) -> Person:
        """Right when `pins` has it."""
        if self.pins.get(user) != pin:
            raise CommandRefused("wrong_pin", "the name or the PIN is wrong")
        until = self.clock.now() + timedelta(hours=8)
        self.logged_in = Person(user, self.role, until, login_needed=True, accounts=True)
        return self.logged_in

    async def logout(self, station: str) -> None:
        """Nobody is logged in."""
        self.logged_in = None

    async def may(self, tag_id: TagId, user: str, station: str) -> CommandRefusal | None:
        """What `refusals` has; a login where it is needed."""
        if not (await self.person(user)).role.covers(Role.OPERATOR):
            return CommandRefusal("login_required", "log in first")
        return self.refusals.get(tag_id)

    async def select(self, tag_id: TagId, user: str, station: str) -> datetime:
        """Selected, unless refused."""
        refusal = await self.may(tag_id, user, station)
        if refusal is not None:
            raise CommandRefused(refusal.reason, refusal.message)
        self.selected.append((tag_id, user))
        return self.clock.now() + timedelta(seconds=SELECTION_S)

    async def audit(self, user: str, until: datetime | None, limit: int) -> list[AuditEntry]:
        """`entries`, for engineers."""
        if not (await self.person(user)).role.covers(Role.ENGINEER):
            raise CommandRefused("role", "that is for engineers")
        return [entry for entry in self.entries if until is None or entry.at <= until][:limit]

    async def write(self, tag_id: TagId, value: Scalar, user: str, station: str, reason: str = "") -> CommandReport:
        """The scripted outcome."""
        command = Command(f"c{len(self.sent)}", tag_id, value, user, station, reason, self.clock.now())
        report = CommandReport(command, self.outcome, self.reason, self.message, None, self.clock.now())
        refusal = await self.may(tag_id, user, station)
        if refusal is not None:
            return replace(report, outcome=CommandOutcome.REFUSED, reason=refusal.reason, message=refusal.message)
        self.sent.append(command)
        if self.hold is not None:
            await self.hold.wait()
        return replace(report, ended_at=self.clock.now())
