"""The x-y plot: one tag of the chart over another, the newest values strongest."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.core.tags import TagDef
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import ACK, GAP, MARGIN, TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.trends.scale import Scale, round_scale
from vmshmi.ui.trends.xy import Pairs
from vmshmi.ui.widgets.choice_popup import ChoicePopup
from vmshmi.ui.widgets.painting import CENTRE, LEFT, RIGHT, draw_ground, draw_text
from vmshmi.ui.widgets.touch_button import TouchButton

_LEFT_PX, _BELOW_PX, _ABOVE_PX = 76, 50, 30
_CHOICE_PX = 340
_OLDEST_ALPHA = 50
_DOT_PX = 3.0


class _Plot(QWidget):
    """Two scales and the pairs between them."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._titles = ("", "")
        self.pairs: Pairs | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_pairs(self, across: TagDef, up: TagDef, pairs: Pairs) -> None:
        """Paint these from now on."""
        self._titles = (_title(across), _title(up))
        self.pairs = pairs
        self.setAccessibleName(f"{self._titles[1]} / {self._titles[0]}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, marks and dots."""
        del event
        painter = QPainter(self)
        theme, pairs = self._theme, self.pairs
        box = QRectF(self.rect()).adjusted(_LEFT_PX, _ABOVE_PX, -GAP, -_BELOW_PX)
        painter.fillRect(box, theme.card)
        if pairs is None or not len(pairs.x):
            words = self.tr("No moment at which both have a value.")
            draw_text(painter, box, words, ui_font(TEXT_BODY), theme.text_secondary, CENTRE)
        else:
            across = round_scale(float(pairs.x.min()), float(pairs.x.max()), 6)
            up = round_scale(float(pairs.y.min()), float(pairs.y.max()), 6)
            self._paint_marks(painter, box, across, up)
            self._paint_dots(painter, box, across, up, pairs)
        painter.setPen(QPen(theme.text_disabled, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        font = ui_font(TEXT_LABEL, bold=True)
        draw_text(painter, QRectF(0, 0, self.width(), _ABOVE_PX), self._titles[1], font, theme.text, LEFT)
        below = QRectF(_LEFT_PX, self.height() - 24, self.width() - _LEFT_PX - GAP, 24)
        draw_text(painter, below, self._titles[0], font, theme.text, RIGHT)
        painter.end()

    def _paint_marks(self, painter: QPainter, box: QRectF, across: Scale, up: Scale) -> None:
        font = ui_font(TEXT_LABEL)
        for mark in across.marks():
            x = box.x() + across.share(mark) * box.width()
            painter.setPen(QPen(self._theme.outline, 1))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            text = f"{mark:z.{across.decimals}f}"
            draw_text(painter, QRectF(x - 40, box.bottom() + 2, 80, 22), text, font, self._theme.text, CENTRE)
        for mark in up.marks():
            y = box.bottom() - up.share(mark) * box.height()
            painter.setPen(QPen(self._theme.outline, 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            text = f"{mark:z.{up.decimals}f}"
            draw_text(painter, QRectF(0, y - 11, _LEFT_PX - 8, 22), text, font, self._theme.text, RIGHT)

    def _paint_dots(self, painter: QPainter, box: QRectF, across: Scale, up: Scale, pairs: Pairs) -> None:
        ink = QColor(self._theme.accent)
        last = max(1, len(pairs.x) - 1)
        for number, (x, y) in enumerate(zip(pairs.x.tolist(), pairs.y.tolist(), strict=True)):
            ink.setAlpha(_OLDEST_ALPHA + (255 - _OLDEST_ALPHA) * number // last)
            left, top = box.x() + across.share(x) * box.width(), box.bottom() - up.share(y) * box.height()
            painter.fillRect(QRectF(left - _DOT_PX / 2, top - _DOT_PX / 2, _DOT_PX, _DOT_PX), ink)
        painter.setPen(QPen(self._theme.text, 2))
        newest = QPointF(
            box.x() + across.share(float(pairs.x[-1])) * box.width(),
            box.bottom() - up.share(float(pairs.y[-1])) * box.height(),
        )
        painter.drawEllipse(newest, 6, 6)


class XyDialog(QDialog):
    """Use `open()`, never `exec()`.

    Args:
        theme: colours.
        tags: of the chart, at least two.
        first: position of the tag that goes across at first.
        pairs: works the pairs of two positions out.
    """

    def __init__(
        self,
        theme: Theme,
        tags: Sequence[TagDef],
        first: int,
        pairs: Callable[[int, int], Pairs],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("xy_dialog")
        self.setWindowTitle(self.tr("x-y plot"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme, self._tags, self._pairs = theme, tuple(tags), pairs
        self.chosen = [first, next(n for n in range(len(tags)) if n != first)]
        """Positions of the tag across and of the one upwards."""
        self.plot = _Plot(theme, self)
        self.axes = [self._button(f"xy_{name}") for name in ("across", "up")]
        for axis, button in enumerate(self.axes):
            button.clicked.connect(lambda _=False, which=axis: self._offer(which))
        close = self._button("cancel")
        close.setText(self.tr("Close"))
        close.set_icon("close")
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for button in (*self.axes, close):
            row.addWidget(button, 1 if button is close else 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(self.plot, 1)
        column.addLayout(row)
        self.resize(min(1000, parent.width() - 2 * MARGIN), min(820, parent.height() - 2 * MARGIN))
        self._show()

    def _button(self, name: str) -> TouchButton:
        button = TouchButton(self._theme, parent=self)
        button.setObjectName(name)
        button.set_text_size(TEXT_LABEL)
        button.setFixedHeight(ACK)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return button

    def choose(self, axis: int, position: int) -> None:
        """Take another tag for an axis (0 across, 1 upwards); the other axis' one changes places with it."""
        if self.chosen[1 - axis] == position:
            self.chosen.reverse()
        else:
            self.chosen[axis] = position
        self._show()

    def _offer(self, axis: int) -> None:
        choices = [(str(n), tag.description or tag.id) for n, tag in enumerate(self._tags)]
        button = self.axes[axis]
        popup = ChoicePopup(self._theme, choices, str(self.chosen[axis]), button, columns=2, button_width=_CHOICE_PX)
        popup.taken.connect(self._take_across if axis == 0 else self._take_up)
        popup.move(button.mapToGlobal(QPoint(0, -popup.height() - 4)))
        popup.show()

    def _take_across(self, key: str) -> None:
        self.choose(0, int(key))

    def _take_up(self, key: str) -> None:
        self.choose(1, int(key))

    def _show(self) -> None:
        across, up = (self._tags[position] for position in self.chosen)
        for button, word, tag in zip(self.axes, (self.tr("Across"), self.tr("Up")), (across, up), strict=True):
            button.setText(tag.description or tag.id)
            button.set_sub_text(word)
        self.plot.show_pairs(across, up, self._pairs(*self.chosen))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        draw_ground(self, self._theme)


def _title(tag: TagDef) -> str:
    return f"{tag.description or tag.id} [{tag.unit}]" if tag.unit else tag.description or tag.id
