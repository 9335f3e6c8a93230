"""The command line. What a user does wrong ends with one line on stderr and exit code 2."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import vmshmi
from vmshmi.app import paths
from vmshmi.app.alarms_command import add_alarms
from vmshmi.app.audit_command import add_audit
from vmshmi.app.history_command import add_history
from vmshmi.app.journal_command import add_journal
from vmshmi.app.options import DesktopOptions, ServeOptions
from vmshmi.app.probe_command import add_probe
from vmshmi.app.templates_command import add_templates
from vmshmi.app.user_command import add_user
from vmshmi.core.clock import from_iso
from vmshmi.core.errors import ConfigurationError, StartError, VmsError

PALETTES = ("bright", "day", "dusk", "night")
USER_ERROR = 2
LARGEST_SIDE = 16_384
"""Pixels; beyond it Qt paints nothing."""
# what a computer without a desktop lacks of what Qt itself links to, by the names of Debian 12
QT_PACKAGES = "libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"{self.prog}: {message} (see {self.prog} --help)\n")
        sys.exit(USER_ERROR)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `vmshmi`; returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except ConfigurationError as error:
        for problem in error.problems:
            sys.stderr.write(f"{problem}\n")
        return USER_ERROR
    except VmsError as error:
        sys.stderr.write(f"vmshmi: {error}\n")
        return USER_ERROR
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="vmshmi",
        description="Alarm, monitoring and HMI system for ships. Without a command it shows the HMI.",
        epilog=_scenario_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"vmshmi {vmshmi.__version__}")
    _add_source(parser)
    parser.add_argument("--connect", metavar="URL", help="show a runtime elsewhere, for example http://HOST:8765")
    parser.add_argument(
        "--station", default="", metavar="ID", help="which station of the project this is; else its first"
    )
    parser.add_argument("--palette", choices=PALETTES, default="day")
    parser.add_argument("--lang", choices=("en", "es"), default="en", help="language of the screens")
    parser.add_argument("--kiosk", action="store_true", help="full screen, without a way out")
    parser.add_argument(
        "--page", default="", metavar="ID", help="first page, for example alarms or trends?span_s=86400"
    )
    parser.add_argument("--size", type=_size, default=(1280, 800), metavar="WxH", help="window size in pixels")
    parser.add_argument(
        "--no-sound", action="store_true", help="this station's horn is another machine; the journal says so"
    )
    parser.add_argument("--screenshot", type=Path, metavar="FILE.png", help="save the page and exit")
    parser.add_argument("--after", type=_seconds, default=5.0, metavar="SECONDS", help="wait before the screenshot")
    parser.set_defaults(run=_run_desktop)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    _add_serve(commands)
    _add_check(commands)
    _add_schema(commands)
    add_templates(commands)
    add_probe(commands, _seconds)
    add_history(commands, _moment)
    add_journal(commands, _moment)
    add_audit(commands, _moment)
    add_user(commands)
    add_alarms(commands, _moment)
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vmsproj", type=Path, metavar="FILE", help="project file; without it the demo vessel")
    parser.add_argument(
        "--db", type=_folder, metavar="PATH", help="folder for all that is written; :memory: keeps nothing"
    )
    parser.add_argument("--scenario", default="", metavar="NAME", help="what goes wrong on simulated devices")
    parser.add_argument("--verbose", action="store_true", help="log more to stderr")


def _add_serve(commands: "argparse._SubParsersAction[_Parser]") -> None:  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
    serve = commands.add_parser("serve", help="run the runtime alone, with its API", description=_run_serve.__doc__)
    _add_source(serve)
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; everybody who reaches it reads all and answers alarms, commands need a login",
    )
    serve.add_argument("--port", type=_port, default=8765, help="0 takes a free one")
    serve.add_argument(
        "--sound",
        nargs="?",
        const="",
        metavar="STATION",
        help="play the alarms on this computer, as the project's first or this station; off without it, for most "
        "engine-room computers drive a horn by a relay",
    )
    serve.set_defaults(run=_run_serve)


def _add_check(commands: "argparse._SubParsersAction[_Parser]") -> None:  # pyright: ignore[reportPrivateUsage] - as above
    check = commands.add_parser("check", help="check a project file", description=_run_check.__doc__)
    check.add_argument("file", type=Path)
    check.set_defaults(run=_run_check)


def _add_schema(commands: "argparse._SubParsersAction[_Parser]") -> None:  # pyright: ignore[reportPrivateUsage] - as above
    schema = commands.add_parser("schema", help="print the project file's JSON Schema", description=_run_schema.__doc__)
    schema.set_defaults(run=_run_schema)


def _run_desktop(given: argparse.Namespace) -> int:
    try:
        from vmshmi.app.desktop import run_desktop
    except ImportError as error:
        if "shared object" not in str(error):
            raise
        raise StartError(f"{error}; install {QT_PACKAGES}, or run `vmshmi serve`, which needs no screen") from error
    return run_desktop(
        DesktopOptions(
            project_file=given.vmsproj,
            db=given.db,
            connect=given.connect,
            station=given.station,
            palette=given.palette,
            language=given.lang,
            kiosk=given.kiosk,
            page=given.page,
            screenshot=given.screenshot,
            after_s=given.after,
            scenario=given.scenario,
            size=given.size,
            verbose=given.verbose,
            sound=not given.no_sound,
        )
    )


def _run_serve(given: argparse.Namespace) -> int:
    """Run drivers, alarms, history and the API without a screen, until SIGTERM."""
    from vmshmi.app.headless import serve

    return serve(
        ServeOptions(
            project_file=given.vmsproj,
            db=given.db,
            host=given.host,
            port=given.port,
            scenario=given.scenario,
            verbose=given.verbose,
            sound=given.sound,
        )
    )


def _run_check(given: argparse.Namespace) -> int:
    """Check a project file: exit 0, or 2 with every error on its own line; notes are no errors."""
    from vmshmi.config.check import check_file, missing_files, told_of_file

    lines = check_file(given.file)
    notes: list[str] = []
    if not lines:
        from vmshmi.config.loader import load_project
        from vmshmi.config.modbus_notes import modbus_notes
        from vmshmi.runtime.drivers.table import binding_problems, unit_notes

        project = load_project(given.file)
        lines = told_of_file(given.file, [*missing_files(project), *binding_problems(project)])
        notes = told_of_file(given.file, [*modbus_notes(project), *unit_notes(project)], "note: ")
    for line in lines:
        sys.stderr.write(f"{line}\n")
    for note in notes:
        sys.stdout.write(f"{note}\n")
    if not lines:
        sys.stdout.write(f"{given.file}: no errors\n")
    return USER_ERROR if lines else 0


def _run_schema(_given: argparse.Namespace) -> int:
    """Print the JSON Schema of the project file."""
    import json

    from vmshmi.config.schema import project_schema

    sys.stdout.write(json.dumps(project_schema(), indent=2) + "\n")
    return 0


def _scenario_help() -> str:
    from vmshmi.runtime.drivers.simulator import SCENARIOS

    lines = [f"  {name:<14} {scenario.description}" for name, scenario in SCENARIOS.items()]
    return "\n".join(["scenarios:", *lines, "", f"demo vessel: {paths.demo_project()}"])


def _folder(text: str) -> str:
    if not text.strip():  # an unset variable of a script would otherwise fill the folder it happens to run in
        raise argparse.ArgumentTypeError(f"{text!r} names no folder; '.' is the present one")
    return text


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not cross or not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 1920x1080")
    size = int(width), int(height)
    if min(size) < 1 or max(size) > LARGEST_SIDE:
        raise argparse.ArgumentTypeError(f"{text!r} is no size a window can have: 1 to {LARGEST_SIDE} pixels each way")
    return size


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 86400")
    return seconds


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 0 to 65535")
    return int(text)


def _moment(text: str) -> object:
    try:
        return from_iso(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-11-22T14:06:00Z") from None
