"""The system page: is the runtime well, is every device answering."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vmshmi.core.health import HistorianStats, RuntimeHealth
from vmshmi.ui.alarms.alarm_test_panel import AlarmTestPanel
from vmshmi.ui.binding.ship_time import duration_text
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.shell.registry import AUDIT
from vmshmi.ui.style.sizes import ACK, GAP, MARGIN
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tags.device_table import DeviceTable
from vmshmi.ui.tags.words import reason_text
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.panel import Panel
from vmshmi.ui.widgets.scroll_area import TouchScrollArea
from vmshmi.ui.widgets.touch_button import TouchButton


class SystemPage(QWidget):
    """Devices above, each a way to its page; the alarm test below, the runtime's health beside."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self.devices = DeviceTable(context.runtime.system, context.clock, context.times, theme, self)
        self.hint = FieldList(theme, self)
        self.hint.set_fields([Field("", self.tr("Touch a device to see its values and what it says, and to test it."))])
        self.health_card = Panel(theme, self)
        self.health = FieldList(theme, self.health_card, name_width=170)
        self.alarm_test = AlarmTestPanel(context.answers, theme, self)
        self.audit = TouchButton(theme, self.tr("Commands and logins"), icon="list", parent=self)
        self.audit.setObjectName("open_audit")
        self.audit.setFixedHeight(ACK)
        self.audit.clicked.connect(lambda: context.navigate(AUDIT, {}))
        self._arrange()
        self.devices.picked.connect(self._open_device)

    def _arrange(self) -> None:
        self.health_card.column.addWidget(TouchScrollArea(self.health, self.health_card), 1)
        self.health_card.column.addWidget(self.audit)
        left = QVBoxLayout()
        left.setSpacing(MARGIN)
        left.addWidget(self.devices, 1)
        left.addWidget(self.hint)
        left.addWidget(self.alarm_test)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        row.setSpacing(MARGIN)
        row.addLayout(left, 1)
        self.health_card.setFixedWidth(430)
        row.addWidget(self.health_card)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for part in (self.devices, self.hint, self.health_card, self.health, self.alarm_test, self.audit):
            part.apply_theme(theme)

    def on_shown(self) -> None:
        """Bring everything up to date."""
        self.tick()

    def tick(self) -> None:
        """Ask the runtime; what it says is at most a second old."""
        system = self._context.runtime.system
        self.devices.set_devices(system.devices())
        self.health.set_fields(self._health_fields(system.health(), system.connected()))

    def _open_device(self, device_id: str) -> None:
        self._context.navigate("device", {"device": device_id})

    # ---- what is written

    def _health_fields(self, health: RuntimeHealth | None, connected: bool) -> list[Field]:
        heading = Field("", self.tr("Runtime"), heading=True)
        link = Field(
            self.tr("Connection"),
            self.tr("connected") if connected else self.tr("NOT CONNECTED: the values below are old"),
            bold=not connected,
            marked=not connected,
        )
        if health is None:
            return [heading, link, Field("", self.tr("The runtime has not reported yet."))]
        tags = health.tags
        reasons = ", ".join(f"{reason_text(reason)} {number:,}" for reason, number in tags.by_reason if number)
        return [
            heading,
            link,
            Field(self.tr("Status"), health.status, bold=True, marked=health.status != "ok"),
            *(Field("", message, marked=True) for message in health.messages),
            Field(self.tr("Version"), health.version),
            Field(self.tr("Running for"), duration_text(health.uptime_s)),
            Field(self.tr("Loop lag, p99"), f"{health.loop_lag_ms:.1f} ms, {health.loop_lag_p99_ms:.1f} ms"),
            Field(self.tr("Memory"), f"{health.memory_mb:.0f} MB"),
            Field(self.tr("Other screens"), str(health.clients)),
            Field("", self.tr("Tags"), heading=True),
            Field(self.tr("All"), f"{tags.total:,}"),
            Field(self.tr("Good"), f"{tags.good:,}"),
            Field(self.tr("Uncertain"), f"{tags.uncertain:,}", doubtful=tags.uncertain > 0),
            Field(self.tr("Bad"), f"{tags.bad:,}", marked=tags.bad > 0),
            *([Field(self.tr("Reasons"), reasons)] if reasons else []),
            Field(self.tr("Samples taken"), f"{tags.updates:,}"),
            *self._historian_fields(health.historian),
        ]

    def _historian_fields(self, historian: HistorianStats) -> list[Field]:
        context = self._context
        flushed = self.tr("never")
        if historian.last_flush is not None:
            stamp = context.times.utc_stamp(historian.last_flush, context.clock.now())
            flushed = self.tr("{stamp} UTC, took {took} ms").format(stamp=stamp, took=f"{historian.flush_ms:.1f}")
        fields = [
            Field("", self.tr("Historian"), heading=True),
            Field(self.tr("State"), historian.state, bold=True, marked=historian.state != "running"),
            Field(self.tr("Recorded"), f"{historian.rows:,}"),
            Field(self.tr("Not yet durable"), f"{historian.pending:,}"),
            Field(self.tr("Lost"), f"{historian.dropped:,}", marked=historian.dropped > 0),
            Field(self.tr("Last flush"), flushed),
            Field(self.tr("Folder"), historian.path),
            *self._space_fields(historian),
            Field(self.tr("Last error"), historian.last_error, marked=True),
        ]
        return [field for field in fields if field.value]

    def _space_fields(self, historian: HistorianStats) -> list[Field]:
        """What the recorded past takes, and how long the disk will do; empty texts for what is not known yet."""
        oldest = "" if historian.oldest_day is None else historian.oldest_day.date().isoformat()
        left = "" if historian.days_left is None else f"{historian.days_left:,.0f}"
        return [
            Field(self.tr("On disk"), f"{historian.disk_bytes / 1e9:.2f} GB" if historian.disk_bytes else ""),
            Field(self.tr("Oldest day"), oldest),
            Field(self.tr("Days kept"), f"{historian.days_kept:,}" if historian.days_kept else ""),
            Field(self.tr("Days left"), left, marked=bool(historian.shortage)),
            Field(self.tr("Short of space"), historian.shortage, marked=True),
        ]
