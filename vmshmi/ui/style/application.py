"""What the application object needs once: our font, the Fusion style, a palette. No style sheet, ever."""

from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QApplication

from vmshmi.ui.style.fonts import load_fonts, ui_font
from vmshmi.ui.style.sizes import TEXT_BODY
from vmshmi.ui.style.theme import Theme

_PREPARED = "vmshmi_prepared"


def prepare_application(resources: Path) -> QApplication:
    """Load the fonts and choose the style; a second call does nothing.

    Raises:
        StartError: if the fonts are missing.
    """
    app = cast("QApplication", QApplication.instance())  # made by app.desktop or by the test before any window
    if not app.property(_PREPARED):
        load_fonts(resources / "fonts")
        app.setStyle("Fusion")
        app.setFont(ui_font(TEXT_BODY))
        app.setProperty(_PREPARED, True)
    return app


def use_palette(app: QApplication, theme: Theme) -> None:
    """Give the controls that Qt paints the colours of a theme."""
    app.setPalette(theme.to_qpalette())
