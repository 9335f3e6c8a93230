"""`vmshmi user`: who can log in, whether a runtime is running or not."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vmshmi.core.access import Role
from vmshmi.core.errors import ConfigurationError

if TYPE_CHECKING:
    from vmshmi.core.audit import AuditKind
    from vmshmi.runtime.access.accounts import Accounts

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)


def add_user(commands: "argparse._SubParsersAction[_Parser]") -> None:  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
    """Add `vmshmi user add`, `list` and `remove`."""
    user = commands.add_parser("user", help="who can log in to a runtime")
    actions = user.add_subparsers(metavar="ACTION", required=True, parser_class=type(user))
    add = actions.add_parser("add", help="add a person, or change role and PIN", description=_run_add.__doc__)
    _add_folder(add)
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=[role.value for role in Role], default=Role.OPERATOR.value)
    add.add_argument("--pin-stdin", action="store_true", help="read the PIN from standard input, one line")
    add.set_defaults(run=_run_add)
    listing = actions.add_parser("list", help="who can log in", description=_run_list.__doc__)
    _add_folder(listing)
    listing.set_defaults(run=_run_list)
    remove = actions.add_parser("remove", help="take a person's account away", description=_run_remove.__doc__)
    _add_folder(remove)
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_run_remove)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", required=True, metavar="PATH", help="database folder of the runtime")


def _run_add(given: argparse.Namespace) -> int:
    """Add a person, or give one another role and PIN; counts at once, and the audit log tells of it.

    From the first account on, machinery is commanded after a login only, and a login counts from other machines too.
    """
    from vmshmi.core.audit import AuditKind
    from vmshmi.runtime.access.accounts import check_account

    accounts = _accounts(given.db)
    role = Role(given.role)
    name = check_account(given.name)
    pin = _pin(from_stdin=given.pin_stdin)
    check_account(name, pin)
    known = accounts.find(name)
    _write_down(given.db, AuditKind.USER_CHANGED if known else AuditKind.USER_ADDED, f"{name}: {role.value}")
    accounts.put(name, role, pin)
    sys.stdout.write(f"{name} is {role.value}\n")
    return 0


def _run_list(given: argparse.Namespace) -> int:
    """Print who can log in, one a line: role, name."""
    for account in _accounts(given.db).everyone():
        sys.stdout.write(f"{account.role.value:<9} {account.name}\n")
    return 0


def _run_remove(given: argparse.Namespace) -> int:
    """Take a person's account away; their login ends at once, and the audit log tells of it."""
    from vmshmi.core.audit import AuditKind

    accounts = _accounts(given.db)
    account = accounts.find(given.name.strip())
    if account is None:
        raise ConfigurationError(f"{given.db}: there is no account {given.name!r}; see vmshmi user list")
    _write_down(given.db, AuditKind.USER_REMOVED, account.name)
    accounts.remove(account.name)
    sys.stdout.write(f"{account.name} is removed\n")
    if not accounts.everyone():
        sys.stdout.write("no account is left: commands are taken by name again, on the runtime's own computer\n")
    return 0


def _accounts(folder: str) -> "Accounts":
    from vmshmi.runtime.access.accounts import FILE, Accounts

    path = Path(folder).expanduser()
    if not path.is_dir():
        raise ConfigurationError(f"{folder}: there is no such folder; it is made when the runtime is started with --db")
    return Accounts(path / FILE)


def _pin(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise ConfigurationError("there is no terminal to ask for the PIN on; give it with --pin-stdin")
    pin = getpass.getpass("PIN: ")
    if getpass.getpass("again: ") != pin:
        raise ConfigurationError("the two are not the same; nothing was changed")
    return pin


def _write_down(folder: str, kind: "AuditKind", what: str) -> None:
    """First the log, then the change: a change that nobody wrote down cannot be."""
    from vmshmi.core.audit import AuditEntry
    from vmshmi.runtime.clock import SystemClock
    from vmshmi.runtime.storage.audit_log import add_entry

    entry = AuditEntry(kind, SystemClock().now(), _who(), "command line", reason=what)
    add_entry(Path(folder).expanduser(), entry)


def _who() -> str:
    """The computer's own name for whoever types."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        return "unknown"
