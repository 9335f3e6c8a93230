"""`core.ports.CommandsPort` over HTTP."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

import httpx

from vmshmi.core.access import Person, Role
from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.clock import Clock, from_iso, to_iso
from vmshmi.core.commands import Command, CommandOutcome, CommandRefusal, CommandReport, Stage
from vmshmi.core.errors import CommandRefused, StorageError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.remote.decode import PeerError, Row, row_of, rows_of, scalar, text, understood, whole
from vmshmi.runtime.remote.http import TIMEOUT_S, ApiClient, Body, one_line


class RemoteCommands:
    """Commands and the login of one screen.

    Args:
        api: asked for each.
        definitions: tell how long a command may take.
        clock: stamps what got no answer.
        is_connected: nothing is asked while it says no.
    """

    def __init__(
        self,
        api: ApiClient,
        definitions: Callable[[], Mapping[TagId, TagDef]],
        clock: Clock,
        is_connected: Callable[[], bool],
    ) -> None:
        self._api = api
        self._definitions = definitions
        self._clock = clock
        self._is_connected = is_connected
        self._token = ""
        self._name = ""

    async def person(self, user: str) -> Person:
        """What somebody may do here and now.

        Raises:
            CommandRefused: `not_connected`, `session_ended`.
            StorageError: if the accounts cannot be read now.
        """
        answer = await self._ask(self._api.get("/session", {"user": user}, token=self.token_of(user)))
        return understood(lambda: _person(row_of(answer)))

    async def login(self, user: str, pin: str, station: str) -> Person:
        """Log in.

        Raises:
            CommandRefused: by the runtime, or because it does not answer.
            StorageError: if the accounts cannot be read now.
        """
        await self.logout(station)
        answer = row_of(await self._ask(self._api.post("/login", {"user": user, "pin": pin, "station": station})))
        person = understood(lambda: _person(answer))
        self._token, self._name = understood(lambda: text(answer["token"])), person.name
        return person

    async def logout(self, station: str) -> None:
        """Forget the login here, and end it there when it answers."""
        token, self._token, self._name = self._token, "", ""
        if token and self._is_connected():
            await self._ask(self._api.post(f"/logout?station={quote(station, safe='')}", {}, token=token))

    async def may(self, tag_id: TagId, user: str, station: str) -> CommandRefusal | None:
        """Why not; None when nothing is in the way."""
        params = {"user": user, "station": station}
        try:
            answer = row_of(
                await self._ask(self._api.get(f"{_path(tag_id)}/command", params, token=self.token_of(user)))
            )
        except CommandRefused as refused:
            return CommandRefusal(refused.reason, str(refused))
        except StorageError as error:
            return CommandRefusal("storage", str(error))
        if answer["allowed"] is True:
            return None
        return understood(lambda: CommandRefusal(text(answer["reason"]), text(answer["message"])))

    async def select(self, tag_id: TagId, user: str, station: str) -> datetime:
        """Select a tag; returns until when.

        Raises:
            CommandRefused: by the runtime, or because it does not answer.
        """
        body: Body = {"user": user, "station": station}
        answer = await self._ask(self._api.post(f"{_path(tag_id)}/select", body, token=self.token_of(user)))
        return understood(lambda: _moment(row_of(answer)["selected_until"]))

    async def write(self, tag_id: TagId, value: Scalar, user: str, station: str, reason: str = "") -> CommandReport:
        """Command a tag; a refusal and a missing answer are outcomes."""
        command = Command("", tag_id, value, user, station, reason, self._clock.now())
        if not self._is_connected():
            return self._without_report(command, CommandOutcome.REFUSED, "not_connected", self._silence())
        tag = self._definitions().get(tag_id)
        rule = None if tag is None else tag.command
        patience_s = TIMEOUT_S + (0.0 if rule is None else rule.deadline_s + rule.timeout_s)
        body: Body = {"user": user, "station": station, "value": value, "reason": reason}
        try:
            answer = await self._api.post(f"{_path(tag_id)}/write", body, patience_s, token=self.token_of(user))
        except CommandRefused as refused:
            self._forget_if_ended(refused)
            return self._without_report(command, CommandOutcome.REFUSED, refused.reason, str(refused))
        except KeyError as error:
            return self._without_report(command, CommandOutcome.REFUSED, "unknown_tag", str(error))
        except httpx.ConnectError as error:
            return self._without_report(command, CommandOutcome.REFUSED, "not_connected", one_line(error))
        except (httpx.HTTPError, PeerError, StorageError) as error:
            message = f"no answer ({one_line(error)}): it may have been sent; look at the machine"
            return self._without_report(command, CommandOutcome.UNKNOWN, "no_answer", message)
        return understood(lambda: _report(row_of(answer), command))

    async def audit(self, user: str, until: datetime | None, limit: int) -> Sequence[AuditEntry]:
        """What people did, newest first.

        Raises:
            CommandRefused: by the runtime, or because it does not answer.
            StorageError: if it cannot be read now.
        """
        params = {"user": user, "limit": str(limit)}
        if until is not None:
            params["until"] = to_iso(until)
        answer = await self._ask(self._api.get("/audit", params, token=self.token_of(user)))
        return understood(lambda: [_entry(row) for row in rows_of(answer)])

    def _without_report(self, command: Command, outcome: CommandOutcome, reason: str, message: str) -> CommandReport:
        return CommandReport(command, outcome, reason, message, None, self._clock.now())

    def token_of(self, user: str) -> str:
        """The login, when it is this person's; another person is only a name."""
        return self._token if user.casefold() == self._name.casefold() else ""

    def _forget_if_ended(self, refused: CommandRefused) -> None:
        if refused.reason == "session_ended":
            self._token, self._name = "", ""

    def _silence(self) -> str:
        return f"the runtime at {self._api.base} does not answer"

    async def _ask(self, asked: Coroutine[object, object, object]) -> object:
        if not self._is_connected():
            asked.close()
            raise CommandRefused("not_connected", self._silence())
        try:
            return await asked
        except CommandRefused as refused:
            self._forget_if_ended(refused)
            raise
        except (httpx.HTTPError, PeerError) as error:
            raise CommandRefused("not_connected", f"no answer from {self._api.base}: {one_line(error)}") from error


