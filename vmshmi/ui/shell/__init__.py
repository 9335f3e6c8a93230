"""The window around the pages: top bar, navigation, and what every page has in common."""
