"""Any CAN bus: the only door to python-can and cantools.

`can_feed` is where frames are heard, on a bus or in a log; J1939 and NMEA 2000 stand on it.
"""

from collections.abc import Mapping

from vmshmi.config.can_devices import CanDevice
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.canbus.binding import SHORT, Tags, bind
from vmshmi.runtime.drivers.canbus.convert import description, to_value
from vmshmi.runtime.drivers.canbus.dbc import DbcMessage, DbcSignal, load_dbc
from vmshmi.runtime.drivers.canbus.decode import DbcDecoder
from vmshmi.runtime.drivers.canbus.feed import CanFeed, UnusableFeed, can_feed
from vmshmi.runtime.drivers.canbus.fields import Field, interpreter, taker
from vmshmi.runtime.drivers.canbus.frame import CanFrame
from vmshmi.runtime.drivers.canbus.log import CanLog
from vmshmi.runtime.drivers.description import TagDescription
from vmshmi.runtime.drivers.driver import Driver, DriverContext
from vmshmi.runtime.drivers.listening import ListeningDriver

__all__ = [
    "SHORT",
    "CanFeed",
    "CanFrame",
    "CanLog",
    "DbcMessage",
    "DbcSignal",
    "Field",
    "UnusableFeed",
    "binding_problems",
    "build_driver",
    "can_feed",
    "description",
    "descriptions",
    "interpreter",
    "load_dbc",
    "taker",
    "to_value",
]


def build_driver(device: CanDevice, tags: Tags, context: DriverContext) -> Driver:
    """The driver of one device; a tag it can never read is bad, and the others go on."""
    try:
        messages = load_dbc(device.dbc)
    except ConfigurationError as error:
        # without the file nothing can be read, but the ship's other devices go on
        return ListeningDriver(
            device, "can", list(tags), UnusableFeed(device, device.interface, error), DbcDecoder((), ()), context
        )
    bindings, problems = bind(messages, tags)
    feed = can_feed(device, device.interface, context)
    decoder = DbcDecoder(messages, bindings, timed=device.interface != "logfile" or device.timestamps == "log")
    return ListeningDriver(device, "can", list(tags), feed, decoder, context, problems)


def binding_problems(device: CanDevice, tags: Tags) -> Mapping[TagId, str]:
    """Tags that can never be read as configured, and why, with what was probably meant."""
    try:
        messages = load_dbc(device.dbc)
    except ConfigurationError as error:
        return {tag_id: str(error) for tag_id in list(tags)[:1]}  # once is enough
    return bind(messages, tags)[1]


def descriptions(device: CanDevice, tags: Tags) -> Mapping[TagId, TagDescription]:
    """Units and states as the DBC file has them; nothing where it cannot be read, which the device says."""
    try:
        messages = {message.name: message for message in load_dbc(device.dbc)}
    except ConfigurationError:
        return {}
    found: dict[TagId, TagDescription] = {}
    for tag_id, (_, source) in tags.items():
        message = messages.get(source.message)
        signal = None if message is None else message.signals.get(source.signal)
        if signal is not None:
            found[tag_id] = description(source, signal.unit, signal.choices)
    return found
