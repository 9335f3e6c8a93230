"""How a device reads: its state, its counters, where on it a tag comes from."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from PySide6.QtCore import QCoreApplication

from vmshmi.config.project import Project
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.values import TagId
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.widgets.fields import Field

# by this very name, the tool that collects the texts looks for it (docs/languages.md)
translate = QCoreApplication.translate

_SAID_BY_THE_TABLE = frozenset({"driver", "device"})
_SAID_LAST = frozenset({"scale", "offset", "unit"})


def state_text(state: DeviceState) -> str:
    """What a person reads; loud where nothing comes."""
    return {
        DeviceState.STOPPED: translate("Devices", "Stopped"),
        DeviceState.CONNECTING: translate("Devices", "Connecting"),
        DeviceState.ONLINE: translate("Devices", "Online"),
        DeviceState.DEGRADED: translate("Devices", "Degraded"),
        DeviceState.BACKOFF: translate("Devices", "LOST"),
        DeviceState.FAULTED: translate("Devices", "FAULTED"),
    }[state]


def stamp_text(last_ok: datetime | None, times: ShipTime, now: datetime) -> str:
    """When it last answered."""
    return times.utc_stamp(last_ok, now) if last_ok else translate("Devices", "never")


def status_fields(status: DeviceStatus, times: ShipTime, now: datetime) -> list[Field]:
    """State, times, error and every counter."""
    wrong = status.state.is_lost
    round_trip = "" if status.round_trip_ms is None else f"{status.round_trip_ms:.1f} ms"
    fields = [
        Field("", status.id, heading=True),
        Field(translate("Devices", "Driver"), status.driver),
        Field(translate("Devices", "Address"), status.address, stacked=True),
        Field(translate("Devices", "State"), state_text(status.state), bold=True, marked=wrong),
        Field(translate("Devices", "Last answer UTC"), stamp_text(status.last_ok, times, now)),
        Field(translate("Devices", "Answer in"), round_trip),
        Field(translate("Devices", "Tags"), str(status.tags)),
        Field(translate("Devices", "Last error"), status.last_error, marked=wrong, stacked=True),
    ]
    counters = [Field(name.replace("_", " "), f"{number:,}") for name, number in status.counters]
    heading = [Field("", translate("Devices", "Counters"), heading=True)] if counters else []
    return [*(field for field in fields if field.value), *heading, *counters]


def sources_of(project: Project, device_id: str) -> Mapping[TagId, str]:
    """Where on a device each of its tags comes from, as the project says it: `holding 266 scale 0.1`."""
    found: dict[TagId, str] = {}
    for tag in project.tags:
        if tag.source is not None and tag.source.device == device_id:
            said = tag.source.model_dump(mode="json", exclude_defaults=True, exclude=set(_SAID_BY_THE_TABLE))
            words = [_part(key, said[key]) for key in sorted(said, key=_SAID_LAST.__contains__)]
            found[TagId(tag.id)] = " ".join(filter(None, words))
    return found


def _part(key: str, value: object) -> str:
    """`holding`, `266`, `unit 3`: what needs no name has none."""
    if isinstance(value, list):
        return ""
    if isinstance(value, dict):
        return " ".join(f"{name} {said}" for name, said in cast("dict[str, object]", value).items())
    return str(value) if key in ("table", "address", "type", "sentence", "message", "field") else f"{key} {value}"
