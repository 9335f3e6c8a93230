"""NMEA 2000: the only door to the package nmea2000."""

from collections.abc import Mapping

from vmshmi.config.nmea2000_devices import Nmea2000Device, Nmea2000Source
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.driver import Driver, DriverContext

Tags = Mapping[TagId, tuple[TagDef, Nmea2000Source]]


def build_driver(device: Nmea2000Device, tags: Tags, context: DriverContext) -> Driver:
    """The driver of one device; a tag it can never read is bad, and the others go on."""
    raise ConfigurationError(f"{device.id}: driver {device.driver} is not there yet")


def binding_problems(device: Nmea2000Device, tags: Tags) -> Mapping[TagId, str]:
    """Tags that can never be read as configured, and why, with what was probably meant."""
    return {}
