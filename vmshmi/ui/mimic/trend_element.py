"""A small trend on a page: up to four tags over the last minutes. A touch leads to the trends page with all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QWidget

from vmshmi.config.pages import MOST_TREND_TAGS, TrendElement
from vmshmi.core.alarms.model import list_order
from vmshmi.core.values import TagId
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.binding.tag_binding import TagBinding
from vmshmi.ui.mimic.sight import Sight, flap_side, paint_value
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.trends.composer import Pen
from vmshmi.ui.trends.feed import TrendFeed
from vmshmi.ui.trends.lane_items import paint_chip
from vmshmi.ui.trends.pen_colours import pen_colour
from vmshmi.ui.trends.scale import Scale, round_scale, steady
from vmshmi.ui.trends.series import Floats
from vmshmi.ui.trends.shape import Line, Look, line_of
from vmshmi.ui.trends.silence import silence_s
from vmshmi.ui.trends.tag_picker import can_be_drawn
from vmshmi.ui.trends.time_window import TimeWindow
from vmshmi.ui.widgets.painting import CENTRE, LEFT, RIGHT, draw_lines, draw_text

_QUICKEST_MS = 500
_SLOWEST_MS = 10_000
_SETTLE_MS = 200
_SLIP_PX = 16
_LABEL = 13.0
_VALUE = 16.0
_LEGEND_SHARE = 0.4
_LEGEND_MOST = 150.0
_NORMAL_ALPHA = 40
_HOURLY_MIN = 120
_LEGEND_ROW = 64.0


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A line and the scale it is drawn on."""

    line: Line
    scale: Scale


