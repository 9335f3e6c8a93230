"""The runtime itself: health, project, devices."""

from dataclasses import replace

from fastapi import APIRouter, Response

from vmshmi.runtime.api.encode import Json, device_json, dumps, health_json
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.realtime import RealtimeHub
from vmshmi.runtime.api.turns import json_response


class SystemRoutes:
    """GET of health, project and devices.

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
        return router

    async def health(self) -> Response:
        """What the runtime says about itself; `status` is `ok` or `degraded`, `messages` say why."""
        health = replace(self._runtime.health(), clients=self._hub.clients)
        return json_response(dumps(health_json(health)))

    async def project(self) -> Response:
        """The project file as it was read."""
        return json_response(self._runtime.project.model_dump_json(exclude_unset=True))

    async def devices(self) -> Response:
        """State and counters of every device."""
        rows: list[Json] = [device_json(device) for device in self._runtime.devices()]
        return json_response(dumps(rows))
