"""What all devices have in common that are listened to: a bus, a line, or the log of one."""

from typing import Literal

from pydantic import Field

from vmshmi.config.base import ConfigModel, Identifier, PositiveSeconds


class ListeningDevice(ConfigModel):
    """A device that speaks by itself."""

    id: Identifier
    stale_after_s: PositiveSeconds = 5.0
    silent_after_s: PositiveSeconds = 5.0
    """So long without anything heard, and the device counts as lost; the connection is then made again."""
    backoff_max_s: PositiveSeconds = 5.0
    """Longest wait between two tries to connect."""
    file: str = ""
    """Log to replay, for interface `logfile`; relative to the project file."""
    speed: float = Field(default=1.0, ge=0, le=1000)
    """Of a replay: 1 is real time, 10 ten times as fast, 0 as fast as the computer can."""
    loop: bool = False
    """A replay begins again at its end."""
    timestamps: Literal["now", "log"] = "now"
    """Of a replay: samples bear the present time, or that of the log and so fall into its place in history."""


CAN_INTERFACES = ("socketcan", "slcan", "socketcand", "virtual", "udp_multicast")


class CanBusDevice(ListeningDevice):
    """How a CAN bus is reached."""

    channel: str = ""
    """`can0` of socketcan, the serial port of slcan, the name of a virtual bus, the group of udp_multicast; of a
    log of several buses the one to read."""
    bitrate: int = Field(default=250_000, ge=10_000, le=1_000_000)
    """Only slcan sets it; socketcan's is set by the system (`ip link set can0 type can bitrate 250000`)."""
    host: str = ""
    """Of socketcand."""
    port: int = Field(default=29_536, ge=1, le=65_535)
    """Of socketcand. Of udp_multicast, where it is not written, 43113 as everywhere with python-can."""
    listen_only: bool = True
    """Nothing is ever sent, not even an address claim."""


class ScaledSource(ConfigModel):
    """A tag whose number may be converted: value = decoded * scale + offset."""

    device: Identifier
    scale: float = 1.0
    offset: float = 0.0
