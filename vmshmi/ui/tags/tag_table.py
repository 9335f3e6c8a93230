"""The list of all tags: twenty thousand rows, of which only those are watched that can be seen."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmshmi.core.clock import Clock
from vmshmi.core.display import NO_VALUE, VisualState, age_text, visual_state
from vmshmi.core.ports import SystemPort, TagChanges, TagsPort
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.ui.alarms.words import number_with_unit
from vmshmi.ui.binding.tag_binding import TagBinding
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import TEXT_BODY
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tags.words import quality_text, raw_text
from vmshmi.ui.widgets.painting import RIGHT, draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable


class TagTable(QWidget):
    """Tags in the order they are given, with the live value of those that can be seen.

    Args:
        raw_first: for who compares with a device: where each comes from and its raw value beside the value.
    """

    picked = Signal(str)
    """Id of the tag a person chose."""

    def __init__(
        self,
        tags: TagsPort,
        system: SystemPort,
        clock: Clock,
        theme: Theme,
        parent: QWidget,
        *,
        raw_first: bool = False,
    ) -> None:
        super().__init__(parent)
        self._tags = tags
        self._system = system
        self._clock = clock
        self._theme = theme
        self._shown: tuple[TagDef, ...] = ()
        self._rows_of: dict[TagId, int] = {}
        self._samples: dict[TagId, TagValue] = {}
        self._sources: Mapping[TagId, str] = {}
        columns = self._device_columns() if raw_first else self._columns()
        self.rows = RowTable(self, columns, theme, self.tr("No tag matches"), self)
        self.rows.setObjectName("tag_rows")
        self.rows.setAccessibleName(self.tr("Tag list"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows)
        self._binding = TagBinding(self.rows, tags, self._on_values)
        self.rows.visible_rows_changed.connect(self._bind_visible)
        self.rows.row_touched.connect(self._on_row)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("id", self.tr("Tag"), 176),
            Column("description", self.tr("Description"), 220, stretch=True),
            Column("value", self.tr("Value"), 124, align=RIGHT),
            Column("quality", self.tr("Quality"), 206),
            Column("age", self.tr("Age"), 68, align=RIGHT),
            Column("raw", self.tr("Raw"), 110, from_width=1250, align=RIGHT),
            Column("group", self.tr("Group"), 110, from_width=1350),
            Column("device", self.tr("Device"), 110, from_width=1450),
        )

    def _device_columns(self) -> tuple[Column, ...]:
        return (
            Column("id", self.tr("Tag"), 168),
            Column("source", self.tr("Source"), 240, stretch=True),
            Column("description", self.tr("Description"), 300, from_width=1250),
            Column("raw", self.tr("Raw"), 84, align=RIGHT),
            Column("value", self.tr("Value"), 112, align=RIGHT),
            Column("quality", self.tr("Quality"), 200),
            Column("age", self.tr("Age"), 60, align=RIGHT),
        )

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.rows.apply_theme(theme)

    def set_tags(self, shown: Sequence[TagDef]) -> None:
        """Show these, in this order."""
        fresh = tuple(shown)
        if fresh == self._shown:
            return
        self._shown = fresh
        self._rows_of = {tag.id: row for row, tag in enumerate(fresh)}
        self.rows.verticalScrollBar().setValue(0)
        self.rows.rows_changed()

    def set_sources(self, sources: Mapping[TagId, str]) -> None:
        """Where tags come from, for who compares with a device."""
        self._sources = sources
        self.rows.viewport().update()

    def shown(self) -> tuple[TagDef, ...]:
        """What is in the list now."""
        return self._shown

    def select(self, tag_id: str) -> None:
        """Mark a tag and scroll to it."""
        self.rows.select_key(tag_id)
        row = self._rows_of.get(TagId(tag_id))
        if row is not None:
            self.rows.show_row(row)

    def refresh_ages(self) -> None:
        """Twice a second: ages go on even when no value comes."""
        if self.rows.isVisible():
            self.rows.viewport().update()

    def tags_at(self, place: QPoint) -> tuple[str, ...]:
        """The tag of the row under a place of the list."""
        row = self.rows.row_at(place)
        return () if row is None else (self._shown[row].id,)

    # ---- following

    def _on_row(self, row: int) -> None:
        self.picked.emit(self._shown[row].id)

    def _bind_visible(self) -> None:
        visible = {self._shown[row].id for row in self.rows.visible_rows()}
        self._samples = {tag_id: sample for tag_id, sample in self._samples.items() if tag_id in visible}
        self._binding.set_tags(visible)

    def _on_values(self, changes: TagChanges) -> None:
        for tag_id, sample in changes.items():
            self._samples[tag_id] = sample
            row = self._rows_of.get(tag_id)
            if row is not None:
                self.rows.update_row(row)

    # ---- RowSource

    def row_count(self) -> int:
        """How many tags are shown."""
        return len(self._shown)

    def row_key(self, row: int) -> object:
        """The tag's id."""
        return self._shown[row].id

    def row_text(self, row: int) -> str:
        """The tag in one line."""
        tag = self._shown[row]
        sample = self._sample(tag)
        state = self._state(tag, sample)
        words = (self._text(tag, sample, state, column) for column in ("id", "description", "value", "quality"))
        return " ".join(words)

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """Calm: marks stand in the cells."""

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        tag = self._shown[row]
        sample = self._sample(tag)
        state = self._state(tag, sample)
        ink = self._theme.text if column.key in ("id", "value") else self._theme.text_secondary
        bold = column.key == "value"
        if column.key in ("value", "quality"):
            ground = {VisualState.INVALID: self._theme.invalid, VisualState.UNCERTAIN: self._theme.low_integrity}.get(
                state
            )
            if ground is not None:
                painter.fillRect(rect.adjusted(-4, 5, 4, -5), ground)
                ink = self._theme.text
        draw_text(
            painter, rect, self._text(tag, sample, state, column.key), ui_font(TEXT_BODY, bold), ink, column.align
        )

    def _sample(self, tag: TagDef) -> TagValue:
        return self._samples.get(tag.id) or self._tags.value(tag.id)

    def _state(self, tag: TagDef, sample: TagValue) -> VisualState:
        return visual_state(tag, sample) if self._system.connected() else VisualState.INVALID

    def _text(self, tag: TagDef, sample: TagValue, state: VisualState, column: str) -> str:
        match column:
            case "id":
                return tag.id
            case "description":
                return tag.description
            case "value":
                if state is VisualState.INVALID:
                    return NO_VALUE
                text = number_with_unit(sample.value, tag)
                return f"? {text}" if state is VisualState.UNCERTAIN else text
            case "quality":
                return quality_text(sample) if self._system.connected() else self.tr("not connected")
            case "age":
                return age_text(sample, self._clock.now())
            case "raw":
                return raw_text(sample)
            case "source":
                return self._sources.get(tag.id, "")
            case "group":
                return tag.group
            case _:
                return tag.device
