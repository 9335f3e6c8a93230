"""The alarm KPI page: how the alarm system did over a time, and which alarms to mend first."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.errors import StorageError
from vmshmi.ui.binding.ship_time import duration_text
from vmshmi.ui.kpi.export import export_folder, export_kpi
from vmshmi.ui.kpi.headline import Headline
from vmshmi.ui.kpi.loader import KpiLoader
from vmshmi.ui.kpi.measure_table import MeasureTable
from vmshmi.ui.kpi.period_bar import PeriodBar
from vmshmi.ui.kpi.periods import HOUR, Period
from vmshmi.ui.kpi.rate_chart import RateChart
from vmshmi.ui.kpi.worst import WHAT_IF, WorstList
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, MARGIN, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import RIGHT, draw_text
from vmshmi.ui.widgets.touch_button import TouchButton

_FRESH_S, _FRESH_LONG_S = 60.0, 300.0
"""How old the numbers of a period that ends now may become before they are asked for again; of more than a day."""
_WIDE = 1600


class StatusLine(QWidget):
    """Which time is shown, and at the right what is being done or was done."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.left = ""
        self.right = ""
        self.setFixedHeight(22)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def say(self, left: str, right: str) -> None:
        """Write both."""
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both; the right one gives way."""
        del event
        painter = QPainter(self)
        room = QRectF(self.rect())
        taken = draw_text(painter, room, self.left, ui_font(TEXT_LABEL), self._theme.text_secondary)
        rest = room.adjusted(taken + 2 * MARGIN, 0, 0, 0)
        draw_text(painter, rest, self.right, ui_font(TEXT_LABEL, bold=True), self._theme.text, RIGHT)
        painter.end()


class KpiPage(QWidget):
    """Period above; headline and chart; table and worst offenders."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._kpi: AlarmKpi | None = None
        self._asked: Period | None = None
        self._asked_at = 0.0
        self._written = ""
        theme = context.theme
        self.periods = PeriodBar(context.clock, theme, self)
        self.export = TouchButton(theme, self.tr("Export CSV"), icon="down", parent=self)
        self.export.setObjectName("kpi_export")
        self.status = StatusLine(theme, self)
        self.headline = Headline(theme, self)
        self.chart = RateChart(theme, self)
        self.table = MeasureTable(theme, self)
        self.worst = WorstList(context.runtime.alarms.definitions(), theme, self)
        self.loader = KpiLoader(context.runtime.alarms, context.tasks, self._take, self._show_state)
        self._arrange()
        self.periods.changed.connect(self._ask)
        self.export.clicked.connect(lambda: context.tasks.spawn(self._export(), name="export of the KPI"))
        self.worst.opened.connect(self._open)
        self._show_state()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(self.periods)
        top.addStretch(1)
        top.addWidget(self.export)
        self._upper = QHBoxLayout()
        self._upper.setSpacing(GAP)
        self._upper.addWidget(self.headline)
        self._upper.addWidget(self.chart, 1)
        lower = QHBoxLayout()
        lower.setSpacing(MARGIN)
        lower.addWidget(self.table, 11)
        lower.addWidget(self.worst, 10)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.status)
        column.addLayout(self._upper, 2)
        column.addSpacing(4)
        column.addLayout(lower, 3)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for part in (self.periods, self.status, self.headline, self.chart, self.table, self.worst):
            part.apply_theme(theme)
        self.export.apply_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A wide page has a wide headline."""
        self.headline.setFixedWidth(440 if event.size().width() >= _WIDE else 348)
        super().resizeEvent(event)

    def on_shown(self) -> None:
        """Ask, unless the numbers are fresh."""
        self._refresh()

    def tick(self) -> None:
        """Twice a second while it is in front: a period that ends now is asked for again from time to time."""
        self._refresh()

    # ---- asking

    def _refresh(self) -> None:
        age = self._context.clock.monotonic() - self._asked_at
        fresh = _FRESH_S if self._asked is None or self._asked.length <= 25 * HOUR else _FRESH_LONG_S
        if self._asked is None or (self.periods.follows_now and age >= fresh and not self.loader.busy):
            self._ask_again()

    def _ask(self) -> None:
        """Another period: what is shown belongs to another one, so it goes."""
        self._kpi, self._written = None, ""
        self._fill()
        if self.isVisible():
            self._ask_again()
        else:
            self._asked = None

    def _ask_again(self) -> None:
        self._asked = self.periods.period
        self._asked_at = self._context.clock.monotonic()
        self.loader.ask(self._asked.since, self._asked.until)

    def _take(self, kpi: AlarmKpi) -> None:
        self._kpi = kpi
        self._fill()

    def _fill(self) -> None:
        kpi = self._kpi
        self.headline.set_kpi(kpi)
        self.table.set_measures(kpi.measures if kpi is not None else ())
        self.worst.set_kpi(kpi)
        self._show_state()

    def _show_state(self) -> None:
        kpi, loader = self._kpi, self.loader
        unanswered = self.tr("Cannot be worked out: {error}").format(error=loader.error) if loader.error else ""
        if kpi is None:
            self.chart.set_kpi(None, unanswered or self.tr("Working out …"))
        elif kpi.known_since is None:
            self.chart.set_kpi(None, self.tr("Nothing was recorded in this time"))
        else:
            self.chart.set_kpi(kpi)
        busy = self.tr("Working out …") if loader.busy else ""
        self.status.say(self._period_text(), busy or unanswered or self._written)
        self.export.setEnabled(kpi is not None and kpi.known_since is not None)

    def _period_text(self) -> str:
        kpi = self._kpi
        period = self.periods.period if kpi is None else Period(kpi.since, kpi.until)
        pattern = "%d %b %Y %H:%M"
        text = f"{period.since.strftime(pattern)} – {period.until.strftime(pattern)} UTC"
        if kpi is None or kpi.known_since is None:
            return text
        return self.tr("{period}, watched {time}").format(period=text, time=duration_text(kpi.watched_s))

    # ---- what a finger does

    def _open(self, what: str, alarm_id: str) -> None:
        if what == WHAT_IF:
            self._context.navigate("whatif", {"alarm": alarm_id})
            return
        definition = self._context.runtime.alarms.definitions().get(alarm_id)
        if definition is not None:
            self._context.navigate("tags", {"tag": definition.tag})

    async def _export(self) -> None:
        kpi = self._kpi
        if kpi is None:
            return
        definitions = self._context.runtime.alarms.definitions()
        messages = {alarm_id: definition.message for alarm_id, definition in definitions.items()}
        try:
            path = await export_kpi(kpi, messages, export_folder())
        except StorageError as error:
            self._written = self.tr("Not written: {error}").format(error=error)
        else:
            self._written = self.tr("Written to {path}").format(path=path)
        self._show_state()

    def open_with(self, arguments: Mapping[str, str]) -> None:
        """`{"period": "watch" | "day" | "week" | "month"}` chooses a period."""
        period = arguments.get("period", "")
        if period in ("watch", "day", "week", "month"):
            self.periods.choice.choose(period)
