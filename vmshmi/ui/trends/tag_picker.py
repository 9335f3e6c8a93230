"""Choose the tags of the chart: search, group, one touch a tag. A dialog that never waits in a loop of its own."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.icons import paint_icon
from vmshmi.ui.style.sizes import GAP, MARGIN, TEXT_BODY, TEXT_LABEL, TEXT_TITLE, TOUCH, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tags.group_filter import GroupFilter
from vmshmi.ui.trends.pen_colours import MOST_PENS
from vmshmi.ui.widgets.painting import draw_ground, draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable
from vmshmi.ui.widgets.search_field import SearchField
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton

_ROW_PX = 52


def can_be_drawn(tag: TagDef) -> bool:
    """Everything but texts has a line."""
    return tag.kind is not TagKind.TEXT


class _Choices:
    """Rows for the table: the tags that are offered, the chosen ones ticked."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.shown: Sequence[TagDef] = ()
        self.chosen: list[TagId] = []

    def row_count(self) -> int:
        """How many are offered."""
        return len(self.shown)

    def row_key(self, row: int) -> object:
        """The id."""
        return self.shown[row].id

    def row_text(self, row: int) -> str:
        """The tag in one line."""
        tag = self.shown[row]
        return f"{tag.description} {tag.id}"

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """Chosen ones stand on a quiet ground."""
        if self.shown[row].id in self.chosen:
            painter.fillRect(rect, self.theme.section)

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        tag = self.shown[row]
        match column.key:
            case "tick":
                self._paint_tick(painter, rect, tag.id in self.chosen)
            case "tag":
                half = rect.height() / 2
                upper, lower = rect.adjusted(0, 4, 0, -half), rect.adjusted(0, half, 0, -4)
                draw_text(painter, upper, tag.description or tag.id, ui_font(TEXT_BODY), self.theme.text)
                draw_text(painter, lower, tag.id, ui_font(TEXT_LABEL), self.theme.text_secondary)
            case "unit":
                draw_text(painter, rect, tag.unit, ui_font(TEXT_BODY), self.theme.text_secondary)
            case _:
                draw_text(painter, rect, tag.group, ui_font(TEXT_BODY), self.theme.text_secondary)

    def _paint_tick(self, painter: QPainter, rect: QRectF, ticked: bool) -> None:
        box = QRectF(0, 0, 28, 28)
        box.moveCenter(rect.center())
        painter.setPen(QPen(self.theme.accent if ticked else self.theme.text_disabled, 2))
        painter.setBrush(self.theme.selected if ticked else self.theme.card)
        painter.drawRoundedRect(box, 4, 4)
        if ticked:
            paint_icon(painter, "check", box.adjusted(4, 4, -4, -4), self.theme.on_selected)


class TagPicker(QDialog):
    """Offers every tag that can be drawn; `decided` is called with the ids in the order they were chosen."""

    def __init__(
        self,
        theme: Theme,
        tags: Iterable[TagDef],
        chosen: Sequence[TagId],
        decided: Callable[[Sequence[TagId]], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("tag_picker")
        self.setWindowTitle(self.tr("Choose tags"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._decided = decided
        self._all = tuple(sorted(filter(can_be_drawn, tags), key=lambda tag: (tag.group, tag.id)))
        self._choices = _Choices(theme)
        known = {tag.id for tag in self._all}
        self._choices.chosen = [tag_id for tag_id in chosen if tag_id in known]
        self.heading = QLabel(self)
        self.search = SearchField(theme, self.tr("Search id or description"), self)
        self.groups = GroupFilter(theme, self)
        self.only_chosen = TouchButton(theme, self.tr("Chosen"), parent=self)
        columns = (
            Column("tick", "", 60),
            Column("tag", self.tr("Tag"), 260, stretch=True),
            Column("unit", self.tr("Unit"), 80),
            Column("group", self.tr("Group"), 120, from_width=560),
        )
        self.table = RowTable(self._choices, columns, theme, self.tr("No such tag."), self, row_height=_ROW_PX)
        self.done_button = TouchButton(theme, self.tr("Show"), icon="trends", role=ButtonRole.PRIMARY, parent=self)
        self.none_button = TouchButton(theme, self.tr("Clear choice"), parent=self)
        self.cancel_button = TouchButton(theme, self.tr("Cancel"), icon="close", parent=self)
        self._arrange(parent)
        self._connect()
        self._refresh()

    def _arrange(self, parent: QWidget) -> None:
        self.heading.setFont(ui_font(TEXT_TITLE, bold=True))
        self.search.setObjectName("picker_search")
        self.groups.setFixedHeight(TOUCH)
        self.groups.set_groups(tuple(sorted({tag.group for tag in self._all if tag.group})))
        self.only_chosen.setCheckable(True)
        self.only_chosen.setFixedHeight(TOUCH)
        filters = QHBoxLayout()
        filters.setSpacing(GAP)
        filters.addWidget(self.search, 1)
        filters.addWidget(self.groups)
        filters.addWidget(self.only_chosen)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        named = ((self.cancel_button, "cancel"), (self.none_button, "picker_none"), (self.done_button, "picker_done"))
        for button, name in named:
            button.setObjectName(name)
            button.setFixedHeight(TOUCH_LARGE)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            buttons.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(self.heading)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        self.resize(min(860, parent.width() - 2 * MARGIN), min(900, parent.height() - MARGIN))

    def _connect(self) -> None:
        self.search.textChanged.connect(self._refresh)
        self.groups.chosen.connect(self._refresh)
        self.only_chosen.clicked.connect(self._refresh)
        self.table.row_touched.connect(self._toggle)
        self.none_button.clicked.connect(self._clear)
        self.cancel_button.clicked.connect(self.reject)
        self.done_button.clicked.connect(self._decide)

    @property
    def chosen(self) -> tuple[TagId, ...]:
        """What is ticked, in the order of the touches."""
        return tuple(self._choices.chosen)

    def toggle(self, tag_id: TagId) -> None:
        """Tick a tag, or take its tick away; more than the chart can hold are refused, and it says so."""
        chosen = self._choices.chosen
        if tag_id in chosen:
            chosen.remove(tag_id)
        elif len(chosen) < MOST_PENS:
            chosen.append(tag_id)
        self._refresh()

    def _toggle(self, row: int) -> None:
        self.table.select_key(None)
        self.toggle(self._choices.shown[row].id)

    def _clear(self) -> None:
        self._choices.chosen.clear()
        self._refresh()

    def _decide(self) -> None:
        self._decided(self.chosen)
        self.accept()

    def _refresh(self) -> None:
        words = self.search.text().lower().split()
        group = self.groups.current
        chosen = self._choices.chosen
        self._choices.shown = [
            tag
            for tag in self._all
            if (not group or tag.group == group)
            and (tag.id in chosen or not self.only_chosen.isChecked())
            and all(word in tag.id.lower() or word in tag.description.lower() for word in words)
        ]
        full = len(chosen) >= MOST_PENS
        text = self.tr("Choose tags: {count} of {most}")
        if full:
            text = self.tr("Choose tags: {count} of {most}, no more fit")
        self.heading.setText(text.format(count=len(chosen), most=MOST_PENS))
        self.none_button.setEnabled(bool(chosen))
        self.table.rows_changed()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self._choices.theme = theme
        for part in (self.search, self.groups, self.only_chosen, self.table):
            part.apply_theme(theme)
        for button in (self.done_button, self.none_button, self.cancel_button):
            button.apply_theme(theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        draw_ground(self, self._theme)
