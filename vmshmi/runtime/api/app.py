"""The application: routes, errors and the guard put together."""

from collections.abc import Callable, Iterable

from fastapi import Depends, FastAPI

import vmshmi
from vmshmi.core.clock import Clock
from vmshmi.runtime.api.alarm_routes import AlarmRoutes
from vmshmi.runtime.api.command_routes import CommandRoutes
from vmshmi.runtime.api.device_routes import DeviceRoutes
from vmshmi.runtime.api.docs_page import docs_page, root
from vmshmi.runtime.api.encode import TagEncoder
from vmshmi.runtime.api.guard import Guard
from vmshmi.runtime.api.history_routes import HistoryRoutes
from vmshmi.runtime.api.kpi_routes import KpiRoutes
from vmshmi.runtime.api.outbox import RealtimeSettings
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import install
from vmshmi.runtime.api.questions import only_known_parameters
from vmshmi.runtime.api.realtime import RealtimeHub
from vmshmi.runtime.api.schemas import ProblemOut
from vmshmi.runtime.api.sql_routes import SqlRoutes
from vmshmi.runtime.api.system_routes import SystemRoutes
from vmshmi.runtime.api.tag_routes import TagRoutes
from vmshmi.runtime.api.tuning_routes import TuningRoutes
from vmshmi.runtime.clock import SystemClock


def create_app(
    runtime: Runtime,
    *,
    clock: Clock | None = None,
    names: Iterable[str] = (),
    realtime: RealtimeSettings | None = None,
    on_death: Callable[[str, BaseException], None] = lambda name, error: None,
) -> FastAPI:
    """The API of a runtime as an ASGI application; its hub is at `app.state.hub`.

    Args:
        runtime: all requests are served in its loop.
        clock: stamps heartbeats; the machine's, when None.
        names: host names of this machine that browsers may use, beside its addresses and `localhost`.
        realtime: how the WebSocket behaves.
        on_death: told when the WebSocket's pump ends by an error of ours.
    """
    app = FastAPI(
        title=f"{runtime.project.vessel.name} - vmshmi",
        version=vmshmi.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses={422: {"model": ProblemOut, "description": "What was asked cannot be, and why"}},
    )
    encoder = TagEncoder(runtime.store)
    clock = clock or SystemClock()
    hub = RealtimeHub(runtime, encoder, clock, realtime or RealtimeSettings(), on_death)
    app.state.hub = hub
    install(app)
    app.add_middleware(Guard, names=tuple(names))
    numbers = KpiRoutes(runtime, clock)  # before the alarms: a single alarm's route would take `kpi` for its id
    alarms = (numbers, TuningRoutes(runtime), AlarmRoutes(runtime))
    past = (HistoryRoutes(runtime, clock), SqlRoutes(runtime))
    devices = DeviceRoutes(runtime)
    app.state.devices = devices
    for routes in (
        SystemRoutes(runtime, hub),
        devices,
        TagRoutes(runtime, encoder),
        CommandRoutes(runtime),
        *past,
        *alarms,
    ):
        app.include_router(routes.router(), dependencies=[Depends(only_known_parameters)])
    app.add_api_websocket_route("/ws/realtime", hub.serve)
    app.add_api_websocket_route("/ws/devices/{device_id}/monitor", devices.serve_monitor)
    app.add_api_route("/docs", docs_page, include_in_schema=False)
    app.add_api_route("/", root, include_in_schema=False)
    return app
