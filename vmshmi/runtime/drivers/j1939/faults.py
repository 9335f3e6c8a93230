"""An engine's active faults: diagnostic message 1. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from vmshmi.runtime.drivers.j1939.database import Database

_LAMPS = 2
_FAULT = 4
_SHORTEST = 6
_NO_SPN = 0x7FFFF


class Lamp(Enum):
    """A lamp the engine asks for; the value is its first bit in the first byte."""

    PROTECT = 0
    AMBER_WARNING = 2
    RED_STOP = 4
    MALFUNCTION = 6


LAMP_STATES = {0: "off", 1: "on"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One active fault.

    Attributes:
        spn: which part; None where the engine counts parts in a way older than 1996, which cannot be told apart.
        fmi: what is wrong with it.
        count: how often it came; None where the engine does not say.
    """

    spn: int | None
    fmi: int
    count: int | None


@dataclass(frozen=True, slots=True)
class ActiveFaults:
    """What one engine says at one moment.

    Attributes:
        lamps: the first byte.
        faults: in its order.
    """

    lamps: int
    faults: tuple[Fault, ...]

    def lamp(self, lamp: Lamp) -> int:
        """What the two bits of a lamp say."""
        return self.lamps >> lamp.value & 3


def read_faults(data: bytes) -> ActiveFaults | None:
    """The faults of a message; None when it is too short or ends within a fault."""
    # a single frame is filled up to eight bytes
    rest = (len(data) - _LAMPS) % _FAULT
    if len(data) < _SHORTEST or (rest and len(data) != 8):
        return None
    found = [_fault(data[at : at + _FAULT]) for at in range(_LAMPS, len(data) - _FAULT + 1, _FAULT)]
    return ActiveFaults(data[0], tuple(fault for fault in found if fault is not None))


def _fault(code: bytes) -> Fault | None:
    spn = code[0] | code[1] << 8 | code[2] >> 5 << 16
    fmi = code[2] & 31
    if (spn == 0 and fmi == 0) or spn == _NO_SPN:
        return None  # "none", the old and the new way
    count = code[3] & 127
    return Fault(None if code[3] & 128 else spn, fmi, None if count == 127 else count)


def fault_text(faults: Iterable[Fault], database: Database) -> str:
    """For a person: `SPN 100 Engine Oil Pressure: below the normal range, most severe (FMI 1), 3 times; ...`."""
    return "; ".join(_one_text(fault, database) for fault in faults) or "none"


def _one_text(fault: Fault, database: Database) -> str:
    mode = database.failure_modes.get(fault.fmi, "")
    what = f"{mode} (FMI {fault.fmi})" if mode else f"FMI {fault.fmi}"
    times = "" if not fault.count else ", once" if fault.count == 1 else f", {fault.count} times"
    if fault.spn is None:
        return f"a part that is coded in an old way: {what}{times}"
    name = database.names.get(fault.spn, "")
    return f"SPN {fault.spn}{' ' + name if name else ''}: {what}{times}"
