"""From an alarm to where its machine can be seen: trend, page, tag; and to what other numbers would have made of it."""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from vmshmi.ui.mimic.elements import page_showing
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import ACK, GAP, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.touch_button import TouchButton


class Ways(QWidget):
    """Four buttons, one touch each."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._tag = ""
        self._at: datetime | None = None
        self._page: str | None = None
        self._alarm = ""
        theme = context.theme
        self.trend = TouchButton(theme, self.tr("Trend"), icon="trends", stacked=True, parent=self)
        self.page = TouchButton(theme, self.tr("Page"), icon="page", stacked=True, parent=self)
        self.tag = TouchButton(theme, self.tr("Tag"), icon="tags", stacked=True, parent=self)
        self.whatif = TouchButton(theme, self.tr("What if"), icon="look", stacked=True, parent=self)
        self.whatif.setAccessibleName(self.tr("What if it were set otherwise?"))
        self.whatif.setToolTip(self.whatif.accessibleName())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        names = {
            "way_trend": self.trend, "way_page": self.page, "way_tag": self.tag, "way_whatif": self.whatif,
        }  # fmt: skip
        for name, button in names.items():
            button.setObjectName(name)
            button.set_text_size(TEXT_LABEL)
            button.setFixedHeight(ACK)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            row.addWidget(button, 1)
        self.trend.clicked.connect(self._go_to_trend)
        self.page.clicked.connect(self._go_to_page)
        self.tag.clicked.connect(lambda: context.navigate("tags", {"tag": self._tag}))
        self.whatif.clicked.connect(lambda: context.navigate("whatif", {"alarm": self._alarm}))
        self.lead_to("")

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for button in (self.trend, self.page, self.tag, self.whatif):
            button.apply_theme(theme)

    def lead_to(self, tag_id: str, at: datetime | None = None, alarm_id: str = "") -> None:
        """Lead to this tag, its trend around a moment; an unknown one leads nowhere. The program's own alarms are as
        they are: of them no what-if is offered.
        """
        self._alarm = alarm_id
        self.whatif.setVisible(bool(alarm_id) and not alarm_id.startswith("system."))
        self._tag, self._at = tag_id, at
        known = {str(tag) for tag in (tag_id,) if tag in self._context.runtime.tags.definitions()}
        self._page = page_showing(self._context.project.pages, tag_id) if known else None
        for button in (self.trend, self.tag):
            button.setEnabled(bool(known))
        self.page.setEnabled(self._page is not None)
        self.page.setToolTip(self.tr("No page shows this tag.") if known and self._page is None else "")
        self.trend.setText(self.tr("Trend then") if at is not None else self.tr("Trend"))

    def _go_to_trend(self) -> None:
        arguments: Mapping[str, str] = {"tag": self._tag}
        if self._at is not None:
            arguments = {**arguments, "at": self._at.isoformat()}
        self._context.navigate("trends", arguments)

    def _go_to_page(self) -> None:
        if self._page is not None:
            self._context.navigate(self._page, {"tag": self._tag})
