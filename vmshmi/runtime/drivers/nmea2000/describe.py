"""What the packets of a network say, for a person who looks for a sensor. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from vmshmi.core.devices import MonitorLine
from vmshmi.runtime.drivers.canbus.header import TRANSPORT_CONTROL, TRANSPORT_DATA, Header, header_of
from vmshmi.runtime.drivers.canbus.transport import Reassembler
from vmshmi.runtime.drivers.listening import Heard
from vmshmi.runtime.drivers.nmea2000.database import Field, Message, decode, is_fast
from vmshmi.runtime.drivers.nmea2000.fast_packet import FastPackets
from vmshmi.runtime.drivers.nmea2000.packet import Packet

_LONGEST_RAW = 64
_HIDDEN = ("reserved", "spare", "##")


class Describer:
    """Joins everything, wanted or not."""

    def __init__(self) -> None:
        self._fast = FastPackets()
        self._transfers = Reassembler()

    def describe(self, heard: Sequence[Heard[Packet]]) -> Iterator[MonitorLine]:
        """One line for each whole message."""
        for stamp, packet in heard:
            header = header_of(packet.can_id)
            payload: bytes | None = packet.data
            if not packet.whole:
                if header.pgn in (TRANSPORT_CONTROL, TRANSPORT_DATA):
                    carried = self._transfers.take(datetime.fromtimestamp(packet.at, UTC), header, packet.data)
                    if carried is None:
                        continue
                    header, payload = header._replace(pgn=carried[0]), carried[1]
                elif is_fast(header.pgn):
                    payload = self._fast.push(packet.can_id & 0x3FFFFFF, packet.at, packet.data)
            if payload is None:
                continue
            message = decode(*header, payload)
            raw = payload[:_LONGEST_RAW].hex(" ").upper() + (" ..." if len(payload) > _LONGEST_RAW else "")
            yield MonitorLine(stamp, _key(header, message), raw, "" if message is None else _meaning(message))


def _key(header: Header, message: Message | None) -> str:
    if message is None:
        return f"{header.pgn} from {header.source}"
    instance = next((field.raw_value for field in message.fields if field.id == "instance"), None)
    which = "" if instance is None else f" {instance}"
    return f"{header.pgn} {message.description}{which} from {header.source}"


def _meaning(message: Message) -> str:
    shown = (_shown(field) for field in message.fields if not field.id.startswith(_HIDDEN))
    return ", ".join(text for text in shown if text)


def _shown(field: Field) -> str:
    if field.value is None or isinstance(field.value, list):
        return ""
    value = field.value.hex(" ").upper() if isinstance(field.value, bytes) else field.value
    if not isinstance(value, int | float):
        return f"{field.id} {value}"
    return f"{field.id} {value:.9g} {field.unit_of_measurement or ''}".rstrip()
