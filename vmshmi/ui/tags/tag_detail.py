"""Everything about one tag."""

from PySide6.QtCore import QEvent, QObject, QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from vmshmi.core.display import NO_VALUE, VisualState, age_text, visual_state
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.ui.alarms.words import limit_text, number_with_unit, priority_text
from vmshmi.ui.binding.normal_ranges import NormalRanges
from vmshmi.ui.commands.command_panel import CommandPanel
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tags.words import quality_text, range_text, raw_text, state_words
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.panel import Panel
from vmshmi.ui.widgets.scroll_area import TouchScrollArea
from vmshmi.ui.widgets.touch_button import TouchButton

_LEAST = 66
"""Name and value can be read when a banner takes the room."""
_ROOM_FOR_TREND = 400
"""Where a command is offered in less, the way to the trend goes."""


class TagDetail(Panel):
    """The chosen tag: value, quality with its reason, last good value, ranges, alarms, command, trend.

    The command takes what it needs, and moves under a finger where there is less: nothing lies over anything.
    """

    trend_wanted = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        theme = context.theme
        super().__init__(theme, parent)
        self._tags = context.runtime.tags
        self._normal = NormalRanges(self._tags)
        self._alarms = context.runtime.alarms
        self._system = context.runtime.system
        self._clock = context.clock
        self._times = context.times
        self._tag: TagDef | None = None
        self.fields = FieldList(theme, self)
        self.trend_button = TouchButton(theme, self.tr("Trend"), icon="trends", parent=self)
        self.trend_button.setObjectName("tag_trend")
        self.trend_button.setFixedHeight(TOUCH_LARGE)
        self.column.addWidget(TouchScrollArea(self.fields, self), 1)
        self.commands = CommandPanel(context, self)
        self._orders = TouchScrollArea(self.commands, self)
        self.commands.installEventFilter(self)
        self.column.addWidget(self._orders)
        self.column.addWidget(self.trend_button)
        self.trend_button.clicked.connect(lambda: self.trend_wanted.emit(self._tag.id if self._tag else ""))
        self.show_tag("")

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        super().apply_theme(theme)
        self.fields.apply_theme(theme)
        self.trend_button.apply_theme(theme)
        self.commands.apply_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another height: the command may have room now, or none."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The command needs another height: it says more or less."""
        if watched is self.commands and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return False

    def _fit(self) -> None:
        offered = not self.commands.isHidden()
        self._orders.setVisible(offered)
        self.trend_button.setVisible(not offered or self.height() >= _ROOM_FOR_TREND)
        layout = self.commands.layout()
        if not offered or layout is None:
            return
        margins, gap = self.column.contentsMargins(), self.column.spacing()
        room = self.height() - margins.top() - margins.bottom() - _LEAST - gap
        if not self.trend_button.isHidden():
            room -= self.trend_button.height() + gap
        wide = self.width() - margins.left() - margins.right()
        wanted = layout.totalHeightForWidth(wide) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
        self._orders.setFixedHeight(max(0, min(wanted, room)))

    @property
    def tag(self) -> TagDef | None:
        """What is shown."""
        return self._tag

    def tags_at(self, place: QPoint) -> tuple[str, ...]:
        """The shown tag, wherever it is taken hold of."""
        del place
        return () if self._tag is None else (self._tag.id,)

    def show_tag(self, tag_id: str) -> None:
        """Show this tag; an unknown one says how to choose."""
        self._tag = self._tags.definitions().get(TagId(tag_id))
        self.trend_button.setEnabled(self._tag is not None)
        self.commands.show_tag(self._tag)
        self.refresh()
        self._fit()

    def refresh(self) -> None:
        """Write the fields again: value and ages."""
        if self._tag is None:
            self.fields.set_fields([Field("", self.tr("Touch a tag to see everything about it."))])
            return
        self.commands.refresh()
        self.fields.set_fields(self._fields_of(self._tag, self._tags.value(self._tag.id)))

    def _fields_of(self, tag: TagDef, sample: TagValue) -> list[Field]:
        connected = self._system.connected()
        applies = self._normal.applies(tag)
        state = visual_state(tag, sample, applies=applies) if connected else VisualState.INVALID
        value = number_with_unit(sample.value, tag) if state is not VisualState.INVALID else NO_VALUE
        invalid, uncertain = state is VisualState.INVALID, state is VisualState.UNCERTAIN
        now = self._clock.now()
        stamp = f"{self._times.utc_stamp(sample.timestamp, now)} UTC, {age_text(sample, now)}"
        fields = [
            Field("", tag.description or tag.id, heading=True),
            Field(self.tr("Tag"), tag.id),
            Field(self.tr("Value"), value, bold=True, marked=invalid, doubtful=uncertain),
            Field(self.tr("Note"), state_words(state)),
            Field(
                self.tr("Quality"),
                quality_text(sample) if connected else self.tr("not connected"),
                marked=invalid,
                doubtful=uncertain,
            ),
            Field(self.tr("Time"), stamp),
            Field(self.tr("Last good"), self._last_good(tag) if invalid or uncertain else ""),
            Field(self.tr("Raw value"), raw_text(sample)),
            Field(self.tr("Normal range"), range_text(tag, tag.normal_min, tag.normal_max) if applies else ""),
            Field(self.tr("Sensor range"), range_text(tag, tag.range_min, tag.range_max)),
            Field(self.tr("Kind"), tag.kind.value),
            Field(self.tr("Group"), tag.group),
            Field(self.tr("Device"), tag.device),
        ]
        return [field for field in fields if field.value] + self._alarms_of(tag)

    def _last_good(self, tag: TagDef) -> str:
        good = self._tags.last_good(tag.id)
        if good is None:
            return self.tr("never")
        age = age_text(good, self._clock.now())
        return self.tr("{value}, {age} ago").format(value=number_with_unit(good.value, tag), age=age)

    def _alarms_of(self, tag: TagDef) -> list[Field]:
        mine = [alarm for alarm in self._alarms.definitions().values() if alarm.tag == tag.id]
        return [
            Field(self.tr("Alarm"), f"{priority_text(alarm.priority)} {limit_text(alarm, tag)}: {alarm.message}")
            for alarm in mine
        ]
