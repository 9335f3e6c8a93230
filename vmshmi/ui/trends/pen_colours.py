"""Colours of the pens in each palette.

None is a red, an orange or a yellow: those mean alarms. Any two of one palette stay apart for people with a
protan, deutan or tritan colour vision deficiency (a test holds that), and every pen carries its number besides.
"""

from collections.abc import Mapping
from typing import Final

from PySide6.QtGui import QColor

MOST_PENS = 16
COLOURS = 8
"""More cannot be told apart by every eye; the ninth pen has the colour of the first, and its own number."""

_ON_LIGHT: Final = ("#0D92B9", "#8420C6", "#3F780A", "#254876", "#C736FE", "#84856F", "#261664", "#462C27")
PEN_COLOURS: Final[Mapping[str, tuple[str, ...]]] = {
    "bright": _ON_LIGHT,
    "day": _ON_LIGHT,
    "dusk": ("#AFBDF8", "#3BC50D", "#9366FE", "#2AE9B0", "#C363B6", "#C9FEF3", "#1D983A", "#ABA090"),
    "night": ("#38B123", "#9E9FFA", "#47CCC6", "#DE08C6", "#2A7495", "#A28C8E", "#886AFD", "#7D6F52"),
}


def pen_colour(palette: str, pen: int) -> QColor:
    """Colour of a pen by its position, 0 to `MOST_PENS` - 1."""
    return QColor(PEN_COLOURS[palette][pen % COLOURS])
