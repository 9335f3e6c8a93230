"""Engines and gensets on J1939, listened to."""

from collections.abc import Mapping

from vmshmi.config.j1939_devices import J1939Device, J1939Source
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.driver import Driver, DriverContext

Tags = Mapping[TagId, tuple[TagDef, J1939Source]]


def build_driver(device: J1939Device, tags: Tags, context: DriverContext) -> Driver:
    """The driver of one device; a tag it can never read is bad, and the others go on."""
    raise ConfigurationError(f"{device.id}: driver {device.driver} is not there yet")


def binding_problems(device: J1939Device, tags: Tags) -> Mapping[TagId, str]:
    """Tags that can never be read as configured, and why, with what was probably meant."""
    return {}
