"""How many alarms came when: bars, the target as a line, floods as shaded bands."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.kpi_targets import TARGETS, KpiKey
from vmshmi.ui.kpi.periods import DAY, HOUR, TEN_MINUTES, bar_of, in_bars
from vmshmi.ui.kpi.time_axis import nice_top, time_marks
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, TEXT_LABEL, TEXT_TITLE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, LEFT, RIGHT, draw_text
from vmshmi.ui.widgets.panel import Panel

_LEFT, _RIGHT, _HEAD, _FOOT = 44, 12, 28, 24
_MARK_PX = 84
_OVER_BARS = 110
_BODY = 150
_TARGETS = {TEN_MINUTES: KpiKey.PER_10_MIN, HOUR: KpiKey.PER_HOUR, DAY: KpiKey.PER_DAY}


class RateChart(Panel):
    """Touch a bar to read it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setObjectName("rate_chart")
        self._kpi: AlarmKpi | None = None
        self._said = ""
        self._bar = TEN_MINUTES
        self._counts: Sequence[int] = ()
        self._chosen: int | None = None
        self.setMinimumHeight(150)

    def set_kpi(self, kpi: AlarmKpi | None, instead: str = "") -> None:
        """Show these numbers; `instead` is said where there are none."""
        self._kpi = kpi if kpi is not None and kpi.known_since is not None else None
        self._said = instead
        self._chosen = None
        self._bar = bar_of(kpi.until - kpi.since) if kpi is not None else TEN_MINUTES
        self._counts = in_bars(kpi.per_10_min, self._bar) if kpi is not None else ()
        self.update()

    @property
    def counts(self) -> Sequence[int]:
        """Of each bar."""
        return self._counts

    @property
    def said(self) -> str:
        """What stands above the bars: what they are, or what the touched one says."""
        kpi = self._kpi
        if kpi is None:
            return self._said
        if self._chosen is not None and self._chosen < len(self._counts):
            begin = kpi.since + self._chosen * self._bar
            end = min(begin + self._bar, kpi.until)
            pattern = "%d %b %H:%M"
            return self.tr("{begin} to {end} UTC: {count}").format(
                begin=begin.strftime(pattern), end=end.strftime(pattern), count=f"{self._counts[self._chosen]:,}"
            )
        return {
            TEN_MINUTES: self.tr("Alarms in 10 minutes"),
            HOUR: self.tr("Alarms in one hour"),
            DAY: self.tr("Alarms in 24 hours"),
        }[self._bar]

    # ---- geometry

    def _plot(self) -> QRectF:
        return QRectF(_LEFT, _HEAD, self.width() - _LEFT - _RIGHT, self.height() - _HEAD - _FOOT)

    def _x(self, plot: QRectF, kpi: AlarmKpi, moment: datetime) -> float:
        length = len(self._counts) * self._bar
        share = (moment - kpi.since) / length if length > timedelta() else 0.0
        return plot.x() + plot.width() * min(1.0, max(0.0, share))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Read the touched bar; the same again, or a place beside, reads none."""
        plot = self._plot()
        share = (event.position().x() - plot.x()) / max(1.0, plot.width())
        touched = int(share * len(self._counts)) if 0 <= share < 1 and self._counts else None
        self._chosen = None if touched == self._chosen else touched
        self.update()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw card, scale, floods, bars and target."""
        super().paintEvent(event)
        painter = QPainter(self)
        theme, kpi, plot = self._theme, self._kpi, self._plot()
        if kpi is None:
            draw_text(painter, QRectF(self.rect()), self._said, ui_font(TEXT_TITLE - 4), theme.text_secondary, CENTRE)
            painter.end()
            return
        target = TARGETS[_TARGETS[self._bar]].limit
        top = nice_top(max([*self._counts, target * 1.25]))
        self._paint_ground(painter, plot, kpi)
        self._paint_scale(painter, plot, kpi, top)
        self._paint_bars(painter, plot, top)
        self._paint_floods(painter, plot, kpi, over_bars=True)
        y = plot.bottom() - plot.height() * target / top
        painter.setPen(QPen(theme.text, 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(plot.x(), y), QPointF(plot.right(), y))
        self._paint_head(painter, plot, kpi, target)
        painter.end()

    def _paint_ground(self, painter: QPainter, plot: QRectF, kpi: AlarmKpi) -> None:
        """Floods, and what the journal does not know."""
        self._paint_floods(painter, plot, kpi, over_bars=False)
        if kpi.known_since is not None and kpi.known_since > kpi.since:
            unknown = QRectF(plot.x(), plot.y(), self._x(plot, kpi, kpi.known_since) - plot.x(), plot.height())
            painter.fillRect(unknown, self._theme.section)
            said = self.tr("not recorded")
            foot = QRectF(unknown.x(), unknown.bottom() - 24, unknown.width(), 20)  # the target's line lies higher
            draw_text(painter, foot, said, ui_font(TEXT_LABEL), self._theme.text_secondary, CENTRE)

    def _paint_floods(self, painter: QPainter, plot: QRectF, kpi: AlarmKpi, *, over_bars: bool) -> None:
        """Behind the bars, and a little over them: a short flood would vanish behind the bar of its day."""
        colour = QColor(self._theme.invalid)
        if over_bars:
            colour.setAlpha(_OVER_BARS)
        for flood in kpi.floods:
            left, right = self._x(plot, kpi, flood.begin), self._x(plot, kpi, flood.end)
            painter.fillRect(QRectF(left, plot.y(), max(3.0, right - left), plot.height()), colour)

    def _paint_scale(self, painter: QPainter, plot: QRectF, kpi: AlarmKpi, top: float) -> None:
        theme, font = self._theme, ui_font(TEXT_LABEL)
        for share in (0.0, 0.5, 1.0):
            y = plot.bottom() - plot.height() * share
            painter.fillRect(QRectF(plot.x(), y, plot.width(), 1), theme.outline)
            place = QRectF(0, y - 9, _LEFT - 6, 18)
            if (top * share).is_integer():  # there is no half alarm
                draw_text(painter, place, f"{top * share:,.0f}", font, theme.text_secondary, RIGHT)
        for moment, text in time_marks(kpi.since, kpi.until, int(plot.width() / _MARK_PX)):
            x = self._x(plot, kpi, moment)
            painter.fillRect(QRectF(x, plot.bottom(), 1, 5), theme.text_secondary)
            place = QRectF(x + 3, plot.bottom() + 2, _MARK_PX, _FOOT - 2)
            if place.x() + 40 < self.width():
                draw_text(painter, place, text, font, theme.text_secondary, LEFT)

    def _paint_bars(self, painter: QPainter, plot: QRectF, top: float) -> None:
        step = plot.width() / max(1, len(self._counts))
        gap = 1.0 if step >= 3 else 0.0
        body = QColor(self._theme.accent)
        body.setAlpha(_BODY)  # a wall of full colour would light up a bridge at night
        for number, count in enumerate(self._counts):
            if count:
                height = max(2.0, plot.height() * count / top)
                bar = QRectF(plot.x() + number * step, plot.bottom() - height, max(1.0, step - gap), height)
                painter.fillRect(bar, self._theme.text if number == self._chosen else body)
                painter.fillRect(QRectF(bar.x(), bar.y(), bar.width(), 2), self._theme.accent)

    def _paint_head(self, painter: QPainter, plot: QRectF, kpi: AlarmKpi, target: float) -> None:
        theme = self._theme
        head = QRectF(GAP * 2, 4, self.width() - GAP * 4, _HEAD - 6)
        draw_text(painter, head, self.said, ui_font(TEXT_LABEL, bold=True), theme.text)
        right = head.right()
        for text, is_flood in (
            (self.tr("flood"), True),
            (self.tr("target {limit}").format(limit=f"{target:g}"), False),
        ):
            if is_flood and not kpi.floods:
                continue
            wide = painter.fontMetrics().horizontalAdvance(text) + 6
            draw_text(painter, QRectF(right - wide, head.y(), wide, head.height()), text, ui_font(TEXT_LABEL),
                      theme.text_secondary, RIGHT)  # fmt: skip
            sign = QRectF(right - wide - 30, head.center().y() - 7, 24, 14)
            if is_flood:
                painter.fillRect(sign, theme.invalid)
                painter.setPen(QPen(theme.text_disabled, 1))
                painter.drawRect(sign)
            else:
                painter.setPen(QPen(theme.text, 1.5, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(sign.x(), sign.center().y()), QPointF(sign.right(), sign.center().y()))
            right = sign.x() - 2 * GAP
