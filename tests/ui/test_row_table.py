"""The painted list: choosing by finger and key, columns by width, drawing only what changed."""

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.support.ui_window import RESOURCES
from vmshmi.ui.style.application import prepare_application
from vmshmi.ui.style.sizes import HEADER, ROW
from vmshmi.ui.style.theme import load_themes
from vmshmi.ui.widgets.row_table import Column, RowTable

COLUMNS = (Column("a", "A", 100), Column("b", "B", 100, stretch=True), Column("c", "C", 100, from_width=700))


class _Numbers:
    def __init__(self, count: int) -> None:
        self.keys = list(range(count))
        self.painted: list[int] = []
        self.home = QWidget()

    def row_count(self) -> int:
        return len(self.keys)

    def row_key(self, row: int) -> object:
        return self.keys[row]

    def row_text(self, row: int) -> str:
        return str(self.keys[row])

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        self.painted.append(row)

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        pass


def _table(qtbot: QtBot, count: int = 1000) -> tuple[RowTable, _Numbers]:
    prepare_application(RESOURCES)
    source = _Numbers(count)
    home = source.home  # kept by somebody, or Qt takes the table away with it
    qtbot.addWidget(home)
    home.resize(600, HEADER + 10 * ROW)
    table = RowTable(source, COLUMNS, load_themes(RESOURCES / "palettes" / "openbridge.json")["day"], "none", home)
    table.setGeometry(home.rect())
    home.show()
    table.rows_changed()
    return table, source


def test_ten_rows_fit_and_only_they_are_drawn(qtbot: QtBot) -> None:
    table, source = _table(qtbot)
    assert list(table.visible_rows()) == list(range(10))
    source.painted.clear()
    table.viewport().grab()
    assert source.painted == list(range(10))


def test_one_changed_row_draws_one_row_and_a_hidden_one_none(qtbot: QtBot) -> None:
    table, source = _table(qtbot)
    qtbot.wait(20)
    source.painted.clear()
    table.update_row(3)
    table.update_row(500)
    qtbot.waitUntil(lambda: bool(source.painted))
    assert source.painted == [3]


def test_a_touch_chooses_and_a_drag_does_not(qtbot: QtBot) -> None:
    table, _ = _table(qtbot)
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(table.viewport(), left, pos=QPoint(50, 2 * ROW + 5))
    assert table.selected_key == 2
    QTest.mousePress(table.viewport(), left, pos=QPoint(50, 4 * ROW + 5))
    QTest.mouseRelease(table.viewport(), left, pos=QPoint(50, 7 * ROW + 5))
    assert table.selected_key == 2


def test_keys_walk_through_the_list_and_scroll_it(qtbot: QtBot) -> None:
    table, _ = _table(qtbot)
    for key, expected in (
        (Qt.Key.Key_Down, 0),
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_PageDown, 10),
        (Qt.Key.Key_End, 999),
        (Qt.Key.Key_Up, 998),
        (Qt.Key.Key_Home, 0),
    ):
        QTest.keyClick(table, key)
        assert table.selected_key == expected
        assert expected in table.visible_rows()


def test_the_selection_moves_with_its_row_and_ends_with_it(qtbot: QtBot) -> None:
    table, source = _table(qtbot, 5)
    table.select_key(3)
    source.keys.insert(0, 99)
    table.rows_changed()
    assert table.selected_row() == 4
    source.keys.remove(3)
    table.rows_changed()
    assert table.selected_row() is None


def test_columns_give_way_when_the_list_is_narrow(qtbot: QtBot) -> None:
    table, _ = _table(qtbot)
    assert [column.key for column, _, _ in table._placed_columns()] == ["a", "b"]
    home = table.parentWidget()
    assert home is not None
    table.setGeometry(0, 0, 900, 400)
    placed = table._placed_columns()
    assert [column.key for column, _, _ in placed] == ["a", "b", "c"]
    _, left, width = placed[-1]
    assert left + width == table.viewport().width()
