"""The one place where the screen watches tags: only for what is visible."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from vmshmi.core.ports import TagChanges, TagsPort, Watch
from vmshmi.core.values import TagId


class TagBinding(QObject):
    """Watches tags while a widget is visible and drops the watch while it is hidden.

    Args:
        widget: the widget the values are for; it also owns this object.
        tags: where values come from.
        callback: called with what changed, once a frame at most, first with all of them.
    """

    def __init__(self, widget: QWidget, tags: TagsPort, callback: Callable[[TagChanges], None]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._port = tags
        self._callback = callback
        self._ids: frozenset[TagId] = frozenset()
        self._watch: Watch | None = None
        widget.installEventFilter(self)

    @property
    def watching(self) -> bool:
        """True while a watch is open."""
        return self._watch is not None

    def set_tags(self, tag_ids: Iterable[TagId]) -> None:
        """Watch these from now on; tags the runtime does not know are left out."""
        known = self._port.definitions()
        wanted = frozenset(tag_id for tag_id in tag_ids if tag_id in known)
        if wanted == self._ids:
            return
        self._ids = wanted
        self._drop()
        if self._widget.isVisible():
            self._open()

    def close(self) -> None:
        """Drop the watch for good."""
        self._widget.removeEventFilter(self)
        self._drop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the widget: shown opens the watch, hidden drops it."""
        if watched is self._widget:
            if event.type() == QEvent.Type.Show:
                self._open()
            elif event.type() == QEvent.Type.Hide:
                self._drop()
        return False

    def _open(self) -> None:
        if self._watch is None and self._ids:
            self._watch = self._port.watch(self._ids, self._callback)

    def _drop(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None
