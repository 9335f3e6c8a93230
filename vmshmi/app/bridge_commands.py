"""Commands to machinery of a runtime in the same process, for the screens; used by `vmshmi.app.bridge`."""

from collections.abc import Sequence
from datetime import datetime

from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.access import Person, Role
from vmshmi.core.audit import AuditEntry
from vmshmi.core.commands import CommandRefusal, CommandReport
from vmshmi.core.errors import CommandRefused
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.access import Claim
from vmshmi.runtime.runtime_app import RuntimeApp


class LocalCommands:
    """`core.ports.CommandsPort` on the runtime; screen thread."""

    def __init__(self, runtime: RuntimeApp, thread: LoopThread) -> None:
        self._runtime = runtime
        self._thread = thread
        self._token: str | None = None
        self._name = ""

    async def person(self, user: str) -> Person:
        try:
            return await self._thread.run(self._runtime.access.identify(self.claim(user)))
        except CommandRefused:  # the login has ended: from now on it is a name again
            self._token, self._name = None, ""
            raise

    async def login(self, user: str, pin: str, station: str) -> Person:
        await self.logout(station)
        login = await self._thread.run(self._runtime.access.login(user, pin, station))
        self._token, self._name = login.token, login.person.name
        return login.person

    async def logout(self, station: str) -> None:
        token, self._token, self._name = self._token, None, ""
        if token is not None:
            await self._thread.run(self._runtime.access.logout(token, station))

    async def may(self, tag_id: TagId, user: str, station: str) -> CommandRefusal | None:
        return await self._thread.run(self._runtime.commands.may(tag_id, self.claim(user), station))

    async def select(self, tag_id: TagId, user: str, station: str) -> datetime:
        return await self._thread.run(self._runtime.commands.select(tag_id, self.claim(user), station))

    async def write(self, tag_id: TagId, value: Scalar, user: str, station: str, reason: str = "") -> CommandReport:
        return await self._thread.run(self._runtime.commands.write(tag_id, value, self.claim(user), station, reason))

    async def audit(self, user: str, until: datetime | None, limit: int) -> Sequence[AuditEntry]:
        return await self._thread.run(self._audit(user, until, limit))

    async def _audit(self, user: str, until: datetime | None, limit: int) -> Sequence[AuditEntry]:
        """Runtime's loop."""
        await self._runtime.access.require(self.claim(user), Role.ENGINEER)
        return await self._runtime.audit.entries(None, until, limit)

    def claim(self, user: str) -> Claim:
        """The login, when it is this person's; another person is only a name."""
        token = self._token if user.casefold() == self._name.casefold() else None
        return Claim(user, token, here=True)
