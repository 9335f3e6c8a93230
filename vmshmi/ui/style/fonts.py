"""The one font family, shipped with the program so that no machine shows boxes."""

from functools import cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from vmshmi.core.errors import StartError

FAMILY = "Noto Sans"


def load_fonts(folder: Path) -> None:
    """Make every font of the folder known to Qt; needs the application object.

    Raises:
        StartError: if a font file is missing or cannot be used.
    """
    files = sorted(folder.glob("*.ttf"))
    if not files:
        raise StartError(f"no font in {folder}: the installation is incomplete, install the program again")
    for file in files:
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            raise StartError(f"{file}: cannot be read as a font, install the program again")


@cache
def ui_font(pixels: int, bold: bool = False) -> QFont:
    """The font at a height in pixels; do not change what you get, it is shared."""
    font = QFont(FAMILY)
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font
