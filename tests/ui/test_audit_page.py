"""The audit log on the screen: for engineers, newest first, every outcome a word."""

from datetime import timedelta

from tests.support.ui_window import Stage, a_window, settle, touch
from vmshmi.core.access import Role
from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.ui.pages.audit import MOST_ROWS, AuditPage


async def an_audit(stage: Stage) -> AuditPage:
    stage.window.show_page("system")
    await touch(stage.child("open_audit"))
    await settle()
    assert stage.window.page_id == "audit"
    (page,) = stage.window.findChildren(AuditPage)
    return page


def entry(
    stage: Stage, number: int, kind: AuditKind = AuditKind.ENDED, result: str = "", reason: str = ""
) -> AuditEntry:
    at = stage.clock.now() - timedelta(seconds=number)
    return AuditEntry(kind, at, "Chief", "ecr", "c1", "me_p.rpm", 700.0, 900.0, result, reason, 10_000 - number)


async def test_it_says_who_did_what_when_where_and_how_it_ended() -> None:
    with a_window() as stage:
        stage.runtime.commands.role = Role.ENGINEER
        stage.runtime.commands.entries = [
            entry(stage, 0, result="unknown", reason="no answer"),
            entry(stage, 1, AuditKind.INTENT),
        ]
        page = await an_audit(stage)
        assert page.row_count() == 2
        words = page.row_text(0)
        assert "Ended" in words
        assert "700 rpm → 900 rpm" in words
        assert "UNKNOWN no answer" in words
        assert "Chief" in words
        page.rows.row_touched.emit(0)
        assert "Control room" in page.chosen.text()


async def test_who_is_no_engineer_reads_why_it_is_empty() -> None:
    with a_window() as stage:
        stage.runtime.commands.entries = [entry(stage, 0)]
        page = await an_audit(stage)
        assert page.row_count() == 0
        assert page.rows.empty_text == "Only for the role Engineer: choose such a person at the top right"


async def test_earlier_entries_are_read_by_touch_and_the_newest_again() -> None:
    with a_window() as stage:
        stage.runtime.commands.role = Role.ENGINEER
        stage.runtime.commands.entries = [entry(stage, number) for number in range(MOST_ROWS + 20)]
        page = await an_audit(stage)
        newest = page.row_key(0)
        assert page.row_count() == MOST_ROWS
        await touch(page.earlier)
        assert page.row_count() == 21  # the last one is shown again: others may have its time
        assert not page.earlier.isEnabled()
        await touch(page.newest)
        assert page.row_key(0) == newest


async def test_the_way_back_leads_to_the_system_page() -> None:
    with a_window() as stage:
        page = await an_audit(stage)
        await touch(page.back)
        assert stage.window.page_id == "system"
