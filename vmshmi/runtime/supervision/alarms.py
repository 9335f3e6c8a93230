"""The runtime's own alarms, each with its cause, consequence and advice."""

from collections.abc import Sequence

from vmshmi.core.alarms.model import AlarmDef, Operator, Priority
from vmshmi.core.values import TagId
from vmshmi.runtime.supervision.tags import (
    AUDIT,
    CLOCK_JUMP,
    COMMANDS_LOST,
    DEAD_TASKS,
    DISK_FREE,
    GROUP,
    HISTORIAN,
    HISTORY_KEPT,
    HISTORY_ROOM,
    JOURNAL,
    JOURNAL_KEPT,
    LOOP_LAG,
    QUEUE_FILL,
    REVISIONS_ENDED,
    SCAN_AGE,
    TEST,
    StationSound,
    device_tag,
    station_tag,
)

JUMP_S = 1.0
"""A clock that differs by more than this from what it should say was set."""


def alarm_of_test(priority: Priority) -> str:
    """Id of the alarm that a test of this priority raises."""
    return f"system.test.{priority.value}"


def system_alarms(device_ids: Sequence[str], station_ids: Sequence[str] = ()) -> list[AlarmDef]:
    """All of them."""
    return [
        *(_device_lost(device_id) for device_id in device_ids),
        *(_station_silent(station_id) for station_id in station_ids),
        *_storage_alarms(),
        *_program_alarms(),
        *(_test(priority) for priority in Priority),
    ]


def _device_lost(device_id: str) -> AlarmDef:
    return _own(
        f"system.device.{device_id}.lost", device_tag(device_id), Operator.EQUAL, 0, Priority.ALARM,
        f"Device {device_id} lost",
        "The device is switched off, unreachable, or answers wrongly.",
        "None of its values is known; its alarms stay as they were.",
        "See the device's last error on the system page; check its supply, cable and address.",
    )  # fmt: skip


def _station_silent(station_id: str) -> AlarmDef:
    return _own(
        f"system.station.{station_id}.silent", station_tag(station_id), Operator.EQUAL, StationSound.SILENT.value,
        Priority.ALARM, f"Station {station_id} cannot sound alarms",
        "Its sound device is missing, unplugged or taken by another program, or the sound library does not load.",
        "Alarms are seen at this station and not heard.",
        "Keep the station watched. Plug in or switch on its loudspeaker; it is tried again every few seconds. "
        "A station whose horn is another machine is started with --no-sound.",
        delay_s=1,
    )  # fmt: skip


def _storage_alarms() -> list[AlarmDef]:
    return [
        _own(
            "system.historian.failed", HISTORIAN, Operator.EQUAL, 0, Priority.WARNING, "History is not recorded",
            "The disk is full, failing or not writable, or samples come faster than they can be stored.",
            "Values and alarms go on; trends will have a gap once the buffer is full.",
            "See the historian on the system page; free space or replace the disk.",
        ),
        _own(
            "system.historian.lost", HISTORY_KEPT, Operator.EQUAL, 0, Priority.WARNING, "Recorded history was damaged",
            "A file of the history could not be read; it was left beside the others and is in no trend any more.",
            "A part of the recorded past is missing; what is recorded now is whole.",
            "See the historian on the system page for the file; keep a copy of it; check the disk.",
        ),
        _own(
            "system.historian.space", HISTORY_ROOM, Operator.EQUAL, 0, Priority.WARNING, "Oldest history is dropped",
            "The disk fills up, or history has grown to the size that the project allows it.",
            "The oldest day of samples is deleted within minutes, and more as new ones come; long rollups stay.",
            "Copy what is to be kept (vmshmi history export); free space on the disk or allow history more of it.",
        ),
        _own(
            "system.journal.failed", JOURNAL, Operator.EQUAL, 0, Priority.ALARM, "Alarm journal cannot be written",
            "The disk is full, failing or not writable.",
            "Alarms are still announced, but would not survive a power cut.",
            "Free space or replace the disk; keep a written log until it is cured.",
        ),
        _own(
            "system.journal.lost", JOURNAL_KEPT, Operator.EQUAL, 0, Priority.ALARM, "Alarm journal was damaged",
            "The file of the alarm journal could not be read at the start; what is left of it was kept beside it.",
            "Alarms that wanted an answer before the start may be forgotten; those still active stand again.",
            "Walk the machinery spaces as after a blackout; keep the damaged file; check the disk.",
        ),
        _own(
            "system.audit.failed", AUDIT, Operator.EQUAL, 0, Priority.WARNING, "Audit log cannot be written",
            "The disk is full, failing or not writable, or the log's file was deleted or replaced.",
            "No command to machinery is sent; outcomes of those under way are written down later.",
            "Free space or replace the disk. Operate the machinery at its own panels until it is cured.",
        ),
        _own(
            "system.disk.low", DISK_FREE, Operator.LESS, 5, Priority.WARNING, "Disk space for history is low",
            "The disk fills up.", "History and journal will stop when it is full.", "Free space on the disk.",
            hysteresis=1, delay_s=5,
        ),
        _own(
            "system.queue.full", QUEUE_FILL, Operator.GREATER, 80, Priority.WARNING, "A queue is filling up",
            "Samples or journal rows come faster than the disk or a reader takes them.",
            "When it is full the oldest or newest of them are lost; each loss is counted.",
            "See on the system page which queue it is; free or replace the disk, or take the slow reader away.",
            hysteresis=20, delay_s=2,
        ),
    ]  # fmt: skip


