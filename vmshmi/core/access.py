"""Who may do what: three roles, each with all that the one below it may."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Role(Enum):
    """What a person may do, beyond what everybody may: see all, silence, acknowledge."""

    VIEWER = "viewer"
    """Nothing more."""
    OPERATOR = "operator"
    """Give commands to machinery."""
    ENGINEER = "engineer"
    """Also commands that a tag keeps for engineers; read the audit log; ask the database."""

    @property
    def rank(self) -> int:
        """0 is the lowest."""
        return _RANKS[self]

    def covers(self, needed: "Role") -> bool:
        """True when this role may do what needs that one."""
        return self.rank >= needed.rank


_RANKS = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as far as the runtime knows.

    Attributes:
        name: of the person; empty for nobody.
        role: what this person may do.
        until: when the login ends, UTC; None for a name that was only given, without a login.
        login_needed: True where people have accounts or it is another machine: without a login nobody may do more
            than a viewer.
        accounts: True where people have accounts: an answer to an alarm then stands in the name of a login, or of
            the station.
    """

    name: str
    role: Role
    until: datetime | None = None
    login_needed: bool = False
    accounts: bool = False


@dataclass(frozen=True, slots=True)
class Login:
    """A login that succeeded.

    Attributes:
        token: proves it from now on; a secret.
        person: who it is, and until when.
    """

    token: str
    person: Person
