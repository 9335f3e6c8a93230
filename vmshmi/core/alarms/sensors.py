"""The alarms on lost sensors: what a project need not write for each of its tags."""

from collections.abc import Iterable, Sequence

from vmshmi.core.alarms.collapse import lost_alarm
from vmshmi.core.alarms.model import AlarmDef, BadInput, Category, Measure, Operator, Priority
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId

SENSOR_DELAY_S = 3.0
"""How long a sensor must be lost: with the scan it is told within 5 s."""
DEVICE_BACK_S = 5.0
"""How long its device must have answered: a device that comes back or starts has not read every tag at once."""


def sensor_alarm_id(tag: TagId) -> str:
    """The name of a tag's sensor alarm."""
    return f"{tag}.sensor"


def sensor_alarms(
    definitions: Sequence[AlarmDef], tags: Iterable[TagDef], escalate_s: float | None = None
) -> tuple[AlarmDef, ...]:
    """One warning for each tag with a device that an alarm with `on_bad` ALARM looks at.

    None for a tag whose bad quality is an alarm already. While the device is lost they are suppressed by design: a
    lost device is one alarm.

    Args:
        definitions: of all alarms of the project.
        tags: of the project.
        escalate_s: of the new warnings; None never.

    Returns:
        In the order of the tags.
    """
    watchers: dict[TagId, list[AlarmDef]] = {}
    told: set[TagId] = set()
    for definition in definitions:
        if definition.measure is Measure.BAD_QUALITY:
            told.add(definition.tag)
        elif definition.on_bad is BadInput.ALARM:
            for tag_id in definition.inputs:
                watchers.setdefault(tag_id, []).append(definition)
    return tuple(
        _sensor_alarm(tag, watchers[tag.id], escalate_s)
        for tag in tags
        if tag.device and tag.id in watchers and tag.id not in told
    )


def _sensor_alarm(tag: TagDef, watchers: Sequence[AlarmDef], escalate_s: float | None) -> AlarmDef:
    """Of category C when every alarm on the tag is: the bridge cannot mend what it may not acknowledge."""
    name = tag.description or tag.id
    of_engine_room = all(watcher.category is Category.C for watcher in watchers)
    return AlarmDef(
        sensor_alarm_id(tag.id),
        tag.id,
        Operator.EQUAL,
        1.0,
        delay_s=SENSOR_DELAY_S,
        priority=Priority.WARNING,
        category=Category.C if of_engine_room else Category.B,
        message=f"{name}: sensor failure",
        group=tag.group,
        enable_when=f"system.device.{tag.device}.online == 1",
        enable_delay_s=DEVICE_BACK_S,
        cause="A broken wire, a short circuit, a loose terminal, or the sensor itself.",
        consequence="The value is not known. Its alarms stay as they were; a new one cannot come.",
        action="Read the instrument on the spot until the sensor is repaired.",
        measure=Measure.BAD_QUALITY,
        on_bad=BadInput.HOLD,
        escalate_s=escalate_s,
        consequence_of=(lost_alarm(tag.device),),
    )
