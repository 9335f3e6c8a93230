"""The trends page: what is drawn, which stretch of time, and what every pen reads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from vmshmi.core.display import NO_VALUE, VisualState, value_text, visual_state
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.ui.binding.tag_binding import TagBinding
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tags.words import quality_text
from vmshmi.ui.trends.composer import Composer, Pen, View
from vmshmi.ui.trends.cursor_words import between_lines
from vmshmi.ui.trends.feed import TrendFeed
from vmshmi.ui.trends.legend import LegendRow
from vmshmi.ui.trends.limits import limits_of
from vmshmi.ui.trends.page_menu import PageMenu
from vmshmi.ui.trends.page_parts import PageParts
from vmshmi.ui.trends.page_tools import PageTools
from vmshmi.ui.trends.pen_colours import MOST_PENS
from vmshmi.ui.trends.picture import NO_EXTENT, Extent
from vmshmi.ui.trends.silence import silence_s
from vmshmi.ui.trends.tag_picker import TagPicker, can_be_drawn
from vmshmi.ui.trends.time_ticks import TimeTicks
from vmshmi.ui.trends.time_window import TimeWindow
from vmshmi.ui.trends.xy_dialog import XyDialog

_FRAME_MS = 100
_SLOWEST_FRAME_S = 1.0
_SETTLE_MS = 50
"""History is asked for when the view has rested for so long after more than one movement."""
_GESTURE_S = 0.3
"""Movements nearer to each other belong to one gesture."""
_AROUND_S = 600.0
"""How much is shown around a moment that somebody wants to see."""


class TrendPage(QWidget):
    """Up to sixteen tags over time; live and history in one chart."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._window = TimeWindow()
        self._ticks = TimeTicks(context.times)
        self._composer = Composer(self._ticks)
        self._pens: tuple[Pen, ...] = ()
        self._by_tag: dict[TagId, Pen] = {}
        self._selected: int | None = None
        self._shown = False
        self._each = False
        self._connected = True
        self._dirty = False
        self._drawn_at = 0.0
        self._moved_at = float("-inf")
        self._picker: TagPicker | None = None
        groups = [(group.id, group.title) for group in context.project.trends]
        self.parts = PageParts(context.theme, groups, self)
        self._feed = TrendFeed(
            context.runtime.history,
            context.tasks,
            context.clock,
            self._redraw_later,
            self._ask_soon,
            self._answered,
        )
        self.tools = PageTools(context, self.parts, self._window, self._ticks, self._tools_changed, self._look_at, self)
        self.menu = PageMenu(
            context,
            self.parts,
            self._window,
            self._ticks,
            lambda: [pen.tag for pen in self._pens],
            self.tools.say,
            self,
            self._show_xy,
            lambda: self._each,
            self._switch_scales,
        )
        self._binding = TagBinding(self, context.runtime.tags, self._feed.take_live)
        self._frame = QTimer(self)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self._on_frame)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self._connect()
        context.drag.accept(self, self.add_tags)
        if groups:
            self.show_group(groups[0][0])

    def _connect(self) -> None:
        parts = self.parts
        parts.spans.chosen.connect(self._choose_span)
        parts.live.clicked.connect(self._follow_or_freeze)
        parts.choose.clicked.connect(self.open_picker)
        parts.groups.chosen.connect(self.show_group)
        parts.fit.clicked.connect(self._refit)
        parts.clock.clicked.connect(self._switch_clock)
        parts.legend.chosen.connect(self._choose_pen)
        parts.back.clicked.connect(lambda: self._pan(-self._window.span_s / 2))
        parts.forward.clicked.connect(lambda: self._pan(self._window.span_s / 2))
        parts.shorter.clicked.connect(lambda: self._zoom(0.5, self._window.end_s - self._window.span_s / 2))
        parts.longer.clicked.connect(lambda: self._zoom(2.0, self._window.end_s - self._window.span_s / 2))
        parts.chart.panned.connect(self._pan)
        parts.chart.zoomed.connect(self._zoom)
        parts.chart.pen_touched.connect(self._choose_pen)
        parts.chart.resized.connect(self._resized)

    # ---- what Qt and the window call

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A wide page has a wide legend."""
        self.parts.fit_width(event.size().width())
        super().resizeEvent(event)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self.parts.apply_theme(theme)
        if self._picker is not None:
            self._picker.apply_theme(theme)

    def on_shown(self) -> None:
        """Begin to follow: live values come through the binding, history is asked for."""
        self._shown = True
        self.menu.load()
        self._feed.start()
        self._window.follow(self._feed.now())
        self._frame.start()
        self._ask()
        self.draw()

    def on_hidden(self) -> None:
        """Nothing is asked, kept or drawn until the page is shown again."""
        self._shown = False
        self._frame.stop()
        self._settle.stop()
        self._feed.stop()
        self.tools.marks.forget()
        self.tools.close_dialogs()
        if self._picker is not None:
            self._picker.reject()

    def open_with(self, arguments: Mapping[str, str]) -> None:
        """`{"tag": id}` shows that tag, chosen among its group when it is drawn already; `{"group": id}` a group;
        `{"add": "id id"}` these beside what is shown; `{"tags": "id id", "span_s": seconds}` these, over so long.

        With `{"at": ISO time}` the chart shows the minutes around that moment.
        """
        if group := arguments.get("group"):
            self.show_group(group)
        if tags := arguments.get("tags"):
            self.set_tags([TagId(tag) for tag in tags.split()])
        span = arguments.get("span_s", "")
        if span.isascii() and span.isdecimal():
            self._choose_span(float(span))
        if more := arguments.get("add"):
            self.add_tags(more.split())
        tag_id = TagId(arguments.get("tag", ""))
        if not tag_id:
            return
        if tag_id not in self._by_tag:
            self.set_tags([tag_id])
        positions = [position for position, pen in enumerate(self._pens) if pen.tag.id == tag_id]
        if at := arguments.get("at"):
            self._window.set_span(_AROUND_S, self._feed.now())
            self._window.look_at(datetime.fromisoformat(at).timestamp(), self._feed.now())
        elif not self._shown:
            self._window.go_live(self._feed.now())
        self._choose_pen(positions[0] if positions else -1)
        if self._shown:
            self._ask()

    def tick(self) -> None:
        """The legend, also when nothing came; history again when it failed, or when the runtime is back."""
        back, self._connected = not self._connected, self._context.runtime.system.connected()
        if self._feed.retry_is_due() or (back and self._connected):
            self._ask()
        self._show_legend()

    # ---- what is drawn

    @property
    def tags(self) -> tuple[TagId, ...]:
        """The tags on the chart, in order of their pens."""
        return tuple(pen.tag.id for pen in self._pens)

    def show_group(self, group_id: str) -> None:
        """Show the tags of a group of the project or of one's own; an unknown one changes nothing."""
        group = next((group for group in self._context.project.trends if group.id == group_id), None)
        tags = self.menu.tags_of(group_id) if group is None else group.tags
        if tags is not None:
            self.set_tags([TagId(tag) for tag in tags])
            self.parts.groups.show_group(group_id)

    def set_tags(self, tag_ids: Sequence[TagId]) -> None:
        """Show these tags; those the runtime does not know, and texts, are left out. What is drawn already stays."""
        known = self._context.runtime.tags.definitions()
        wanted = [tag_id for tag_id in dict.fromkeys(tag_ids) if tag_id in known and can_be_drawn(known[tag_id])]
        chosen = self._pens[self._selected].tag.id if self._selected is not None else None
        before = self._by_tag
        self._by_tag = {tag_id: before.get(tag_id) or self._pen(known[tag_id]) for tag_id in wanted[:MOST_PENS]}
        self._pens = tuple(self._by_tag.values())
        self._selected = next((n for n, pen in enumerate(self._pens) if pen.tag.id == chosen), None)
        self._feed.set_pens(self._pens)
        self.tools.marks.set_tags(self._by_tag)
        self._arrange_lanes()
        self.parts.show_empty(not self._pens)
        self.parts.groups.show_group("")
        self._binding.set_tags(self._by_tag)
        if self._shown:
            self._ask()
            self.draw()

    def _arrange_lanes(self) -> None:
        self._composer.set_pens(self._pens, each=self._each)
        self.parts.chart.set_lanes([lane.pens for lane in self._composer.lanes])

    def _switch_scales(self) -> None:
        self._each = not self._each
        self._arrange_lanes()
        self.draw()

    def add_tags(self, tag_ids: Sequence[str]) -> None:
        """Show these beside what is shown, as far as there is room; says what was not taken."""
        known = self._context.runtime.tags.definitions()
        wanted = [TagId(tag_id) for tag_id in tag_ids if tag_id in known and can_be_drawn(known[TagId(tag_id)])]
        fresh = [tag_id for tag_id in wanted if tag_id not in self._by_tag]
        if fresh:
            self.set_tags([*self.tags, *fresh])
        left_out = next((tag_id for tag_id in fresh if tag_id not in self._by_tag), None)
        if left_out is not None:
            words = self.tr("{tag} does not fit: {most} tags are shown. Take one away first.")
            self.tools.say(words.format(tag=left_out, most=MOST_PENS))
        elif not wanted:
            self.tools.say(self.tr("A text has no trend."))
        else:
            self._choose_pen(self.tags.index(wanted[-1]))

    def _pen(self, tag: TagDef) -> Pen:
        alarms = self._context.runtime.alarms.definitions().values()
        return Pen(tag, limits_of(tag, alarms), silence_s=silence_s(tag, self._context.project.devices))

    def open_picker(self) -> None:
        """Let a person choose the tags."""
        known = self._context.runtime.tags.definitions().values()
        self._picker = TagPicker(self.parts.theme, known, self.tags, self.set_tags, self.window())
        self._picker.finished.connect(self._picker_closed)
        self._picker.open()

    def _show_xy(self) -> None:
        tags, view = [pen.tag for pen in self._pens], self._view()
        first = self._selected if self._selected is not None else 0
        pairs = self._composer.pairs
        self.tools.open(XyDialog(self.parts.theme, tags, first, lambda x, y: pairs(x, y, view), self.window()))

    def _picker_closed(self) -> None:
        self._picker = None

    def _choose_pen(self, position: int) -> None:
        self._selected = position if 0 <= position < len(self._pens) else None
        self._composer.forget_scales()
        self.draw()

    # ---- which stretch of time

    def _choose_span(self, span_s: float) -> None:
        self._window.set_span(span_s, self._feed.now())
        self._moved(rescale=True)

    def _follow_or_freeze(self) -> None:
        if self._window.live:
            self._window.freeze()
        else:
            self._window.go_live(self._feed.now())
        self._moved(rescale=True)

    def _look_at(self, at_s: float) -> None:
        self._window.look_at(at_s, self._feed.now())
        self._moved(rescale=True)

    def _pan(self, seconds: float) -> None:
        self._window.pan(seconds, self._feed.now())
        self._moved()

    def _zoom(self, factor: float, at_s: float) -> None:
        self._window.zoom(factor, at_s, self._feed.now())
        self._moved(rescale=True)

    def _moved(self, *, rescale: bool = False) -> None:
        self.tools.forget_note()
        if rescale:
            self._composer.forget_scales()
        self.draw()
        if not self._feed.needs_more(self._window, self.parts.chart.plot_width):
            return
        if self._settle.isActive() or self._context.clock.monotonic() - self._moved_at < _GESTURE_S:
            self._settle.start()  # begins anew with each movement
        else:
            self._ask()  # the first movement of a gesture is often the only one
        self._moved_at = self._context.clock.monotonic()

    def _refit(self) -> None:
        self._composer.forget_scales()
        self.draw()

    def _switch_clock(self) -> None:
        self._ticks.utc = not self._ticks.utc
        self.draw()

    def _ask(self) -> None:
        """Ask history for what is in view."""
        self._settle.stop()
        self._feed.ask(self._window, self.parts.chart.plot_width)
        if self._shown and self._feed.asked is not None:
            self.tools.marks.ask(*self._feed.asked)

    def _ask_soon(self) -> None:
        if not self._settle.isActive():
            self._settle.start()

    # ---- drawing

    def _resized(self) -> None:
        self._composer.forget_scales()
        if self._shown and self._feed.needs_more(self._window, self.parts.chart.plot_width):
            self._settle.start()
        self._redraw_soon()

    def _answered(self) -> None:
        """What history says is seen at once, and not with the next frame that moves a pixel."""
        if self._feed.busy:
            self._show_state()
        else:
            self.draw()

    def _tools_changed(self) -> None:
        self._show_state()
        self._redraw_soon()

    def _redraw_soon(self) -> None:
        self._dirty = True
        self._drawn_at = 0.0

    def _redraw_later(self) -> None:
        """With the next frame that moves a pixel."""
        self._dirty = True

    def _on_frame(self) -> None:
        """Draw when there is something new, and no more often than it moves a pixel."""
        now = self._context.clock.monotonic()
        pause = min(_SLOWEST_FRAME_S, self._window.span_s / max(1, self.parts.chart.plot_width) / 2)
        if (self._dirty or self._window.live) and now - self._drawn_at >= pause:
            self.draw()

    def draw(self) -> None:
        """Draw the present view; nothing while the page is hidden."""
        if not self._shown:
            return
        self._dirty = False
        self._drawn_at = self._context.clock.monotonic()
        self._window.follow(self._feed.now())
        self.parts.chart.draw(self._composer.compose(self._view()))
        self._show_legend()
        self._show_state()

    def _view(self) -> View:
        chart = self.parts.chart
        return View(
            self._window.start_s,
            self._window.end_s,
            self._feed.now(),
            chart.plot_width,
            chart.lane_height,
            self.parts.fit.isChecked(),
            self._selected,
            self.tools.marks.marks,
            self.tools.cursors,
        )

    def _show_state(self) -> None:
        window = self._window
        self.parts.show_window(window, self._ticks)
        busy, error = self._feed.busy or self.tools.marks.busy, self._feed.error or self.tools.marks.error
        self.parts.show_progress(busy, error, window.live, self.tools.note)

    def _show_legend(self) -> None:
        picture = self.parts.chart.picture
        extents = picture.extents if picture is not None else [NO_EXTENT] * len(self._pens)
        rows = [self._row(pen, extent) for pen, extent in zip(self._pens, extents, strict=False)]
        if self.tools.cursors is not None:
            view, ends = self._view(), self.tools.cursors
            rows = [
                replace(row, between=between_lines(row.tag, self._composer.between(position, view), *ends))
                for position, row in enumerate(rows)
            ]
        self.parts.legend.set_rows(rows, self._selected)

    def _row(self, pen: Pen, extent: Extent) -> LegendRow:
        runtime = self._context.runtime
        sample = runtime.tags.value(pen.tag.id)
        if not runtime.system.connected():
            return LegendRow(pen.tag, NO_VALUE, VisualState.INVALID, self.tr("not connected"), extent)
        state = visual_state(pen.tag, sample)
        if state is VisualState.INVALID:
            return LegendRow(pen.tag, NO_VALUE, state, quality_text(sample), extent)
        if self._window.live and isinstance(sample.value, int | float):
            extent = extent.with_value(float(sample.value))  # newer than the picture
        value = value_text(pen.tag, sample.value)
        return LegendRow(pen.tag, value, state, quality_text(sample), extent)
