"""`vmshmi` on a real X display, answered with a real mouse. Run by `make test-x11`.

Every click goes through the X server, so what Qt, the window manager and the stacking of windows make of it is part of
the test. Where nothing may happen, something that must happen is done afterwards by the same way: X keeps the order, so
once the later one has come about the earlier ones have been seen.
"""

import json
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.modbus_server import ServerProcess
from tests.support.x11 import Box, Desktop, XDisplay, missing_programs, until
from vmshmi.core.access import Role
from vmshmi.runtime.access.accounts import FILE, Accounts

pytestmark = [pytest.mark.x11, pytest.mark.timeout(180)]

BANNER = "^Alarm$"
PERSON = "^Who is at this station"
STRIP = 216
TOP_BAR = 96
NAV_BAR = 64
NORMAL, HIGH = 10, 500
OIL, WATER = 0, 1


def _project(port: int) -> dict[str, object]:
    names = {"oil": OIL, "water": WATER}
    return {
        "vmsproj": 1,
        "vessel": {"name": "MV Aurora"},
        "devices": [{"id": "plc", "driver": "modbus_tcp", "host": "127.0.0.1", "port": port, "unit": 1, "poll_s": 0.1}],
        "tags": [
            {"id": name, "source": {"device": "plc", "table": "holding", "address": at}} for name, at in names.items()
        ],
        "alarms": [
            {"id": f"{name}.high", "tag": name, "operator": ">", "limit": 100, "priority": "alarm", "message": name}
            for name in names
        ],
        "pages": [
            {
                "id": "first",
                "title": "First",
                "elements": [{"type": "readout", "x": 40, "y": 40, "w": 400, "h": 120, "tag": "oil", "label": "Oil"}],
            },
            {"id": "second", "title": "Second"},
        ],
        "stations": [
            {"id": "ecr", "name": "Engine control room", "user": "Chief engineer"},
            {"id": "bridge", "name": "Bridge", "user": "Officer of the watch", "banner": "non_modal"},
        ],
        "users": ["Chief engineer", "Second engineer"],
    }


class Ship:
    """A device whose registers the test sets, a project for it, and a journal to read."""

    def __init__(self, server: ServerProcess, folder: Path) -> None:
        self._server = server
        self.database = folder / "db"
        self._file = folder / "ship.vmsproj"
        self._file.write_text(json.dumps(_project(server.port)), encoding="utf-8")

    def arguments(self, *more: str) -> tuple[str, ...]:
        return ("--vmsproj", str(self._file), "--db", str(self.database), "--no-sound", *more)

    def set(self, register: int, number: int) -> None:
        self._server.put([(1, "holding", register, [number])])

    def rows(self, kind: str) -> list[tuple[str, int, str | None, str | None]]:
        """Alarm, occurrence, user and station of every row of the journal of this kind."""
        journal = self.database / "journal.sqlite"
        if not journal.exists():
            return []
        connection = sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=10)
        try:
            query = "SELECT alarm, occurrence, user, station FROM journal WHERE kind = ? ORDER BY id"
            return connection.execute(query, (kind,)).fetchall()
        finally:
            connection.close()


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    missing = missing_programs()
    if missing:
        pytest.fail(missing, pytrace=False)


@pytest.fixture
def ship(tmp_path: Path) -> Iterator[Ship]:
    with ServerProcess([(1, "holding", OIL, [NORMAL, NORMAL])]) as server:
        yield Ship(server, tmp_path)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[XDisplay]:
    folder = tmp_path / "screen"
    folder.mkdir()
    with XDisplay(folder) as display:
        yield display


def _alarm_comes(screen: XDisplay, ship: Ship, register: int = OIL) -> str:
    """Raise an alarm and wait until ACK has rested; returns the banner's window."""
    ship.set(register, HIGH)
    banner = screen.window(BANNER)
    ack = _ack(screen.box(banner))
    until(lambda: _is_chosen(screen, ack[0] - 80, ack[1]), "ACK is ready")
    return banner


def _ack(banner: Box) -> tuple[int, int]:
    return banner.right - 119, banner.bottom - STRIP + 77


