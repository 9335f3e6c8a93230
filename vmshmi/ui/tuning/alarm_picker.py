"""Choose an alarm: search, one touch. A dialog that never waits in a loop of its own."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmDef, AlarmState
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, MARGIN, TEXT_BODY, TEXT_LABEL, TEXT_TITLE, TOUCH, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tags.group_filter import GroupFilter
from vmshmi.ui.widgets.painting import draw_ground, draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable
from vmshmi.ui.widgets.search_field import SearchField
from vmshmi.ui.widgets.touch_button import TouchButton
from vmshmi.ui.widgets.touch_keyboard import TouchKeyboard

_ROW_PX = 52


class AlarmPicker(QDialog):
    """Offers every alarm; `chosen` is called with its id. Use `open()`, never `exec()`."""

    def __init__(
        self, theme: Theme, alarms: Iterable[AlarmDef], chosen: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("alarm_picker")
        self.setWindowTitle(self.tr("Choose an alarm"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._chosen = chosen
        self._all = tuple(sorted(alarms, key=lambda alarm: (alarm.group, alarm.id)))
        self._shown: Sequence[AlarmDef] = self._all
        self.search = SearchField(theme, self.tr("Search message or id"), self)
        self.groups = GroupFilter(theme, self)
        columns = (
            Column("symbol", "", 52),
            Column("alarm", self.tr("Alarm"), 300, stretch=True),
            Column("group", self.tr("Group"), 120, from_width=560),
        )
        self.table = RowTable(self, columns, theme, self.tr("No such alarm."), self, row_height=_ROW_PX)
        self.table.setObjectName("picker_rows")
        self._keyboard = TouchKeyboard(theme, self)
        self._keyboard.set_large(False)
        self._keyboard.hide()
        self._arrange(parent)
        self.search.textChanged.connect(self._refresh)
        self.groups.chosen.connect(self._refresh)
        self.table.row_touched.connect(self._take)

    def _arrange(self, parent: QWidget) -> None:
        heading = QLabel(self.windowTitle(), self)
        heading.setFont(ui_font(TEXT_TITLE, bold=True))
        self.search.setObjectName("picker_search")
        self.groups.setFixedHeight(TOUCH)
        self.groups.set_groups(tuple(sorted({alarm.group for alarm in self._all if alarm.group})))
        write = TouchButton(self._theme, self.tr("Keys"), parent=self)
        write.setObjectName("write")
        write.setCheckable(True)
        write.setFixedHeight(TOUCH)
        write.toggled.connect(self._keyboard.setVisible)
        self._keyboard.typed.connect(self.search.insert)
        self._keyboard.erased.connect(self.search.backspace)
        filters = QHBoxLayout()
        filters.setSpacing(GAP)
        filters.addWidget(self.search, 1)
        filters.addWidget(write)
        filters.addWidget(self.groups)
        cancel = TouchButton(self._theme, self.tr("Cancel"), icon="close", parent=self)
        cancel.setObjectName("cancel")
        cancel.setFixedHeight(TOUCH_LARGE)
        cancel.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(heading)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addWidget(self._keyboard)
        column.addWidget(cancel)
        self.resize(min(860, parent.width() - 2 * MARGIN), min(820, parent.height() - MARGIN))

    def _take(self, row: int) -> None:
        alarm_id = self._shown[row].id
        self.accept()
        self._chosen(alarm_id)

    def _refresh(self) -> None:
        words = self.search.text().lower().split()
        group = self.groups.current
        self._shown = [
            alarm
            for alarm in self._all
            if (not group or alarm.group == group)
            and all(word in alarm.id.lower() or word in alarm.message.lower() for word in words)
        ]
        self.table.rows_changed()

    # ---- RowSource

    def row_count(self) -> int:
        """How many are offered."""
        return len(self._shown)

    def row_key(self, row: int) -> object:
        """The id."""
        return self._shown[row].id

    def row_text(self, row: int) -> str:
        """The alarm in one line."""
        return f"{self._shown[row].message} {self._shown[row].id}"

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """Calm: no ground."""

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        alarm = self._shown[row]
        match column.key:
            case "symbol":
                paint_alert(painter, rect.adjusted(4, 10, -4, -10), alarm.priority, AlarmState.ACK, self._theme)
            case "alarm":
                half = rect.height() / 2
                upper, lower = rect.adjusted(0, 4, 0, -half), rect.adjusted(0, half, 0, -4)
                draw_text(painter, upper, alarm.message or alarm.id, ui_font(TEXT_BODY), self._theme.text)
                draw_text(painter, lower, alarm.id, ui_font(TEXT_LABEL), self._theme.text_secondary)
            case _:
                draw_text(painter, rect, alarm.group, ui_font(TEXT_BODY), self._theme.text_secondary)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        draw_ground(self, self._theme)
