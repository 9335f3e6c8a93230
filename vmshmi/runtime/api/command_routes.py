"""Commands to machinery, logins and the audit log."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from vmshmi.core.access import Role
from vmshmi.core.clock import to_iso
from vmshmi.core.commands import CommandOutcome
from vmshmi.core.errors import CommandRefused
from vmshmi.core.values import TagId
from vmshmi.runtime.api.claims import BEARER, claim_of, require_role
from vmshmi.runtime.api.encode import dumps
from vmshmi.runtime.api.encode_commands import entry_json, person_json, report_json
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import refused_response, unknown
from vmshmi.runtime.api.schemas import Moment, PrintableText, ProblemOut, Scalar
from vmshmi.runtime.api.tag_routes import DEFAULT_LIMIT, MAX_LIMIT, MomentQuery, moments
from vmshmi.runtime.api.turns import json_list, json_response

_UserQuery = Annotated[PrintableText, Query(description="who asks, where there are no accounts")]
_StationQuery = Annotated[PrintableText | None, Query(description="from where")]


_Number = Annotated[StrictFloat, Field(allow_inf_nan=False)]


class _ByPerson(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    user: PrintableText = ""
    """Who; with the token of a login it may be left out, and must not be another one."""
    station: PrintableText | None = None
    """Where."""


class WriteRequest(_ByPerson):
    """Command a tag."""

    value: StrictBool | StrictInt | _Number | Annotated[str, StringConstraints(max_length=200)]
    """In the tag's unit."""
    reason: Annotated[PrintableText, StringConstraints(max_length=200)] = ""
    """Why; goes into the audit log."""


class SelectRequest(_ByPerson):
    """Announce that a tag is about to be operated."""


class LoginRequest(BaseModel):
    """Prove who you are."""

    model_config = ConfigDict(extra="forbid")

    user: Annotated[PrintableText, StringConstraints(min_length=1)]
    pin: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    station: PrintableText | None = None


class StageOut(BaseModel):
    """A step and when it was done."""

    stage: Literal["intent", "taken", "ended"]
    at: Moment


class ReportOut(BaseModel):
    """What became of a command."""

    id: str
    tag: str
    value: Scalar
    user: str
    station: str | None
    comment: str
    outcome: Literal["CONFIRMED", "FAILED", "TIMED_OUT", "UNKNOWN"]
    reason: str
    message: str
    before: Scalar
    seen: Scalar
    requested_at: Moment
    ended_at: Moment
    stages: list[StageOut]


class SelectionOut(BaseModel):
    """Until when a tag is selected."""

    tag: str
    selected_until: Moment


class MayOut(BaseModel):
    """Whether a tag may be commanded now, and why not."""

    allowed: bool
    reason: str
    message: str


class PersonOut(BaseModel):
    """Who somebody is; `expires_at` is null without a login."""

    user: str
    role: Literal["viewer", "operator", "engineer"]
    expires_at: Moment | None
    login_needed: bool
    accounts: bool
    """True where people have accounts: alarms are answered in the name of a login, or of the station."""


class LoginOut(PersonOut):
    """A login; send `token` as `Authorization: Bearer TOKEN`."""

    token: str


class AuditOut(BaseModel):
    """One row of the audit log."""

    row: int
    at: Moment
    kind: str
    user: str
    station: str | None
    command: str
    tag: str
    old: Scalar
    new: Scalar
    result: str
    reason: str


