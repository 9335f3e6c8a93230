"""NMEA 2000: the only door to the package nmea2000."""

from collections.abc import Mapping

from vmshmi.config.nmea2000_devices import Nmea2000Device
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.description import TagDescription, is_as_it_comes
from vmshmi.runtime.drivers.driver import Driver, DriverContext
from vmshmi.runtime.drivers.listening import ListeningDriver
from vmshmi.runtime.drivers.nmea2000.binding import Tags, bind
from vmshmi.runtime.drivers.nmea2000.decode import Nmea2000Decoder
from vmshmi.runtime.drivers.nmea2000.feed import packet_feed
from vmshmi.runtime.drivers.nmea2000.packet import Packet


def build_driver(device: Nmea2000Device, tags: Tags, context: DriverContext) -> Driver:
    """The driver of one device; a tag it can never read is bad, and the others go on."""
    bound, problems = bind(tags)
    feed = packet_feed(device, context)
    return ListeningDriver[Packet](device, "nmea2000", list(tags), feed, Nmea2000Decoder(bound), context, problems)


def binding_problems(device: Nmea2000Device, tags: Tags) -> Mapping[TagId, str]:
    """Tags that can never be read as configured, and why, with what was probably meant."""
    return bind(tags)[1]


def descriptions(tags: Tags) -> Mapping[TagId, TagDescription]:
    """Units as canboat's database has them, of numbers that come as they are."""
    units: dict[TagId, set[str]] = {}
    for bindings in bind(tags)[0].values():
        for binding in bindings:
            units.setdefault(binding.tag_id, set()).add(binding.field.unit)
    return {
        tag_id: TagDescription(unit=next(iter(found)))
        for tag_id, found in units.items()
        if len(found) == 1 and is_as_it_comes(tags[tag_id][1])
    }
