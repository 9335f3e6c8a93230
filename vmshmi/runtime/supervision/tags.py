"""The runtime's own tags."""

from collections.abc import Sequence
from enum import IntEnum

from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId

GROUP = "System"

HISTORIAN = TagId("system.historian.ok")
HISTORY_KEPT = TagId("system.historian.kept")
HISTORY_ROOM = TagId("system.historian.room")
JOURNAL = TagId("system.journal.ok")
JOURNAL_KEPT = TagId("system.journal.kept")
REVISIONS_ENDED = TagId("system.alarms.superseded")
AUDIT = TagId("system.audit.ok")
COMMANDS_LOST = TagId("system.commands.lost")
DEAD_TASKS = TagId("system.tasks.dead")
LOOP_LAG = TagId("system.loop.lag")
SCAN_AGE = TagId("system.scan.age")
QUEUE_FILL = TagId("system.queue.fill")
DISK_FREE = TagId("system.disk.free")
CLOCK_JUMP = TagId("system.clock.jump")
TEST = TagId("system.test")


class StationSound(IntEnum):
    """What `system.station.<id>.sound` says."""

    SILENT = 0
    PLAYS = 1
    NOT_HERE = 2
    """The station does not run, or has not said anything yet: unknown, and no alarm."""
    OWN_HORN = 3
    """Another machine is its horn (`--no-sound`, `vmshmi serve`)."""


def device_tag(device_id: str) -> TagId:
    """The tag that says whether a device answers."""
    return TagId(f"system.device.{device_id}.online")


def station_tag(station_id: str) -> TagId:
    """The tag that says whether a station can be heard."""
    return TagId(f"system.station.{station_id}.sound")


def system_tags(device_ids: Sequence[str], station_ids: Sequence[str] = ()) -> list[TagDef]:
    """The runtime's own tags."""
    return [
        *(
            TagDef(
                device_tag(device_id), f"Device {device_id} answers", kind=TagKind.DIGITAL, group=GROUP,
                normal_min=1, normal_max=1, states=((0, "Lost"), (1, "Online")),
            )
            for device_id in device_ids
        ),
        *(
            TagDef(
                station_tag(station_id), f"Sound of station {station_id}", kind=TagKind.ENUM, group=GROUP,
                normal_min=1, states=((0, "Silent"), (1, "Plays"), (2, "Not here"), (3, "Horn of its own")),
            )
            for station_id in station_ids
        ),
        _ok(HISTORIAN, "History is recorded"),
        _ok(HISTORY_KEPT, "History was whole at the start and since"),
        _ok(HISTORY_ROOM, "History has room"),
        _ok(JOURNAL, "Alarm journal is durable"),
        _ok(JOURNAL_KEPT, "Alarm journal was whole at the start"),
        TagDef(
            REVISIONS_ENDED, "Alarms whose revised numbers the project file has ended", kind=TagKind.COUNTER,
            group=GROUP, normal_max=0,
        ),
        _ok(AUDIT, "Audit log is durable"),
        TagDef(
            COMMANDS_LOST, "Commands of the last run whose outcome nobody knows", kind=TagKind.COUNTER, group=GROUP,
            normal_max=0,
        ),
        TagDef(DEAD_TASKS, "Parts of the program that have stopped", kind=TagKind.COUNTER, group=GROUP, normal_max=0),
        TagDef(LOOP_LAG, "Delay of the runtime's loop", "ms", group=GROUP, normal_min=0, normal_max=250, decimals=1),
        TagDef(SCAN_AGE, "Age of the last alarm scan", "s", group=GROUP, normal_min=0, normal_max=1, decimals=1),
        TagDef(QUEUE_FILL, "Fullest of the queues", "%", group=GROUP, normal_min=0, normal_max=80, decimals=1),
        TagDef(DISK_FREE, "Free space for the database", "%", group=GROUP, normal_min=5, normal_max=100, decimals=1),
        TagDef(CLOCK_JUMP, "Jump of the computer's clock", "s", group=GROUP, normal_min=-1, normal_max=1, decimals=1),
        TagDef(
            TEST, "Alarm test", kind=TagKind.ENUM, group=GROUP, normal_max=0,
            states=((0, "None"), (1, "Emergency alarm"), (2, "Alarm"), (3, "Warning"), (4, "Caution")),
        ),
    ]  # fmt: skip


def _ok(tag_id: TagId, description: str) -> TagDef:
    return TagDef(
        tag_id, description, kind=TagKind.DIGITAL, group=GROUP, normal_min=1, states=((0, "Failed"), (1, "OK"))
    )
