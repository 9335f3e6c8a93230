"""The list of devices: who answers, who does not, and why."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.ports import SystemPort
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.devices.words import stamp_text, state_text
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.icons import paint_icon
from vmshmi.ui.style.sizes import GAP, TEXT_BODY
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import RIGHT, draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable

_STATE = 136
"""Width of the column that says the state."""


class DeviceTable(QWidget):
    """Devices in the order of the project."""

    picked = Signal(str)

    def __init__(self, system: SystemPort, clock: Clock, times: ShipTime, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._system = system
        self._clock = clock
        self._times = times
        self._theme = theme
        self._devices: tuple[DeviceStatus, ...] = ()
        columns = (
            Column("state", self.tr("State"), _STATE),
            Column("id", self.tr("Device"), 110),
            Column("driver", self.tr("Driver"), 120, from_width=900),
            Column("address", self.tr("Address"), 200, stretch=True),
            Column("last_ok", self.tr("Last answer UTC"), 130),
            Column("round_trip", self.tr("Answer in"), 90, align=RIGHT),
            Column("tags", self.tr("Tags"), 76, align=RIGHT),
            Column("error", self.tr("Last error"), 320, from_width=1000),
        )
        self.rows = RowTable(self, columns, theme, self.tr("This project has no devices"), self)
        self.rows.setObjectName("device_rows")
        self.rows.setAccessibleName(self.tr("Device list"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows)
        self.rows.row_touched.connect(self._on_row)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.rows.apply_theme(theme)

    def set_devices(self, devices: Sequence[DeviceStatus]) -> None:
        """Show these."""
        fresh = tuple(devices)
        if fresh == self._devices:
            return
        moved = [device.id for device in fresh] != [device.id for device in self._devices]
        self._devices = fresh
        if moved:
            self.rows.rows_changed()
        else:
            self.rows.viewport().update()

    def _on_row(self, row: int) -> None:
        self.picked.emit(self._devices[row].id)

    # ---- RowSource

    def row_count(self) -> int:
        """How many devices there are."""
        return len(self._devices)

    def row_key(self, row: int) -> object:
        """The device's id."""
        return self._devices[row].id

    def row_text(self, row: int) -> str:
        """The device in one line."""
        device = self._devices[row]
        return f"{device.id} {state_text(device.state)} {device.last_error}"

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """A lost device is marked under its state."""
        state = self._devices[row].state
        mark = QRectF(rect.x(), rect.y(), _STATE - GAP, rect.height())
        if state.is_lost:
            painter.fillRect(mark, self._theme.invalid)
        elif state in (DeviceState.DEGRADED, DeviceState.CONNECTING):
            painter.fillRect(mark, self._theme.low_integrity)

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        device = self._devices[row]
        theme = self._theme
        if column.key == "state":
            lost = device.state.is_lost or device.state is DeviceState.STOPPED
            sign = QRectF(rect.x(), rect.y() + 9, 22, rect.height() - 18)
            painter.setPen(QPen(theme.text, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            paint_icon(painter, "no_link" if lost else "link", sign, theme.text)
            draw_text(
                painter,
                rect.adjusted(30, 0, 0, 0),
                state_text(device.state),
                ui_font(TEXT_BODY, lost),
                theme.text,
            )
            return
        bold = column.key == "id"
        ink = theme.text if bold or column.key == "error" else theme.text_secondary
        draw_text(painter, rect, self._text(device, column.key), ui_font(TEXT_BODY, bold), ink, column.align)

    def _text(self, device: DeviceStatus, column: str) -> str:
        match column:
            case "id":
                return device.id
            case "driver":
                return device.driver
            case "address":
                return device.address
            case "last_ok":
                return stamp_text(device.last_ok, self._times, self._clock.now())
            case "round_trip":
                return f"{device.round_trip_ms:.1f} ms" if device.round_trip_ms is not None else ""
            case "tags":
                return str(device.tags)
            case _:
                return device.last_error
