"""The tags page: every tag of the ship, searched, filtered, explained."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vmshmi.core.tags import TagDef
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import GAP, MARGIN, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tags.group_filter import GroupFilter
from vmshmi.ui.tags.tag_detail import TagDetail
from vmshmi.ui.tags.tag_table import TagTable
from vmshmi.ui.widgets.search_field import SearchField
from vmshmi.ui.widgets.touch_button import TouchButton


class TagsPage(QWidget):
    """Search, group, list; beside it the details of the chosen tag."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        theme, runtime = context.theme, context.runtime
        self._all = self._sorted()
        self.search = SearchField(theme, self.tr("Search id or description"), self)
        self.only_bad = TouchButton(theme, self.tr("Not good"), parent=self)
        self.groups = GroupFilter(theme, self)
        self.count = QLabel(self)
        self.table = TagTable(runtime.tags, runtime.system, context.clock, theme, self)
        self.detail = TagDetail(context, self)
        self._arrange()
        self.search.textChanged.connect(self._filter)
        self.only_bad.clicked.connect(self._filter)
        self.groups.chosen.connect(self._filter)
        self.table.picked.connect(self.detail.show_tag)
        self.detail.trend_wanted.connect(self._go_to_trend)
        context.drag.offer(self.table.rows.viewport(), self.table.tags_at)
        context.drag.offer(self.detail.fields, self.detail.tags_at)
        self._filter()

    def _arrange(self) -> None:
        self.search.setObjectName("tag_search")
        self.search.setMinimumWidth(240)
        self.only_bad.setObjectName("only_bad")
        self.only_bad.setCheckable(True)
        self.only_bad.setFixedHeight(TOUCH)
        self.groups.set_groups(tuple(sorted({tag.group for tag in self._all if tag.group})))
        self.groups.setFixedHeight(TOUCH)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self.search, 1)
        for part in (self.groups, self.only_bad, self.count):
            head.addWidget(part)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addLayout(head)
        left.addWidget(self.table, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        row.setSpacing(MARGIN)
        row.addLayout(left, 1)
        self.detail.setFixedWidth(328)
        row.addWidget(self.detail)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for part in (self.search, self.only_bad, self.groups, self.table, self.detail):
            part.apply_theme(theme)

    def on_shown(self) -> None:
        """The runtime may know more tags by now."""
        self._all = self._sorted()
        self._filter()

    def open_with(self, arguments: Mapping[str, str]) -> None:
        """`{"tag": id}` chooses a tag, whatever was searched before."""
        tag_id = arguments.get("tag", "")
        self.search.clear()
        self.only_bad.setChecked(False)
        self.groups.choose("")
        self._filter()
        self.table.select(tag_id)
        self.detail.show_tag(tag_id)

    def tick(self) -> None:
        """Ages, the chosen tag, and which tags are not good now."""
        self.table.refresh_ages()
        self.detail.refresh()
        if self.only_bad.isChecked():
            self._filter()

    # ---- inside

    def _sorted(self) -> tuple[TagDef, ...]:
        return tuple(sorted(self._context.runtime.tags.definitions().values(), key=lambda tag: tag.id))

    def _filter(self) -> None:
        words = self.search.text().lower().split()
        group = self.groups.current
        shown = [
            tag
            for tag in self._all
            if (not group or tag.group == group)
            and all(word in tag.id.lower() or word in tag.description.lower() for word in words)
        ]
        if self.only_bad.isChecked():
            value = self._context.runtime.tags.value
            shown = [tag for tag in shown if not value(tag.id).quality.is_good]
        self.table.set_tags(shown)
        self.count.setText(self.tr("{shown} of {all}").format(shown=len(shown), all=len(self._all)))

    def _go_to_trend(self, tag: str) -> None:
        self._context.navigate("trends", {"tag": tag})
