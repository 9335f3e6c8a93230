"""Engines and gensets on a J1939 bus."""

from typing import Literal

from pydantic import Field

from vmshmi.config.bus_devices import CanBusDevice, ScaledSource


class J1939Device(CanBusDevice):
    """A J1939 bus, listened to."""

    driver: Literal["j1939"]
    interface: Literal["socketcan", "slcan", "socketcand", "virtual", "udp_multicast", "logfile"]
    dbc: str = ""
    """A DBC file that adds to, or goes before, the program's own database; relative to the project file."""


class J1939Source(ScaledSource):
    """A parameter of a parameter group."""

    driver: Literal["j1939"] = "j1939"
    """Filled in by the loader from the device; may be left out."""
    pgn: int = Field(ge=0, le=0x3FFFF)
    spn: int = Field(ge=0, le=524_287)
    source: int | None = Field(default=None, ge=0, le=253)
    """Source address of the engine; without it any that sends the group."""
