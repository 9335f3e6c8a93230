"""How far apart two rows of a tag may lie while it was recorded: what lies further apart has nothing between it."""

from collections.abc import Sequence

from vmshmi.config.devices import Device
from vmshmi.core.tags import TagDef

_LEAST_S = 60.0
_SLACK = 1.5
"""A row of an unchanged value comes with the first sample after its time."""


def silence_s(tag: TagDef, devices: Sequence[Device]) -> float:
    """Seconds; endless for what is recorded only when it changes.

    A stop of the program and a value that went bad are rows of their own: this is for what nobody could write down.
    """
    device = next((device for device in devices if device.id == tag.device), None)
    if device is None and not tag.id.startswith("system."):
        return float("inf")  # a value no device feeds stands for ever
    stale_s = 0.0 if device is None else 2 * (tag.stale_after_s or device.stale_after_s)
    rule = tag.recording
    if rule is None:
        return max(_LEAST_S, stale_s)
    alive_s = rule.period_s if rule.period_s is not None else rule.max_interval_s
    return float("inf") if alive_s is None else max(_LEAST_S, _SLACK * alive_s + stale_s)
