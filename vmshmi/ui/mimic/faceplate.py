"""Everything about the element that was touched: its tags one by one, with trend and tag list a touch away."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmRecord
from vmshmi.core.values import TagId
from vmshmi.ui.alarms.words import list_state_text, priority_text
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import GAP, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tags.tag_detail import TagDetail
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.panel import Panel
from vmshmi.ui.widgets.touch_button import TouchButton


class Faceplate(Panel):
    """A card over the page; never modal."""

    closed = Signal()

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context.theme, parent)
        self._context = context
        self._tags: tuple[str, ...] = ("",)
        self._at = 0
        theme = context.theme
        self.command_button = TouchButton(theme, self.tr("Command"), parent=self)
        self.next_tag = TouchButton(theme, self.tr("Next value"), parent=self)
        self.tag_button = TouchButton(theme, self.tr("Tag"), parent=self)
        self.close_button = TouchButton(theme, self.tr("Close"), parent=self)
        for button in (self.command_button, self.next_tag, self.tag_button, self.close_button):
            button.setFixedHeight(TOUCH)
        self.detail = TagDetail(context, self)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        for button in (self.next_tag, self.tag_button, self.close_button):
            head.addWidget(button, 1)
        self.standing = FieldList(theme, self, name_width=104)
        self.column.addLayout(head)
        self.column.addWidget(self.command_button)
        self.column.addWidget(self.standing)
        self.column.addWidget(self.detail, 1)
        self.command_button.clicked.connect(lambda: self.choose(self._order))
        self.next_tag.clicked.connect(self._next)
        self.tag_button.clicked.connect(lambda: context.navigate("tags", {"tag": self._tags[self._at]}))
        self.close_button.clicked.connect(self.closed)
        self.detail.trend_wanted.connect(self._go_to_trend)
        context.drag.offer(self.detail.fields, self.detail.tags_at)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        super().apply_theme(theme)
        for part in (
            self.command_button, self.next_tag, self.tag_button, self.close_button, self.standing, self.detail,
        ):  # fmt: skip
            part.apply_theme(theme)

    def show_tags(self, tags: tuple[str, ...]) -> None:
        """Show these, the one with a standing alarm first."""
        self._tags = tags
        alarmed = {self._context.alarms.definition(record.id).tag for record in self._context.alarms.records()}
        self._at = next((index for index, tag_id in enumerate(tags) if TagId(tag_id) in alarmed), 0)
        self.next_tag.setVisible(len(tags) > 1)
        self._show()

    def choose(self, tag_id: str) -> None:
        """Show this one of the shown tags; another one changes nothing."""
        if tag_id in self._tags:
            self._at = self._tags.index(tag_id)
            self._show()

    def refresh(self) -> None:
        """Write value, age and the states of its alarms again."""
        feed = self._context.alarms
        mine = [record for record in feed.records() if feed.definition(record.id).tag == self._tags[self._at]]
        self.standing.setVisible(bool(mine))
        self.standing.set_fields([self._field_of(record) for record in mine])
        self.detail.refresh()

    def _field_of(self, record: AlarmRecord) -> Field:
        alarm = self._context.alarms.definition(record.id)
        text = f"{alarm.message}. {list_state_text(record)}"
        return Field(priority_text(self._context.alarms.priority(record)), text, bold=record.is_unanswered)

    @property
    def _order(self) -> str:
        """The tag that commands what is shown; empty when there is none."""
        known = self._context.runtime.tags.definitions()
        return next((tag for tag in self._tags if tag in known and known[TagId(tag)].writable), "")

    def _show(self) -> None:
        shown = self._tags[self._at]
        self.command_button.setVisible(self._order not in ("", shown))
        self.detail.show_tag(shown)
        self.refresh()

    def _go_to_trend(self, tag_id: str) -> None:
        self._context.navigate("trends", {"tag": tag_id})

    def _next(self) -> None:
        self._at = (self._at + 1) % len(self._tags)
        self._show()
