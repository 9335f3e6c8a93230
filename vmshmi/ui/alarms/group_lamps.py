"""One lamp a group: flashing while something in it wants an answer, steady while something stands, quiet else."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vmshmi.core.alarms.model import AlarmState, Priority
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import RADIUS, TEXT_BODY, TEXT_LABEL, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, WidthOf, draw_text

_GAP = 4
_PAD = 10
_NARROWEST = 58
_WIDEST = 132


@dataclass(frozen=True, slots=True)
class GroupState:
    """What a lamp says.

    Attributes:
        standing, unanswered: how many of the group stand and are announced, and how many of them want an answer.
        worst: highest priority of those that want an answer, or else of those that stand; None when nothing stands.
    """

    standing: int = 0
    unanswered: int = 0
    worst: Priority | None = None


def group_states(feed: AlarmFeed) -> Mapping[str, GroupState]:
    """The state of every group of the ship, and under the empty name that of all of them."""
    found: dict[str, tuple[int, int, Priority | None]] = dict.fromkeys(("", *feed.groups()), (0, 0, None))
    for kind, many in sorted(feed.tally().items(), key=lambda item: (not item[0].asks, item[0].priority.rank)):
        if not kind.announced:
            continue
        for name in ("", kind.group) if kind.group else ("",):
            standing, unanswered, worst = found.get(name, (0, 0, None))
            found[name] = (standing + many, unanswered + many * kind.asks, worst or kind.priority)
    return {name: GroupState(*counted) for name, counted in found.items()}


class GroupLamp(QAbstractButton):
    """One group: shape of its highest alarm, how many stand, its name."""

    def __init__(self, name: str, title: str, flash: FlashClock, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = name
        self._flash = flash
        self._theme = theme
        self._state = GroupState()
        self.setText(title)
        self.setObjectName(f"group_{name}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def state(self) -> GroupState:
        """What it says."""
        return self._state

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def show_state(self, state: GroupState) -> None:
        """Say this."""
        if state != self._state:
            self._state = state
            self.setAccessibleDescription(f"{state.standing}, {state.unanswered}")
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as its name, within reason."""
        name = WidthOf(ui_font(TEXT_LABEL, bold=True))(self.text())
        return QSize(int(min(_WIDEST, max(_NARROWEST, name + 2 * _PAD))), TOUCH)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lamp."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, state = self._theme, self._state
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        lit = self._flash.lit
        painter.setPen(QPen(theme.text if self.isDown() else theme.text_disabled, 1))
        painter.setBrush(theme.alert(state.worst).container if state.unanswered and state.worst else theme.card)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        number = QRectF(frame.x(), frame.y() + 2, frame.width(), 24)
        if state.worst is None:
            draw_text(painter, number, "–", ui_font(TEXT_BODY), theme.text_secondary, CENTRE)
        else:
            answer = AlarmState.ACTIVE if state.unanswered else AlarmState.ACK
            count = str(state.standing)
            took = WidthOf(ui_font(TEXT_BODY, bold=True))(count)
            sign = QRectF(frame.center().x() - (took + 25) / 2, number.y() + 1, 22, 21)
            paint_alert(painter, sign, state.worst, answer, theme, lit=lit or not state.unanswered)
            place = QRectF(sign.right() + 3, number.y(), took + 2, 24)
            draw_text(painter, place, count, ui_font(TEXT_BODY, bold=True), theme.text)
        name = QRectF(frame.x() + 3, frame.bottom() - 22, frame.width() - 6, 20)
        bold = self.isChecked() or state.unanswered > 0
        draw_text(painter, name, self.text(), ui_font(TEXT_LABEL, bold), theme.text, CENTRE)
        if self.isChecked() or self.hasFocus():
            painter.setPen(QPen(theme.accent, 3 if self.isChecked() else 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()


class GroupLamps(QWidget):
    """All groups in one row, in more where they do not fit; a touch shows the alarms of one, the first those of all."""

    chosen = Signal(str)
    """The group, empty for all."""

    def __init__(self, feed: AlarmFeed, flash: FlashClock, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._feed = feed
        self._flash = flash
        self._theme = theme
        self._current = ""
        self._lamps: dict[str, GroupLamp] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        flash.phase_changed.connect(self._on_phase)
        self.follow()

    @property
    def current(self) -> str:
        """The chosen group; empty for all."""
        return self._current

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        for lamp in self._lamps.values():
            lamp.apply_theme(theme)

    def choose(self, group: str) -> None:
        """Choose as a touch would; touching the chosen one again chooses all."""
        self._current = group if group in self._lamps and group != self._current else ""
        for name, lamp in self._lamps.items():
            lamp.setChecked(name == self._current)
        self.chosen.emit(self._current)

    def follow(self) -> None:
        """Say what stands now."""
        states = group_states(self._feed)
        if states.keys() != self._lamps.keys():
            self._make(tuple(states))
        for name, lamp in self._lamps.items():
            lamp.show_state(states[name])

    def lamp(self, group: str) -> GroupLamp:
        """The lamp of a group.

        Raises:
            KeyError: if there is no such group.
        """
        return self._lamps[group]

    def _make(self, names: tuple[str, ...]) -> None:
        for lamp in self._lamps.values():
            lamp.deleteLater()
        self._lamps = {}
        for name in names:
            lamp = GroupLamp(name, name or self.tr("All"), self._flash, self._theme, self)
            lamp.setChecked(name == self._current)
            lamp.clicked.connect(lambda _=False, group=name: self.choose(group))
            lamp.show()
            self._lamps[name] = lamp
        self._place()

    def _on_phase(self, lit: bool) -> None:
        del lit
        for lamp in self._lamps.values():
            if lamp.state.unanswered:
                lamp.update()

    # ---- rows of lamps

    def _rows(self, width: int) -> list[list[GroupLamp]]:
        rows: list[list[GroupLamp]] = [[]]
        left = 0
        for lamp in self._lamps.values():
            wide = lamp.sizeHint().width()
            if rows[-1] and left + wide > width:
                rows.append([])
                left = 0
            rows[-1].append(lamp)
            left += wide + _GAP
        return rows

    def _place(self) -> None:
        rows = self._rows(self.width())
        spare = min(
            (self.width() - sum(lamp.sizeHint().width() + _GAP for lamp in row) + _GAP) // len(row) for row in rows
        ) if self._lamps else 0  # fmt: skip
        for number, row in enumerate(rows):
            left = 0
            for lamp in row:
                wide = lamp.sizeHint().width() + max(0, min(spare, 24))
                lamp.setGeometry(QRect(left, number * (TOUCH + _GAP), wide, TOUCH))
                left += wide + _GAP
        height = len(rows) * (TOUCH + _GAP) - _GAP
        if height != self.height():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the lamps."""
        del event
        self._place()
