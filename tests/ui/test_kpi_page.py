"""The alarm KPI page: which period, what is shown of it, and where a touch leads."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDateTime, QPoint, QTimeZone

from tests.support.ship_month import a_month, write_journal
from tests.support.ui_window import Stage, a_window, settle, touch
from tests.support.waiting import until
from vmshmi.app.paths import demo_project
from vmshmi.config.loader import load_project
from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.errors import StorageError
from vmshmi.runtime.storage.alarm_journal import kpi_of_file
from vmshmi.ui.kpi import export
from vmshmi.ui.kpi.periods import DAY, HOUR, TEN_MINUTES, Period, bar_of, beside, in_bars, latest
from vmshmi.ui.kpi.time_axis import nice_top, time_marks
from vmshmi.ui.pages.kpi import KpiPage

NOW = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)


class Numbers:
    """A month of the demo vessel; remembers what was asked, and answers when it is told to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.asked: list[Period] = []
        self.waiting: list[asyncio.Event] = []
        self.holds_back = False
        self.error: StorageError | None = None

    async def __call__(self, since: datetime, until: datetime) -> AlarmKpi:
        self.asked.append(Period(since, until))
        if self.holds_back:
            gate = asyncio.Event()
            self.waiting.append(gate)
            await gate.wait()
        if self.error is not None:
            raise self.error
        return kpi_of_file(self.path, since, until, AlarmRules())


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("journal") / "journal.sqlite"
    write_journal(path, a_month(load_project(demo_project()).alarm_definitions(), NOW))
    return path


@pytest.fixture
def numbers(journal: Path) -> Numbers:
    return Numbers(journal)


async def open_page(stage: Stage, numbers: Numbers, period: str = "month") -> KpiPage:
    """Go to the page as a person does, and wait for its numbers."""
    stage.runtime.alarms.kpi_of = numbers
    await touch(stage.child("alarm_kpi"))
    page = stage.window.page("kpi")
    assert isinstance(page, KpiPage)
    page.periods.choice.choose(period)
    await settle(60)
    return page


def values(page: KpiPage) -> dict[str, str]:
    return {line[0]: line[1] for line in page.table.lines()}


