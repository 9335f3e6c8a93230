"""The one number a chief engineer asks for, and what stands behind it."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.kpi_targets import KpiKey
from vmshmi.core.alarms.model import AlarmState, Priority
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.binding.ship_time import duration_text
from vmshmi.ui.kpi.verdicts import paint_verdict
from vmshmi.ui.kpi.words import measure_text, share_text, source_text, target_text, value_text
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, MARGIN, TEXT_BODY, TEXT_INSTRUMENT, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import RIGHT, WidthOf, draw_text
from vmshmi.ui.widgets.panel import Panel

_NUMBER, _TARGET, _SPLIT = 50, 24, 22
"""Heights of the parts."""
_VERDICT = 104


class Headline(Panel):
    """Alarms per day against the target; under it answers, floods and the split by priority."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._kpi: AlarmKpi | None = None

    def set_kpi(self, kpi: AlarmKpi | None) -> None:
        """Show these numbers; None shows none."""
        self._kpi = kpi
        if kpi is not None and kpi.known_since is not None:
            per_day = kpi.measure(KpiKey.PER_DAY)
            self.setAccessibleDescription(f"{measure_text(per_day.key)} {value_text(per_day)}; {self.lines()}")
        self.update()

    def lines(self) -> list[tuple[str, str]]:
        """Name and value of what stands below the number."""
        kpi = self._kpi
        if kpi is None or kpi.known_since is None:
            return []
        answers = kpi.answers
        floods = str(len(kpi.floods))
        if kpi.floods:
            longest = duration_text(max(flood.duration_s for flood in kpi.floods))
            floods = self.tr("{count}, longest {longest}").format(count=floods, longest=longest)
        times = "---"
        if answers.median_s is not None and answers.p95_s is not None:
            times = self.tr("{median}, 95 % within {p95}").format(
                median=duration_text(answers.median_s), p95=duration_text(answers.p95_s)
            )
        return [
            (self.tr("Announced"), f"{kpi.raised:,}"),
            (self.tr("Floods"), floods),
            (self.tr("Answered after"), times),
            (self.tr("Never answered"), f"{answers.never:,} / {answers.wanted:,}"),
            (self.tr("Shelved, out of service"), f"{kpi.shelved.ever} · {kpi.out_of_service.ever}"),
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw card, number, lines and split."""
        super().paintEvent(event)
        kpi = self._kpi
        if kpi is None or kpi.known_since is None:
            return
        painter = QPainter(self)
        theme = self._theme
        inner = QRectF(self.rect()).adjusted(MARGIN, GAP, -MARGIN, -GAP)
        measure = kpi.measure(KpiKey.PER_DAY)
        number = ui_font(TEXT_INSTRUMENT, bold=True)
        text = value_text(measure)
        wide = WidthOf(number)(text)
        draw_text(painter, QRectF(inner.x(), inner.y(), wide + 4, _NUMBER), text, number, theme.text)
        beside = QRectF(inner.x() + wide + MARGIN, inner.y() + 12, inner.width() - wide - MARGIN, 30)
        draw_text(painter, beside, measure_text(measure.key), ui_font(TEXT_BODY, bold=True), theme.text)
        target = QRectF(inner.x(), inner.y() + _NUMBER, inner.width() - _VERDICT - GAP, _TARGET)
        text = self.tr("Target {limit}, {source}").format(
            limit=target_text(measure), source=source_text(measure.target.source)
        )
        draw_text(painter, target, text, ui_font(TEXT_LABEL), theme.text_secondary)
        verdict = QRectF(inner.right() - _VERDICT, target.y(), _VERDICT, _TARGET - 2)
        paint_verdict(painter, verdict, measure.verdict, theme, TEXT_LABEL)
        self._paint_lines(painter, inner.adjusted(0, _NUMBER + _TARGET + 2, 0, -_SPLIT))
        self._paint_split(painter, QRectF(inner.x(), inner.bottom() - _SPLIT, inner.width(), _SPLIT), kpi)
        painter.end()

    def _paint_lines(self, painter: QPainter, room: QRectF) -> None:
        lines = self.lines()
        step = min(30.0, max(16.0, room.height() / max(1, len(lines))))
        for number, (name, value) in enumerate(lines):
            line = QRectF(room.x(), room.y() + number * step, room.width(), step)
            taken = draw_text(painter, line, name, ui_font(TEXT_LABEL), self._theme.text_secondary)
            value_room = line.adjusted(taken + GAP, 0, 0, 0)
            draw_text(painter, value_room, value, ui_font(TEXT_LABEL, bold=True), self._theme.text, RIGHT)

    def _paint_split(self, painter: QPainter, room: QRectF, kpi: AlarmKpi) -> None:
        """Each priority with its symbol and its share, side by side."""
        width = room.width() / len(kpi.split)
        for number, (priority, raised) in enumerate(kpi.split):
            cell = QRectF(room.x() + number * width, room.y(), width, room.height())
            symbol = QRectF(cell.x(), cell.y() + 2, cell.height() - 4, cell.height() - 4)
            paint_alert(painter, symbol, priority, _quiet(priority), self._theme)
            share = share_text(raised / kpi.raised) if kpi.raised else "0 %"
            place = cell.adjusted(cell.height() + 2, 0, 0, 0)
            draw_text(painter, place, share, ui_font(TEXT_LABEL, bold=True), self._theme.text)


def _quiet(priority: Priority) -> AlarmState:
    """The outlined symbol: these numbers are of the past, nothing here wants an answer."""
    return AlarmState.CLEARED if priority is Priority.EMERGENCY_ALARM else AlarmState.ACK
