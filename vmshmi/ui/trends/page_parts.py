"""The widgets of the trends page and where they stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, MARGIN, TEXT_BODY, TEXT_LABEL, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.trends.chart import Chart
from vmshmi.ui.trends.controls import GroupButton, SpanButtons
from vmshmi.ui.trends.legend import Legend
from vmshmi.ui.trends.time_ticks import TimeTicks
from vmshmi.ui.trends.time_window import TimeWindow
from vmshmi.ui.widgets.panel import Panel
from vmshmi.ui.widgets.scroll_area import TouchScrollArea
from vmshmi.ui.widgets.touch_button import TouchButton

# by this very name, the tool that collects the texts looks for it (docs/languages.md)
translate = QCoreApplication.translate

_BREAKS = re.compile(r"([/\\\\-])(?=\S)")
"""Behind these a long path may go on in the next line."""
_LEGEND_PX = 348
_WIDE_LEGEND_PX = 400
_WIDE_PAGE_PX = 1600


@dataclass(frozen=True, slots=True)
class _Words:
    live: str
    back: str
    ship: str
    loading: str
    past: str


class PageParts:
    """Makes and arranges what the page consists of.

    Args:
        theme: at the time of building.
        groups: id and title of each group of the project.
        page: gets everything as its children.
    """

    def __init__(self, theme: Theme, groups: Sequence[tuple[str, str]], page: QWidget) -> None:
        self.theme = theme
        self.groups = GroupButton(theme, groups, page)
        self.spans = SpanButtons(theme, page)
        self.live = _button(theme, translate("TrendPage", "LIVE"), "trend_live", page)
        self.chart = Chart(theme, page)
        self.chart.setObjectName("trend_chart")
        self.back = _button(theme, "◀", "trend_back", page)
        self.forward = _button(theme, "▶", "trend_forward", page)
        self.longer = _button(theme, "−", "trend_longer", page)
        self.shorter = _button(theme, "+", "trend_shorter", page)
        self.fit = _button(theme, translate("TrendPage", "Fit lines"), "trend_fit", page)
        self.clock = _button(theme, "", "trend_clock", page)
        self.cursors = _button(theme, translate("TrendPage", "Cursors"), "trend_cursors", page)
        self.go_to = _button(theme, "", "trend_go_to", page)
        self.menu = _button(theme, "⋯", "trend_menu", page)
        self.state = QLabel(page)
        self.choose = _button(theme, translate("TrendPage", "Choose tags"), "trend_choose", page, icon="search")
        self.legend = Legend(theme, page)
        self.card = Panel(theme, page)
        self._hint = QLabel(translate("TrendPage", "Choose tags, or a group, to draw their trend."), self.chart)
        self._words = _Words(
            live=translate("TrendPage", "LIVE"),
            back=translate("TrendPage", "Back to LIVE"),
            ship=translate("TrendPage", "Ship's time"),
            loading=translate("TrendPage", "Loading …"),
            past=translate("TrendPage", "Not live: the values at the right are of now"),
        )
        self._arrange(page)
        self._name(page)

    def _arrange(self, page: QWidget) -> None:
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(self.groups)
        top.addStretch(1)
        top.addWidget(self.spans)
        top.addWidget(self.live)
        bottom = QHBoxLayout()
        bottom.setSpacing(GAP)
        for part in (self.back, self.forward, self.longer, self.shorter, self.cursors, self.fit, self.clock):
            bottom.addWidget(part)
        bottom.addWidget(self.go_to, 1)
        bottom.addWidget(self.menu)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addLayout(top)
        left.addWidget(self.chart, 1)
        left.addLayout(bottom)
        self.card.column.setContentsMargins(GAP, GAP, GAP, GAP)
        self.card.column.addWidget(self.state)
        self.card.column.addWidget(TouchScrollArea(self.legend, self.card), 1)
        self.card.column.addWidget(self.choose)
        self.card.setFixedWidth(_LEGEND_PX)
        row = QHBoxLayout(page)
        row.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        row.setSpacing(GAP)
        row.addLayout(left, 1)
        row.addWidget(self.card)

    def _name(self, page: QWidget) -> None:
        tips = {
            self.back: translate("TrendPage", "Back in time"),
            self.forward: translate("TrendPage", "Forward in time"),
            self.longer: translate("TrendPage", "Show more time"),
            self.shorter: translate("TrendPage", "Show less time"),
            self.fit: translate("TrendPage", "Scale to the lines alone"),
            self.clock: translate("TrendPage", "Ship's time or UTC"),
            self.cursors: translate("TrendPage", "Two cursors: values, difference, and statistics between them"),
            self.go_to: translate("TrendPage", "Go to a time or to an alarm"),
            self.menu: translate("TrendPage", "Own groups, files, print"),
        }
        for button, tip in tips.items():
            button.setToolTip(tip)
            button.setAccessibleName(tip)
        for button in (self.back, self.forward, self.longer, self.shorter, self.menu):
            button.setFixedWidth(TOUCH + GAP)
            button.set_text_size(TEXT_BODY + 6)
        self.fit.setCheckable(True)
        self.live.setCheckable(True)
        self.live.setMinimumWidth(132)
        self.clock.setMinimumWidth(130)
        self.cursors.setCheckable(True)
        self.go_to.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.go_to.set_text_size(TEXT_LABEL)
        self.state.setFont(ui_font(TEXT_LABEL))
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setMinimumWidth(0)
        self.state.setWordWrap(True)
        self.state.setMinimumHeight(self.state.fontMetrics().height())
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint.setFont(ui_font(TEXT_BODY))
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.move(110, 40)
        self._hint.adjustSize()

    def fit_width(self, width: int) -> None:
        """Give the legend more where there is more."""
        self.card.setFixedWidth(_WIDE_LEGEND_PX if width >= _WIDE_PAGE_PX else _LEGEND_PX)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self.theme = theme
        for part in (self.groups, self.spans, self.live, self.chart, self.choose, self.legend, self.card):
            part.apply_theme(theme)
        moves = (self.back, self.forward, self.longer, self.shorter)
        for button in (*moves, self.cursors, self.fit, self.clock, self.go_to, self.menu):
            button.apply_theme(theme)

    def show_empty(self, empty: bool) -> None:
        """Say how to begin, when nothing is drawn."""
        self._hint.setVisible(empty)
        self._hint.adjustSize()

    def show_window(self, window: TimeWindow, ticks: TimeTicks) -> None:
        """Say which stretch of time is seen, by which clock, and whether it follows the present."""
        words = self._words
        self.spans.show_span(window.span_s)
        self.live.setChecked(window.live)
        _write(self.live, words.live if window.live else words.back)
        self.forward.setEnabled(not window.live)
        _write(self.clock, "UTC" if ticks.utc else words.ship)
        self.clock.set_sub_text("" if ticks.utc else ticks.offset_text(window.start_s, window.end_s))
        _write(self.go_to, ticks.span_text(window.start_s, window.end_s, " –\n"))

    def show_progress(self, busy: bool, error: str, live: bool, note: str = "") -> None:
        """Say that history is on its way, or why it is not there; else `note`, or that the values are of now."""
        said = error or (self._words.loading if busy else note or ("" if live else self._words.past))
        self.state.setText(_BREAKS.sub("\\1\u200b", said))
        self.state.setToolTip(error)


def _button(theme: Theme, text: str, name: str, page: QWidget, icon: str = "") -> TouchButton:
    button = TouchButton(theme, text, icon=icon, parent=page)
    button.setObjectName(name)
    button.setFixedHeight(TOUCH)
    return button


def _write(button: TouchButton, text: str) -> None:
    if button.text() != text:
        button.setText(text)
        button.updateGeometry()
