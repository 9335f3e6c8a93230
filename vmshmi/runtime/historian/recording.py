"""Which samples become rows. Today: all of them; rules for each tag (deadband, intervals) belong here."""

from collections.abc import Callable, Sequence

from vmshmi.core.values import TagId, TagValue

Batch = Sequence[tuple[TagId, TagValue]]

RecordingRule = Callable[[Batch], Batch]
"""Takes a batch, returns the part of it that is to be kept, in the same order; in the loop, so it must be quick."""


def every_sample(batch: Batch) -> Batch:
    """A row for each sample, the unchanged and the repeated too: a chart then shows that the tag was alive."""
    return batch
