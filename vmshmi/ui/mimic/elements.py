"""From an element of the description to its painter; what an element shows and whether it ever changes."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from vmshmi.config.pages import (
    BarElement,
    BreakerElement,
    Element,
    EngineElement,
    GaugeElement,
    GensetElement,
    LampElement,
    LineElement,
    ListElement,
    PageConfig,
    PanelElement,
    PumpElement,
    ReadoutElement,
    RudderElement,
    TankElement,
    TextElement,
    TrendElement,
    ValveElement,
)
from vmshmi.core.alarms.model import list_order
from vmshmi.ui.mimic import indicators, machinery, still
from vmshmi.ui.mimic.alert_frame import paint_standing
from vmshmi.ui.mimic.sight import Sight
from vmshmi.ui.mimic.text_list import paint_list
from vmshmi.ui.style.theme import Theme


def tags_of(element: Element) -> tuple[str, ...]:
    """Every tag an element shows: its fields called `tag`, `tags` or `..._tag`, in the order of the description."""
    if isinstance(element, TrendElement):
        return element.tags
    names = [name for name in type(element).model_fields if name == "tag" or name.endswith("_tag")]
    return tuple(str(value) for name in names if (value := getattr(element, name)) is not None)


def page_showing(pages: Sequence[PageConfig], tag_id: str) -> str | None:
    """Id of the first page on which a tag can be seen; None when it is on none."""
    return next((page.id for page in pages if any(tag_id in tags_of(element) for element in page.elements)), None)


def is_still(element: Element) -> bool:
    """True for what belongs into the background."""
    return isinstance(element, PanelElement | TextElement) or (
        isinstance(element, LineElement) and element.live_tag is None
    )


def extent_of(element: Element) -> tuple[float, float, float, float]:
    """Left, top, width and height on the canvas."""
    if not isinstance(element, LineElement):
        return element.x, element.y, element.w, element.h
    xs, ys = [x for x, _ in element.points], [y for _, y in element.points]
    edge = element.width / 2 + 1
    return min(xs) - edge, min(ys) - edge, max(xs) - min(xs) + 2 * edge, max(ys) - min(ys) + 2 * edge


def points_of(element: LineElement, box: QRectF, scale: float) -> list[QPointF]:
    """The corners of a line whose extent is `box`."""
    left, top, _, _ = extent_of(element)
    return [box.topLeft() + QPointF(x - left, y - top) * scale for x, y in element.points]


def paint_still(p: QPainter, element: Element, box: QRectF, theme: Theme, scale: float) -> None:
    """Draw what never changes."""
    match element:
        case PanelElement():
            still.paint_panel(p, element, box, theme, scale)
        case TextElement():
            still.paint_text(p, element, box, theme, scale)
        case LineElement() if element.live_tag is None:
            still.paint_line(p, element, points_of(element, box, scale), theme, scale, live=None)
        case _:
            pass


def paint_element(p: QPainter, element: Element, box: QRectF, sight: Sight) -> None:
    """Draw an element as it is now, with the frame of the highest alarm that stands on its tags."""
    _paint_by_type(p, element, box, sight)
    if isinstance(element, LineElement):
        return
    found = [it for tag_id in tags_of(element) if (it := sight.standing(tag_id)) is not None]
    if found:
        paint_standing(p, element, box, min(found, key=lambda it: list_order(it.definition, it.record)), sight)


def _paint_by_type(p: QPainter, element: Element, box: QRectF, sight: Sight) -> None:
    match element:
        case LineElement():
            live = sight.show(element.live_tag).number if element.live_tag else None
            points = points_of(element, box, sight.scale)
            still.paint_line(p, element, points, sight.theme, sight.scale, live=bool(live))
        case ReadoutElement():
            indicators.paint_readout(p, element, box, sight)
        case BarElement():
            indicators.paint_bar(p, element, box, sight)
        case GaugeElement():
            indicators.paint_gauge(p, element, box, sight)
        case TankElement():
            indicators.paint_tank(p, element, box, sight)
        case EngineElement():
            machinery.paint_engine(p, element, box, sight)
        case GensetElement():
            machinery.paint_genset(p, element, box, sight)
        case BreakerElement():
            machinery.paint_breaker(p, element, box, sight)
        case PumpElement():
            machinery.paint_pump(p, element, box, sight)
        case ValveElement():
            machinery.paint_valve(p, element, box, sight)
        case LampElement():
            machinery.paint_lamp(p, element, box, sight)
        case ListElement():
            paint_list(p, element, box, sight)
        case RudderElement():
            machinery.paint_rudder(p, element, box, sight)
        case PanelElement() | TextElement() | TrendElement():
            pass  # a trend is a widget of its own