def _person(banner: Box) -> tuple[int, int]:
    return banner.right - 119, banner.bottom - STRIP + 175


def _list(banner: Box) -> tuple[int, int]:
    return banner.right - 306, banner.bottom - STRIP + 60


def _silence(banner: Box) -> tuple[int, int]:
    return banner.right - 306, banner.bottom - STRIP + 175


def _palettes(window: Box) -> tuple[int, int]:
    return window.right - 46, window.y + 48


def _user(window: Box) -> tuple[int, int]:
    return window.right - 164, window.y + 48


def _second_page(window: Box) -> tuple[int, int]:
    return window.x + 210, window.bottom - 32


def _readout(window: Box) -> tuple[int, int]:
    return window.x + 240, window.y + TOP_BAR + 100


def _is_chosen(screen: XDisplay, x: int, y: int) -> bool:
    """Whether a button is filled with the colour of what is chosen or to be done: dark blue by day."""
    red, _, blue = bytes.fromhex(screen.colour(x, y))
    return blue > red + 40


def _first_page_is_chosen(screen: XDisplay, window: Box) -> bool:
    return _is_chosen(screen, window.x + 14, window.bottom - 14)


def _gone(screen: XDisplay) -> None:
    until(lambda: not screen.windows(BANNER), "the banner goes away")


def test_a_click_on_ack_answers_exactly_the_shown_alarm_and_goes_on_to_the_next(
    screen: XDisplay, ship: Ship, tmp_path: Path
) -> None:
    with Desktop(screen, tmp_path, *ship.arguments()):
        banner = _alarm_comes(screen, ship, OIL)
        ship.set(WATER, HIGH)
        until(lambda: len(ship.rows("raised")) == 2, "both alarms are raised")
        occurrence = {alarm: number for alarm, number, *_ in ship.rows("raised")}
        screen.click(*_ack(screen.box(banner)))
        until(lambda: ship.rows("acknowledged"), "an acknowledgement in the journal")
        assert ship.rows("acknowledged") == [("oil.high", occurrence["oil.high"], "Chief engineer", "ecr")]
        assert screen.windows(BANNER) == [banner]

        x, y = _ack(screen.box(banner))
        until(lambda: _is_chosen(screen, x - 80, y), "ACK is ready for the next")
        screen.click(x, y)
        _gone(screen)
        assert ship.rows("acknowledged")[1:] == [("water.high", occurrence["water.high"], "Chief engineer", "ecr")]


def test_nothing_beneath_the_banner_takes_a_click_and_no_key_takes_the_banner_away(
    screen: XDisplay, ship: Ship, tmp_path: Path
) -> None:
    with Desktop(screen, tmp_path, *ship.arguments()) as desktop:
        window = screen.box(desktop.window)
        until(lambda: _first_page_is_chosen(screen, window), "the first page")
        page = Box(window.x + 500, window.y + TOP_BAR + 8, window.width - 520, 300)
        screen.do("mousemove", "0", "0")  # the pointer is part of a picture
        empty = screen.picture(page)
        banner = _alarm_comes(screen, ship)

        for x, y in (_palettes(window), _user(window), _readout(window)):
            screen.click(x, y)
        x, y = _second_page(window)  # it is under the banner: the click is sent to the window itself
        at = (str(x - window.x), str(y - window.y))
        screen.do("mousemove", "--window", desktop.window, *at, "click", "--window", desktop.window, "1")
        screen.do("windowactivate", banner)
        screen.key("Escape", "F1", "F5", "F11", "ctrl+q", "ctrl+w", "Tab", "alt+F4")
        screen.do("windowactivate", desktop.window)
        screen.key("Escape", "F1", "Tab", "alt+F4")
        screen.do("key", "--window", desktop.window, "Tab", "space", "Return", "F5")
        assert screen.windows(BANNER) == [banner]
        assert ship.rows("acknowledged") == []

        screen.click(*_ack(screen.box(banner)))
        _gone(screen)
        assert len(screen.ours()) == 1
        until(lambda: _first_page_is_chosen(screen, window), "the first page is still in front")
        assert screen.picture(page) == empty
        assert desktop.process.poll() is None

        # the same touches work as soon as nothing stands in the way
        screen.click(*_readout(window))
        until(lambda: screen.picture(page) != empty, "the faceplate")
        screen.click(*_palettes(window))
        until(lambda: len(screen.ours()) == 2, "the palettes")
        screen.key("Escape")
        until(lambda: len(screen.ours()) == 1, "the palettes go away")
        screen.click(*_second_page(window))
        until(lambda: not _first_page_is_chosen(screen, window), "the second page")


