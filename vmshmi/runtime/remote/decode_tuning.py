"""What if and revisions as the API says them; see `decode`."""

from vmshmi.core.alarms.revision import Revision, Tuning
from vmshmi.core.alarms.whatif import Pair, Raising, Recorded, Standing, WhatIf
from vmshmi.core.clock import from_iso
from vmshmi.runtime.remote.decode import Row, moment, real, row_of, rows_of, scalar, text, text_or_none, whole


def what_if(row: Row) -> WhatIf:
    """The answer; fates and shifts are worked out again."""
    return WhatIf(
        alarm_id=text(row["alarm_id"]),
        since=from_iso(text(row["since"])),
        until=from_iso(text(row["until"])),
        before=_tuning(row["before"]),
        after=_tuning(row["after"]),
        pairs=tuple(_pair(one) for one in rows_of(row["pairs"])),
        standing_before=_standing(row["standing_before"]),
        standing_after=_standing(row["standing_after"]),
        recorded=whole(row["recorded"]),
        agreed=whole(row["agreed"]),
        samples=whole(row["samples"]),
        first_row=moment(row["first_row"]),
    )


def revision(row: Row) -> Revision:
    """One change of a definition."""
    return Revision(
        alarm_id=text(row["alarm_id"]),
        number=whole(row["number"]),
        at=from_iso(text(row["at"])),
        user=text_or_none(row["user"]) or "",
        station=text_or_none(row["station"]),
        reason=text(row["reason"]),
        before=_tuning(row["before"]),
        after=_tuning(row["after"]),
        basis=text(row["basis"]),
    )


def _tuning(data: object) -> Tuning:
    row = row_of(data)
    return Tuning(real(row["limit"]), real(row["hysteresis"]), real(row["delay_s"]))


def _standing(data: object) -> Standing:
    row = row_of(data)
    return Standing(whole(row["count"]), real(row["total_s"]), real(row["longest_s"]))


def _pair(row: Row) -> Pair:
    return Pair(_raising(row["before"]), _raising(row["after"]), _recorded(row["recorded"]))


def _raising(data: object) -> Raising | None:
    if data is None:
        return None
    row = row_of(data)
    return Raising(from_iso(text(row["raised_at"])), moment(row["ended_at"]), scalar(row["value"]))


def _recorded(data: object) -> Recorded | None:
    if data is None:
        return None
    row = row_of(data)
    return Recorded(from_iso(text(row["raised_at"])), text_or_none(row["answered_by"]))
