"""The accounts of a ship: `accounts.sqlite` in the database folder, changed by `vmshmi user`.

A PIN is kept as its scrypt hash with a salt of its own; nobody can read it back.
"""

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from vmshmi.core.access import Role
from vmshmi.core.errors import CommandRefused, StorageError
from vmshmi.runtime.storage.durable import sync_folder
from vmshmi.runtime.storage.journal_file import open_reader

_Answer = TypeVar("_Answer")

FILE = "accounts.sqlite"
PIN_LENGTHS = range(4, 65)
MAX_NAME = 80
# 16 MB and about 0.2 s of one core for each guess; more memory would be felt on an engine-room computer
_N, _R, _P, _MEMORY = 2**14, 8, 5, 32 * 2**20
_SCHEMA = """CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY COLLATE NOCASE, role TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL
) WITHOUT ROWID"""


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can log in."""

    name: str
    role: Role


class Accounts:
    """The accounts in a database folder. Every method reads or writes the file: not for the runtime's loop.

    Args:
        path: the file, which need not exist; None has none and can have none.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def everyone(self) -> list[Account]:
        """All accounts by name.

        Raises:
            StorageError: when the file is there and cannot be read: that is not the same as no accounts.
        """
        found = self._read(lambda connection: connection.execute("SELECT name, role FROM account ORDER BY name"))
        return [Account(cast("str", name), Role(role)) for name, role in found]

    def find(self, name: str) -> Account | None:
        """The account of this name, capitals or not; raises as `everyone`."""
        found = self._read(lambda c: c.execute("SELECT name, role FROM account WHERE name = ?", (name,)))
        return Account(cast("str", found[0][0]), Role(found[0][1])) if found else None

    def check(self, name: str, pin: str) -> Account | None:
        """The account, when this is its PIN; takes the same time when there is no such account.

        Raises:
            StorageError: as `everyone`.
        """
        found = self._read(lambda c: c.execute("SELECT name, role, salt, hash FROM account WHERE name = ?", (name,)))
        known, role, salt, stored = found[0] if found else ("", Role.VIEWER.value, bytes(16), bytes(32))
        is_right = hmac.compare_digest(_hash(pin, cast("bytes", salt)), cast("bytes", stored))
        return Account(cast("str", known), Role(role)) if found and is_right else None

    def put(self, name: str, role: Role, pin: str) -> bool:
        """Add an account, or give it another role and PIN; durable when it returns.

        Returns:
            True when it is new.

        Raises:
            CommandRefused: `bad_name`, `bad_pin`.
            StorageError: when it cannot be written.
        """
        name = check_account(name, pin)
        salt = secrets.token_bytes(16)
        row = (name, role.value, salt, _hash(pin, salt))

        def work(connection: sqlite3.Connection) -> bool:
            is_new = connection.execute("SELECT 1 FROM account WHERE name = ?", (name,)).fetchone() is None
            connection.execute("REPLACE INTO account VALUES (?, ?, ?, ?)", row)
            return is_new

        return self._write(work)

    def remove(self, name: str) -> bool:
        """Take an account away; False when there is none of this name. Raises StorageError."""
        return self._write(lambda c: c.execute("DELETE FROM account WHERE name = ?", (name,)).rowcount > 0)

    def _read(self, ask: Callable[[sqlite3.Connection], sqlite3.Cursor]) -> list[tuple[object, ...]]:
        if self.path is None or not self.path.exists():
            return []
        try:
            with closing(open_reader(self.path)) as connection:
                return ask(connection).fetchall()
        except (sqlite3.Error, ValueError) as error:
            raise StorageError(f"accounts {self.path}: {error}") from error

    def _write(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        if self.path is None:
            raise StorageError("a runtime that keeps nothing has no accounts")
        try:
            with closing(sqlite3.connect(self.path, timeout=2.0, isolation_level=None)) as connection:
                self.path.chmod(0o600)
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_SCHEMA)
                answer = work(connection)
                connection.execute("COMMIT")
            sync_folder(self.path.parent)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"accounts {self.path}: {error}") from error
        return answer


def check_account(name: str, pin: str | None = None) -> str:
    """A name, and a PIN when it is given, that an account can have; returns the name as it is kept.

    Raises:
        CommandRefused: `bad_name`, `bad_pin`.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise CommandRefused("bad_name", f"a name has 1 to {MAX_NAME} printable letters")
    if pin is not None and (len(pin) not in PIN_LENGTHS or not pin.isprintable()):
        raise CommandRefused("bad_pin", "a PIN has 4 to 64 printable characters")
    return name


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)
