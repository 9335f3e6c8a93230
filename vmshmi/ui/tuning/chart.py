"""The value with both limits, and below it two lanes of raisings: as it was, and as it would have been."""

import math
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from vmshmi.core.alarms.model import Priority
from vmshmi.core.alarms.whatif import Fate, Raising, WhatIf
from vmshmi.core.clock import from_micros
from vmshmi.core.history import HistorySeries
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, RADIUS, TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tuning.steps import number_text
from vmshmi.ui.tuning.time_scale import TimeScale
from vmshmi.ui.widgets.painting import CENTRE, RIGHT, draw_text

_NAMES = 132
"""Pixels of the names left of the lanes."""
_LANE = 40
_AXIS = 24
_THINNEST = 3.0
"""A raising of seconds in a month must be seen."""
_PIXELS_A_TICK = 90


class WhatIfChart(QWidget):
    """Painted, read-only."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("whatif_chart")
        self._theme = theme
        self._answer: WhatIf | None = None
        self._curve: HistorySeries | None = None
        self._priority = Priority.WARNING
        self._unit = ""
        self._note = ""
        self.setMinimumHeight(2 * _LANE + _AXIS + 100)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def show_answer(
        self, answer: WhatIf | None, curve: HistorySeries | None, priority: Priority, unit: str, note: str = ""
    ) -> None:
        """Show this.

        Args:
            answer: both lanes; None for none yet.
            curve: the value, thinned; None where it has no line.
            priority: of the alarm, for its colour.
            unit: of the limits.
            note: what an empty chart says.
        """
        self._answer, self._curve, self._priority, self._unit, self._note = answer, curve, priority, unit, note
        self.update()

    @property
    def lanes(self) -> tuple[int, int]:
        """How many raisings stand in each lane."""
        if self._answer is None:
            return 0, 0
        return self._answer.standing_before.count, self._answer.standing_after.count

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        painter.setPen(QPen(theme.outline, 1))
        painter.setBrush(theme.card)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        inner = QRectF(self.rect()).adjusted(GAP, GAP, -GAP, -GAP)
        if self._answer is None:
            draw_text(painter, inner, self._note, ui_font(TEXT_BODY), theme.text_secondary, CENTRE)
        else:
            self._paint(painter, inner, self._answer)
        painter.end()

    def _paint(self, painter: QPainter, inner: QRectF, answer: WhatIf) -> None:
        scale = TimeScale(answer.since, answer.until, inner.left() + _NAMES, inner.right())
        lanes = inner.bottom() - _AXIS - 2 * _LANE
        self._paint_axis(painter, scale, inner.top(), inner.bottom() - _AXIS)
        self._paint_curve(painter, QRectF(inner.left(), inner.top(), inner.width(), lanes - inner.top() - GAP), answer)
        usual = self._colour()
        gone = [pair.before for pair in answer.of(Fate.GONE) if pair.before is not None]
        new = [pair.after for pair in answer.of(Fate.NEW) if pair.after is not None]
        both = [pair for pair in answer.pairs if pair.before is not None and pair.after is not None]
        before = [pair.before for pair in both if pair.before is not None]
        after = [pair.after for pair in both if pair.after is not None]
        ground = self._paint_lane(painter, inner, lanes, self.tr("Now"), len(before) + len(gone))
        self._paint_raisings(painter, ground, scale, before, usual, filled=True)
        self._paint_raisings(painter, ground, scale, gone, usual, filled=False)
        ground = self._paint_lane(painter, inner, lanes + _LANE, self.tr("Would be"), len(after) + len(new))
        self._paint_raisings(painter, ground, scale, after, usual, filled=True)
        self._paint_raisings(painter, ground, scale, new, self._theme.accent, filled=True)

    def _paint_lane(self, painter: QPainter, inner: QRectF, top: float, name: str, count: int) -> QRectF:
        """Name and ground of a lane; answers the ground."""
        head = QRectF(inner.left(), top, _NAMES - GAP, _LANE - 6)
        draw_text(painter, head, f"{name}  {count}", ui_font(TEXT_BODY, bold=True), self._theme.text)
        ground = QRectF(inner.left() + _NAMES, top, inner.width() - _NAMES, _LANE - 6)
        painter.fillRect(ground, self._theme.section)
        return ground

    def _colour(self) -> QColor:
        return self._theme.alert(self._priority).fill

    def _paint_raisings(
        self,
        painter: QPainter,
        ground: QRectF,
        scale: TimeScale,
        raisings: Sequence[Raising],
        colour: QColor,
        *,
        filled: bool,
    ) -> None:
        """Bars; those that would be gone are hollow, so that colour alone tells nothing."""
        edge = QPen(self._theme.text, 1)
        for raising in raisings:
            left = scale.x(raising.raised_at)
            right = max(scale.x(raising.ended_at or scale.until), left + _THINNEST)
            bar = QRectF(left, ground.top() + 4, right - left, ground.height() - 8)
            if filled:
                painter.fillRect(bar, colour)
                painter.setPen(edge if bar.width() > _THINNEST * 2 else Qt.PenStyle.NoPen)
            else:
                painter.setPen(QPen(self._theme.text, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(bar if filled or bar.width() > _THINNEST else bar.adjusted(0, 6, -1, -6))

    def _paint_axis(self, painter: QPainter, scale: TimeScale, top: float, bottom: float) -> None:
        for moment, text in scale.ticks(max(2, int((scale.right - scale.left) / _PIXELS_A_TICK))):
            x = scale.x(moment)
            painter.setPen(QPen(self._theme.outline, 1))
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
            place = QRectF(x - 40, bottom + 2, 80, _AXIS - 2)
            if place.right() <= scale.right + 20:
                draw_text(painter, place, text, ui_font(TEXT_LABEL), self._theme.text_secondary, CENTRE)
        utc = QRectF(scale.left - _NAMES, bottom + 2, _NAMES - 44, _AXIS - 2)
        draw_text(painter, utc, "UTC", ui_font(TEXT_LABEL), self._theme.text_secondary)

    # ---- the value

    def _paint_curve(self, painter: QPainter, area: QRectF, answer: WhatIf) -> None:
        plot = area.adjusted(_NAMES, 4, 0, -4)
        runs = _runs(self._curve, answer.since, answer.until)
        ends = _ends(runs, (answer.before.limit, answer.after.limit))
        if ends is None:
            text = self.tr("This alarm has no line to draw")
            draw_text(painter, plot, text, ui_font(TEXT_LABEL), self._theme.text_secondary, CENTRE)
            return
        low, high = ends
        scale = TimeScale(answer.since, answer.until, plot.left(), plot.right())

        def y(value: float) -> float:
            return plot.bottom() - (value - low) / (high - low) * plot.height()

        painter.setPen(QPen(self._theme.text, 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for run in runs:
            painter.drawPolyline(QPolygonF([QPointF(scale.x(moment), y(value)) for moment, value in run]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_limit(painter, plot, y(answer.before.limit), answer.before.limit, is_new=False)
        if answer.after.limit != answer.before.limit:
            self._paint_limit(painter, plot, y(answer.after.limit), answer.after.limit, is_new=True)

    def _paint_limit(self, painter: QPainter, plot: QRectF, y: float, limit: float, *, is_new: bool) -> None:
        colour = self._theme.accent if is_new else self._theme.text_secondary
        style = Qt.PenStyle.DashLine if is_new else Qt.PenStyle.SolidLine
        painter.setPen(QPen(colour, 2, style))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        # the new limit's number stands on the other side of its line, so that near limits do not cover each other
        text = number_text(limit, self._unit)
        name = QRectF(plot.left() - _NAMES, y - (18 if not is_new else 0), _NAMES - 6, 18)
        draw_text(painter, name, text, ui_font(TEXT_LABEL, bold=is_new), self._theme.text, RIGHT)


_Run = list[tuple[datetime, float]]


def _runs(series: HistorySeries | None, since: datetime, until: datetime) -> list[_Run]:
    """The value without its gaps."""
    runs: list[_Run] = []
    open_run: _Run = []
    if series is None:
        return runs
    for stamp, value in zip(series.timestamps, series.values, strict=True):
        if math.isfinite(value):
            open_run.append((from_micros(stamp), value))
        elif open_run:
            runs.append(open_run)
            open_run = []
    if open_run:
        runs.append(open_run)
    return [inside for run in runs if (inside := [point for point in run if since <= point[0] <= until])]


def _ends(runs: Sequence[_Run], limits: Sequence[float]) -> tuple[float, float] | None:
    """The least and the largest number to be shown, with a little air; None without a line."""
    if not runs:
        return None
    values = [value for run in runs for _, value in run]
    low, high = min(*values, *limits), max(*values, *limits)
    air = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    return low - air, high + air