def test_a_button_held_down_while_the_alarm_comes_gives_no_command(
    screen: XDisplay, ship: Ship, tmp_path: Path
) -> None:
    with Desktop(screen, tmp_path, *ship.arguments()) as desktop:
        window = screen.box(desktop.window)
        x, y = _second_page(window)
        screen.do("mousemove", str(x), str(y), "mousedown", "1")
        banner = _alarm_comes(screen, ship)
        screen.do("mouseup", "1")
        screen.click(*_ack(screen.box(banner)))
        _gone(screen)
        until(lambda: _first_page_is_chosen(screen, window), "the first page is still in front")
        screen.click(x, y)
        until(lambda: not _first_page_is_chosen(screen, window), "the second page")


def test_the_banner_lies_over_the_lower_edge_and_goes_where_the_window_goes(
    screen: XDisplay, ship: Ship, tmp_path: Path
) -> None:
    with Desktop(screen, tmp_path, *ship.arguments()) as desktop:
        banner = _alarm_comes(screen, ship)

        def lies_over() -> bool:
            under, strip = screen.box(desktop.window), screen.box(banner)
            return strip == Box(under.x, under.bottom - STRIP, under.width, STRIP)

        until(lies_over, "over the lower edge")
        screen.do("windowmove", desktop.window, "40", "60")
        until(lambda: screen.box(desktop.window).x == 40 and lies_over(), "moved with the window")
        screen.do("windowsize", desktop.window, "1500", "900")
        until(lambda: screen.box(desktop.window).width == 1500 and lies_over(), "resized with the window")

        # what a window manager lets a person do with the banner does not last
        screen.do("windowmove", banner, "5", "5")
        until(lies_over, "back from where it was dragged")
        screen.do("windowsize", banner, "1200", "500")
        until(lies_over, "back to its size")
        screen.do("windowminimize", "--sync", banner)
        until(lambda: screen.windows(BANNER) and lies_over(), "back from being minimised")
        screen.do("windowminimize", "--sync", desktop.window)
        assert screen.windows(BANNER) == [banner]
        screen.do("windowmap", "--sync", desktop.window)

        # ACK stays in reach when the window hangs over the edge of the screen
        screen.do("windowmove", desktop.window, "1500", "900")
        until(lambda: screen.box(banner).right <= 1920 and screen.box(banner).bottom <= 1080, "on the screen")
        screen.click(*_ack(screen.box(banner)))
        _gone(screen)


