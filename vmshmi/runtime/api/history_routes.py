"""History of several tags at once, the value at a moment, and figures over a period."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from vmshmi.core.clock import Clock, to_iso
from vmshmi.core.history import HistoryQuery
from vmshmi.core.history_aggregates import Aggregates
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.api.downloads import Format, FormatQuery, download, refuse_thinning
from vmshmi.runtime.api.encode import Json, SampleEncoder, dumps, number, scalar_text
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import Problem, unknown
from vmshmi.runtime.api.schemas import AggregatesOut, MomentOut, ProblemOut, SampleOut
from vmshmi.runtime.api.tag_routes import MAX_LIMIT, MomentQuery, moment_of, moments
from vmshmi.runtime.api.turns import json_list, json_response
from vmshmi.runtime.historian.questions import aggregates, read_many, value_at

MAX_TAGS = 32
MAX_PERIOD = timedelta(days=31)
"""Figures are made from the rows themselves: a month of one that is sampled each second takes seconds."""

DEFAULT_POINTS = 1000

PointsQuery = Annotated[
    int | None,
    Query(ge=1, le=MAX_LIMIT // MAX_TAGS, description="buckets of each tag, 1000; its minima and maxima are kept"),
]


class HistoryRoutes:
    """GET of what is made out of history.

    Args:
        runtime: where it is.
        clock: says what is not known yet.
    """

    def __init__(self, runtime: Runtime, clock: Clock) -> None:
        self._runtime = runtime
        self._clock = clock

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["history"])
        not_found = {404: {"model": ProblemOut}}
        router.add_api_route(
            "/history", self.history, responses={200: {"model": dict[str, list[SampleOut]]}, **not_found}
        )
        router.add_api_route("/tags/{tag_id}/at", self.at, responses={200: {"model": MomentOut}, **not_found})
        router.add_api_route(
            "/tags/{tag_id}/aggregates", self.aggregates, responses={200: {"model": AggregatesOut}, **not_found}
        )
        return router

    async def history(
        self,
        tags: Annotated[str, Query(description=f"ids separated by commas, at most {MAX_TAGS}")],
        since: MomentQuery = None,
        until: MomentQuery = None,
        points: PointsQuery = None,
        format: FormatQuery = Format.JSON,
    ) -> Response:
        """Samples of several tags in one answer, each thinned to at most twice as many as `points`; files have all."""
        asked = list(dict.fromkeys(tags.split(",")))
        if len(asked) > MAX_TAGS:
            raise Problem(422, "invalid", f"tags: {len(asked)} are asked for, at most {MAX_TAGS} at once")
        wanted = [self._known(tag_id).id for tag_id in asked]
        start, end = moments(since, until)
        if format is not Format.JSON:
            refuse_thinning(format, points=points)
            return await download(self._runtime.historian, format, wanted, start, end)
        queries = [HistoryQuery(tag_id, start, end, points=points or DEFAULT_POINTS) for tag_id in wanted]
        parts: list[str] = []
        for series in await read_many(self._runtime.historian, queries):
            rows = await json_list(range(len(series)), SampleEncoder(series).text)
            parts.append(f"{dumps(series.tag_id)}:{rows}")
        return json_response(f"{{{','.join(parts)}}}")

    async def at(self, tag_id: str, time: MomentQuery = None) -> Response:
        """The value of a tag at a moment: its last row at or before it. `null` where it was not known."""
        tag, (_, at) = self._known(tag_id), moments(None, time)
        if at is None:
            raise Problem(422, "invalid", "time: is missing; write it as 2026-11-22T14:06:00Z")
        if at - timedelta(milliseconds=1) > self._clock.now():
            raise Problem(422, "invalid", f"time ({time}) is not yet over")
        sample = await value_at(self._runtime.historian, tag, at)
        if sample is None:
            nothing: Json = {"timestamp": None, "value": None, "quality": "bad", "quality_reason": "NotRecorded"}
            return json_response(dumps(nothing))
        quality = sample.quality
        late = "" if sample.received is None else f',"received":"{to_iso(sample.received)}"'
        return json_response(
            f'{{"timestamp":"{to_iso(sample.timestamp)}","value":{scalar_text(sample.value)},'
            f'"quality":"{quality.level.value}","quality_reason":{dumps(quality.reason)}{late}}}'
        )

    async def aggregates(self, tag_id: str, since: MomentQuery = None, until: MomentQuery = None) -> Response:
        """Figures over a period of at most 31 days, `until` not included: time-weighted mean, running time, starts."""
        tag = self._known(tag_id)
        if tag.kind is TagKind.TEXT:
            raise Problem(422, "invalid", f"{tag_id} holds texts: there is nothing to reckon with")
        start, end = moment_of("since", since), moment_of("until", until)
        if start is None:
            raise Problem(422, "invalid", "since: is missing; write it as 2026-11-22T14:06:00Z")
        now = self._clock.now()
        end = now if end is None else min(end, now)  # what comes is not known
        if start >= end:
            raise Problem(422, "invalid", f"since ({since}) is not before the end of the period ({to_iso(end)})")
        if end - start > MAX_PERIOD:
            raise Problem(422, "invalid", f"the period is longer than {MAX_PERIOD.days} days; ask for parts of it")
        found = await aggregates(self._runtime.historian, tag, start, end)
        return json_response(dumps(aggregates_json(tag, start, end, found)))

    def _known(self, tag_id: str) -> TagDef:
        known: Mapping[TagId, TagDef] = self._runtime.store.definitions()
        if tag_id not in known:
            raise unknown("tag", tag_id, known)
        return known[TagId(tag_id)]


def aggregates_json(tag: TagDef, since: datetime, until: datetime, found: Aggregates) -> dict[str, Json]:
    """Figures with their field names; seconds but for the running hours."""
    return {
        "since": to_iso(since),
        "until": to_iso(until),
        "seconds": found.seconds,
        "known_s": found.known_s,
        "unknown_share": number(found.unknown_share),
        "rows": found.rows,
        "mean": number(found.mean),
        "min": number(found.minimum),
        "max": number(found.maximum),
        "sum": number(found.total),
        "integral": number(found.integral),
        "running_hours": found.running_s / 3600,
        "duty": number(found.duty),
        "starts": found.starts,
        "states": [
            {"value": number(value), "text": tag.state_text(value) or "", "seconds": held_s}
            for value, held_s in found.state_s.items()
        ],
    }