def _program_alarms() -> list[AlarmDef]:
    return [
        _own(
            "system.tasks.failed", DEAD_TASKS, Operator.GREATER, 0, Priority.ALARM,
            "A part of the monitoring program has stopped",
            "An error in the program; the log names it.",
            "What the part did is no longer done: see the system page.",
            "Restart the program; send the log to its makers.",
        ),
        _own(
            "system.scan.stopped", SCAN_AGE, Operator.GREATER, 2, Priority.ALARM, "Alarms are not watched in time",
            "The scan of the alarms has stopped or is held up: an error in the program, or an overloaded computer.",
            "Alarms with a delay do not come; silence and shelving do not end.",
            "Watch the machinery by hand; restart the program; send the log to its makers.",
            hysteresis=1,
        ),
        _own(
            "system.loop.slow", LOOP_LAG, Operator.GREATER, 1000, Priority.WARNING, "Monitoring is slow",
            "The workstation is overloaded.", "Alarms may come late.", "Close other programs on the workstation.",
            hysteresis=500, delay_s=2,
        ),
        _own(
            "system.clock.jumped", CLOCK_JUMP, Operator.ABS_GREATER, JUMP_S, Priority.CAUTION,
            "The computer's clock was set",
            "Somebody or a time server has set the clock, or the computer has slept. The journal says by how much.",
            "Times before and after do not fit together in lists and trends. Delays and silences are not affected.",
            "Compare the clock with the ship's; find out who set it.",
        ),
        _own(
            "system.commands.lost", COMMANDS_LOST, Operator.GREATER, 0, Priority.CAUTION,
            "Nobody knows what became of a command",
            "The program ended by a crash or a power cut while a command to machinery was under way.",
            "The command may have been sent, and may have had its effect; it is not sent again.",
            "The system page names it: look at the machine. This ends by itself a day after the start.",
        ),
        _own(
            "system.alarms.superseded", REVISIONS_ENDED, Operator.GREATER, 0, Priority.CAUTION,
            "Revised alarm limits were ended by the project file",
            "The project file was given other numbers for alarms that a person had revised: the file wins.",
            "These alarms come at the limits and delays of the project file again.",
            "The system page names them, the journal has the numbers. Revise them again where the file is wrong. "
            "This ends by itself a day after the start.",
        ),
    ]  # fmt: skip


def _test(priority: Priority) -> AlarmDef:
    return _own(
        alarm_of_test(priority), TEST, Operator.EQUAL, priority.rank + 1, priority,
        f"TEST of the {priority.value.replace('_', ' ')}: lamp, horn and list",
        "A person tests the alarm system; the journal says who.",
        "None: nothing is wrong with the machinery.",
        "Look and listen; acknowledge it where it asks for that.",
    )  # fmt: skip


def _own(
    alarm_id: str,
    tag: TagId,
    operator: Operator,
    limit: float,
    priority: Priority,
    message: str,
    cause: str,
    consequence: str,
    action: str,
    *,
    hysteresis: float = 0.0,
    delay_s: float = 0.0,
) -> AlarmDef:
    return AlarmDef(
        alarm_id,
        tag,
        operator,
        limit,
        hysteresis=hysteresis,
        delay_s=delay_s,
        priority=priority,
        message=message,
        group=GROUP,
        cause=cause,
        consequence=consequence,
        action=action,
    )
