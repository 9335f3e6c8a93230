"""The alarm system watches itself: its own state becomes tags below `system.`, and alarms on them, each with an advice.

`tags` and `alarms` say what there is, `observe` looks and writes, `stations` keeps what the stations say of their
loudspeakers, `alarm_test` raises an alarm because a person wants to hear it.
"""

from vmshmi.runtime.supervision.alarms import system_alarms
from vmshmi.runtime.supervision.observe import Observed, Supervision
from vmshmi.runtime.supervision.tags import device_tag, system_tags

__all__ = ["Observed", "Supervision", "device_tag", "system_alarms", "system_tags"]