def _path(tag_id: TagId) -> str:
    return f"/tags/{quote(tag_id, safe='')}"


def _moment(value: object) -> datetime:
    return from_iso(text(value))


def _person(row: Row) -> Person:
    until = row["expires_at"]
    return Person(
        text(row["user"]),
        Role(row["role"]),
        None if until is None else _moment(until),
        login_needed=bool(row["login_needed"]),
        accounts=bool(row.get("accounts", row["login_needed"])),
    )


def _entry(row: Row) -> AuditEntry:
    station = row["station"]
    return AuditEntry(
        kind=AuditKind(row["kind"]),
        at=_moment(row["at"]),
        user=text(row["user"]),
        station=None if station is None else text(station),
        command=text(row["command"]),
        tag=text(row["tag"]),
        old=scalar(row["old"]),
        new=scalar(row["new"]),
        result=text(row["result"]),
        reason=text(row["reason"]),
        row=whole(row["row"]),
    )


def _report(row: Row, command: Command) -> CommandReport:
    return CommandReport(
        command=Command(
            text(row["id"]), command.tag_id, command.value, text(row["user"]), command.station, command.reason,
            _moment(row["requested_at"]),
        ),
        outcome=CommandOutcome[text(row["outcome"])],
        reason=text(row["reason"]),
        message=text(row["message"]),
        before=scalar(row["before"]),
        ended_at=_moment(row["ended_at"]),
        seen=scalar(row["seen"]),
        stages=tuple((Stage(step["stage"]), _moment(step["at"])) for step in rows_of(row["stages"])),
    )  # fmt: skip
