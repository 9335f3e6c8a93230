"""One phase for everything that flashes: 1 Hz, lit 60 % of the time, only while something is unanswered."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from vmshmi.core.clock import Clock

PERIOD_S = 1.0
"""A.830 asks for 0.5 to 1.5 Hz."""
LIT = 0.6
"""Lit part of the period; A.830 asks for at least half."""


class FlashClock(QObject):
    """The phase in which unacknowledged alarms are lit or dark. Nothing else in the program flashes."""

    phase_changed = Signal(bool)

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._lit = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    @property
    def lit(self) -> bool:
        """True in the lit part of the period, and always while nothing flashes."""
        return self._lit

    @property
    def running(self) -> bool:
        """True while something flashes."""
        return self._timer.isActive()

    def set_needed(self, needed: bool) -> None:
        """Run while something is unanswered; at rest everything is lit."""
        if needed and not self._timer.isActive():
            self.tick()
        elif not needed and self._timer.isActive():
            self._timer.stop()
            self._show(True)

    def tick(self) -> None:
        """Take the phase from the clock and wake at the next edge."""
        phase = self._clock.monotonic() % PERIOD_S
        lit = phase < LIT * PERIOD_S
        edge = LIT * PERIOD_S if lit else PERIOD_S
        self._timer.start(max(1, round((edge - phase) * 1000) + 1))
        self._show(lit)

    def _show(self, lit: bool) -> None:
        if lit != self._lit:
            self._lit = lit
            self.phase_changed.emit(lit)
