"""Which stretch of time the chart shows, and whether it follows the present."""

SPANS_S = (60.0, 600.0, 3_600.0, 28_800.0, 86_400.0, 604_800.0)
"""The lengths that have a button."""
_DAY_S = 86_400.0
MORE_SPANS_S = (300.0, 1_800.0, 14_400.0, 3 * _DAY_S, 30 * _DAY_S, 91 * _DAY_S, 365 * _DAY_S, 5 * 365 * _DAY_S)
"""The lengths behind one more touch."""
SHORTEST_S = 10.0
LONGEST_S = 5 * 366 * 86_400.0
_AHEAD = 0.02
"""Share of the view that lies in the future while it follows: the newest value is not on the edge."""


class TimeWindow:
    """A view of `span_s` seconds that ends at `end_s` (seconds since 1970 UTC)."""

    def __init__(self, span_s: float = 600.0) -> None:
        self._span = span_s
        self._end = 0.0
        self._live = True

    @property
    def span_s(self) -> float:
        """Length of the view."""
        return self._span

    @property
    def start_s(self) -> float:
        """Left edge."""
        return self._end - self._span

    @property
    def end_s(self) -> float:
        """Right edge."""
        return self._end

    @property
    def live(self) -> bool:
        """True while the view follows the present."""
        return self._live

    def follow(self, now_s: float) -> None:
        """Go on with the present, when following."""
        if self._live:
            self._end = self._edge(now_s)

    def go_live(self, now_s: float) -> None:
        """Follow the present again."""
        self._live = True
        self.follow(now_s)

    def freeze(self) -> None:
        """Stand still while the present goes on."""
        self._live = False

    def look_at(self, at_s: float, now_s: float) -> None:
        """Put a moment of the past into the middle; one that the present still shows is left to it."""
        self._end = min(self._edge(now_s), at_s + self._span / 2)
        self._live = self._end >= self._edge(now_s)

    def pan(self, seconds: float, now_s: float) -> None:
        """Move by so many seconds (negative is into the past); reaching the present follows it again."""
        edge = self._edge(now_s)
        self._end = min(edge, self._end + seconds)
        self._live = self._end >= edge

    def zoom(self, factor: float, at_s: float, now_s: float) -> None:
        """Make the view `factor` times as long around a moment; while following, around the present."""
        span = min(LONGEST_S, max(SHORTEST_S, self._span * factor))
        if not self._live:
            share = (self._end - at_s) / self._span
            self._end = min(self._edge(now_s), at_s + share * span)
        self._span = span
        self.follow(now_s)

    def set_span(self, span_s: float, now_s: float) -> None:
        """Choose a length; what is in the middle stays there, unless the present is followed."""
        self.zoom(span_s / self._span, self._end - self._span / 2, now_s)
        self._span = span_s

    def _edge(self, now_s: float) -> float:
        return now_s + _AHEAD * self._span
