"""What is on the bus, for a person who looks for a sensor. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from vmshmi.config.bus_devices import ScaledSource
from vmshmi.core.devices import MonitorLine
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.canbus import CanFrame
from vmshmi.runtime.drivers.canbus.header import EVERYBODY, TRANSPORT, header_of
from vmshmi.runtime.drivers.canbus.transport import Reassembler
from vmshmi.runtime.drivers.j1939.convert import Convert, converter
from vmshmi.runtime.drivers.j1939.database import Database
from vmshmi.runtime.drivers.j1939.faults import fault_text, read_faults
from vmshmi.runtime.drivers.j1939.ids import ACTIVE_FAULTS, ADDRESS_CLAIMED, name_of
from vmshmi.runtime.drivers.listening import Heard

_TITLES = {ADDRESS_CLAIMED: "address claim", ACTIVE_FAULTS: "active faults"}


class Describer:
    """Puts long messages together by itself: what the decoder remembers is not disturbed."""

    def __init__(self, database: Database, *, timed: bool = True) -> None:
        self._database = database
        self._transport = Reassembler(timed=timed)
        self._converters: dict[int, list[tuple[str, Convert]]] = {}

    def describe(self, heard: Sequence[Heard[CanFrame]]) -> Iterator[MonitorLine]:
        """A line for each message; the packets of a long one are told as one when it is whole."""
        for stamp, frame in heard:
            if not frame.extended:
                yield MonitorLine(stamp, frame.text().partition("#")[0], _hex(frame.data))
                continue
            header = header_of(frame.id)
            if header.pgn in TRANSPORT:
                whole = self._transport.take(stamp, header, frame.data)
                if whole is not None:
                    yield self._line(stamp, whole[0], header.source, EVERYBODY, whole[1])
                continue
            yield self._line(stamp, header.pgn, header.source, header.destination, frame.data)

    def _line(self, stamp: datetime, pgn: int, source: int, destination: int, data: bytes) -> MonitorLine:
        name = f"{pgn} {_TITLES[pgn]}" if pgn in _TITLES else self._database.group_name(pgn)
        to = "" if destination == EVERYBODY else f" to {destination}"
        return MonitorLine(stamp, f"{name} from {source}{to}", _hex(data), self._meaning(pgn, data))

    def _meaning(self, pgn: int, data: bytes) -> str:
        if pgn == ACTIVE_FAULTS:
            said = read_faults(data)
            return "" if said is None else fault_text(said.faults, self._database)
        if pgn == ADDRESS_CLAIMED:
            name = name_of(data)
            return "" if name is None else f"NAME {name:016X}"
        converters = self._converters.get(pgn)
        if converters is None:
            converters = self._converters[pgn] = self._make(pgn)
        found = ((name, convert(data)[0]) for name, convert in converters)
        return ", ".join(f"{name} {text}" for name, text in found if text is not None)

    def _make(self, pgn: int) -> list[tuple[str, Convert]]:
        group = self._database.groups.get(pgn)
        if group is None:
            return []
        plain = ScaledSource(device="monitor")
        return [
            (f"{spn} {each.name}", converter(TagDef(TagId(each.name), kind=TagKind.TEXT), plain, each))
            for spn, each in group.parameters.items()
        ]


def _hex(data: bytes) -> str:
    return data.hex(" ").upper()
