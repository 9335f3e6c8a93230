"""Keeps the pens of the chart full: asks history for what is in view, and appends what comes live."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from vmshmi.core.clock import Clock, to_micros
from vmshmi.core.ports import HistoryPort, TagChanges
from vmshmi.core.values import TagId, TagValue
from vmshmi.ui.binding.tasks import Tasks
from vmshmi.ui.trends.composer import Pen
from vmshmi.ui.trends.history_loader import HistoryLoader, Stretch
from vmshmi.ui.trends.series import Rows
from vmshmi.ui.trends.time_window import TimeWindow

_ASIDE = 0.5
"""Share of the view that is asked for at each side of it, so that a finger finds something there."""
_LEAST_AHEAD_S = 10.0
"""The runtime's clock may be a little ahead of ours: the question reaches this far into the future."""
_MOST_TAIL = 6_000
"""So many live samples of a pen, and history is asked again for fewer points."""
_STEP_BACK_US = 10_000_000
"""A sample so much older than the newest one means that the clock was set back."""
_RETRY_S = 10.0
_FEWEST_POINTS = 200
_WIDER = 1.25
"""On a chart so much wider than it was, history is asked again."""
_SHORT_S = 600.0
"""In a shorter view an unchanged value may have no row: the one before the view is asked for too."""


class TrendFeed:
    """History and live values of the pens.

    Args:
        port: history.
        tasks: keeps the questions under way.
        clock: both clocks.
        changed: called when rows came or were taken away.
        wanted: called when history should be asked again soon.
        state_changed: called when `busy` or `error` may have changed.
    """

    def __init__(
        self,
        port: HistoryPort,
        tasks: Tasks,
        clock: Clock,
        changed: Callable[[], None],
        wanted: Callable[[], None],
        state_changed: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._changed = changed
        self._wanted = wanted
        self._loader = HistoryLoader(port, tasks, self._take_past, state_changed)
        self._pens: dict[TagId, Pen] = {}
        self._running = False
        self._newest_s = 0.0
        self._asked: tuple[float, float] | None = None
        self._asked_span = 0.0
        self._asked_width = 0
        self._asked_at = 0.0
        self._bucket_s = 0.0

    @property
    def busy(self) -> bool:
        """True while an answer of history is awaited."""
        return self._loader.busy

    @property
    def error(self) -> str:
        """Why history did not answer; empty when it did."""
        return self._loader.error

    @property
    def asked(self) -> tuple[float, float] | None:
        """From when to when history was asked for last, seconds since 1970 UTC."""
        return self._asked

    def now(self) -> float:
        """The present, by our clock or by the newest sample: the runtime's clock may be ahead."""
        return max(self._clock.now().timestamp(), self._newest_s)

    def set_pens(self, pens: Sequence[Pen]) -> None:
        """Keep these full from now on."""
        self._pens = {pen.tag.id: pen for pen in pens}
        self._asked = None

    def start(self) -> None:
        """The page is in front."""
        self._running = True
        self._newest_s = 0.0
        self._asked = None

    def stop(self) -> None:
        """Nobody looks: no answer counts any more, and what came live is forgotten, history knows it."""
        self._running = False
        self._loader.forget()
        for pen in self._pens.values():
            pen.series.clear_tail()

    def needs_more(self, window: TimeWindow, width_px: int) -> bool:
        """True when the view has left what was asked for, or history knows more detail than it shows now."""
        if self._asked is None or width_px > _WIDER * self._asked_width:
            return True
        since, until = self._asked
        ends_within = window.live or window.end_s <= until
        return window.start_s < since or not ends_within or not 0.5 < window.span_s / self._asked_span < 2.0

    def retry_is_due(self) -> bool:
        """True when the last question failed a while ago."""
        return bool(self.error) and not self.busy and self._clock.monotonic() - self._asked_at >= _RETRY_S

    def ask(self, window: TimeWindow, width_px: int) -> None:
        """Ask history for the view and something at each side of it; nothing while nobody looks."""
        if not self._running or not self._pens:
            return
        now = self.now()
        window.follow(now)
        aside = _ASIDE * window.span_s
        since = window.start_s - aside
        until = min(window.end_s + aside, now + max(_LEAST_AHEAD_S, 0.02 * window.span_s))
        self._asked, self._asked_span, self._asked_width = (since, until), window.span_s, width_px
        self._asked_at = self._clock.monotonic()
        points = max(_FEWEST_POINTS, round(width_px * (until - since) / window.span_s))
        self._bucket_s = (until - since) / points
        questions: list[tuple[list[TagId], Stretch]] = []
        for before in (False, True):
            tag_ids = [pen.tag.id for pen in self._pens.values() if (pen.is_step or window.span_s < _SHORT_S) is before]
            if tag_ids:
                questions.append((tag_ids, Stretch(_moment(since), _moment(until), points, before=before)))
        self._loader.ask(questions)

    def take_live(self, changes: TagChanges) -> None:
        """Append what came."""
        if not self._running:
            return
        for tag_id, sample in changes.items():
            pen = self._pens.get(tag_id)
            if pen is not None:
                self._append(pen, sample)

    def _append(self, pen: Pen, sample: TagValue) -> None:
        series = pen.series
        if not series.append(sample):
            last = series.last_stamp
            stamp = to_micros(sample.timestamp)
            if last is None or last - stamp < _STEP_BACK_US or sample.quality.is_bad:
                return
            series.cut(stamp)
            series.append(sample)
            self._newest_s = sample.timestamp.timestamp()
            self._wanted()
        self._newest_s = max(self._newest_s, sample.timestamp.timestamp())
        self._changed()
        if series.tail_length % _MOST_TAIL == 0:
            self._wanted()

    def _take_past(self, tag_id: TagId, rows: Rows) -> None:
        pen = self._pens.get(tag_id)
        if pen is not None:
            pen.series.set_past(rows, self._bucket_s)
            self._changed()


def _moment(at_s: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at_s)
