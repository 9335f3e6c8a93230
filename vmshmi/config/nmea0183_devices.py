"""A line or a network of NMEA 0183 (IEC 61162-1, IEC 61162-450)."""

from typing import Literal

from pydantic import Field

from vmshmi.config.bus_devices import ListeningDevice, ScaledSource


class Nmea0183Device(ListeningDevice):
    """Sentences on a serial line, on a network, or in a log."""

    driver: Literal["nmea0183"]
    interface: Literal["serial", "tcp", "udp", "logfile"]
    channel: str = ""
    """Serial port."""
    baud: int = Field(default=4_800, ge=300, le=921_600)
    host: str = ""
    """Server of tcp."""
    port: int = Field(default=10_110, ge=1, le=65_535)
    """Of tcp; of udp the one to listen on."""
    group: str = ""
    """Multicast group of udp, for example 239.192.0.1 (IEC 61162-450)."""
    bind: str = ""
    """Address of the network card that listens to udp; empty is all."""


class Nmea0183Source(ScaledSource):
    """A field of a sentence."""

    driver: Literal["nmea0183"] = "nmea0183"
    """Filled in by the loader from the device; may be left out."""
    sentence: str = Field(min_length=2, max_length=10)
    """Formatter of three letters, for example `RPM`; or the whole address of a proprietary sentence, `PFEC`."""
    field: str = Field(min_length=1)
    """Name of the field, or its position as a number counted from 1."""
    talker: str = Field(default="", max_length=2)
    """Two letters, for example `II`; without it any."""
