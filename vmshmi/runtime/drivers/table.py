"""Which driver stands behind which name. A static table: no package on the machine can change what reads the ship."""

from collections.abc import Mapping
from typing import TypeVar

from vmshmi.config.devices import ModbusSource, ModbusTcpDevice, SimulatorDevice, SimulatorSource
from vmshmi.config.project import Project
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.driver import Driver, DriverContext
from vmshmi.runtime.drivers.modbus import ModbusTcpDriver
from vmshmi.runtime.drivers.simulator import SimulatorDriver

_S = TypeVar("_S", SimulatorSource, ModbusSource)


def build_drivers(project: Project, context: DriverContext) -> list[Driver]:
    """One driver for each device of the project, in its order.

    Raises:
        ConfigurationError: when a device can never work as configured.
    """
    drivers: list[Driver] = []
    for device in project.devices:
        match device:
            case SimulatorDevice():
                drivers.append(SimulatorDriver(device, _tags_of(project, device.id, SimulatorSource), context))
            case ModbusTcpDevice():
                drivers.append(ModbusTcpDriver(device, _tags_of(project, device.id, ModbusSource), context))
    return drivers


def _tags_of(project: Project, device_id: str, kind: type[_S]) -> Mapping[TagId, tuple[TagDef, _S]]:
    return {
        TagId(tag.id): (tag.to_definition(), tag.source)
        for tag in project.tags
        if tag.source is not None and tag.source.device == device_id and isinstance(tag.source, kind)
    }
