"""What a bus or a log of one counts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(slots=True)
class FrameCounts:
    """Since the device was made; written by one thread at a time.

    Attributes:
        frames: data frames that were handed on.
        error_frames: what controllers of the bus say about errors.
        remote_frames: requests without data.
        length_mismatches: frames with more or fewer bytes than they say; dropped.
        unreadable: lines, or pieces of what was heard, that are no frame.
        dropped: frames the program was too slow for.
        other_channels: frames of a log's other buses.
    """

    frames: int = 0
    error_frames: int = 0
    remote_frames: int = 0
    length_mismatches: int = 0
    unreadable: int = 0
    dropped: int = 0
    other_channels: int = 0

    def as_counters(self) -> Mapping[str, int]:
        """By name."""
        return asdict(self)
