"""`vmshmi alarms export` and `vmshmi alarms import`: alarm definitions as a table for a spreadsheet."""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar, cast

from vmshmi.app import paths
from vmshmi.app.journal_command import journal_in
from vmshmi.config.alarm_import import AlarmChange, ImportPlan, plan_import
from vmshmi.config.alarm_table import SEPARATORS, read_table, write_table
from vmshmi.config.formatting import format_project
from vmshmi.config.json_text import read_json
from vmshmi.config.loader import load_project
from vmshmi.core.alarms.revising import laid_over, tuning_of
from vmshmi.core.errors import ConfigurationError, StartError

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)
_LARGEST = 100_000_000


def add_definitions(
    actions: "argparse._SubParsersAction[_Parser]",  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
) -> None:
    """Add `vmshmi alarms export` and `vmshmi alarms import`."""
    export = actions.add_parser(
        "export", help="write the alarm definitions of a project as CSV", description=_run_export.__doc__
    )
    export.add_argument("--vmsproj", type=Path, metavar="FILE", help="project file; without it the demo vessel")
    export.add_argument("--db", metavar="PATH", help="database folder: with the revisions that people made there")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.csv")
    export.add_argument("--overwrite", action="store_true", help="replace FILE.csv when there is one")
    export.add_argument(
        "--separator", choices=tuple(SEPARATORS), default="comma", help="semicolon also writes decimal commas"
    )
    export.set_defaults(run=_run_export)
    read = actions.add_parser(
        "import", help="bring alarm definitions from CSV into a project", description=_run_import.__doc__
    )
    read.add_argument("--vmsproj", type=Path, required=True, metavar="FILE")
    read.add_argument("--csv", type=Path, required=True, metavar="FILE.csv")
    read.add_argument("--apply", action="store_true", help="write the project file; without it nothing is changed")
    read.add_argument("--delete-missing", action="store_true", help="delete alarms that have no row in the table")
    read.set_defaults(run=_run_import)


def _run_export(given: argparse.Namespace) -> int:
    """Write one row an alarm and one column a key of the project file, for a spreadsheet.

    Alarms that come from templates are not in it: they are changed in the template's `alarms`.
    """
    out = cast("Path", given.out)
    if out.exists() and not given.overwrite:
        raise ConfigurationError(f"{out}: is there already; --overwrite replaces it")
    project_file = cast("Path | None", given.vmsproj) or paths.demo_project()
    alarms = _alarms_of(project_file)
    revised = 0 if given.db is None else _lay_revisions(alarms, project_file, journal_in(given.db))
    text = write_table(alarms, SEPARATORS[given.separator])
    # with its mark a spreadsheet takes it for UTF-8
    _replace(out, b"\xef\xbb\xbf" + text.encode("utf-8"))
    note = f", {revised} of them revised" if revised else ""
    sys.stdout.write(f"{out}: {len(alarms)} alarms{note}\n")
    _tell_of_templates(_of_templates(project_file, alarms))
    return 0


def _alarms_of(project_file: Path) -> list[dict[str, object]]:
    data = cast("dict[str, object]", _checked(project_file))
    return [dict(alarm) for alarm in cast("list[dict[str, object]]", data.get("alarms", []))]


def _checked(project_file: Path) -> object:
    """The JSON of a project without mistakes.

    Raises:
        ConfigurationError: with every problem as `FILE: place: message`.
    """
    try:
        load_project(project_file)
        return read_json(project_file).data
    except ConfigurationError as error:
        raise ConfigurationError(*(f"{project_file}: {problem}" for problem in error.problems)) from error


def _of_templates(project_file: Path, written: Iterable[dict[str, object]]) -> frozenset[str]:
    """Ids of the alarms that templates bring, beside those that are written in the project itself."""
    own = {alarm["id"] for alarm in written}
    return frozenset(alarm.id for alarm in load_project(project_file).alarms if alarm.id not in own)


def _tell_of_templates(ids: frozenset[str]) -> None:
    if ids:
        count = "1 more comes" if len(ids) == 1 else f"{len(ids)} more come"
        sys.stdout.write(f"{count} from templates and no table holds them: change them in a template's 'alarms'\n")


def _lay_revisions(alarms: Iterable[dict[str, object]], project_file: Path, journal: Path) -> int:
    """Write the numbers that people's revisions gave them; answers how many alarms have some."""
    from vmshmi.runtime.clock import SystemClock
    from vmshmi.runtime.storage.alarm_journal import revisions_of_file

    stored = revisions_of_file(journal)
    now = SystemClock().now()
    own = {definition.id: definition for definition in load_project(project_file).alarm_definitions()}
    count = 0
    for alarm in alarms:
        definition = own[str(alarm["id"])]
        held, _ = laid_over(definition, stored.get(definition.id, ()), now)
        before, after = asdict(tuning_of(definition)), asdict(tuning_of(held))
        changed = {name: number for name, number in after.items() if number != before[name]}
        alarm.update(changed)
        count += bool(changed)
    return count


def _run_import(given: argparse.Namespace) -> int:
    """Show what a table would add, change or delete, field by field; with --apply do it."""
    project_file, table_file = cast("Path", given.vmsproj), cast("Path", given.csv)
    data = cast("dict[str, object]", _checked(project_file))
    of_templates = _of_templates(project_file, _alarms_of(project_file))
    try:
        plan = plan_import(
            data,
            read_table(_bytes_of(table_file)),
            delete_missing=given.delete_missing,
            folder=project_file.parent,
            of_templates=of_templates,
        )
    except ConfigurationError as error:
        raise ConfigurationError(*(f"{table_file}: {problem}" for problem in error.problems)) from error
    sys.stdout.write("".join(f"{line}\n" for line in _told(plan)))
    _tell_of_templates(of_templates)
    if not given.apply:
        sys.stdout.write("nothing is changed; --apply writes it\n" if not plan.is_empty else "nothing to change\n")
        return 0
    if not plan.is_empty:
        _replace(project_file, format_project(plan.data).encode("utf-8"))
        load_project(project_file)
    sys.stdout.write(f"{project_file}: {'is as it was' if plan.is_empty else 'written'}\n")
    return 0


def _told(plan: ImportPlan) -> list[str]:
    lines = [_line("+", change) for change in plan.added]
    lines += [_line("~", change) for change in plan.changed]
    lines += [f"- {alarm_id}" for alarm_id in plan.removed]
    counts = f"{len(plan.added)} added, {len(plan.changed)} changed, {len(plan.removed)} removed, {plan.same} the same"
    kept = f", {len(plan.kept)} without a row are kept (--delete-missing deletes them)" if plan.kept else ""
    return [*lines, counts + kept]


def _line(sign: str, change: AlarmChange) -> str:
    if sign == "+":
        told = ", ".join(f"{field.column} {str(field).partition(' -> ')[2]}" for field in change.fields)
    else:
        told = "; ".join(map(str, change.fields))
    return f"{sign} line {change.line}  {change.alarm_id}: {told}"


def _bytes_of(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LARGEST:
            raise ConfigurationError(f"larger than {_LARGEST // 1_000_000} MB")
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot be read: {error.strerror or error}") from error


def _replace(file: Path, content: bytes) -> None:
    """Write the whole of a file or nothing of it."""
    file = file.resolve()
    draft = file.with_name(f".{file.name}.tmp")
    try:
        draft.write_bytes(content)
        if file.exists():
            draft.chmod(file.stat().st_mode & 0o777)
        draft.replace(file)
    except OSError as error:
        raise StartError(f"{file} cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
