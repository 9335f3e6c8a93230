"""Dragging tags: a finger that rests on a value takes it along, to the trends page or to a trend on any page.

Qt's own drag and drop waits in a loop of its own, and knows no finger. This is a filter of events and a ghost.
"""

from collections.abc import Callable, Container, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QInputDevice, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScroller, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.icons import paint_icon
from vmshmi.ui.style.sizes import GAP, RADIUS, TEXT_BODY, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import LEFT, draw_text

HOLD_MS = 400
"""A finger that rests so long takes the tag along; one that moves before scrolls."""
OPEN_MS = 700
"""Held so long over a button of the navigation, its page comes to the front, and the tag can be dropped there."""
_SLIP_PX = 12
_ABOVE_PX = 28
"""The ghost is above the finger, or the hand would hide it."""
_MOST_PX = 360

TagsAt = Callable[[QPoint], Sequence[str]]
Take = Callable[[Sequence[str]], None]


class TagDrag(QObject):
    """Which widgets give tags, which take them, and what is under way.

    Args:
        window: everything happens inside it; owns this object.
        theme: of the ghost.
        name_of: a tag as a person knows it.
    """

    def __init__(self, window: QWidget, theme: Theme, name_of: Callable[[str], str]) -> None:
        super().__init__(window)
        self._window = window
        self._name_of = name_of
        self._sources: dict[QObject, TagsAt] = {}
        self._targets: dict[QWidget, Take] = {}
        self._doors: dict[QWidget, Callable[[], None]] = {}
        self._source: QWidget | None = None
        self._tags: tuple[str, ...] = ()
        self._pressed = QPoint()
        self._over: QWidget | None = None
        self._dragging = False
        self.ghost = Ghost(theme, window)
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(HOLD_MS)
        self._hold.timeout.connect(self._begin)
        self._door = QTimer(self)
        self._door.setSingleShot(True)
        self._door.setInterval(OPEN_MS)
        self._door.timeout.connect(self._open_door)

    # ---- what others call

    @property
    def dragging(self) -> bool:
        """True while tags follow a finger."""
        return self._dragging

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self.ghost.theme = theme

    def offer(self, widget: QWidget, tags_at: TagsAt) -> None:
        """From this widget tags may be dragged; `tags_at` says which are at a place of it."""
        self._sources[widget] = tags_at
        widget.installEventFilter(self)

    def accept(self, widget: QWidget, take: Take) -> None:
        """On this widget, and whatever it holds, tags may be dropped."""
        self._targets[widget] = take

    def open_door(self, widget: QWidget, opened: Callable[[], None]) -> None:
        """A tag held over this widget for a while opens something."""
        self._doors[widget] = opened

    def cancel(self) -> None:
        """Let go of everything; nothing is dropped."""
        self._hold.stop()
        self._door.stop()
        self._source = self._over = None
        if self._dragging:
            self._dragging = False
            self.ghost.hide()
            if (application := QCoreApplication.instance()) is not None:
                application.removeEventFilter(self)

    # ---- events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Before a drag: what the sources hear. While dragging: everything."""
        if self._dragging:
            return self._follow(watched, event)
        match event.type():
            case QEvent.Type.MouseButtonPress if isinstance(event, QMouseEvent) and isinstance(watched, QWidget):
                self._press(watched, event)
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent) and self._source is watched:
                return self._move(event)
            case QEvent.Type.MouseButtonRelease | QEvent.Type.Hide | QEvent.Type.MouseButtonDblClick:
                self.cancel()
            case _:
                pass
        return False

    def _press(self, widget: QWidget, event: QMouseEvent) -> None:
        tags_at = self._sources.get(widget)
        if tags_at is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        self._tags = tuple(tags_at(event.position().toPoint()))
        if self._tags:
            self._source, self._pressed = widget, event.globalPosition().toPoint()
            self._hold.start()

    def _move(self, event: QMouseEvent) -> bool:
        """A mouse that moves drags; a finger that moves before it has rested scrolls."""
        if (event.globalPosition().toPoint() - self._pressed).manhattanLength() <= _SLIP_PX:
            return False
        if event.device().type() is not QInputDevice.DeviceType.Mouse:
            self.cancel()
            return False
        self._begin()
        self._go_to(event.globalPosition().toPoint())
        return True

    def _begin(self) -> None:
        self._hold.stop()
        application = QCoreApplication.instance()
        if self._source is None or application is None or not self._source.isVisible():
            return
        part: QWidget | None = self._source
        while part is not None:
            if QScroller.hasScroller(part):
                QScroller.scroller(part).stop()  # the finger moves the tag from now on, not the list
            part = part.parentWidget()
        self._dragging = True
        self.ghost.set_text(self._text())
        self._go_to(self._pressed)
        application.installEventFilter(self)

    def _text(self) -> str:
        name = self._name_of(self._tags[0])
        return name if len(self._tags) == 1 else f"{name} +{len(self._tags) - 1}"

    def _follow(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.WindowBlocked | QEvent.Type.ApplicationDeactivate:
                self.cancel()  # the alarm banner comes first
                return False
            case QEvent.Type.KeyPress if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                self.cancel()
                return True
            case _:
                pass
        if not isinstance(event, QMouseEvent) or not isinstance(watched, QWidget):
            return False
        match event.type():
            case QEvent.Type.MouseMove:
                self._go_to(event.globalPosition().toPoint())
            case QEvent.Type.MouseButtonRelease:
                self._drop(event.globalPosition().toPoint())
            case _:
                pass
        return True

    # ---- what is under way

    def _go_to(self, place: QPoint) -> None:
        target = self._found(place, self._targets)
        door = self._found(place, self._doors)
        if door is not self._over:
            self._over = door
            self._door.stop()
            if door is not None:
                self._door.start()
        self.ghost.follow(self._window.mapFromGlobal(place), welcome=target is not None)

    def _found(self, place: QPoint, among: Container[QWidget]) -> QWidget | None:
        """The innermost of these widgets under a place of the screen."""
        part = self._window.childAt(self._window.mapFromGlobal(place))
        while part is not None and part not in among:
            part = part.parentWidget()
        return part

    def _drop(self, place: QPoint) -> None:
        target, tags = self._found(place, self._targets), self._tags
        self.cancel()
        if target is not None:
            self._targets[target](tags)

    def _open_door(self) -> None:
        if self._dragging and self._over is not None:
            self._doors[self._over]()


class Ghost(QWidget):
    """What is dragged, beside the finger."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._home = window
        self.theme = theme
        self.welcome = False
        self.text = ""
        self.setObjectName("tag_ghost")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_text(self, text: str) -> None:
        """Say what is dragged."""
        self.text = text
        wide = QFontMetrics(ui_font(TEXT_BODY, bold=True)).horizontalAdvance(text) + TOUCH + 2 * GAP
        self.resize(min(_MOST_PX, wide), TOUCH)

    def follow(self, place: QPoint, *, welcome: bool) -> None:
        """Be above this place of the window, inside it; `welcome` where it may be dropped."""
        room = self._home.rect().adjusted(0, 0, -self.width(), -self.height())
        left, top = place.x() - self.width() // 2, place.y() - self.height() - _ABOVE_PX
        self.move(max(0, min(left, room.right())), max(0, min(top, room.bottom())))
        if welcome != self.welcome or not self.isVisible():
            self.welcome = welcome
            self.show()
            self.raise_()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a card with the name; over a place to drop it, with a sign and a thick frame."""
        del event
        theme = self.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.accent if self.welcome else theme.text_disabled, 3 if self.welcome else 1))
        painter.setBrush(theme.selected if self.welcome else theme.card)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), RADIUS, RADIUS)
        ink = theme.on_selected if self.welcome else theme.text
        sign = QRectF(QRect(GAP, 0, TOUCH - 2 * GAP, self.height()))
        paint_icon(painter, "plus" if self.welcome else "trends", sign, ink)
        place = QRectF(self.rect()).adjusted(TOUCH - GAP, 0, -GAP, 0)
        draw_text(painter, place, self.text, ui_font(TEXT_BODY, bold=True), ink, LEFT)
        painter.end()
