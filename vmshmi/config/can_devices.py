"""A CAN bus whose messages a DBC file describes."""

from typing import Literal

from pydantic import Field

from vmshmi.config.bus_devices import CanBusDevice, ScaledSource


class CanDevice(CanBusDevice):
    """A CAN bus read through a DBC file."""

    driver: Literal["can"]
    interface: Literal["socketcan", "slcan", "socketcand", "virtual", "udp_multicast", "logfile"]
    dbc: str = Field(min_length=1)
    """DBC, KCD or SYM file; relative to the project file."""


class CanSource(ScaledSource):
    """A signal of a message."""

    driver: Literal["can"] = "can"
    """Filled in by the loader from the device; may be left out."""
    message: str = Field(min_length=1)
    """Name of the message in the DBC file."""
    signal: str = Field(min_length=1)
    """Name of the signal in the message."""
