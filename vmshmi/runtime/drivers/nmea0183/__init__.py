"""NMEA 0183, IEC 61162-1 and -450."""

from collections.abc import Mapping

from vmshmi.config.nmea0183_devices import Nmea0183Device, Nmea0183Source
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.driver import Driver, DriverContext

Tags = Mapping[TagId, tuple[TagDef, Nmea0183Source]]


def build_driver(device: Nmea0183Device, tags: Tags, context: DriverContext) -> Driver:
    """The driver of one device; a tag it can never read is bad, and the others go on."""
    raise ConfigurationError(f"{device.id}: driver {device.driver} is not there yet")


def binding_problems(device: Nmea0183Device, tags: Tags) -> Mapping[TagId, str]:
    """Tags that can never be read as configured, and why, with what was probably meant."""
    return {}
