"""A message for a person who looks for a sensor. Pure."""

from vmshmi.config.can_devices import CanSource
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.canbus.binding import Convert, converter
from vmshmi.runtime.drivers.canbus.dbc import DbcMessage


def describer(message: DbcMessage) -> list[tuple[str, Convert]]:
    """What makes a text of each signal that can be read."""
    found: list[tuple[str, Convert]] = []
    for signal in message.signals.values():
        source = CanSource(device="monitor", message=message.name, signal=signal.name)
        try:
            convert = converter(TagDef(TagId(signal.name), kind=TagKind.TEXT), source, message, signal)
        except ConfigurationError:  # a signal that no tag can have either
            continue
        found.append((signal.name, convert))
    return found
