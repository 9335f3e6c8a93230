"""Sizes in pixels at 100 %: OpenBridge guideline, 48 px is 15 mm on a bridge display."""

TOUCH = 48
"""Smallest touch target."""
TOUCH_LARGE = 72
ACK = 56
"""Smallest height of a button that acknowledges."""
TOP_BAR = 96
NAV_BAR = 64
ROW = 40
"""Height of a row in a list; rows select, the large buttons beside them act."""
ROW_LOW = 34
"""Lowest row of a list that must show many at once."""
HEADER = 32
GAP = 8
MARGIN = 16
RADIUS = 6

TEXT_LABEL = 14
TEXT_BODY = 16
TEXT_TITLE = 22
TEXT_LARGE = 34
TEXT_INSTRUMENT = 46
