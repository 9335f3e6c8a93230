"""Commands, people and audit entries as JSON."""

from vmshmi.core.access import Person
from vmshmi.core.audit import AuditEntry
from vmshmi.core.clock import to_iso
from vmshmi.core.commands import CommandReport
from vmshmi.core.values import Scalar
from vmshmi.runtime.api.encode import Json, moment, number


def report_json(report: CommandReport) -> dict[str, Json]:
    """What became of a command."""
    command = report.command
    return {
        "id": command.id,
        "tag": command.tag_id,
        "value": _scalar(command.value),
        "user": command.user,
        "station": command.station,
        "comment": command.reason,
        "outcome": report.outcome.name,
        "reason": report.reason,
        "message": report.message,
        "before": _scalar(report.before),
        "seen": _scalar(report.seen),
        "requested_at": to_iso(command.at),
        "ended_at": to_iso(report.ended_at),
        "stages": [{"stage": stage.value, "at": to_iso(at)} for stage, at in report.stages],
    }


def person_json(person: Person) -> dict[str, Json]:
    """Who somebody is."""
    return {
        "user": person.name,
        "role": person.role.value,
        "expires_at": moment(person.until),
        "login_needed": person.login_needed,
        "accounts": person.accounts,
    }


def entry_json(entry: AuditEntry) -> dict[str, Json]:
    """One row of the audit log."""
    return {
        "row": entry.row,
        "at": to_iso(entry.at),
        "kind": entry.kind.value,
        "user": entry.user,
        "station": entry.station,
        "command": entry.command,
        "tag": entry.tag,
        "old": _scalar(entry.old),
        "new": _scalar(entry.new),
        "result": entry.result,
        "reason": entry.reason,
    }


def _scalar(value: Scalar | None) -> Json:
    return number(value) if isinstance(value, float) else value
