"""Who stands at this station."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from vmshmi.config.project import StationConfig
from vmshmi.core.access import Person

UNNAMED = "operator"
"""The name used where a project names nobody at all."""


class Session(QObject):
    """The station of this screen and the person who answers at it."""

    changed = Signal()

    def __init__(self, station: StationConfig, users: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._station = station
        own = () if not station.user or station.user in users else (station.user,)
        self._users: tuple[str, ...] = (*users, *own)
        self._user = station.user
        self._person: Person | None = None
        if not self._user and len(self._users) < 2:
            self._user = self._users[0] if self._users else UNNAMED

    @property
    def station_id(self) -> str:
        """Id of this station."""
        return self._station.id

    @property
    def station_name(self) -> str:
        """Name of this station for a person."""
        return self._station.name or self._station.id

    @property
    def users(self) -> tuple[str, ...]:
        """Who may be chosen."""
        return self._users

    @property
    def user(self) -> str:
        """Who stands here; empty while nobody has said."""
        return self._user

    def choose(self, user: str) -> None:
        """Somebody else stands here now."""
        if user != self._user:
            self._user = user
            self._person = None
            self.changed.emit()

    @property
    def answering_as(self) -> str:
        """In whose name alarms are answered: where people have accounts, without a login, in the station's."""
        if self._person is not None and self._person.accounts and not self.logged_in:
            return self.station_name
        return self._user

    @property
    def signature(self) -> str:
        """Under what an order is given: a person and a station, or the station alone."""
        who, place = self.answering_as, self.station_name
        return place if who == place else f"{who}, {place}"

    @property
    def person(self) -> Person | None:
        """What the runtime says this person may do; None while it has not said."""
        return self._person

    @property
    def logged_in(self) -> bool:
        """True after a PIN was given, until the login ends."""
        return self._person is not None and self._person.until is not None

    def set_person(self, person: Person | None) -> None:
        """The runtime has said who it is, or that the login is over."""
        if person != self._person:
            self._person = person
            self.changed.emit()
