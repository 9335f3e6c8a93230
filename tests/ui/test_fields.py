"""Name and value, line by line: nothing is cut off while there is room for it."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.support.ui_window import RESOURCES
from vmshmi.ui.style.application import prepare_application
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import TEXT_LABEL
from vmshmi.ui.style.theme import load_themes
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.painting import WidthOf


def test_the_name_beside_a_value_has_the_room_it_needs_and_values_wrap_in_what_is_left(qtbot: QtBot) -> None:
    prepare_application(RESOURCES)
    home = QWidget()
    qtbot.addWidget(home)
    fields = FieldList(load_themes(RESOURCES / "palettes" / "openbridge.json")["day"], home, name_width=104)
    fields.resize(368, 100)
    short, long = Field("ALARM", "a " * 60), Field("EMERGENCY ALARM", "a " * 60)
    needed = WidthOf(ui_font(TEXT_LABEL))("EMERGENCY ALARM")
    assert fields._name_room([short], 368) == 104
    assert fields._name_room([long], 368) - 8 >= needed
    fields.set_fields([short])
    lower = fields.heightForWidth(368)
    fields.set_fields([long])
    assert fields.heightForWidth(368) >= lower
    assert fields._name_room([Field("W" * 60, "")], 368) < 368 / 2  # a name never takes it all
