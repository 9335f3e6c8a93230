"""How a tag's quality, range and raw value read."""

import math
import re

from PySide6.QtCore import QCoreApplication

from vmshmi.core.display import VisualState, value_text
from vmshmi.core.quality import QualityLevel
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagValue

# by this very name, the tool that collects the texts looks for it (docs/languages.md)
translate = QCoreApplication.translate


def quality_text(sample: TagValue) -> str:
    """`Good`, or `Bad: no communication`: the standard's reason in words."""
    level = sample.quality.level
    reason = sample.quality.reason
    if level is QualityLevel.GOOD and not reason:
        return translate("Tags", "Good")
    known = _words_of(reason)
    known = known[1:] if known and known[0] == level.value else known
    name = {
        QualityLevel.GOOD: translate("Tags", "Good"),
        QualityLevel.UNCERTAIN: translate("Tags", "Uncertain"),
        QualityLevel.BAD: translate("Tags", "Bad"),
    }[level]
    return f"{name}: {' '.join(known)}" if known else name


def _words_of(reason: str) -> list[str]:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", reason).lower().split()


def reason_text(reason: str) -> str:
    """`bad no communication`: the standard's name of a reason in words."""
    return " ".join(_words_of(reason))


def raw_text(sample: TagValue) -> str:
    """The value as it came from the wire; empty when nothing came."""
    raw = sample.raw_value
    if raw is None:
        return ""
    if isinstance(raw, float):
        return f"{raw:.6g}" if math.isfinite(raw) else str(raw)
    return str(raw)


def range_text(tag: TagDef, low: float | None, high: float | None) -> str:
    """`3.50 to 6.50 bar`, open ends named; empty when both are open."""
    if low is None and high is None:
        return ""
    if high is None:
        text = translate("Tags", "from {low}").format(low=value_text(tag, low))
    elif low is None:
        text = translate("Tags", "up to {high}").format(high=value_text(tag, high))
    else:
        text = translate("Tags", "{low} to {high}").format(low=value_text(tag, low), high=value_text(tag, high))
    return f"{text} {tag.unit}".rstrip()


def state_words(state: VisualState) -> str:
    """What to see about a value before its number; empty for normal."""
    return {
        VisualState.NORMAL: "",
        VisualState.OUTSIDE_NORMAL: translate("Tags", "outside its normal range"),
        VisualState.UNCERTAIN: translate("Tags", "not to be relied on"),
        VisualState.INVALID: translate("Tags", "no valid value"),
    }[state]
