"""Every number that has a target: value, target, verdict, and who says so."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from vmshmi.core.alarms.kpi import KpiMeasure
from vmshmi.ui.kpi.verdicts import paint_verdict
from vmshmi.ui.kpi.words import measure_text, source_text, target_text, value_text, verdict_text
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import LEFT, RIGHT, draw_text

_LOWEST = 20
_HIGHEST = 34
_ROWS = 15
# share of the width: measure, value, target, verdict, source
_SHARES = (0.37, 0.12, 0.14, 0.17, 0.20)


class MeasureTable(QWidget):
    """One line a measure, all of them always in sight."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._measures: tuple[KpiMeasure, ...] = ()
        self.setMinimumHeight(_LOWEST * (_ROWS + 1))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def set_measures(self, measures: tuple[KpiMeasure, ...]) -> None:
        """Show these; none shows the head alone."""
        self._measures = measures
        self.setAccessibleDescription("; ".join(" ".join(line) for line in self.lines()))
        self.update()

    def lines(self) -> list[tuple[str, str, str, str, str]]:
        """What is written, row by row."""
        return [
            (measure_text(m.key), value_text(m), target_text(m), verdict_text(m.verdict), source_text(m.target.source))
            for m in self._measures
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw head and lines."""
        del event
        painter = QPainter(self)
        theme = self._theme
        height = max(_LOWEST, min(_HIGHEST, self.height() / (_ROWS + 1)))
        pixels = TEXT_LABEL if height < 26 else TEXT_BODY
        head = (self.tr("Measure"), self.tr("Value"), self.tr("Target"), self.tr("Verdict"), self.tr("Target from"))
        painter.fillRect(QRectF(0, 0, self.width(), height), theme.section)
        for place, text, align in zip(self._cells(0, height), head, _ALIGN, strict=True):
            draw_text(painter, place, text, ui_font(TEXT_LABEL), theme.text_secondary, align)
        for number, (measure, line) in enumerate(zip(self._measures, self.lines(), strict=True), 1):
            cells = self._cells(number * height, height)
            painter.fillRect(QRectF(0, (number + 1) * height - 1, self.width(), 1), theme.outline)
            for column in (0, 1, 2, 4):
                quiet = column in (2, 4)
                font = ui_font(TEXT_LABEL if column == 4 else pixels, bold=column == 1)
                ink = theme.text_secondary if quiet else theme.text
                draw_text(painter, cells[column], line[column], font, ink, _ALIGN[column])
            paint_verdict(painter, cells[3].adjusted(GAP, 1.5, 0, -2.5), measure.verdict, theme, pixels - 1)
        painter.end()

    def _cells(self, top: float, height: float) -> list[QRectF]:
        cells: list[QRectF] = []
        left = 0.0
        for share in _SHARES:
            width = share * self.width()
            cells.append(QRectF(left + GAP / 2, top, width - GAP, height))
            left += width
        return cells


_ALIGN = (LEFT, RIGHT, RIGHT, LEFT, LEFT)
