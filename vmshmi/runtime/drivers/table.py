"""Which driver stands behind which name. A static table: no package on the machine can change what reads the ship."""

from collections.abc import Mapping
from typing import TypeVar

from vmshmi.config.can_devices import CanDevice, CanSource
from vmshmi.config.devices import Device, SimulatorDevice, SimulatorSource
from vmshmi.config.j1939_devices import J1939Device, J1939Source
from vmshmi.config.modbus_devices import ModbusRtuDevice, ModbusRtuOverTcpDevice, ModbusSource, ModbusTcpDevice
from vmshmi.config.nmea0183_devices import Nmea0183Device, Nmea0183Source
from vmshmi.config.nmea2000_devices import Nmea2000Device, Nmea2000Source
from vmshmi.config.problems import Problem
from vmshmi.config.project import Project, TagConfig
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers import canbus, j1939, nmea0183, nmea2000
from vmshmi.runtime.drivers.description import CONVERSIONS, TagDescription
from vmshmi.runtime.drivers.driver import Driver, DriverContext
from vmshmi.runtime.drivers.modbus import ModbusDriver
from vmshmi.runtime.drivers.simulator import SimulatorDriver

_S = TypeVar("_S", SimulatorSource, ModbusSource, CanSource, J1939Source, Nmea2000Source, Nmea0183Source)


def build_drivers(project: Project, context: DriverContext) -> list[Driver]:
    """One driver for each device of the project, in its order.

    Raises:
        ConfigurationError: when a device can never work as configured.
    """
    return [build_driver(project, device, context) for device in project.devices]


def build_driver(project: Project, device: Device, context: DriverContext) -> Driver:
    """The driver of one device; raises as `build_drivers`."""
    match device:
        case SimulatorDevice():
            return SimulatorDriver(device, _tags_of(project, device.id, SimulatorSource), context)
        case ModbusTcpDevice() | ModbusRtuDevice() | ModbusRtuOverTcpDevice():
            return ModbusDriver(device, _tags_of(project, device.id, ModbusSource), context)
        case CanDevice():
            return canbus.build_driver(device, _tags_of(project, device.id, CanSource), context)
        case J1939Device():
            return j1939.build_driver(device, _tags_of(project, device.id, J1939Source), context)
        case Nmea2000Device():
            return nmea2000.build_driver(device, _tags_of(project, device.id, Nmea2000Source), context)
        case Nmea0183Device():
            return nmea0183.build_driver(device, _tags_of(project, device.id, Nmea0183Source), context)


def binding_problems(project: Project) -> list[Problem]:
    """Tags whose source names what its protocol does not know, each with its place in the project."""
    found: dict[TagId, str] = {}
    for device in project.devices:
        match device:
            case CanDevice():
                found.update(canbus.binding_problems(device, _tags_of(project, device.id, CanSource)))
            case J1939Device():
                found.update(j1939.binding_problems(device, _tags_of(project, device.id, J1939Source)))
            case Nmea2000Device():
                found.update(nmea2000.binding_problems(device, _tags_of(project, device.id, Nmea2000Source)))
            case Nmea0183Device():
                found.update(nmea0183.binding_problems(device, _tags_of(project, device.id, Nmea0183Source)))
            case SimulatorDevice() | ModbusTcpDevice() | ModbusRtuDevice() | ModbusRtuOverTcpDevice():
                pass
    return [
        Problem(("tags", index, "source"), found[TagId(tag.id)])
        for index, tag in enumerate(project.tags)
        if tag.id in found
    ]


def unit_notes(project: Project) -> list[Problem]:
    """Tags that show a number of their protocol's unit under another one, and what would convert it.

    No error: the numbers of NMEA 2000 and NMEA 0183 are promised as they come, and whoever wrote a unit may know why.
    """
    known = _descriptions(project)
    notes: list[Problem] = []
    for index, tag in enumerate(project.tags):
        comes = known[TagId(tag.id)].unit if TagId(tag.id) in known else ""
        conversion = CONVERSIONS.get((comes, tag.unit))
        if conversion is not None:
            message = f"the value comes in {comes} and is shown as {tag.unit}: is {conversion} missing in its source?"
            notes.append(Problem(("tags", index, "unit"), message))
    return notes


def described(project: Project) -> Project:
    """The project with what its tags leave out and their protocol knows: units, and the texts of states."""
    known = _descriptions(project)
    if not known:
        return project
    tags = tuple(_described(tag, known.get(TagId(tag.id))) for tag in project.tags)
    return project.model_copy(update={"tags": tags})


def _descriptions(project: Project) -> dict[TagId, TagDescription]:
    known: dict[TagId, TagDescription] = {}
    for device in project.devices:
        match device:
            case CanDevice():
                known.update(canbus.descriptions(device, _tags_of(project, device.id, CanSource)))
            case J1939Device():
                known.update(j1939.descriptions(device, _tags_of(project, device.id, J1939Source)))
            case Nmea2000Device():
                known.update(nmea2000.descriptions(_tags_of(project, device.id, Nmea2000Source)))
            case Nmea0183Device():
                known.update(nmea0183.descriptions(_tags_of(project, device.id, Nmea0183Source)))
            case _:
                pass
    return known


def _described(tag: TagConfig, known: TagDescription | None) -> TagConfig:
    if known is None:
        return tag
    update: dict[str, object] = {}
    if known.unit and not tag.unit and tag.kind in (TagKind.ANALOG, TagKind.COUNTER):
        update["unit"] = known.unit
    if known.states and not tag.states and tag.kind in (TagKind.ENUM, TagKind.DIGITAL):
        update["states"] = dict(known.states)
    return tag.model_copy(update=update) if update else tag


def _tags_of(project: Project, device_id: str, kind: type[_S]) -> Mapping[TagId, tuple[TagDef, _S]]:
    return {
        TagId(tag.id): (tag.to_definition(), tag.source)
        for tag in project.tags
        if tag.source is not None and tag.source.device == device_id and isinstance(tag.source, kind)
    }
