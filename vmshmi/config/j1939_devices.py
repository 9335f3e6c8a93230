"""Engines and gensets on a J1939 bus."""

from typing import Literal

from pydantic import Field

from vmshmi.config.base import ConfigModel
from vmshmi.config.bus_devices import CanBusDevice, ScaledSource


class J1939Device(CanBusDevice):
    """A J1939 bus, listened to."""

    driver: Literal["j1939"]
    interface: Literal["socketcan", "slcan", "socketcand", "virtual", "udp_multicast", "logfile"]
    dbc: str = ""
    """A DBC file that adds to, or goes before, the program's own database; relative to the project file."""


class J1939Name(ConfigModel):
    """Parts of the NAME by which an engine introduces itself; what is left out may be anything."""

    identity: int | None = Field(default=None, ge=0, le=0x1F_FFFF)
    """Serial number of its maker."""
    manufacturer: int | None = Field(default=None, ge=0, le=0x7FF)
    ecu_instance: int | None = Field(default=None, ge=0, le=7)
    function_instance: int | None = Field(default=None, ge=0, le=31)
    function: int | None = Field(default=None, ge=0, le=255)
    """0 is an engine."""
    vehicle_system: int | None = Field(default=None, ge=0, le=127)
    vehicle_system_instance: int | None = Field(default=None, ge=0, le=15)
    industry_group: int | None = Field(default=None, ge=0, le=7)
    """4 is marine."""


class J1939Source(ScaledSource):
    """A parameter of a parameter group, or something of an engine's active faults (group 65226)."""

    driver: Literal["j1939"] = "j1939"
    """Filled in by the loader from the device; may be left out."""
    pgn: int = Field(ge=0, le=0x3FFFF)
    spn: int | None = Field(default=None, ge=0, le=524_287)
    """The parameter; of group 65226 the part whose fault makes the tag true."""
    fmi: int | None = Field(default=None, ge=0, le=31)
    """Only of group 65226: the kind of fault; without it any."""
    field: str = ""
    """Only of group 65226, instead of `spn`: `faults`, `count`, or a lamp (`red_stop`, `amber_warning`, `protect`,
    `malfunction`)."""
    source: int | None = Field(default=None, ge=0, le=253)
    """Source address of the engine; without it any that sends the group."""
    name: str | J1939Name | None = None
    """NAME of the engine, 16 digits in hexadecimal, or parts of it; followed to whatever address it claims."""
