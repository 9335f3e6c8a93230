"""One widget for a whole mimic: a still background, and elements that are painted when they changed and only then."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from vmshmi.config.pages import Element, LineElement, PageConfig, TrendElement
from vmshmi.core.alarms.model import AlarmDef, list_order
from vmshmi.core.ports import TagChanges
from vmshmi.core.quality import QualityLevel
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.ui.binding.normal_ranges import NormalRanges
from vmshmi.ui.binding.tag_binding import TagBinding
from vmshmi.ui.mimic.alert_frame import paint_chosen, reach_of
from vmshmi.ui.mimic.elements import extent_of, is_still, paint_element, paint_still, tags_of
from vmshmi.ui.mimic.sight import OLD_AFTER_S, Sight, Standing
from vmshmi.ui.mimic.trend_element import MiniTrend
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.theme import Theme

QUIET_S = 0.25
"""An element that was painted so lately waits: nobody reads a number that changes more than four times a second."""
_SLICE = 100
"""At most so many elements are painted at once, so that a page of hundreds never holds up a touch."""
_FRAME_MS = 16
_AGE_MS = 1000
_TOUCH = 48.0
_FRAME = (5.0, 5.0, -5.0, -5.0)
"""Round a trend: there is the frame of its alarm."""
_STILL = 16.0
"""A finger that moves no further chooses; one that does drags."""


@dataclass(slots=True)
class Item:
    """An element on the canvas and when it was last asked to be painted."""

    element: Element
    tags: tuple[str, ...]
    box: QRectF
    reach: QRect
    """All the pixels it may paint on."""
    asked_at: float = -1e9
    waiting: bool = False


class MimicCanvas(QWidget):
    """Paints a page.

    Args:
        context: ports, clock, palette, alarms, flashing.
        page: what stands where.
    """

    touched = Signal(object)
    """The tags of the element that was touched; empty beside every element."""

    def __init__(self, context: PageContext, page: PageConfig, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._context = context
        self._page = page
        self._theme = context.theme
        self._scale = 1.0
        self._origin = QPointF(0, 0)
        self._pressed = QPointF(0, 0)
        self._background: QPixmap | None = None
        self._chosen: tuple[str, ...] = ()
        self._normal = NormalRanges(context.runtime.tags)
        self.items = [
            Item(element, tags_of(element), QRectF(), QRect()) for element in page.elements if not is_still(element)
        ]
        self.trends = [
            (item, MiniTrend(context, item.element, self.sight, self))
            for item in self.items
            if isinstance(item.element, TrendElement)
        ]
        self._by_tag: dict[str, list[Item]] = {}
        for item in self.items:
            if isinstance(item.element, TrendElement):
                continue  # it follows its tags by itself
            for tag_id in self._inputs_of(item.tags):
                self._by_tag.setdefault(tag_id, []).append(item)
        self._alarms = _alarms_by_tag(context.runtime.alarms.definitions().values())
        self._standing: dict[str, Standing] = {}
        self.painted = 0
        """Elements painted since the start; for tests and benchmarks."""
        self._binding = TagBinding(self, context.runtime.tags, self._take)
        self._binding.set_tags(TagId(tag_id) for tag_id in self._by_tag)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._paint_waiting)
        self._ages = QTimer(self)
        self._ages.setInterval(_AGE_MS)
        self._ages.timeout.connect(self._age)
        context.drag.offer(self, lambda place: self.tags_at(QPointF(place)))
        context.alarms.changed.connect(self._follow_alarms)
        context.flash.phase_changed.connect(self._flash)

    def _inputs_of(self, tags: tuple[str, ...]) -> frozenset[str]:
        """All that changes how these tags look: themselves, and what their normal ranges depend on."""
        known = self._context.runtime.tags.definitions()
        defined = [known[TagId(tag_id)] for tag_id in tags if tag_id in known]
        return frozenset(tags).union(*(self._normal.inputs(tag) for tag in defined))

    # ---- what changes

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self._background = None
        for _, trend in self.trends:
            trend.update()
        self.update()

    def choose(self, tags: tuple[str, ...]) -> None:
        """Mark the element of these tags; none takes the mark away."""
        before, self._chosen = self._chosen, tags
        self._ask([item for item in self.items if item.tags in (before, tags)])

    def _take(self, changes: TagChanges) -> None:
        now = self._context.clock.monotonic()
        touched = {id(item): item for tag_id in changes for item in self._by_tag.get(tag_id, ())}
        for item in touched.values():
            item.waiting = True
        self._paint_due(now)

    def _paint_due(self, now: float) -> None:
        """Ask for what has rested long enough, a slice at a time; come back for the others."""
        waiting = [item for item in self.items if item.waiting]
        due = [item for item in waiting if now - item.asked_at >= QUIET_S]
        self._ask(due[:_SLICE])
        if len(due) > _SLICE:
            self._later.start(_FRAME_MS)
        elif waiting := [item for item in waiting if item.waiting]:
            soonest = min(item.asked_at for item in waiting) + QUIET_S - now
            self._later.start(max(_FRAME_MS, round(soonest * 1000) + 1))

    def _ask(self, items: Iterable[Item]) -> None:
        now = self._context.clock.monotonic()
        for item in items:
            item.asked_at = now
            item.waiting = False
            self.update(item.reach)

    def _paint_waiting(self) -> None:
        self._paint_due(self._context.clock.monotonic())

    def _age(self) -> None:
        """Ages go on: repaint what is not good or not young."""
        now = self._context.clock.now()
        known = self._context.runtime.tags.definitions()
        ageing = {
            tag_id
            for tag_id in self._by_tag
            if tag_id in known and _ages_on(self._context.runtime.tags.value(TagId(tag_id)), now.timestamp())
        }
        self._ask([item for item in self.items if not ageing.isdisjoint(item.tags)])

    def _follow_alarms(self) -> None:
        if not self.isVisible():
            return
        before = self._standing
        standing: dict[str, Standing] = {}
        for record in sorted(
            self._context.alarms.records(), key=lambda r: list_order(self._context.alarms.definition(r.id), r)
        ):
            definition = self._context.alarms.definition(record.id)
            if record.stands and record.suppression is None:
                standing.setdefault(definition.tag, Standing(definition, record))
        self._standing = standing
        changed = {tag_id for tag_id in {*before, *standing} if before.get(tag_id) != standing.get(tag_id)}
        self._ask([item for item in self.items if not changed.isdisjoint(item.tags)])

    def _flash(self, lit: bool) -> None:
        del lit
        unanswered = {tag_id for tag_id, it in self._standing.items() if it.record.is_unanswered}
        if self.isVisible() and unanswered:
            self._ask([item for item in self.items if not unanswered.isdisjoint(item.tags)])

    @property
    def busy(self) -> bool:
        """True while a timer of its own runs."""
        return self._ages.isActive() or self._later.isActive()

    # ---- geometry and touch

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the canvas into the widget without stretching it."""
        del event
        self._scale = min(self.width() / self._page.width, self.height() / self._page.height)
        self._origin = QPointF(
            (self.width() - self._page.width * self._scale) / 2, (self.height() - self._page.height * self._scale) / 2
        )
        for item in self.items:
            item.box = self._box(item.element)
            item.reach = reach_of(item.element, item.box, self._scale).toAlignedRect()
        for item, trend in self.trends:
            trend.setGeometry(item.box.adjusted(*_FRAME).toAlignedRect())
        self._background = None

    def _box(self, element: Element) -> QRectF:
        x, y, width, height = extent_of(element)
        scale = self._scale
        return QRectF(self._origin.x() + x * scale, self._origin.y() + y * scale, width * scale, height * scale)

    def showEvent(self, event: QShowEvent) -> None:
        """Take up what went on meanwhile."""
        self._ages.start()
        self._follow_alarms()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody sees it."""
        self._ages.stop()
        self._later.stop()
        for item in self.items:
            item.waiting = False
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where the finger came down."""
        self._pressed = event.globalPosition()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the element under the finger; a small one is as large as a finger. A drag chooses nothing."""
        if (event.globalPosition() - self._pressed).manhattanLength() <= _STILL:
            self.touched.emit(self.tags_at(event.position()))

    def tags_at(self, place: QPointF) -> tuple[str, ...]:
        """Tags of the nearest element a finger at this place means; empty for none."""
        hits: list[tuple[float, tuple[str, ...]]] = []
        for item in self.items:
            if isinstance(item.element, LineElement):
                continue
            wide, high = max(0.0, (_TOUCH - item.box.width()) / 2), max(0.0, (_TOUCH - item.box.height()) / 2)
            if item.box.adjusted(-wide, -high, wide, high).contains(place):
                away = item.box.center() - place
                inside = 0.0 if item.box.contains(place) else 1e6
                hits.append((inside + abs(away.x()) + abs(away.y()), item.tags))
        return min(hits)[1] if hits else ()

    def is_right(self, tags: tuple[str, ...]) -> bool:
        """True when the element of these tags stands in the right half."""
        return any(item.tags == tags and item.box.center().x() > self.width() / 2 for item in self.items)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the background and what lies in the region that changed."""
        region = event.region()
        if self._background is None:
            self._background = self._paint_background()
        p = QPainter(self)
        ratio = self._background.devicePixelRatio()
        p.setClipRegion(region)
        rect = event.rect()
        source = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
        p.drawPixmap(QRectF(rect), self._background, source)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        sight = self.sight()
        for item in self.items:
            if region.intersects(item.reach):
                self._paint_item(p, item, sight)
        p.end()

    def _paint_item(self, p: QPainter, item: Item, sight: Sight) -> None:
        self.painted += 1
        p.save()
        paint_element(p, item.element, item.box, sight)
        if item.tags == self._chosen:
            paint_chosen(p, item.box, self._theme)
        p.restore()

    def _paint_background(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(self._theme.background)
        p = QPainter(pixmap)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for element in self._page.elements:
            paint_still(p, element, self._box(element), self._theme, self._scale)
        p.end()
        return pixmap

    def sight(self) -> Sight:
        """What every painter sees now."""
        return Sight(
            theme=self._theme,
            scale=self._scale,
            lit=self._context.flash.lit,
            now=self._context.clock.now(),
            lookup=self._lookup,
            applies=self._normal.applies,
            connected=self._context.runtime.system.connected(),
            alarms=lambda tag_id: self._alarms.get(tag_id, ()),
            standing=self._standing.get,
        )

    def _lookup(self, tag_id: str) -> tuple[TagDef, TagValue] | None:
        tag = self._context.runtime.tags.definitions().get(TagId(tag_id))
        return None if tag is None else (tag, self._context.runtime.tags.value(tag.id))


def _ages_on(value: TagValue, now: float) -> bool:
    return value.quality.level is not QualityLevel.GOOD or now - value.timestamp.timestamp() >= OLD_AFTER_S


def _alarms_by_tag(definitions: Iterable[AlarmDef]) -> dict[str, tuple[AlarmDef, ...]]:
    found: dict[str, list[AlarmDef]] = {}
    for definition in definitions:
        found.setdefault(definition.tag, []).append(definition)
    return {tag_id: tuple(alarms) for tag_id, alarms in found.items()}
