"""The alarm system's numbers over a time, as JSON and as a file for a spreadsheet."""

import asyncio
from datetime import datetime, timedelta

from fastapi import APIRouter, Response

from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.kpi_csv import ENCODING, kpi_csv
from vmshmi.core.clock import Clock
from vmshmi.runtime.api.encode import dumps
from vmshmi.runtime.api.encode_kpi import kpi_json
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import Problem
from vmshmi.runtime.api.tag_routes import MomentQuery, moment_of
from vmshmi.runtime.api.turns import json_response

_DEFAULT = timedelta(days=1)
_LONGEST = timedelta(days=400)


class KpiRoutes:
    """GET of the numbers.

    Args:
        runtime: where the alarms are.
        clock: a period without an end ends now.
    """

    def __init__(self, runtime: Runtime, clock: Clock) -> None:
        self._alarms = runtime.alarms
        self._clock = clock

    def router(self) -> APIRouter:
        """The routes; they must come before those of a single alarm, which would take `kpi` for its id."""
        router = APIRouter(tags=["alarms"])
        router.add_api_route("/alarms/kpi", self.kpi)
        router.add_api_route(
            "/alarms/kpi.csv", self.csv, response_class=Response, responses={200: {"content": {"text/csv": {}}}}
        )
        return router

    async def kpi(self, since: MomentQuery = None, until: MomentQuery = None) -> Response:
        """How the alarm system did: rates, floods, worst offenders, against EEMUA 191 and common practice.

        The period's end is excluded and is now at the latest; without `since` it is a day.
        """
        return json_response(dumps(kpi_json(await self._worked_out(since, until), self._alarms.definitions())))

    async def csv(self, since: MomentQuery = None, until: MomentQuery = None) -> Response:
        """The same for a spreadsheet."""
        found = await self._worked_out(since, until)
        messages = {alarm_id: definition.message for alarm_id, definition in self._alarms.definitions().items()}
        name = f"alarm-kpi-{found.since:%Y%m%d-%H%M}-{found.until:%Y%m%d-%H%M}.csv"
        text = await asyncio.to_thread(kpi_csv, found, messages)  # a year has 50,000 lines
        return Response(
            text.encode(ENCODING),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def _worked_out(self, since: str | None, until: str | None) -> AlarmKpi:
        begin, end = self._period(since, until)
        return await self._alarms.kpi(begin, end)

    def _period(self, since: str | None, until: str | None) -> tuple[datetime, datetime]:
        now = self._clock.now()
        end = min(now, moment_of("until", until) or now)
        begin = moment_of("since", since) or end - _DEFAULT
        if begin >= end:
            raise Problem(422, "invalid", f"since ({since}) is not before until ({until or 'now'})")
        if end - begin > _LONGEST:
            raise Problem(422, "invalid", f"a period can be up to {_LONGEST.days} days long")
        return begin, end
