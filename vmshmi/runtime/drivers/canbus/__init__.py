"""Any CAN bus: the only door to python-can and cantools.

`can_feed` is where frames are heard, on a bus or in a log; J1939 and NMEA 2000 stand on it.
"""

from collections.abc import Mapping

from vmshmi.config.can_devices import CanDevice, CanSource
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.canbus.feed import CanFeed, can_feed
from vmshmi.runtime.drivers.canbus.frame import CanFrame
from vmshmi.runtime.drivers.canbus.log import CanLog
from vmshmi.runtime.drivers.driver import Driver, DriverContext

__all__ = ["CanFeed", "CanFrame", "CanLog", "binding_problems", "build_driver", "can_feed"]

Tags = Mapping[TagId, tuple[TagDef, CanSource]]


def build_driver(device: CanDevice, tags: Tags, context: DriverContext) -> Driver:
    """The driver of one device; a tag it can never read is bad, and the others go on."""
    raise ConfigurationError(f"{device.id}: driver {device.driver} is not there yet")


def binding_problems(device: CanDevice, tags: Tags) -> Mapping[TagId, str]:
    """Tags that can never be read as configured, and why, with what was probably meant."""
    return {}