class MiniTrend(QWidget):
    """Lives on the canvas of a page; asks and draws only while it is seen.

    Args:
        context: ports, clock, drag, navigation.
        element: what is drawn.
        sight: what painters see now, the scale of the canvas too.
        parent: the canvas.
    """

    def __init__(
        self, context: PageContext, element: TrendElement, sight: Callable[[], Sight], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("mini_trend")
        self._context = context
        self._element = element
        self._sight = sight
        self._pens: tuple[Pen, ...] = ()
        self._scales: dict[str, Scale] = {}
        self._pressed: QPointF | None = None
        self._window = TimeWindow(element.minutes * 60)
        self._settle = _timer(self, _SETTLE_MS, self._ask)
        self._settle.setSingleShot(True)
        self._frame = _timer(self, _QUICKEST_MS, self._on_frame)
        self._feed = TrendFeed(
            context.runtime.history, context.tasks, context.clock, self._changed, self._settle.start, self.update
        )
        self._binding = TagBinding(self, context.runtime.tags, self._feed.take_live)
        self._connected = True
        self._show_tags(element.tags)
        context.drag.offer(self, lambda _: self.tags)
        context.drag.accept(self, self.add_tags)

    # ---- what others call

    @property
    def tags(self) -> tuple[TagId, ...]:
        """What is drawn."""
        return tuple(pen.tag.id for pen in self._pens)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines as they are drawn now, in engineering units."""
        return tuple(drawn.line for drawn in self._drawn(max(100, self.width() // 2)))

    def add_tags(self, tag_ids: Sequence[str]) -> None:
        """Draw these too, until another page is shown; where there is no room they take the place of the last ones."""
        fresh = [tag_id for tag_id in tag_ids if tag_id not in self.tags][:MOST_TREND_TAGS]
        self._show_tags([*self.tags[: MOST_TREND_TAGS - len(fresh)], *fresh])

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to follow."""
        self._feed.start()
        self._follow()
        self._ask()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody sees it; what was dropped here is forgotten."""
        self._frame.stop()
        self._settle.stop()
        self._feed.stop()
        self._show_tags(self._element.tags)
        super().hideEvent(event)

    # ---- following

    def _show_tags(self, tag_ids: Sequence[str]) -> None:
        known = self._context.runtime.tags.definitions()
        devices = self._context.project.devices
        wanted = [known[TagId(tag_id)] for tag_id in dict.fromkeys(tag_ids) if tag_id in known]
        if [tag.id for tag in wanted if can_be_drawn(tag)] == list(self.tags):
            return
        self._pens = tuple(Pen(tag, silence_s=silence_s(tag, devices)) for tag in wanted if can_be_drawn(tag))
        self._scales.clear()
        self._feed.set_pens(self._pens)
        self._binding.set_tags(self.tags)
        if self.isVisible():
            self._ask()
        self.update()

    def _ask(self) -> None:
        self._feed.ask(self._window, max(1, self.width()))

    def _changed(self) -> None:
        """Rows came: they are drawn with the next frame."""

    def _follow(self) -> None:
        """Time goes on in steps of half a pixel."""
        pixel_ms = round(self._window.span_s / max(1, self.width()) * 500)
        self._frame.start(max(_QUICKEST_MS, min(_SLOWEST_MS, pixel_ms)))

    def _on_frame(self) -> None:
        self._window.follow(self._feed.now())
        back, self._connected = not self._connected, self._context.runtime.system.connected()
        if self._feed.retry_is_due() or self._feed.needs_more(self._window, self.width()) or (back and self._connected):
            self._ask()
        self.update()

    # ---- touch

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where the finger came down."""
        self._pressed = event.globalPosition()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lead to the trends page; a drag leads nowhere."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and (event.globalPosition() - pressed).manhattanLength() <= _SLIP_PX:
            span = f"{self._window.span_s:.0f}"
            self._context.navigate("trends", {"tags": " ".join(self.tags), "span_s": span})

    # ---- painting

    def _drawn(self, buckets: int) -> list[_Drawn]:
        """Every line with its scale: one for all where they have one unit, else each its own."""
        window = self._window
        window.follow(self._feed.now())
        lines: list[Line] = []
        for pen in self._pens:
            hold = min(self._feed.now(), window.end_s) if pen.is_step else None
            silent = max(pen.silence_s, 4 * pen.series.bucket_s)
            look = Look(window.start_s, window.end_s, buckets, pen.is_step, hold, silent)
            rows = pen.series.rows(round(window.start_s * 1e6), round(window.end_s * 1e6))
            lines.append(line_of(rows, look))
        if self._shares_scale():
            shared = self._scale("", lines)
            return [_Drawn(line, shared) for line in lines]
        return [_Drawn(line, self._scale(pen.tag.id, [line])) for pen, line in zip(self._pens, lines, strict=True)]

    def _shares_scale(self) -> bool:
        return len({pen.tag.unit for pen in self._pens}) == 1 and not any(pen.is_step for pen in self._pens)

    def _scale(self, name: str, lines: Sequence[Line]) -> Scale:
        ends = [end for line in lines for end in (line.low, line.high) if end is not None]
        low, high = self._element.minimum, self._element.maximum
        if not name and low is not None:
            ends.append(low)
        if not name and high is not None:
            ends.append(high)
        wanted = round_scale(min(ends, default=0.0), max(ends, default=1.0), 2)
        if not name and low is not None and high is not None and low < high:
            wanted = replace(wanted, low=low, high=high)
        self._scales[name] = steady(self._scales.get(name), wanted)
        return self._scales[name]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw head, lines, and what each tag reads now."""
        del event
        sight = self._sight()
        p = QPainter(self)
        p.fillRect(self.rect(), sight.theme.card)
        font = ui_font(sight.pixels(_LABEL))
        high = sight.pixels(_LABEL) * 1.4
        room = QRectF(self.rect()).adjusted(2, 0, -2, 0)
        head = QRectF(room.x(), room.y(), room.width(), high)
        note = (
            self.tr("Loading …")
            if self._feed.busy
            else self.tr("no history")
            if self._feed.error
            else self._span_text()
        )
        standing = [it for tag_id in self.tags if (it := sight.standing(tag_id)) is not None]
        if standing:
            worst = min(standing, key=lambda it: list_order(it.definition, it.record))
            lit = sight.lit or not worst.record.is_unanswered
            side = flap_side(sight.scale)
            sign = QRectF(head.right() - side, head.y(), side, side)
            paint_alert(p, sign, worst.priority, worst.record.state, sight.theme, lit=lit)
            head = head.adjusted(0, 0, -side - 4, 0)
        used = draw_text(p, head, note, font, sight.theme.text_secondary, RIGHT)
        draw_text(p, head.adjusted(0, 0, -used - 8, 0), self._element.label, font, sight.theme.text_secondary, LEFT)
        legend = min(room.width() * _LEGEND_SHARE, _LEGEND_MOST * sight.scale)
        body = room.adjusted(0, high + 2, 0, -2)
        drawn = self._drawn(max(100, int(body.width() - legend)))
        self._paint_plot(p, body.adjusted(0, 0, -legend - 6, 0), drawn, sight)
        self._paint_legend(p, QRectF(body.right() - legend, body.y(), legend, body.height()), sight)
        p.end()

    def _span_text(self) -> str:
        minutes = self._element.minutes
        if minutes >= _HOURLY_MIN:
            return self.tr("{hours} h").format(hours=f"{minutes / 60:.3g}")
        return self.tr("{minutes} min").format(minutes=f"{minutes:.3g}")

    def _paint_plot(self, p: QPainter, box: QRectF, drawn: Sequence[_Drawn], sight: Sight) -> None:
        theme = sight.theme
        if drawn and self._shares_scale():
            box = self._paint_axis(p, box, drawn[0].scale, sight)
        quiet = QPen(theme.outline, 1)
        p.setPen(quiet)
        for quarter in (1, 2, 3):
            x = round(box.x() + box.width() * quarter / 4)
            p.drawLine(QPointF(x, box.y()), QPointF(x, box.bottom()))
        if len(drawn) == 1:
            self._paint_normal(p, box, drawn[0].scale, sight)
        p.setPen(QPen(theme.text_disabled, 1))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawRect(box)
        p.setClipRect(box.adjusted(-1, -1, 1, 1))
        for position, it in enumerate(drawn):
            pen = QPen(pen_colour(theme.name, position), max(1.0, round(1.2 * sight.scale)))
            for x, y, dashed in ((it.line.x, it.line.y, False), (it.line.doubt_x, it.line.doubt_y, True)):
                pen.setStyle(Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
                p.setPen(pen)
                for part in self._parts(box, x, y, it.scale):
                    p.drawPolyline(part)
        p.setClipping(False)

    def _paint_axis(self, p: QPainter, box: QRectF, scale: Scale, sight: Sight) -> QRectF:
        """Numbers at the left; answers what is left."""
        font = ui_font(sight.pixels(_LABEL - 1))
        p.setFont(font)
        marks = [(mark, f"{mark:z.{scale.decimals}f}") for mark in scale.marks()]
        wide = max((p.fontMetrics().horizontalAdvance(text) for _, text in marks), default=0) + 6
        plot = box.adjusted(wide, 0, 0, 0)
        high = p.fontMetrics().height()
        for mark, text in marks:
            y = plot.bottom() - scale.share(mark) * plot.height()
            top = min(max(y - high / 2, box.y() - 2), box.bottom() - high + 2)
            draw_text(p, QRectF(box.x(), top, wide - 5, high), text, font, sight.theme.text_secondary, RIGHT)
            p.setPen(QPen(sight.theme.outline, 1))
            p.drawLine(QPointF(plot.x(), round(y)), QPointF(plot.right(), round(y)))
        return plot

    def _paint_normal(self, p: QPainter, box: QRectF, scale: Scale, sight: Sight) -> None:
        tag = self._pens[0].tag
        if tag.normal_min is None and tag.normal_max is None:
            return
        low = 0.0 if tag.normal_min is None else min(1.0, max(0.0, scale.share(tag.normal_min)))
        high = 1.0 if tag.normal_max is None else min(1.0, max(0.0, scale.share(tag.normal_max)))
        fill = QColor(sight.theme.accent)
        fill.setAlpha(_NORMAL_ALPHA)
        top = box.bottom() - high * box.height()
        p.fillRect(QRectF(box.x(), top, box.width(), (high - low) * box.height()), fill)

    def _parts(self, box: QRectF, x: Floats, y: Floats, scale: Scale) -> list[QPolygonF]:
        """A line as polygons between its gaps."""
        window = self._window
        across = box.x() + (x - window.start_s) / window.span_s * box.width()
        up = box.bottom() - (y - scale.low) / (scale.high - scale.low) * box.height()
        parts: list[QPolygonF] = []
        for part in np.split(np.arange(len(y)), np.flatnonzero(np.isnan(y))):
            good = part[~np.isnan(y[part])]
            if len(good) > 1:
                places = zip(across[good].tolist(), up[good].tolist(), strict=True)
                parts.append(QPolygonF([QPointF(left, top) for left, top in places]))
        return parts

    def _paint_legend(self, p: QPainter, box: QRectF, sight: Sight) -> None:
        """What each reads now, beside its number."""
        high = min(box.height() / max(1, len(self._pens)), _LEGEND_ROW * sight.scale)
        font = ui_font(sight.pixels(_LABEL - 1))
        line, value = font.pixelSize() * 1.25, sight.pixels(_VALUE) * 1.4
        lines = int((high - value) / line)
        for position, pen in enumerate(self._pens):
            place = QRectF(box.x(), box.y() + position * high, box.width(), high)
            paint_chip(p, QRectF(place.x(), place.y() + 2, 20, 18), position, sight.theme, chosen=False)
            place = place.adjusted(24, 0, 0, 0)
            if lines > 0:
                name, ink = pen.tag.description or pen.tag.id, sight.theme.text_secondary
                took = draw_lines(p, place, name, font, ink, lines=min(2, lines), spacing=1.25)
                place.setTop(place.y() + took)
            place.setHeight(value)
            paint_value(p, place, sight.show(pen.tag.id), sight, pixels=sight.pixels(_VALUE), align=LEFT)
        if not self._pens:
            draw_text(p, box, self.tr("No tag chosen yet."), font, sight.theme.text_secondary, CENTRE)


def _timer(owner: QWidget, pause_ms: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer(owner)
    timer.setInterval(pause_ms)
    timer.timeout.connect(call)
    return timer
