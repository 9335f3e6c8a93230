"""How many of the standing alarms each one explains."""

from collections.abc import Mapping, Sequence

from vmshmi.core.alarms.collapse import arrange
from vmshmi.core.alarms.flood import FLOOD
from vmshmi.core.alarms.model import AlarmRecord
from vmshmi.runtime.api.ports import Runtime


def consequences(runtime: Runtime, standing: Sequence[AlarmRecord]) -> Mapping[str, int]:
    """By alarm id how many of these it explains, however indirectly; in a flood more than otherwise."""
    tags = runtime.store.definitions()
    flood = FLOOD in tags and runtime.store.get(FLOOD).value == 1
    devices = {tag_id: tag.device for tag_id, tag in tags.items() if tag.device}
    seen = {(record.id, record.occurrence) for record in standing}
    rows = arrange(standing, runtime.alarms.definitions(), devices, flood=flood, seen=seen)
    return {row.record.id: row.below for row in rows if row.below}
