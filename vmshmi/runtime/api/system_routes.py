"""The runtime itself: health, project, devices."""

import json
from dataclasses import replace

from fastapi import APIRouter, Response

from vmshmi.config.loader import project_to_data
from vmshmi.runtime.api.encode import Json, device_json, dumps, health_json
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import unknown
from vmshmi.runtime.api.realtime import RealtimeHub
from vmshmi.runtime.api.schemas import ProblemOut, SoundRequest
from vmshmi.runtime.api.turns import json_response
from vmshmi.runtime.supervision.tags import StationSound


class SystemRoutes:
    """Health, project, devices and stations.

    Args:
        runtime: what is asked.
        hub: knows how many clients there are.
    """

    def __init__(self, runtime: Runtime, hub: RealtimeHub) -> None:
        self._runtime = runtime
        self._hub = hub

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["system"])
        router.add_api_route("/health", self.health)
        router.add_api_route("/project", self.project)
        router.add_api_route("/devices", self.devices)
        router.add_api_route(
            "/stations/{station_id}/sound",
            self.station_sound,
            methods=["POST"],
            status_code=204,
            responses={404: {"model": ProblemOut}},
        )
        return router

    async def health(self) -> Response:
        """What the runtime says about itself; `status` is `ok` or `degraded`, `messages` say why."""
        health = replace(self._runtime.health(), clients=self._hub.clients)
        return json_response(dumps(health_json(health)))

    async def project(self) -> Response:
        """The project file as it was read; what has its default value is left out."""
        return json_response(json.dumps(project_to_data(self._runtime.project)))

    async def devices(self) -> Response:
        """State and counters of every device."""
        rows: list[Json] = [device_json(device) for device in self._runtime.devices()]
        return json_response(dumps(rows))

    async def station_sound(self, station_id: str, body: SoundRequest) -> Response:
        """A station says whether its loudspeaker can be heard; one that says so no more is unknown after 15 s."""
        stations = self._runtime.stations
        if station_id not in stations.ids:
            raise unknown("station", station_id, stations.ids)
        stations.tell(station_id, StationSound[body.sound.upper()], body.why)
        return Response(status_code=204)
