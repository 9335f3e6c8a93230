"""What a table of alarms would change in a project, field by field; and the project with it.

A cell that is empty is the default; a column that is not there leaves the field as it is; a row that is not there
leaves the alarm as it is, unless deleting was asked for.
"""

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from vmshmi.config.alarm_table import COLUMNS, SORTS, Sort, Table, TableRow
from vmshmi.config.alarms import AlarmConfig
from vmshmi.config.loader import problems_in
from vmshmi.config.problems import Problem, one_line, place, shown
from vmshmi.core.errors import ConfigurationError

Alarm = dict[str, object]
"""One alarm of the project file, as JSON."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One cell that differs; None is the default."""

    column: str
    before: object
    after: object

    def __str__(self) -> str:
        return f"{self.column} {_told(self.before)} -> {_told(self.after)}"


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """One alarm that is added or changed; `line` is of the table."""

    alarm_id: str
    line: int
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do.

    Attributes:
        added, changed: in the order of the table.
        removed: ids that would be deleted.
        kept: ids that have no row and stay.
        same: rows that change nothing.
        data: the project afterwards, as JSON.
    """

    added: tuple[AlarmChange, ...]
    changed: tuple[AlarmChange, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    same: int
    data: dict[str, object]

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to do."""
        return not (self.added or self.changed or self.removed)


def plan_import(
    data: Mapping[str, object],
    table: Table,
    *,
    delete_missing: bool,
    folder: Path | None = None,
    of_templates: Collection[str] = (),
) -> ImportPlan:
    """Lay a table over a project.

    Args:
        data: a project without mistakes, as JSON.
        table: rows of alarms.
        delete_missing: alarms without a row are deleted.
        folder: of the project file, for templates of its own.
        of_templates: ids of alarms that come from templates; a table cannot change them.

    Raises:
        ConfigurationError: with every mistake as `line, column: message`.
    """
    _no_doubles(table)
    _none_of_templates(table, of_templates)
    before = [dict(alarm) for alarm in cast("Sequence[Alarm]", data.get("alarms", []))]
    rows = {str(row.cells["id"]): row for row in table.rows}
    known = {str(alarm["id"]): alarm for alarm in before}
    added: list[AlarmChange] = []
    changed: list[AlarmChange] = []
    same = 0
    merged: dict[str, Alarm] = {}
    for alarm_id, row in rows.items():
        old = known.get(alarm_id)
        fields = _differences(old or {}, row, table.columns)
        merged[alarm_id] = _with(old or {}, fields)
        if old is None:
            added.append(AlarmChange(alarm_id, row.line, fields))
        elif fields:
            changed.append(AlarmChange(alarm_id, row.line, fields))
        else:
            same += 1
    missing = tuple(alarm_id for alarm_id in known if alarm_id not in rows)
    kept = [merged.get(alarm_id, alarm) for alarm_id, alarm in known.items() if alarm_id in rows or not delete_missing]
    after = copy.deepcopy(dict(data))
    after["alarms"] = [*kept, *(merged[change.alarm_id] for change in added)]
    _refuse(after, table, rows, folder)
    return ImportPlan(
        tuple(added),
        tuple(changed),
        missing if delete_missing else (),
        () if delete_missing else missing,
        same,
        after,
    )


def _no_doubles(table: Table) -> None:
    first: dict[object, int] = {}
    problems: list[str] = []
    for row in table.rows:
        alarm_id = row.cells["id"]
        if alarm_id in first:
            problems.append(f"{table.place(row, 'id')}: {shown(alarm_id)} is on line {first[alarm_id]} too")
        first.setdefault(alarm_id, row.line)
    if problems:
        raise ConfigurationError(*problems)


def _differences(old: Alarm, row: TableRow, columns: Sequence[str]) -> tuple[FieldChange, ...]:
    found: list[FieldChange] = []
    for column in columns:
        before, after = old.get(column), row.cells[column]
        if _value(column, before) != _value(column, after):
            found.append(FieldChange(column, before, after))
    return tuple(found)


def _value(column: str, written: object) -> object:
    """What counts: a default that is written is the same as one that is not."""
    if written is None:
        default = AlarmConfig.model_fields[column].get_default()
        written = getattr(default, "value", default)
    return list(cast("Sequence[object]", written)) if SORTS[column] is Sort.NAMES else written


def _with(old: Alarm, fields: Sequence[FieldChange]) -> Alarm:
    """The alarm with other fields; a default is not written, a new key stands where the format has it."""
    new = dict(old)
    for field in fields:
        if field.after is None:
            new.pop(field.column, None)
        elif field.column in new:
            new[field.column] = field.after
        else:
            new = _inserted(new, field.column, field.after)
    return new


def _inserted(alarm: Alarm, column: str, value: object) -> Alarm:
    """Put a key behind the last one that comes before it in the format."""
    order = COLUMNS.index(column)
    before = [key for key in alarm if COLUMNS.index(key) < order]
    if not before:
        return {column: value, **alarm}
    found: Alarm = {}
    for key, old in alarm.items():
        found[key] = old
        if key == before[-1]:
            found[column] = value
    return found


def _none_of_templates(table: Table, of_templates: Collection[str]) -> None:
    problems = [
        f"{table.place(row, 'id')}: {shown(row.cells['id'])} is of a template: change it in the template's 'alarms'"
        for row in table.rows
        if row.cells["id"] in of_templates
    ]
    if problems:
        raise ConfigurationError(*problems)


def _refuse(data: dict[str, object], table: Table, rows: Mapping[str, TableRow], folder: Path | None) -> None:
    """Say what makes no sense, by the place in the table where it stands.

    Raises:
        ConfigurationError: when there is something.
    """
    problems = problems_in(data, folder)
    if problems:
        alarms = cast("Sequence[Alarm]", data["alarms"])
        raise ConfigurationError(*dict.fromkeys(_text(problem, data, alarms, table, rows) for problem in problems))


def _text(
    problem: Problem,
    data: dict[str, object],
    alarms: Sequence[Alarm],
    table: Table,
    rows: Mapping[str, TableRow],
) -> str:
    where = place(problem.path, data)
    path = problem.path
    if len(path) >= 2 and path[0] == "alarms" and isinstance(path[1], int):
        row = rows.get(str(alarms[path[1]].get("id")))
        column = str(path[2]) if len(path) > 2 else "id"
        if row is not None:
            where = table.place(row, column) if column in table.columns else f"line {row.line}, {column}"
    other = "" if problem.other is None else f" {place(problem.other, data)}"
    return one_line(f"{where}: {problem.message}{other}")


def _told(value: object) -> str:
    if value is None:
        return "(default)"
    if isinstance(value, list):
        return " ".join(map(str, cast("list[object]", value)))
    return str(value).lower() if isinstance(value, bool) else str(value)
