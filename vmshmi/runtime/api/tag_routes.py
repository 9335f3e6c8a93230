"""Tags and their history."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from vmshmi.core.clock import from_iso
from vmshmi.core.history import HistoryQuery
from vmshmi.core.values import TagId
from vmshmi.runtime.api.downloads import Format, FormatQuery, download, refuse_thinning
from vmshmi.runtime.api.encode import SampleEncoder, TagEncoder, definition_json, dumps
from vmshmi.runtime.api.encode_alarms import alarm_definition_json
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import Problem, unknown
from vmshmi.runtime.api.schemas import ProblemOut, SampleOut, TagOut
from vmshmi.runtime.api.turns import json_list, json_response

DEFAULT_LIMIT = 1000
MAX_LIMIT = 100_000
MAX_POINTS = 50_000

MomentQuery = Annotated[
    str | None, Query(description="ISO 8601, for example 2026-11-22T14:06:00Z; without an offset it is UTC")
]
LimitQuery = Annotated[int | None, Query(ge=1, le=MAX_LIMIT, description="at most this many, the newest ones")]


class TagRoutes:
    """GET of tags, definitions and history.

    Args:
        runtime: where they are.
        encoder: shared with the WebSocket, so that nothing is encoded twice.
    """

    def __init__(self, runtime: Runtime, encoder: TagEncoder) -> None:
        self._runtime = runtime
        self._encoder = encoder

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["tags"])
        not_found = {404: {"model": ProblemOut}}
        router.add_api_route("/tags", self.tags, responses={200: {"model": list[TagOut]}})
        router.add_api_route("/definitions", self.definitions)
        router.add_api_route("/tags/{tag_id}", self.tag, responses={200: {"model": TagOut}, **not_found})
        router.add_api_route(
            "/tags/{tag_id}/history",
            self.history,
            responses={200: {"model": list[SampleOut]}, **not_found},
        )
        return router

    async def tags(
        self, tags: Annotated[str | None, Query(description="only these, ids separated by commas")] = None
    ) -> Response:
        """Every tag with its present value."""
        wanted = list(self._runtime.store.definitions()) if tags is None else [self._known(t) for t in tags.split(",")]
        return json_response(await json_list(wanted, self._text))

    async def definitions(self) -> Response:
        """What every tag and every alarm is, the runtime's own included: ranges, texts of states, limits, advice."""
        tags = list(self._runtime.store.definitions().values())
        alarms = list(self._runtime.alarms.definitions().values())
        tag_rows = await json_list(tags, lambda tag: dumps(definition_json(tag)))
        alarm_rows = await json_list(alarms, lambda alarm: dumps(alarm_definition_json(alarm)))
        return json_response(f'{{"tags":{tag_rows},"alarms":{alarm_rows}}}')

    async def tag(self, tag_id: str) -> Response:
        """One tag with its present value."""
        return json_response(self._text(self._known(tag_id)))

    async def history(
        self,
        tag_id: str,
        since: MomentQuery = None,
        until: MomentQuery = None,
        limit: LimitQuery = None,
        points: Annotated[
            int | None,
            Query(ge=1, le=MAX_POINTS, description="thin to at most twice as many samples, minima and maxima kept"),
        ] = None,
        format: FormatQuery = Format.JSON,
    ) -> Response:
        """Samples of one tag in order of time: the newest 1000 unless limit or points say otherwise; files have all."""
        known = self._known(tag_id)
        start, end = moments(since, until)
        if format is not Format.JSON:
            refuse_thinning(format, limit=limit, points=points)
            return await download(self._runtime.historian, format, [known], start, end)
        if limit is None and points is None:
            limit = DEFAULT_LIMIT
        series = await self._runtime.historian.read(HistoryQuery(known, start, end, limit, points))
        return json_response(await json_list(range(len(series)), SampleEncoder(series).text))

    def _known(self, tag_id: str) -> TagId:
        known = self._runtime.store.definitions()
        if tag_id not in known:
            raise unknown("tag", tag_id, known)
        return TagId(tag_id)

    def _text(self, tag_id: TagId) -> str:
        return self._encoder.text(tag_id, self._runtime.store.get(tag_id))


def moments(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """The two ends of a period, both included.

    Answers tell times in milliseconds, samples have microseconds: an end that was copied from an answer means its whole
    millisecond, or the very sample it was copied from would be left out.

    Raises:
        Problem: 422 when one is no moment or they are the wrong way round.
    """
    start, end = moment_of("since", since), moment_of("until", until)
    if start is not None and end is not None and start > end:
        raise Problem(422, "invalid", f"since ({since}) is later than until ({until})")
    if end is not None and end.microsecond % 1000 == 0:
        end += timedelta(microseconds=999)
    return start, end


def moment_of(name: str, text: str | None) -> datetime | None:
    """A moment of a request; None when it was not given.

    Raises:
        Problem: 422 when it is none.
    """
    if text is None:
        return None
    # a plus sign that was not escaped arrives as a space: 14:06:00 02:00
    head, space, offset = text.strip().rpartition(" ")
    if space and "T" in head and offset[2:3] == ":":
        text = f"{head}+{offset}"
    try:
        return from_iso(text)
    except (ValueError, OverflowError):
        detail = f"{name}: {text[:60]!r} is no date and time; write it as 2026-11-22T14:06:00Z"
        raise Problem(422, "invalid", detail) from None
