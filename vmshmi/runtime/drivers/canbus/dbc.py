"""What a DBC, KCD or SYM file says, through cantools."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from vmshmi.core.errors import ConfigurationError
from vmshmi.runtime.drivers.canbus.fields import Field

if TYPE_CHECKING:
    from cantools.database.can.message import Message
    from cantools.database.can.signal import Signal

_FORMATS = {".dbc": "dbc", ".kcd": "kcd", ".sym": "sym"}
_ANY_PRIORITY = 0x03FF_FFFF
_NO_ADDRESS = 254
_PDU2 = 240
_FRAME = 8
_PLACE = re.compile(r"line (\d+)(?:, column (\d+))?")


@dataclass(frozen=True, slots=True)
class DbcSignal:
    """One signal.

    Attributes:
        name: in its message.
        layout: where it lies.
        scale, offset: value = raw * scale + offset.
        unit: as the file writes it.
        choices: text of each raw number that has one.
        spn: J1939's number; None where the file names none.
        multiplexer: name of the signal that says whether this one is in the message; empty when it always is.
        multiplexer_ids: the raw numbers of the multiplexer with which it is.
    """

    name: str
    layout: Field
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    choices: Mapping[int, str] = field(default_factory=dict[int, str])
    spn: int | None = None
    multiplexer: str = ""
    multiplexer_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class DbcMessage:
    """One message.

    Attributes:
        name: in the file.
        id: 11 or 29 bits.
        extended: 29 bits.
        signals: by name.
        j1939: the file says that the id is one of J1939: its priority means nothing, and its source 254 any.
        bytes: its length; one of J1939 with more than eight comes in packets.
    """

    name: str
    id: int
    extended: bool
    signals: Mapping[str, DbcSignal]
    j1939: bool = False
    bytes: int = 8

    @property
    def in_packets(self) -> bool:
        """Comes as several frames of the transport protocol."""
        return self.j1939 and self.bytes > _FRAME

    def means(self, can_id: int, extended: bool) -> bool:
        """Whether a frame with this id is this message."""
        if extended != self.extended:
            return False
        if not self.j1939:
            return can_id == self.id
        wanted = _ANY_PRIORITY if self.id & 0xFF != _NO_ADDRESS else _ANY_PRIORITY & ~0xFF
        if self.id >> 16 & 0xFF < _PDU2:  # the second byte is the receiver
            wanted &= ~0xFF00
        return can_id & wanted == self.id & wanted


def load_dbc(path: str) -> tuple[DbcMessage, ...]:
    """The messages of a file.

    Raises:
        ConfigurationError: one line that says file, place and what is wrong.
    """
    from cantools.database import (
        load_file,
    )  # 0.2 s that most projects need not wait for
    from cantools.database.can.database import Database

    name = PurePath(path).name
    known = _FORMATS.get(PurePath(path).suffix.lower(), "dbc")
    try:
        # what lies over each other or sticks out is seen where a tag needs it; the others can be read
        database = load_file(path, database_format=known, strict=False, encoding=_encoding(path, known))
    except FileNotFoundError:
        raise ConfigurationError(f"there is no file {path}") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except Exception as error:  # a format error, or cantools' own ways to fail where a file contradicts itself
        raise ConfigurationError(f"{name}: {_said(error, known)}") from error
    if not isinstance(database, Database):
        raise ConfigurationError(f"{name}: describes diagnostics, not messages")
    return tuple(_message(message) for message in database.messages)


def _encoding(path: str, known: str) -> str | None:
    """UTF-8 where a DBC file is that; cantools takes the code page of Windows, which makes `Â°C` of a unit."""
    if known != "dbc":
        return None
    try:
        Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return "utf-8-sig"


def _said(error: Exception, known: str) -> str:
    """The line and what is wrong there, first."""
    of_format = getattr(error, f"e_{known}", None)
    text = str(of_format or error).strip()
    first = text.splitlines()[0] if text else type(error).__name__
    first = "".join(sign if sign.isprintable() else "?" for sign in first)
    place = _PLACE.search(first)
    if place is None:
        return f"cannot be read: {first}"
    rest = first.replace(place[0], "", 1).replace(" at :", ":").replace("  ", " ").strip(" :")
    return f"line {place[1]}: {rest[:1].lower()}{rest[1:]}"


def _message(message: "Message") -> DbcMessage:
    signals = {signal.name: _signal(signal) for signal in message.signals}
    j1939 = message.protocol == "j1939"
    return DbcMessage(message.name, message.frame_id, message.is_extended_frame, signals, j1939, message.length)


def _signal(signal: "Signal") -> DbcSignal:
    conversion = signal.conversion
    return DbcSignal(
        name=signal.name,
        layout=Field(
            signal.start, signal.length, signal.byte_order == "little_endian", signal.is_signed, conversion.is_float
        ),
        scale=float(conversion.scale),
        offset=float(conversion.offset),
        unit=signal.unit or "",
        choices={int(number): str(text) for number, text in (conversion.choices or {}).items()},
        spn=signal.spn,
        multiplexer=signal.multiplexer_signal or "",
        multiplexer_ids=frozenset(signal.multiplexer_ids or ()),
    )
