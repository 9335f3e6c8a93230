"""The page of one device: does it answer, what are its values, what else does it say."""

from collections.abc import Mapping, Sequence
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from vmshmi.core.devices import DeviceStatus, MonitorRow
from vmshmi.core.tags import TagDef
from vmshmi.ui.devices.connection_test import ConnectionTest
from vmshmi.ui.devices.monitor_table import MonitorTable, rate_text
from vmshmi.ui.devices.monitor_watch import MonitorWatch
from vmshmi.ui.devices.words import sources_of, status_fields
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import GAP, MARGIN, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tags.tag_table import TagTable
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.panel import Panel
from vmshmi.ui.widgets.scroll_area import TouchScrollArea
from vmshmi.ui.widgets.search_field import SearchField
from vmshmi.ui.widgets.segments import Segments
from vmshmi.ui.widgets.touch_button import TouchButton


class View(Enum):
    """What the large list shows."""

    VALUES = "values"
    MONITOR = "monitor"


class DevicePage(QWidget):
    """Test of the connection above; values or monitor; state and counters beside."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._device = ""
        self._chosen = ""
        self._tags: tuple[TagDef, ...] = ()
        self._is_shown = False
        theme, runtime = context.theme, context.runtime
        self.back = TouchButton(theme, self.tr("Devices"), icon="left", parent=self)
        self.test = ConnectionTest(runtime.system, context.tasks, context.clock, context.times, theme, self)
        views = ((View.VALUES.value, self.tr("Values")), (View.MONITOR.value, self.tr("Live monitor")))
        self.views = Segments(views, theme, self)
        self.search = SearchField(theme, self.tr("Search"), self)
        self.pause = TouchButton(theme, self.tr("Pause"), parent=self)
        self.count = QLabel(self)
        self.values = TagTable(runtime.tags, runtime.system, context.clock, theme, self, raw_first=True)
        context.drag.offer(self.values.rows.viewport(), self.values.tags_at)
        self.monitor = MonitorTable(context.clock, context.times, theme, self)
        self.watch = MonitorWatch(runtime.system, self._on_rows)
        self.card = Panel(theme, self)
        self.fields = FieldList(theme, self.card, name_width=150)
        self._arrange()
        self._connect()
        self._show_device("")

    def _arrange(self) -> None:
        self.back.setObjectName("device_back")
        self.search.setObjectName("device_search")
        self.pause.setObjectName("monitor_pause")
        self.pause.setCheckable(True)
        for part in (self.back, self.pause, self.views):
            part.setFixedHeight(TOUCH)
        self.back.setMinimumWidth(150)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.count.setMinimumWidth(96)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self.back)
        head.addWidget(self.test, 1)
        tools = QHBoxLayout()
        tools.setSpacing(GAP)
        tools.addWidget(self.views)
        tools.addWidget(self.search, 1)
        for part in (self.pause, self.count):
            tools.addWidget(part)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.values)
        self._stack.addWidget(self.monitor)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addLayout(tools)
        left.addWidget(self._stack, 1)
        self.card.column.addWidget(TouchScrollArea(self.fields, self.card), 1)
        self.card.setFixedWidth(328)
        row = QHBoxLayout()
        row.setSpacing(MARGIN)
        row.addLayout(left, 1)
        row.addWidget(self.card)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addLayout(row, 1)

    def _connect(self) -> None:
        self.back.clicked.connect(lambda: self._context.navigate("system", {}))
        self.views.chosen.connect(self._follow_view)
        self.search.textChanged.connect(self._filter)
        self.pause.toggled.connect(self.watch.pause)
        self.monitor.picked.connect(self._pick)
        self.test.answered.connect(self.tick)
        self._context.drag.offer(self.values.rows.viewport(), self.values.tags_at)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for part in (self.back, self.test, self.views, self.search, self.pause):
            part.apply_theme(theme)
        for part in (self.values, self.monitor, self.card, self.fields):
            part.apply_theme(theme)

    @property
    def device(self) -> str:
        """Id of the device that is shown."""
        return self._device

    @property
    def view(self) -> View:
        """What the large list shows."""
        return View(self.views.current)

    def open_with(self, arguments: Mapping[str, str]) -> None:
        """`{"device": id}` shows a device, `{"view": "monitor"}` what it says."""
        self._show_device(arguments.get("device", self._device))
        if arguments.get("view"):
            self.views.choose(View(arguments["view"]).value)

    def on_shown(self) -> None:
        """Begin to listen, where the monitor is in front."""
        self._is_shown = True
        self._show_device(self._device)
        self._follow_view()

    def on_hidden(self) -> None:
        """Nobody looks: nothing is listened to."""
        self._is_shown = False
        self.watch.close()

    def tick(self) -> None:
        """State, counters and ages."""
        self.values.refresh_ages()
        context = self._context
        status = self._status()
        fields = [] if status is None else status_fields(status, context.times, context.clock.now())
        if not context.runtime.system.connected():
            old = Field("", self.tr("NOT CONNECTED: what stands here is old"), bold=True, marked=True)
            fields.insert(0, old)
        self.fields.set_fields([*self._line_fields(), *fields])
        self._show_count()

    # ---- inside

    def _status(self) -> DeviceStatus | None:
        devices = self._context.runtime.system.devices()
        return next((status for status in devices if status.id == self._device), None)

    def _show_device(self, device_id: str) -> None:
        """Show this one; without an id the first there is."""
        known = [device.id for device in self._context.project.devices]
        wanted = device_id if device_id in known else next(iter(known), "")
        if wanted != self._device:
            self._device, self._chosen = wanted, ""
            self.monitor.clear()
            self.pause.setChecked(False)
            self.test.set_device(wanted)
            self.values.set_sources(sources_of(self._context.project, wanted))
            if self.watch.open:
                self.watch.listen(wanted)
        definitions = self._context.runtime.tags.definitions().values()
        self._tags = tuple(tag for tag in definitions if tag.device == wanted and wanted)
        self._filter()
        self.tick()

    def _follow_view(self) -> None:
        looks = self._is_shown and self.view is View.MONITOR and bool(self._device)
        if looks and not self.watch.open:
            self.monitor.clear()
            self.watch.listen(self._device)
        elif not looks:
            self.watch.close()
        self._stack.setCurrentWidget(self.monitor if self.view is View.MONITOR else self.values)
        self.pause.setVisible(self.view is View.MONITOR)
        self._filter()
        self.tick()

    def _filter(self) -> None:
        text = self.search.text()
        self.monitor.search(text)
        words = text.lower().split()
        self.values.set_tags(
            [tag for tag in self._tags if all(w in f"{tag.id} {tag.description}".lower() for w in words)]
        )
        self._show_count()

    def _show_count(self) -> None:
        monitors = self.view is View.MONITOR
        shown, every = self.monitor.count if monitors else (len(self.values.shown()), len(self._tags))
        self.count.setText(self.tr("{shown} of {all}").format(shown=shown, all=every))

    def _on_rows(self, rows: Sequence[MonitorRow]) -> None:
        self.monitor.take(rows)
        self._show_count()

    def _pick(self, key: str) -> None:
        self._chosen = key
        self.tick()

    def _line_fields(self) -> list[Field]:
        """The chosen line of the monitor in full: a list cuts what is long."""
        row = self.monitor.row(self._chosen) if self.view is View.MONITOR else None
        if row is None:
            return []
        fields = [
            Field("", row.latest.key, heading=True),
            Field(self.tr("Meaning"), row.latest.meaning, stacked=True),
            Field(self.tr("Raw"), row.latest.raw, stacked=True),
            Field(self.tr("Rate"), rate_text(row)),
        ]
        return [field for field in fields if field.value]
