"""An NMEA 2000 network."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from vmshmi.config.bus_devices import CanBusDevice, ScaledSource

Code = int | str


class Nmea2000Device(CanBusDevice):
    """An NMEA 2000 network, on a CAN interface, behind a gateway, or in a log."""

    driver: Literal["nmea2000"]
    interface: Literal[
        "socketcan", "slcan", "socketcand", "virtual", "udp_multicast", "tcp", "udp", "serial", "logfile"
    ]
    gateway: Literal["auto", "actisense", "ydwg_raw", "candump", "canboat"] = "auto"
    """How frames are written on tcp, udp and serial; `auto` finds out."""
    baud: int = Field(default=115_200, ge=300, le=4_000_000)
    """Of serial; `channel` is the port."""


class Nmea2000Source(ScaledSource):
    """A field of a parameter group, in SI units."""

    driver: Literal["nmea2000"] = "nmea2000"
    """Filled in by the loader from the device; may be left out."""
    pgn: int = Field(ge=0, le=0x3FFFF)
    field: str = Field(min_length=1)
    """Its id in canboat's database, for example `speed`; with a layout before it where several have it."""
    instance: Annotated[int, Field(ge=0, le=255)] | str | None = None
    """Which engine, battery, tank, by number or by text (`Dual Engine Starboard`); without it any."""
    source: int | None = Field(default=None, ge=0, le=253)
    """Address of the sender; without it any."""
    match: Mapping[str, Code] = Field(default_factory=dict[str, Code])
    """What other fields of the message must say, by number or by text: `{"type": "Water"}`."""
    bit: int | None = Field(default=None, ge=0, le=63)
    """Picks one bit of a field of bits; 0 is the lowest."""
