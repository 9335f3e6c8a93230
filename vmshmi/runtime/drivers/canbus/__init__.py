"""Any CAN bus: the only door to python-can and cantools."""

from collections.abc import Mapping

from vmshmi.config.can_devices import CanDevice, CanSource
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.driver import Driver, DriverContext

Tags = Mapping[TagId, tuple[TagDef, CanSource]]


def build_driver(device: CanDevice, tags: Tags, context: DriverContext) -> Driver:
    """The driver of one device; a tag it can never read is bad, and the others go on."""
    raise ConfigurationError(f"{device.id}: driver {device.driver} is not there yet")


def binding_problems(device: CanDevice, tags: Tags) -> Mapping[TagId, str]:
    """Tags that can never be read as configured, and why, with what was probably meant."""
    return {}
