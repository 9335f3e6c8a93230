"""A line or a network of NMEA 0183 (IEC 61162-1, IEC 61162-450)."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from vmshmi.config.bus_devices import ListeningDevice, ScaledSource


def _as_text(written: object) -> object:
    """A number that is a name: a position, an instance, the number of an alert."""
    return str(written) if isinstance(written, int) and not isinstance(written, bool) else written


TextOrNumber = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": ["string", "integer"]})]


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
    checksum: Literal["required", "optional"] = "required"
    """Optional takes a sentence without one on its word, for devices from before IEC 61162."""


class Nmea0183Source(ScaledSource):
    """A field of a sentence."""

    driver: Literal["nmea0183"] = "nmea0183"
    """Filled in by the loader from the device; may be left out."""
    sentence: str = Field(min_length=2, max_length=10)
    """Formatter of three letters, for example `RPM`; or the whole address of a proprietary sentence, `PFEC`."""
    field: TextOrNumber = Field(min_length=1)
    """Name of the field, or its position as a number counted from 1."""
    talker: str = Field(default="", max_length=2)
    """Two letters, for example `II`; without it any."""
    source: str = Field(default="", max_length=15)
    """System function id in the TAG block (IEC 61162-450), for example `GP0001`; without it any."""
    instance: TextOrNumber = Field(default="", max_length=40)
    """Of what the sentence speaks where it speaks of several: `E1` of RPM, `R` of MWV, `1` of TRC; without it any."""
    alert: TextOrNumber = Field(default="", max_length=20)
    """Number of an alert of ALF, ALC, ALR or ARC, `192`; with the manufacturer's letters before it, `XYZ-512`."""