def test_list_people_and_silence_are_one_click_away_on_the_banner(screen: XDisplay, ship: Ship, tmp_path: Path) -> None:
    with Desktop(screen, tmp_path, *ship.arguments()) as desktop:
        banner = _alarm_comes(screen, ship)
        folded = screen.box(banner)
        screen.click(*_silence(folded))
        until(lambda: ship.rows("silenced"), "silence in the journal")
        assert ship.rows("silenced")[0][2:] == ("Chief engineer", "ecr")

        page_height = screen.box(desktop.window).height - TOP_BAR
        screen.click(*_list(folded))
        until(lambda: screen.box(banner).height == page_height, "the list over the page")
        assert screen.box(banner).bottom == folded.bottom
        screen.click(*_list(folded))
        until(lambda: screen.box(banner) == folded, "the list folds")

        screen.click(*_person(folded))
        until(lambda: screen.box(banner).height == page_height, "the people over the page")
        screen.click(folded.x + folded.width * 3 // 4, folded.y - 44)
        until(lambda: screen.box(banner) == folded, "the people fold")
        screen.click(*_ack(folded))
        until(lambda: ship.rows("acknowledged"), "an acknowledgement in the journal")
        assert ship.rows("acknowledged")[0][2:] == ("Second engineer", "ecr")


def test_where_people_have_accounts_the_banner_asks_for_the_pin_and_ack_stays_in_reach(
    screen: XDisplay, ship: Ship, tmp_path: Path
) -> None:
    ship.database.mkdir()
    for name in ("Chief engineer", "Second engineer"):
        Accounts(ship.database / FILE).put(name, Role.ENGINEER, "4711")
    with Desktop(screen, tmp_path, *ship.arguments()) as desktop:
        banner = _alarm_comes(screen, ship)
        folded = screen.box(banner)
        expanded = screen.box(desktop.window).height - TOP_BAR
        pad_key = (folded.x + folded.width // 2 + 130, folded.y - 36)

        def ask_second_engineer() -> None:
            screen.click(*_person(folded))
            until(lambda: screen.box(banner).height == expanded, "the people over the page")
            until(lambda: _is_chosen(screen, folded.x + 100, folded.y - 44), "who is chosen")
            screen.click(folded.x + folded.width * 3 // 4, folded.y - 44)
            until(
                lambda: (
                    screen.box(banner).height == expanded
                    and not _is_chosen(screen, folded.x + 100, folded.y - 44)
                    and screen.colour(*pad_key) != screen.colour(folded.x + 8, folded.y - 8)
                ),
                "the keys over the page",
            )

        ask_second_engineer()
        screen.click(*_ack(folded))  # beside the keys: nobody has to log in to acknowledge
        until(lambda: ship.rows("acknowledged"), "an acknowledgement in the journal")
        assert ship.rows("acknowledged")[0][2:] == ("Engine control room", "ecr")
        _gone(screen)

        banner = _alarm_comes(screen, ship, WATER)
        ask_second_engineer()
        screen.key("4", "7", "1", "1", "Return")
        until(lambda: screen.box(banner) == folded, "the keys fold after the login")
        screen.click(*_ack(folded))
        until(lambda: len(ship.rows("acknowledged")) == 2, "another acknowledgement")
        assert ship.rows("acknowledged")[1][2:] == ("Second engineer", "ecr")


@pytest.mark.parametrize("what", ["dialog", "popup"])
def test_an_alarm_is_answered_with_one_click_although_something_of_ours_was_open(
    screen: XDisplay, ship: Ship, tmp_path: Path, what: str
) -> None:
    with Desktop(screen, tmp_path, *ship.arguments()) as desktop:
        window = screen.box(desktop.window)
        screen.click(*(_user if what == "dialog" else _palettes)(window))
        until(lambda: len(screen.ours()) == 2, "the other window")
        if what == "dialog":  # over the place where ACK will be
            screen.do("windowmove", screen.window(PERSON), str(window.right - 400), str(window.bottom - 300))
        banner = _alarm_comes(screen, ship)
        if what == "dialog":  # a window manager raises what is clicked
            screen.do("windowraise", screen.window(PERSON))
            screen.click(window.right - 390, window.bottom - 290)
        screen.click(*_ack(screen.box(banner)))
        _gone(screen)
        assert len(ship.rows("acknowledged")) == 1


def test_a_station_without_a_modal_banner_keeps_the_page_usable(screen: XDisplay, ship: Ship, tmp_path: Path) -> None:
    with Desktop(screen, tmp_path, *ship.arguments("--station", "bridge")) as desktop:
        window = screen.box(desktop.window)
        ship.set(OIL, HIGH)
        x, y = window.right - 119, window.bottom - NAV_BAR - STRIP + 77
        until(lambda: _is_chosen(screen, x - 80, y), "ACK in the window")
        assert screen.windows(BANNER) == []
        screen.click(*_second_page(window))
        until(lambda: not _first_page_is_chosen(screen, window), "the second page")
        screen.click(x, y)
        until(lambda: ship.rows("acknowledged"), "an acknowledgement in the journal")
        assert ship.rows("acknowledged")[0][2:] == ("Officer of the watch", "bridge")


def test_each_palette_is_a_touch_away(screen: XDisplay, ship: Ship, tmp_path: Path) -> None:
    with Desktop(screen, tmp_path, *ship.arguments()) as desktop:
        window = screen.box(desktop.window)
        ground = (window.x + 2, window.y + TOP_BAR + 300)
        until(lambda: screen.colour(*ground) > "c0", "the light ground of the day")
        screen.click(*_palettes(window))
        until(lambda: len(screen.ours()) == 2, "the palettes")
        popup = min(screen.ours(), key=lambda box: box.width)
        screen.click(popup.right - 56, popup.y + 44)
        until(lambda: screen.colour(*ground) < "40", "the dark ground of the night")
        until(lambda: len(screen.ours()) == 1, "the palettes go away")


@pytest.mark.parametrize("manager", [True, False], ids=["window manager", "bare display"])
def test_a_kiosk_takes_the_whole_screen_and_nobody_at_it_can_close_it(
    ship: Ship, tmp_path: Path, manager: bool
) -> None:
    folder = tmp_path / "screen"
    folder.mkdir()
    with (
        XDisplay(folder, 1280, 800, manager=manager) as screen,
        Desktop(screen, tmp_path, *ship.arguments("--kiosk")) as desktop,
    ):
        until(lambda: screen.box(desktop.window) == Box(0, 0, 1280, 800), "the whole screen")
        screen.key("alt+F4", "Escape", "F11")
        banner = _alarm_comes(screen, ship)
        assert screen.box(banner) == Box(0, 800 - STRIP, 1280, STRIP)
        screen.click(*_ack(screen.box(banner)))
        _gone(screen)
        assert desktop.process.poll() is None
        desktop.process.send_signal(signal.SIGTERM)
        assert desktop.ended() == 0, desktop.said()


def test_on_a_small_screen_the_window_leaves_nothing_of_itself_outside(ship: Ship, tmp_path: Path) -> None:
    folder = tmp_path / "screen"
    folder.mkdir()
    with XDisplay(folder, 1280, 800) as screen, Desktop(screen, tmp_path, *ship.arguments()) as desktop:
        until(lambda: screen.box(desktop.window).bottom <= 800, "all of it on the screen")


@pytest.mark.parametrize("way", ["window manager", "SIGTERM", "SIGINT"])
def test_it_ends_with_exit_code_0_and_its_runtime_stops_in_order(
    screen: XDisplay, ship: Ship, tmp_path: Path, way: str
) -> None:
    with Desktop(screen, tmp_path, *ship.arguments()) as desktop:
        until(lambda: "first live page" in desktop.said(), "a page with values")
        assert ship.rows("stopped") == []
        if way == "window manager":
            screen.do("windowactivate", "--sync", desktop.window)
            screen.key("alt+F4")
        else:
            desktop.process.send_signal(signal.Signals[way])
        assert desktop.ended() == 0, desktop.said()
        assert len(ship.rows("stopped")) == 1
        assert "Traceback" not in desktop.said()
        assert " ERROR " not in desktop.said()


def test_when_the_display_goes_away_the_program_ends_and_stops_in_order_where_it_is_left_to(
    screen: XDisplay, ship: Ship, tmp_path: Path
) -> None:
    with Desktop(screen, tmp_path, *ship.arguments()) as desktop:
        until(lambda: "first live page" in desktop.said(), "a page with values")
        screen.end()
        assert desktop.ended() == 1, desktop.said()
        # Xlib may end the process by itself before Qt hears of it: then it is as after a kill, and nothing says so
        in_order = "vmshmi: the display is gone" in desktop.said()
        assert len(ship.rows("stopped")) == (1 if in_order else 0)
        assert "Traceback" not in desktop.said()


def test_a_second_one_on_the_same_database_is_refused_with_the_first_ones_process_id(
    screen: XDisplay, ship: Ship, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with Desktop(screen, tmp_path, *ship.arguments()) as first:
        second = Desktop(screen, other, *ship.arguments())
        assert second.ended() == 2
        assert f"process {first.process.pid}" in second.said()
        assert "Traceback" not in second.said()
        assert first.process.poll() is None
