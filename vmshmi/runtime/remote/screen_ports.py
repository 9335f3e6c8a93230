"""Tags, history and system of a runtime elsewhere, for the screens; everything here runs in the screen's loop."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from vmshmi.core.clock import Clock
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.ports import TagCallback
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.remote.decode import history_series, row_of, rows_of, understood
from vmshmi.runtime.remote.http import MAX_ROWS, ApiClient, period
from vmshmi.runtime.watching import Watching, deliver


class RemoteTags:
    """`core.ports.TagsPort`.

    Args:
        clock: stamps the values that are lost.
        schedule: asks for a `flush` within a frame.
    """

    def __init__(self, clock: Clock, schedule: Callable[[], None]) -> None:
        self._clock = clock
        self._schedule = schedule
        self._definitions: dict[TagId, TagDef] = {}
        self._values: dict[TagId, TagValue] = {}
        self._last_good: dict[TagId, TagValue] = {}
        self._dirty: set[TagId] = set()
        self._watches: dict[Watching, tuple[frozenset[TagId], TagCallback]] = {}

    def definitions(self) -> Mapping[TagId, TagDef]:
        """Every tag the runtime knows; before the first answer those of the project."""
        return self._definitions

    def value(self, tag_id: TagId) -> TagValue:
        """The present value; bad while the runtime does not answer.

        Raises:
            KeyError: if there is no such tag.
        """
        return self._values[tag_id]

    def last_good(self, tag_id: TagId) -> TagValue | None:
        """The last value that was not bad; kept while the runtime does not answer."""
        return self._last_good.get(tag_id)

    def watch(self, tag_ids: Iterable[TagId], callback: TagCallback) -> Watching:
        """Call back with what changed among these tags, once a frame at most; first, at once, with all of them.

        Raises:
            KeyError: if there is no such tag.
        """
        wanted = frozenset(tag_ids)
        first = {tag_id: self._values[tag_id] for tag_id in wanted}
        watching = Watching(lambda this: self._watches.pop(this, None))
        self._watches[watching] = (wanted, callback)
        callback(first)
        return watching

    def define(self, tags: Iterable[TagDef]) -> None:
        """Take definitions; tags that are no longer named stay, without a value."""
        for tag in tags:
            self._definitions[tag.id] = tag
            if tag.id not in self._values:
                self._values[tag.id] = self._nothing()
                self._touch([tag.id])

    def snapshot(self, values: Mapping[TagId, TagValue], last_good: Mapping[TagId, TagValue]) -> None:
        """Take all values; what is not among them is not known."""
        nothing = self._nothing()
        self._values = {tag_id: values.get(tag_id, nothing) for tag_id in self._definitions}
        self._last_good.update(last_good)
        self._keep_good(values)
        self._touch(self._definitions)

    def change(self, values: Mapping[TagId, TagValue]) -> None:
        """Take changed values; tags that are not defined are passed over."""
        known = {tag_id: value for tag_id, value in values.items() if tag_id in self._definitions}
        self._values.update(known)
        self._keep_good(known)
        self._touch(known)

    def lose(self) -> None:
        """The runtime does not answer: nothing is known any more."""
        nothing = self._nothing()
        self._values = dict.fromkeys(self._definitions, nothing)
        self._touch(self._definitions)

    def flush(self) -> None:
        """Tell who watches; once a frame."""
        dirty, self._dirty = self._dirty, set()
        for wanted, callback in list(self._watches.values()):
            concerned = wanted & dirty
            if concerned:
                deliver(callback, {tag_id: self._values[tag_id] for tag_id in concerned})

    def _nothing(self) -> TagValue:
        return TagValue(None, Quality.BAD_NO_COMMUNICATION, self._clock.now())

    def _keep_good(self, values: Mapping[TagId, TagValue]) -> None:
        self._last_good.update((tag_id, value) for tag_id, value in values.items() if value.value is not None)

    def _touch(self, tag_ids: Iterable[TagId]) -> None:
        self._dirty.update(tag_ids)
        self._schedule()


class RemoteHistory:
    """`core.ports.HistoryPort`.

    Args:
        api: asked for each question.
        tags: tell which tags hold texts.
    """

    def __init__(self, api: ApiClient, tags: RemoteTags) -> None:
        self._api = api
        self._tags = tags

    async def query(self, query: HistoryQuery) -> HistorySeries:
        """Rows in order of time, at most 100,000 of them; qualities are plain good, uncertain or bad.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now.
        """
        is_text = self._tags.definitions()[query.tag_id].kind is TagKind.TEXT
        params: dict[str, str | int] = {**period(query.since, query.until)}
        if query.points is not None:
            params["points"] = query.points
        if query.limit is not None or query.points is None:
            params["limit"] = min(MAX_ROWS, MAX_ROWS if query.limit is None else query.limit)
        answer = await self._api.read(f"/tags/{quote(query.tag_id, safe='')}/history", params)
        return understood(lambda: history_series(query.tag_id, rows_of(answer), is_text=is_text))

    async def query_many(
        self, tag_ids: Sequence[TagId], since: datetime, until: datetime, points: int
    ) -> list[HistorySeries]:
        """Several tags in one question, in the order asked.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now.
        """
        texts = {tag_id: self._tags.definitions()[tag_id].kind is TagKind.TEXT for tag_id in tag_ids}
        params: dict[str, str | int] = {**period(since, until), "tags": ",".join(texts), "points": points}
        answer = await self._api.read("/history", params)

        def series() -> list[HistorySeries]:
            rows = row_of(answer)
            return [history_series(tag_id, rows_of(rows[tag_id]), is_text=texts[tag_id]) for tag_id in tag_ids]

        return understood(series)

    async def export(self, tag_ids: Sequence[TagId], since: datetime, until: datetime, file: Path) -> None:
        """Every sample of some tags, made by the runtime, carried here.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now or the file cannot be written.
        """
        form = file.suffix.lower().removeprefix(".")
        params: dict[str, str | int] = {**period(since, until), "tags": ",".join(tag_ids), "format": form}
        await self._api.fetch("/history", params, file)
