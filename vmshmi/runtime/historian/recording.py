"""Which samples become rows: each tag's rule of `core.recording` at work, in the runtime's loop."""

from collections.abc import Iterable, Sequence

from vmshmi.core.recording import Recorder
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue

Batch = Sequence[tuple[TagId, TagValue]]


class Recording:
    """The rules of all tags.

    Args:
        tags: every tag; one without a rule keeps each sample.
    """

    def __init__(self, tags: Iterable[TagDef]) -> None:
        self._recorders = {tag.id: Recorder(tag.recording) for tag in tags if tag.recording is not None}

    def kept(self, batch: Batch) -> Batch:
        """The part of a batch that is to be kept, in its order, with the ends of unchanged times before it."""
        recorders = self._recorders
        if not recorders:
            return batch
        found: list[tuple[TagId, TagValue]] = []
        for item in batch:
            recorder = recorders.get(item[0])
            if recorder is None:
                found.append(item)
                continue
            for sample in recorder.take(item[1]):
                found.append((item[0], sample))
        return found

    def rest(self) -> Batch:
        """What is to be kept at the end: how long each unchanged value was alive."""
        return [(tag_id, sample) for tag_id, recorder in self._recorders.items() for sample in recorder.rest()]