async def test_one_touch_from_the_alarm_list_shows_the_numbers(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        page = await open_page(stage, numbers)
        assert page.isVisible()
        assert stage.child("nav_alarms").isChecked()  # type: ignore[attr-defined]
        shown = values(page)
        assert shown["Chattering alarms"] == "2"
        assert len(shown) == 15
        assert dict(page.headline.lines())["Floods"].endswith(" s")
        assert sum(page.chart.counts) == kpi_of_file(numbers.path, numbers.asked[-1].since, NOW, AlarmRules()).raised
        assert len(page.chart.counts) == 30
        assert page.worst.row_count() == 10
        assert "watched 29 d" in page.status.left


async def test_an_answer_to_an_older_question_never_paints_over_a_newer_one(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        page = await open_page(stage, numbers, "day")
        numbers.holds_back = True
        page.periods.choice.choose("month")
        page.periods.choice.choose("watch")
        await settle()
        month, watch = numbers.waiting
        assert page.chart.said == "Working out …"
        assert values(page) == {}
        assert page.status.right == "Working out …"
        watch.set()
        await settle(60)
        assert len(page.chart.counts) == 24
        month.set()
        await settle(60)
        assert len(page.chart.counts) == 24
        assert page.status.right == ""


async def test_a_period_of_which_nothing_is_known_says_so(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        stage.clock.advance(90 * 86_400)

        async def unknown(since: datetime, until: datetime) -> AlarmKpi:
            return AlarmKpi(since, until)

        stage.runtime.alarms.kpi_of = unknown
        await touch(stage.child("alarm_kpi"))
        page = stage.window.page("kpi")
        assert isinstance(page, KpiPage)
        await settle(60)
        assert page.chart.said == "Nothing was recorded in this time"
        assert not page.export.isEnabled()


async def test_numbers_that_cannot_be_read_say_why(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        numbers.error = StorageError("alarm journal cannot be read: disk I/O error")
        page = await open_page(stage, numbers)
        assert page.chart.said == "Cannot be worked out: alarm journal cannot be read: disk I/O error"


async def test_a_touch_on_the_worst_leads_to_its_what_if_and_to_its_limits(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        page = await open_page(stage, numbers)
        gone: list[tuple[str, object]] = []
        first = page.worst.row_key(0)
        page.worst.opened.disconnect()
        page.worst.opened.connect(lambda what, alarm: gone.append((what, alarm)))
        view = page.worst.rows.viewport()
        await touch(view, QPoint(view.width() - 120, 24))
        await touch(view, QPoint(view.width() - 40, 24))
        await touch(view, QPoint(60, 24))
        assert gone == [("what_if", first), ("definition", first)]


async def test_limits_are_shown_with_the_tag(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        page = await open_page(stage, numbers)
        alarm = next(iter(stage.runtime.alarms.definitions()))
        page.worst.opened.emit("definition", alarm)
        assert stage.window.page("tags").isVisible()


async def test_chattering_and_stale_are_a_touch_away(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        page = await open_page(stage, numbers)
        await touch(stage.child("choice_chattering"))
        assert page.worst.row_text(0).startswith("bilge.er_a_high.high, 46 times")
        await touch(stage.child("choice_stale"))
        assert page.worst.row_count() >= 3
        assert page.worst.row_text(0).endswith("stands")


async def test_a_touched_bar_is_read_out(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        page = await open_page(stage, numbers)
        assert page.chart.said == "Alarms in 24 hours"
        await touch(page.chart, QPoint(page.chart.width() // 2, 100))
        assert page.chart.said.endswith(f": {page.chart.counts[14]}") or page.chart.said.endswith(
            f": {page.chart.counts[15]}"
        )
        await touch(page.chart, QPoint(page.chart.width() // 2, 100))
        assert page.chart.said == "Alarms in 24 hours"


async def test_earlier_and_later_step_by_whole_periods(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        page = await open_page(stage, numbers, "week")
        newest = numbers.asked[-1]
        assert not page.periods.later.isEnabled()
        await touch(stage.child("kpi_earlier"))
        assert numbers.asked[-1] == Period(newest.since - timedelta(days=7), newest.since)
        await touch(stage.child("kpi_later"))
        assert numbers.asked[-1] == newest
        assert not page.periods.later.isEnabled()


async def test_any_time_can_be_chosen_and_what_cannot_be_is_put_right(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        page = await open_page(stage, numbers, "custom")
        day = QDateTime.fromSecsSinceEpoch(int(NOW.timestamp()) - 5 * 86_400, QTimeZone.utc())
        page.periods.since_edit.setDateTime(day)
        await until(lambda: numbers.asked[-1] == Period(NOW - timedelta(days=5), NOW))
        page.periods.until_edit.setDateTime(day.addDays(-3))
        await until(lambda: numbers.asked[-1].until == NOW - timedelta(days=8))
        assert numbers.asked[-1].since < numbers.asked[-1].until


async def test_numbers_that_end_now_are_asked_for_again_and_stay_in_sight_meanwhile(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        page = await open_page(stage, numbers, "day")
        asked = len(numbers.asked)
        stage.window.tick()
        assert len(numbers.asked) == asked
        stage.clock.advance(61)
        numbers.holds_back = True
        stage.window.tick()
        await settle()
        assert len(numbers.asked) == asked + 1
        assert len(values(page)) == 15
        numbers.waiting[0].set()
        await settle()


async def test_nothing_is_worked_out_while_another_page_is_in_front(numbers: Numbers) -> None:
    with a_window(page="alarms") as stage:
        await open_page(stage, numbers, "day")
        await touch(stage.child("nav_tags"))
        asked = len(numbers.asked)
        stage.clock.advance(3_600)
        stage.window.tick()
        assert len(numbers.asked) == asked


async def test_the_file_is_written_where_a_person_finds_it_and_none_is_replaced(
    numbers: Numbers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vmshmi.ui.pages.kpi.export_folder", lambda: tmp_path)
    with a_window(page="alarms") as stage:
        page = await open_page(stage, numbers)
        for ending in ("1406.csv", "1406-2.csv"):
            await touch(stage.child("kpi_export"))
            await until(lambda ending=ending: page.status.right.endswith(ending))
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == ["alarm-kpi-20261023-1410-20261122-1406-2.csv", "alarm-kpi-20261023-1410-20261122-1406.csv"]
        assert page.status.right == f"Written to {tmp_path / names[0]}"
        assert (tmp_path / names[1]).read_text(encoding="utf-8-sig").startswith("period,value")


async def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file or directory"):
        await export.export_kpi(AlarmKpi(NOW, NOW), {}, tmp_path / "gone")


@pytest.mark.parametrize("palette", ["bright", "day", "dusk", "night"])
async def test_it_can_be_painted_in_every_palette(numbers: Numbers, palette: str) -> None:
    with a_window(page="alarms", palette=palette) as stage:
        page = await open_page(stage, numbers)
        assert not page.grab().isNull()


def test_periods_end_now_and_hold_whole_bars() -> None:
    period = latest("month", NOW)
    assert (period.since, period.until) == (NOW + timedelta(minutes=4) - timedelta(days=30), NOW)
    assert latest("day", NOW + timedelta(minutes=4)).since == NOW + timedelta(minutes=4) - DAY
    assert beside(period, DAY, forwards=True) == Period(NOW, NOW + DAY)
    assert [bar_of(timedelta(days=days)) for days in (1, 7, 30)] == [TEN_MINUTES, HOUR, DAY]
    assert in_bars((1, 2, 3, 4, 5, 6, 7), HOUR) == [21, 7]


@pytest.mark.parametrize("days", [0.01, 0.2, 1, 7, 30, 366])
def test_the_time_axis_has_a_few_marks_within_the_period(days: float) -> None:
    marks = time_marks(NOW, NOW + timedelta(days=days), 10)
    assert 0 < len(marks) <= 11
    assert all(NOW <= moment < NOW + timedelta(days=days) for moment, _ in marks)


@pytest.mark.parametrize(("value", "top"), [(0.5, 1), (1.25, 2), (3, 5), (26, 50), (150, 200), (1000, 1000)])
def test_the_scale_ends_at_a_number_that_reads_well(value: float, top: float) -> None:
    assert nice_top(value) == top
