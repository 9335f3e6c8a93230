"""Between a wire and a decoder: what was heard, and when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from vmshmi.core.devices import MonitorLine
from vmshmi.core.errors import DeviceError
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)

Heard = tuple[datetime, T]
"""UTC, and a frame, a message or a sentence."""
Decoded = list[tuple[TagId, TagValue]]


class NeedsPerson(DeviceError):
    """Trying again does not help: a file that is not there, a bus type this computer does not have."""

    def __init__(self, message: str) -> None:
        super().__init__(message, Quality.BAD_CONFIGURATION_ERROR)


class EndOfLog(Exception):
    """A log was read to its end. Not an error; its text is what was wrong with the log, empty when nothing was."""


class Feed(Protocol[T_co]):
    """Where things are heard. One task uses it."""

    @property
    def address(self) -> str:
        """For a person: `can0`, `10.0.0.30:1457`, the name of a log."""
        ...

    async def open(self) -> None:
        """Connect.

        Raises:
            DeviceError: when that fails now; it is tried again.
            NeedsPerson: when trying again does not help.
        """
        ...

    async def receive(self) -> Sequence[tuple[datetime, T_co]]:
        """What has come since the last call, in order; waits until there is something. At most some hundred at once.

        Raises:
            DeviceError: when the connection is lost.
            EndOfLog: when nothing will come any more.
        """
        ...

    async def close(self) -> None:
        """Let go of it; a second call does nothing."""
        ...

    def counters(self) -> Mapping[str, int]:
        """What it counts, since it was made: bytes, drops, bad checksums."""
        ...


class Decoder(Protocol[T_contra]):
    """What things mean. Pure: no wire, no clock; it may remember what it has not heard to the end."""

    def decode(self, heard: Sequence[tuple[datetime, T_contra]]) -> Decoded:
        """The samples of the bound tags in order; whatever cannot be right is counted and never decoded."""
        ...

    def describe(self, heard: Sequence[tuple[datetime, T_contra]]) -> Iterable[MonitorLine]:
        """The same for a person, bound or not. Must not disturb what `decode` remembers."""
        ...

    def counters(self) -> Mapping[str, int]:
        """What it counts, since it was made: messages, decode_errors, unknown."""
        ...
