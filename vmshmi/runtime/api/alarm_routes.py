"""Alarms and what a person may do with them."""

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from vmshmi.core.alarms.model import AlarmRecord
from vmshmi.core.errors import CommandRefused
from vmshmi.runtime.api.claims import BEARER, answering
from vmshmi.runtime.api.encode import Json, dumps
from vmshmi.runtime.api.encode_alarms import alarm_json, suppressed_json, transition_json
from vmshmi.runtime.api.explained import consequences
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import unknown
from vmshmi.runtime.api.schemas import (
    AcknowledgedOut,
    AckRequest,
    AckVisibleRequest,
    AlarmOut,
    OutOfServiceRequest,
    ProblemOut,
    ResetRequest,
    ReturnRequest,
    ShelveRequest,
    SilenceRequest,
    SuppressedOut,
    TestRequest,
    TransitionOut,
)
from vmshmi.runtime.api.tag_routes import DEFAULT_LIMIT, MAX_LIMIT, MomentQuery, moments
from vmshmi.runtime.api.turns import json_list, json_response


class AlarmRoutes:
    """GET of alarms and their journal, POST of answers.

    Args:
        runtime: where the alarms are.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._alarms = runtime.alarms

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["alarms"])
        router.add_api_route("/alarms", self.standing, responses={200: {"model": list[AlarmOut]}})
        router.add_api_route("/alarms/suppressed", self.suppressed, responses={200: {"model": list[SuppressedOut]}})
        router.add_api_route("/alarms/history", self.history, responses={200: {"model": list[TransitionOut]}})
        for path, order in (("silence", self.silence), ("test", self.test)):
            router.add_api_route(f"/alarms/{path}", order, methods=["POST"], dependencies=[BEARER], status_code=204)
        router.add_api_route(
            "/alarms/ack-visible",
            self.ack_visible,
            methods=["POST"],
            dependencies=[BEARER],
            responses={200: {"model": AcknowledgedOut}, 409: {"model": ProblemOut}},
        )
        not_found: dict[int | str, dict[str, object]] = {404: {"model": ProblemOut}}
        router.add_api_route("/alarms/{alarm_id}", self.alarm, responses={200: {"model": AlarmOut}, **not_found})
        refusals = {**not_found, 409: {"model": ProblemOut}}
        for path, endpoint in (
            ("ack", self.ack),
            ("reset", self.reset),
            ("shelve", self.shelve),
            ("unshelve", self.unshelve),
            ("out-of-service", self.out_of_service),
            ("in-service", self.in_service),
        ):
            router.add_api_route(
                f"/alarms/{{alarm_id}}/{path}",
                endpoint,
                methods=["POST"],
                dependencies=[BEARER],
                responses={200: {"model": AlarmOut}, **refusals},
            )
        return router

    async def standing(self) -> Response:
        """All that are active or want an answer, in the order of the list; each says how many of them it explains."""
        standing = self._alarms.standing()
        below = consequences(self._runtime, standing)
        return json_response(
            await json_list(
                standing, lambda record: dumps(self._json(record) | {"consequences": below.get(record.id, 0)})
            )
        )

    async def suppressed(self) -> Response:
        """Everything that is not announced: why, by whom, until when."""
        known = self._alarms.definitions()
        return json_response(
            await json_list(self._alarms.suppressed(), lambda record: dumps(suppressed_json(known[record.id], record)))
        )

    async def alarm(self, alarm_id: str) -> Response:
        """One alarm, whatever its state."""
        return self._answer(self._alarms.record(self._known(alarm_id)))

    async def history(
        self,
        since: MomentQuery = None,
        until: MomentQuery = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="at most this many")] = DEFAULT_LIMIT,
    ) -> Response:
        """Transitions from the journal, newest first."""
        start, end = moments(since, until)
        transitions = await self._runtime.alarm_history(start, end, limit)
        known = self._alarms.definitions()
        return json_response(
            await json_list(transitions, lambda line: dumps(transition_json(known.get(line.record.id), line)))
        )

    async def ack(self, alarm_id: str, body: AckRequest, request: Request) -> Response:
        """Acknowledge an alarm. With `occurrence` exactly the raising that was seen, or 409."""
        user = await self._who(request, body.user, body.station)
        return await self._act(alarm_id, self._alarms.ack(alarm_id, user, body.station, body.occurrence))

    async def ack_visible(self, body: AckVisibleRequest, request: Request) -> Response:
        """Acknowledge all that is on the screen, where the station's rights allow it; answers how many that were.

        Each alarm is named with the occurrence that was seen; what has changed since is left as it is.
        """
        seen = [(alarm.id, alarm.occurrence) for alarm in body.alarms]
        user = await self._who(request, body.user, body.station)
        count = await self._alarms.acknowledge_visible(seen, user, body.station)
        return json_response(dumps({"acknowledged": count}))

    async def reset(self, alarm_id: str, body: ResetRequest, request: Request) -> Response:
        """End the latching of an alarm whose condition is over and which is acknowledged."""
        user = await self._who(request, body.user, body.station)
        return await self._act(alarm_id, self._alarms.reset(alarm_id, user, body.station))

    async def silence(self, request: Request, body: SilenceRequest | None = None) -> Response:
        """Let all sound rest for 30 s; acknowledges nothing."""
        said = body or SilenceRequest()
        user = said.user and await self._who(request, said.user, said.station)
        await self._alarms.silence(user, said.station)
        return Response(status_code=204)

    async def test(self, body: TestRequest, request: Request) -> Response:
        """Raise the test alarm of a priority for ten seconds: lamp, horn and list are tested; it is in the journal."""
        user = await self._who(request, body.user, body.station)
        await self._runtime.test_alarm(body.priority, user, body.station)
        return Response(status_code=204)

    async def shelve(self, alarm_id: str, body: ShelveRequest, request: Request) -> Response:
        """Take an alarm off the list for some minutes."""
        user = await self._who(request, body.user, body.station)
        return await self._act(alarm_id, self._alarms.shelve(alarm_id, user, body.minutes, body.reason, body.station))

    async def unshelve(self, alarm_id: str, body: ReturnRequest, request: Request) -> Response:
        """Bring a shelved alarm back."""
        user = await self._who(request, body.user, body.station)
        return await self._act(alarm_id, self._alarms.unshelve(alarm_id, user, body.station))

    async def out_of_service(self, alarm_id: str, body: OutOfServiceRequest, request: Request) -> Response:
        """Take an alarm out of service until somebody brings it back."""
        user = await self._who(request, body.user, body.station)
        return await self._act(alarm_id, self._alarms.out_of_service(alarm_id, user, body.reason, body.station))

    async def in_service(self, alarm_id: str, body: ReturnRequest, request: Request) -> Response:
        """Bring an alarm back into service."""
        user = await self._who(request, body.user, body.station)
        return await self._act(alarm_id, self._alarms.in_service(alarm_id, user, body.station))

    async def _act(self, alarm_id: str, action: Awaitable[AlarmRecord]) -> Response:
        """Do it; the engine writes a refusal into its journal, here it only gets a hint."""
        try:
            return self._answer(await action)
        except CommandRefused as refused:
            if refused.reason == "unknown_alarm":
                raise unknown("alarm", alarm_id, self._alarms.definitions()) from refused
            raise

    async def _who(self, request: Request, user: str, station: str | None) -> str:
        """In whose name it stands in the journal."""
        return await answering(self._runtime.access, request, user, station)

    def _known(self, alarm_id: str) -> str:
        known = self._alarms.definitions()
        if alarm_id not in known:
            raise unknown("alarm", alarm_id, known)
        return alarm_id

    def _json(self, record: AlarmRecord) -> dict[str, Json]:
        return alarm_json(self._alarms.definitions()[record.id], record)

    def _answer(self, record: AlarmRecord) -> Response:
        return json_response(dumps(self._json(record)))
