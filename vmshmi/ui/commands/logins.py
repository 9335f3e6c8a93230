"""Who is logged in at this screen: asks for the PIN where people have accounts, and logs out who has gone away."""

import contextlib
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget

from vmshmi.core.clock import Clock
from vmshmi.core.commands import CommandRefusal
from vmshmi.core.errors import CommandRefused, VmsError
from vmshmi.core.ports import CommandsPort
from vmshmi.ui.binding.session import Session
from vmshmi.ui.binding.tasks import Tasks
from vmshmi.ui.commands.pin_dialog import PinDialog
from vmshmi.ui.commands.pin_pad import PinPad
from vmshmi.ui.commands.words import refusal_text
from vmshmi.ui.style.theme import Theme

_LOOK_S = 10.0
"""How often the runtime is asked whether the login still stands."""
AskPin = Callable[[str, Callable[[str], None], Callable[[], None], Callable[[], None]], PinPad]
"""Asks for a PIN: whose, who takes it, who goes on without, who is told that it is over (see `PinPad.ask`)."""
_ACTIVE = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.TouchBegin, QEvent.Type.KeyPress})


class Logins(QObject):
    """Logs in and out in the name of the session's person.

    Args:
        port: knows the accounts.
        session: told who it is.
        tasks: keeps what is under way.
        clock: both clocks.
        idle_s: nobody touched anything for so long, and the login ends; 0 is never.
        theme: asked for when a dialog opens.
        window: home of the dialogs; owns this object.
    """

    def __init__(
        self,
        port: CommandsPort,
        session: Session,
        tasks: Tasks,
        clock: Clock,
        idle_s: float,
        theme: Callable[[], Theme],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._port = port
        self._session = session
        self._tasks = tasks
        self._clock = clock
        self._idle_s = idle_s
        self._theme = theme
        self._window = window
        self._touched_at = clock.monotonic()
        self._looked_at = float("-inf")
        self._looking = False
        self._watching = False
        self._pad: PinPad | None = None
        session.changed.connect(self._follow)

    # ---- what others call

    def choose(self, user: str, ask: AskPin | None = None) -> None:
        """Somebody says who stands here; with accounts the PIN is asked for, by `ask` or in a dialog."""
        self._tasks.spawn(self._choose(user, ask or self._ask_in_dialog), name="who is here")

    def log_out(self) -> None:
        """End the login; the name stays and may do what a name alone may."""
        self._tasks.spawn(self._log_out(), name="log out")

    def tick(self) -> None:
        """Twice a second: is the login over, has the person gone away?"""
        now = self._clock.monotonic()
        if self._session.logged_in and self._idle_s and now - self._touched_at >= self._idle_s:
            self._touched_at = now
            self.log_out()
        elif not self._looking and now - self._looked_at >= _LOOK_S:
            self._looking, self._looked_at = True, now
            self._tasks.spawn(self._look(), name="who may what")

    def close(self) -> None:
        """Nobody watches any more."""
        self._watch(on=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Somebody is there."""
        del watched
        if event.type() in _ACTIVE:
            self._touched_at = self._clock.monotonic()
        return False

    # ---- inside

    def _follow(self) -> None:
        self._watch(on=self._session.logged_in)
        if self._session.person is None:
            self._looked_at = float("-inf")  # another name: ask with the next tick what it may

    def _watch(self, *, on: bool) -> None:
        """Every touch is heard only while somebody is logged in: it costs a call for each event."""
        application = QCoreApplication.instance()
        if on is self._watching or application is None:
            return
        self._watching = on
        if on:
            self._touched_at = self._clock.monotonic()
            application.installEventFilter(self)
        else:
            application.removeEventFilter(self)

    async def _look(self) -> None:
        user = self._session.user
        try:
            person = await self._port.person(user)
        except CommandRefused as refused:
            if refused.reason == "session_ended":
                self._looked_at = float("-inf")
                self._session.set_person(None)
            return
        except VmsError:
            return  # what is known stays; a command says by itself why not
        finally:
            self._looking = False
        if user == self._session.user:
            self._session.set_person(person)

    async def _choose(self, user: str, ask: AskPin) -> None:
        try:
            person = await self._port.person(user)
        except VmsError:
            self._session.choose(user)  # by name alone: alarms can be answered
            return
        if person.accounts and person.until is None:
            self._pad = ask(
                user,
                lambda pin: self._tasks.spawn(self._log_in(user, pin), name="log in") and None,
                lambda: self._session.choose(user),
                self._closed,
            )
            return
        self._session.choose(user)
        self._session.set_person(person)

    def _ask_in_dialog(
        self, user: str, given: Callable[[str], None], without: Callable[[], None], over: Callable[[], None]
    ) -> PinPad:
        dialog = PinDialog(self._theme(), self._session.station_name, self._window)
        dialog.finished.connect(over)
        dialog.pad.ask(user, given, without, dialog.accept)
        dialog.open()
        return dialog.pad

    def _closed(self) -> None:
        self._pad = None

    async def _log_in(self, user: str, pin: str) -> None:
        try:
            person = await self._port.login(user, pin, self._session.station_id)
        except VmsError as error:
            if self._pad is not None:
                reason = error.reason if isinstance(error, CommandRefused) else "storage"
                self._pad.refuse(refusal_text(CommandRefusal(reason, str(error))))
            return
        self._session.choose(person.name)
        self._session.set_person(person)
        if self._pad is not None:
            self._pad.finish()

    async def _log_out(self) -> None:
        with contextlib.suppress(VmsError):  # forgotten here; at the runtime it ends by itself
            await self._port.logout(self._session.station_id)
        self._session.set_person(None)
