"""What if, and other numbers for an alarm."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from vmshmi.core.alarms.revision import DefinitionChange
from vmshmi.core.clock import EPOCH
from vmshmi.runtime.api.claims import BEARER, answering
from vmshmi.runtime.api.encode import Json, dumps
from vmshmi.runtime.api.encode_tuning import revision_json, what_if_json
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import Problem, unknown
from vmshmi.runtime.api.schemas import Moment, Name, PrintableText, ProblemOut, Reason
from vmshmi.runtime.api.tag_routes import moment_of
from vmshmi.runtime.api.turns import json_response

_Answer = TypeVar("_Answer")
_LOOK_S = 0.5
"""How often it is looked whether somebody still waits for an answer."""


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    limit: float | None = None
    """Left out: as it is."""
    hysteresis: float | None = Field(default=None, ge=0)
    """Left out: as it is."""
    delay_s: float | None = Field(default=None, ge=0, le=86_400)
    """Left out: as it is."""

    def change(self) -> DefinitionChange:
        """What is to be different."""
        return DefinitionChange(self.limit, self.hysteresis, self.delay_s)


class WhatIfRequest(_Change):
    """Replay recorded history with other numbers."""

    since: Moment
    until: Moment


class ReviseRequest(_Change):
    """Let the alarm go on with other numbers."""

    user: Name
    station: PrintableText | None = None
    reason: Reason


class TuningRoutes:
    """POST of questions and changes, GET of revisions.

    Args:
        runtime: where the alarms are.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._tuning = runtime.tuning
        self._alarms = runtime.alarms
        self._access = runtime.access

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["alarms"])
        refusals: dict[int | str, dict[str, object]] = {404: {"model": ProblemOut}, 409: {"model": ProblemOut}}
        router.add_api_route("/alarms/{alarm_id}/revisions", self.revisions, responses={404: {"model": ProblemOut}})
        router.add_api_route("/alarms/{alarm_id}/whatif", self.what_if, methods=["POST"], responses=refusals)
        router.add_api_route(
            "/alarms/{alarm_id}/revise", self.revise, methods=["POST"], dependencies=[BEARER], responses=refusals
        )
        return router

    async def revisions(self, alarm_id: str) -> Response:
        """How limit, hysteresis and delay of an alarm were changed, newest first."""
        self._known(alarm_id)
        found: list[Json] = [revision_json(revision) for revision in self._tuning.revisions(alarm_id)]
        return json_response(dumps(found))

    async def what_if(self, alarm_id: str, body: WhatIfRequest, request: Request) -> Response:
        """Which raisings of a period would have gone, come later or earlier, or been new with other numbers."""
        self._known(alarm_id)
        since, until = moment_of("since", body.since), moment_of("until", body.until)
        work = self._tuning.what_if(alarm_id, body.change(), since or EPOCH, until or EPOCH)
        answer = await _while_waited_for(request, work)
        return json_response(await asyncio.to_thread(lambda: dumps(what_if_json(answer))))

    async def revise(self, alarm_id: str, body: ReviseRequest, request: Request) -> Response:
        """Change limit, hysteresis or delay from now on and after every restart; the alarm loses no fact."""
        self._known(alarm_id)
        user = await answering(self._access, request, body.user, body.station)
        revision = await self._tuning.revise(alarm_id, body.change(), user, body.reason, body.station)
        return json_response(dumps(revision_json(revision)))

    def _known(self, alarm_id: str) -> None:
        known = self._alarms.definitions()
        if alarm_id not in known:
            raise unknown("alarm", alarm_id, known)


async def _while_waited_for(request: Request, work: Awaitable[_Answer]) -> _Answer:
    """Give up what nobody waits for any more: a replay takes a processor."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK_S)
            if not task.done() and await request.is_disconnected():
                raise Problem(408, "gone", "nobody waits for the answer any more")
        return task.result()
    finally:
        task.cancel()