class CommandRoutes:
    """POST of commands, selections and logins; GET of what may be done and of the audit log.

    Args:
        runtime: where the gateway is.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["commands"])
        problems: dict[int | str, dict[str, object]] = {
            status: {"model": ProblemOut} for status in (401, 403, 404, 409, 503)
        }
        router.add_api_route(
            "/tags/{tag_id}/write",
            self.write,
            methods=["POST"],
            dependencies=[BEARER],
            responses={200: {"model": ReportOut}, **problems},
        )
        router.add_api_route(
            "/tags/{tag_id}/select",
            self.select,
            methods=["POST"],
            dependencies=[BEARER],
            responses={200: {"model": SelectionOut}, **problems},
        )
        router.add_api_route(
            "/tags/{tag_id}/command",
            self.may,
            dependencies=[BEARER],
            responses={200: {"model": MayOut}, 404: {"model": ProblemOut}},
        )
        wrong = {401: {"model": ProblemOut}, 409: {"model": ProblemOut}, 429: {"model": ProblemOut}}
        router.add_api_route("/login", self.login, methods=["POST"], responses={200: {"model": LoginOut}, **wrong})
        router.add_api_route("/logout", self.logout, methods=["POST"], dependencies=[BEARER], status_code=204)
        router.add_api_route(
            "/session",
            self.session,
            dependencies=[BEARER],
            responses={200: {"model": PersonOut}, 401: {"model": ProblemOut}},
        )
        denied = {401: {"model": ProblemOut}, 403: {"model": ProblemOut}, 503: {"model": ProblemOut}}
        router.add_api_route(
            "/audit", self.audit, dependencies=[BEARER], responses={200: {"model": list[AuditOut]}, **denied}
        )
        return router

    async def write(self, tag_id: str, body: WriteRequest, request: Request) -> Response:
        """Command a tag: sent at most once; answers when the outcome is known.

        A refused command is a problem; every other outcome is an answer, with `CONFIRMED` only when a younger sample
        shows the effect.
        """
        known = self._known(tag_id)
        claim = claim_of(request, body.user)
        report = await self._runtime.commands.write(known, body.value, claim, body.station, body.reason)
        if report.outcome is CommandOutcome.REFUSED:
            return refused_response(report.reason, report.message)
        return json_response(dumps(report_json(report)))

    async def select(self, tag_id: str, body: SelectRequest, request: Request) -> Response:
        """Select a tag for 10 s, for one command; everybody else is refused meanwhile."""
        known = self._known(tag_id)
        until = await self._runtime.commands.select(known, claim_of(request, body.user), body.station)
        return json_response(dumps({"tag": tag_id, "selected_until": to_iso(until)}))

    async def may(
        self, tag_id: str, request: Request, user: _UserQuery = "", station: _StationQuery = None
    ) -> Response:
        """Whether this person may command this tag from there now, and why not."""
        known = self._known(tag_id)
        refusal = await self._runtime.commands.may(known, claim_of(request, user), station)
        if refusal is None:
            return json_response(dumps({"allowed": True, "reason": "", "message": ""}))
        return json_response(dumps({"allowed": False, "reason": refusal.reason, "message": refusal.message}))

    async def login(self, body: LoginRequest) -> Response:
        """Log in; answers a token that is good for eight hours, or until logout."""
        login = await self._runtime.access.login(body.user, body.pin, body.station)
        return json_response(dumps({"token": login.token, **person_json(login.person)}))

    async def logout(self, request: Request, station: _StationQuery = None) -> Response:
        """End the login whose token is sent."""
        token = claim_of(request).token
        if token is None:
            raise CommandRefused("session_ended", "there is no token: send it as Authorization: Bearer TOKEN")
        await self._runtime.access.logout(token, station)
        return Response(status_code=204)

    async def session(self, request: Request, user: _UserQuery = "") -> Response:
        """Who is logged in with the token that is sent; without one, what that name may do from there."""
        return json_response(dumps(person_json(await self._runtime.access.identify(claim_of(request, user)))))

    async def audit(
        self,
        request: Request,
        user: _UserQuery = "",
        since: MomentQuery = None,
        until: MomentQuery = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="at most this many, the newest")] = DEFAULT_LIMIT,
    ) -> Response:
        """The audit log, newest first; for engineers."""
        await require_role(self._runtime.access, request, Role.ENGINEER, user)
        start, end = moments(since, until)
        entries = await self._runtime.audit.entries(start, end, limit)
        return json_response(await json_list(entries, lambda entry: dumps(entry_json(entry))))

    def _known(self, tag_id: str) -> TagId:
        known = self._runtime.store.definitions()
        if tag_id not in known:
            raise unknown("tag", tag_id, known)
        return TagId(tag_id)
