"""Short ways to the things tests need."""

from datetime import UTC, datetime, timedelta

from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId, TagValue

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_tag(tag_id: str = "me_p.lo_press", device: str = "plc1", kind: TagKind = TagKind.ANALOG) -> TagDef:
    """A tag with a normal range."""
    return TagDef(TagId(tag_id), "Port ME lube oil pressure", "bar", kind, "ME", device, normal_min=3.5, normal_max=6.5)


def a_value(value: Scalar | None = 4.2, quality: Quality = Quality.GOOD, after_s: float = 0.0) -> TagValue:
    """A sample, `after_s` seconds after noon."""
    return TagValue(value, quality, NOON + timedelta(seconds=after_s), value)
