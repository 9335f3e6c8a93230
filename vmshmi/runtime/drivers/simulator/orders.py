"""What a person may order of a simulated world."""


class OrderRefused(Exception):
    """The world does not do it; the text is one line for a person. Nothing has changed."""
