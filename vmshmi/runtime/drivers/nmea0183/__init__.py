"""NMEA 0183, IEC 61162-1 and -450: sentences on serial lines, on a network, and in logs."""

from collections.abc import Callable, Mapping
from pathlib import Path

from vmshmi.config.nmea0183_devices import Nmea0183Device, Nmea0183Source
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.description import TagDescription, is_as_it_comes
from vmshmi.runtime.drivers.driver import Driver, DriverContext
from vmshmi.runtime.drivers.listening import (
    Feed,
    LineFeed,
    ListeningDriver,
    ReplayFeed,
    SerialPort,
    TcpStream,
    UdpStream,
)
from vmshmi.runtime.drivers.nmea0183.binding import bind_all
from vmshmi.runtime.drivers.nmea0183.decode import SentenceDecoder
from vmshmi.runtime.drivers.nmea0183.log import SentenceLog

Tags = Mapping[TagId, tuple[TagDef, Nmea0183Source]]


def build_driver(device: Nmea0183Device, tags: Tags, context: DriverContext) -> Driver:
    """The driver of one device; a tag it can never read is bad, and the others go on."""
    bindings, problems = bind_all(tags)
    decoder = SentenceDecoder(bindings, need_checksum=device.checksum == "required")
    feed = _feed(device, context, decoder.note)
    return ListeningDriver(
        device, device.driver, list(tags), feed, decoder, context, problems, complaint=decoder.complaint
    )


def binding_problems(device: Nmea0183Device, tags: Tags) -> Mapping[TagId, str]:
    """Tags that can never be read as configured, and why, with what was probably meant."""
    return bind_all(tags)[1]


def descriptions(tags: Tags) -> Mapping[TagId, TagDescription]:
    """Units of named fields, of numbers that come as they are."""
    return {
        binding.tag_id: TagDescription(unit=binding.field.unit)
        for binding in bind_all(tags)[0]
        if binding.field is not None and is_as_it_comes(tags[binding.tag_id][1])
    }


def _feed(device: Nmea0183Device, context: DriverContext, note: Callable[[], str]) -> Feed[bytes]:
    match device.interface:
        case "serial":
            return LineFeed(SerialPort(device.channel, context.clock, device.baud))
        case "tcp":
            return LineFeed(TcpStream(device.host, device.port, context.clock))
        case "udp":
            return LineFeed(UdpStream(device.port, context.clock, device.group, device.bind), datagrams=True)
        case "logfile":
            log = SentenceLog(Path(device.file), device.baud, need_dates=device.timestamps == "log")
            return ReplayFeed[bytes].of(device, log.read, context, log.counters, note)
