"""Logins of a runtime, and who stands behind a request."""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from vmshmi.core.access import Login, Person, Role
from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.clock import Clock
from vmshmi.core.errors import CommandRefused, StorageError
from vmshmi.runtime.access.accounts import FILE, Account, Accounts
from vmshmi.runtime.storage.audit_log import AuditLog

_log = logging.getLogger(__name__)

SESSION_S = 8 * 3600.0
"""A login ends after a working day, whatever happens."""
_MAX_SESSIONS = 200
_MAX_WAITING = 8
"""Logins that may wait for their turn: each takes a core for a moment."""
_LONGEST_DELAY_S = 60.0
_PATIENCE_S = 1.0
"""An alarm is answered without knowing by whom rather than waits longer for the accounts to be read."""
NO_LOGIN = "(no login)"
"""In place of a name where people have accounts and neither a login nor a station of the project is known."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of who sends it.

    Attributes:
        user: a name; empty when it gives none.
        token: of a login; None without.
        here: True for a request from the runtime's own computer.
    """

    user: str = ""
    token: str | None = None
    here: bool = False


@dataclass(frozen=True, slots=True)
class _Session:
    name: str
    ends: float
    until: datetime


class Access:
    """Accounts and logins; in the runtime's loop.

    Args:
        folder: database folder with the accounts; None has none.
        role_by_name: what somebody may do by name alone, where there are no accounts.
        audit: gets every login.
        clock: both clocks.
        stations: their names by id.
    """

    def __init__(
        self,
        folder: Path | None,
        role_by_name: Callable[[str], Role],
        audit: AuditLog,
        clock: Clock,
        stations: Mapping[str, str],
    ) -> None:
        self._accounts = Accounts(None if folder is None else folder / FILE)
        self._role_by_name = role_by_name
        self._audit = audit
        self._clock = clock
        self._stations = stations
        self._sessions: dict[bytes, _Session] = {}
        self._failures: dict[str, tuple[int, float]] = {}
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def login(self, user: str, pin: str, station: str | None = None) -> Login:
        """Log in.

        Raises:
            CommandRefused: `wrong_pin`, `too_many_attempts`, `no_accounts`.
            StorageError: when the accounts cannot be read.
        """
        account = await asyncio.to_thread(self._accounts.find, user)
        if account is None and not await asyncio.to_thread(self._accounts.everyone):
            raise CommandRefused("no_accounts", "there are no accounts; make one with: vmshmi user add --db PATH NAME")
        key = "" if account is None else account.name  # names nobody has share one count: it cannot be made to grow
        if self._waiting >= _MAX_WAITING:
            raise CommandRefused("too_many_attempts", "too many logins at once; try again")
        self._waiting += 1
        try:
            async with self._turn:
                self._must_wait(key)
                found = await asyncio.to_thread(self._accounts.check, user, pin)
                self._count(key, is_right=found is not None)
        finally:
            self._waiting -= 1
        now = self._clock.now()
        if found is None:
            await self._audit.owe(AuditEntry(AuditKind.LOGIN_FAILED, now, user[:80], station))
            raise CommandRefused("wrong_pin", "the name or the PIN is wrong")
        await self._audit.owe(AuditEntry(AuditKind.LOGIN, now, found.name, station))
        token = secrets.token_urlsafe(32)
        session = _Session(found.name, self._clock.monotonic() + SESSION_S, now + timedelta(seconds=SESSION_S))
        if len(self._sessions) >= _MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[_digest(token)] = session
        return Login(token, _logged_in(found, session))

    async def logout(self, token: str, station: str | None = None) -> None:
        """End a login; one that has ended already is left alone."""
        session = self._sessions.pop(_digest(token), None)
        if session is not None:
            await self._audit.owe(AuditEntry(AuditKind.LOGOUT, self._clock.now(), session.name, station))

    async def identify(self, claim: Claim) -> Person:
        """Who that is and what they may do now: an account that was changed or taken away counts at once.

        Raises:
            CommandRefused: `session_ended`, `not_you`.
            StorageError: when the accounts cannot be read.
        """
        if claim.token is None:
            accounts = bool(await asyncio.to_thread(self._accounts.everyone))
            login_needed = accounts or not claim.here
            role = Role.VIEWER if login_needed or not claim.user else self._role_by_name(claim.user)
            return Person(claim.user, role, login_needed=login_needed, accounts=accounts)
        key = _digest(claim.token)
        session = self._sessions.get(key)
        account = None
        if session is not None and self._clock.monotonic() < session.ends:
            account = await asyncio.to_thread(self._accounts.find, session.name)
        if session is None or account is None:
            self._sessions.pop(key, None)
            raise CommandRefused("session_ended", "the login has ended; log in again")
        if claim.user and claim.user.casefold() != account.name.casefold():
            raise CommandRefused("not_you", f"{account.name} is logged in, not {claim.user}")
        return _logged_in(account, session)

    async def answering(self, claim: Claim, station: str | None) -> str:
        """In whose name an alarm is answered: where people have accounts the login's, else the station's.

        It refuses nobody: whoever stands at an alarm can answer it, but not in the name of somebody else.
        """
        try:
            async with asyncio.timeout(_PATIENCE_S):
                if claim.token is None:
                    if not await asyncio.to_thread(self._accounts.everyone):
                        return claim.user
                else:
                    return (await self.identify(Claim(token=claim.token))).name
        except CommandRefused:
            pass  # the login has ended: as without one
        except (StorageError, TimeoutError) as error:
            _log.warning("who answers an alarm cannot be proven: %s", error or "the accounts are not read in time")
        return self._stations.get(station or "", NO_LOGIN)

    async def require(self, claim: Claim, role: Role) -> Person:
        """Somebody with this role or a higher one.

        Raises:
            CommandRefused: `login_required`, `role`, and as `identify`.
            StorageError: when the accounts cannot be read.
        """
        person = await self.identify(claim)
        if person.role.covers(role):
            return person
        if person.login_needed and person.until is None:
            raise CommandRefused("login_required", LOGIN_FIRST)
        raise CommandRefused(
            "role", f"that needs the role {role.value}; {person.name or 'nobody'} is {person.role.value}"
        )

    def _must_wait(self, key: str) -> None:
        _, free_at = self._failures.get(key, (0, 0.0))
        wait_s = free_at - self._clock.monotonic()
        if wait_s > 0:
            raise CommandRefused("too_many_attempts", f"wrong too often; try again in {wait_s:.0f} s")

    def _count(self, key: str, *, is_right: bool) -> None:
        if is_right:
            self._failures.pop(key, None)
            return
        count = self._failures.get(key, (0, 0.0))[0] + 1
        delay_s = min(_LONGEST_DELAY_S, 0.5 * 2 ** min(count, 10))
        self._failures[key] = (count, self._clock.monotonic() + delay_s)
        _log.warning("login of %s failed, %d in a row", key or "an unknown name", count)


LOGIN_FIRST = "log in first; where there are no accounts, only the runtime's own computer may do this by name"


def _logged_in(account: Account, session: _Session) -> Person:
    return Person(account.name, account.role, session.until, login_needed=True, accounts=True)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
