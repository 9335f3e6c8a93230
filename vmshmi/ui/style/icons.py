"""Our own icons, drawn with a pen on a grid of 24 by 24: they follow every palette and every size."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen


def _lines(path: QPainterPath, *points: tuple[float, float]) -> None:
    path.moveTo(*points[0])
    for x, y in points[1:]:
        path.lineTo(x, y)


def _overview(path: QPainterPath) -> None:
    _lines(path, (3, 14), (21, 14), (18, 20), (6, 20), (3, 14))
    _lines(path, (7, 14), (7, 9), (16, 9), (18, 14))
    _lines(path, (10, 9), (10, 4), (13, 4), (13, 9))


def _alarms(path: QPainterPath) -> None:
    path.moveTo(5, 18)
    path.cubicTo(7, 16, 7, 14, 7, 11)
    path.cubicTo(7, 3, 17, 3, 17, 11)
    path.cubicTo(17, 14, 17, 16, 19, 18)
    path.lineTo(5, 18)
    path.moveTo(10, 21)
    path.lineTo(14, 21)
    path.moveTo(12, 5)
    path.lineTo(12, 2.5)


def _trends(path: QPainterPath) -> None:
    _lines(path, (3, 3), (3, 21), (21, 21))
    _lines(path, (6, 16), (10, 11), (13, 14), (20, 6))


def _tags(path: QPainterPath) -> None:
    for y in (5.0, 12.0, 19.0):
        path.addEllipse(QPointF(4.5, y), 1.2, 1.2)
        _lines(path, (9, y), (21, y))


def _system(path: QPainterPath) -> None:
    path.addRoundedRect(QRectF(3, 3, 18, 7), 1.5, 1.5)
    path.addRoundedRect(QRectF(3, 14, 18, 7), 1.5, 1.5)
    for y in (6.5, 17.5):
        _lines(path, (6.5, y), (7.5, y))
        _lines(path, (11, y), (18, y))


def _user(path: QPainterPath) -> None:
    path.addEllipse(QPointF(12, 8), 4.5, 4.5)
    path.moveTo(3.5, 21)
    path.cubicTo(4, 13, 20, 13, 20.5, 21)
    path.lineTo(3.5, 21)


def _rays(path: QPainterPath, short: float) -> None:
    path.addEllipse(QPointF(12, 12), 4, 4)
    for dx, dy in ((0, 1), (0, -1), (1, 0), (-1, 0), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7)):
        _lines(path, (12 + dx * 6.5, 12 + dy * 6.5), (12 + dx * short, 12 + dy * short))


def _bright(path: QPainterPath) -> None:
    _rays(path, 10.5)
    path.addEllipse(QPointF(12, 12), 1.5, 1.5)


def _day(path: QPainterPath) -> None:
    _rays(path, 9.0)


def _dusk(path: QPainterPath) -> None:
    _lines(path, (2, 17), (22, 17))
    path.moveTo(6, 17)
    path.cubicTo(6, 8, 18, 8, 18, 17)
    _lines(path, (12, 7), (12, 4))
    _lines(path, (5, 9.5), (3.2, 7.7))
    _lines(path, (19, 9.5), (20.8, 7.7))
    _lines(path, (7, 21), (17, 21))


def _night(path: QPainterPath) -> None:
    path.moveTo(14, 3)
    path.cubicTo(4, 4, 2, 18, 12, 21)
    path.cubicTo(16, 22, 20, 20, 21, 16)
    path.cubicTo(14, 18, 9, 11, 14, 3)


def _speaker(path: QPainterPath) -> None:
    _lines(path, (3, 9), (7, 9), (12, 4.5), (12, 19.5), (7, 15), (3, 15), (3, 9))


def _sound(path: QPainterPath) -> None:
    _speaker(path)
    path.moveTo(15.5, 8.5)
    path.cubicTo(17.5, 10.5, 17.5, 13.5, 15.5, 15.5)
    path.moveTo(18.5, 6)
    path.cubicTo(22, 9.5, 22, 14.5, 18.5, 18)


def _silence(path: QPainterPath) -> None:
    _speaker(path)
    _lines(path, (16, 9), (22, 15))
    _lines(path, (22, 9), (16, 15))


def _list(path: QPainterPath) -> None:
    _lines(path, (4, 5), (7, 2.5), (10, 5), (4, 5))
    _lines(path, (4, 12), (10, 12))
    _lines(path, (4, 19), (10, 19))
    for y in (4.5, 12.0, 19.0):
        _lines(path, (13, y), (21, y))


def _check(path: QPainterPath) -> None:
    _lines(path, (4, 13), (9.5, 18.5), (20, 6))


def _close(path: QPainterPath) -> None:
    _lines(path, (5, 5), (19, 19))
    _lines(path, (19, 5), (5, 19))


def _plus(path: QPainterPath) -> None:
    _lines(path, (12, 4), (12, 20))
    _lines(path, (4, 12), (20, 12))


def _link(path: QPainterPath) -> None:
    _lines(path, (2, 12), (7, 12))
    _lines(path, (17, 12), (22, 12))
    path.addRoundedRect(QRectF(7, 7, 10, 10), 2, 2)


def _no_link(path: QPainterPath) -> None:
    _link(path)
    _lines(path, (4, 20), (20, 4))


def _search(path: QPainterPath) -> None:
    path.addEllipse(QPointF(10.5, 10.5), 6.5, 6.5)
    _lines(path, (15.5, 15.5), (21, 21))


def _page(path: QPainterPath) -> None:
    path.addRoundedRect(QRectF(3, 4, 18, 16), 1.5, 1.5)
    _lines(path, (3, 9), (21, 9))
    _lines(path, (10, 9), (10, 20))


def _right(path: QPainterPath) -> None:
    _lines(path, (8, 4), (16, 12), (8, 20))


def _left(path: QPainterPath) -> None:
    _lines(path, (16, 4), (8, 12), (16, 20))


def _kpi(path: QPainterPath) -> None:
    _lines(path, (3, 21), (21, 21))
    for x, top in ((4.0, 13.0), (10.0, 4.0), (16.0, 9.0)):
        path.addRect(QRectF(x, top, 4, 21 - top))


def _look(path: QPainterPath) -> None:
    path.moveTo(2, 12)
    path.cubicTo(7, 4, 17, 4, 22, 12)
    path.cubicTo(17, 20, 7, 20, 2, 12)
    path.addEllipse(QPointF(12, 12), 3, 3)


def _down(path: QPainterPath) -> None:
    _lines(path, (4, 8), (12, 16), (20, 8))


def _shelf(path: QPainterPath) -> None:
    _alarms(path)
    _lines(path, (3, 21), (21, 3))


ICONS: Final[dict[str, Callable[[QPainterPath], None]]] = {
    "overview": _overview,
    "alarms": _alarms,
    "trends": _trends,
    "tags": _tags,
    "system": _system,
    "user": _user,
    "bright": _bright,
    "day": _day,
    "dusk": _dusk,
    "night": _night,
    "sound": _sound,
    "silence": _silence,
    "list": _list,
    "check": _check,
    "close": _close,
    "plus": _plus,
    "link": _link,
    "no_link": _no_link,
    "search": _search,
    "page": _page,
    "right": _right,
    "left": _left,
    "kpi": _kpi,
    "look": _look,
    "down": _down,
    "shelf": _shelf,
}


def paint_icon(painter: QPainter, name: str, rect: QRectF, colour: QColor) -> None:
    """Draw an icon into the largest square in the middle of `rect`.

    Raises:
        KeyError: if there is no icon of this name.
    """
    path = QPainterPath()
    ICONS[name](path)
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    painter.scale(side / 24, side / 24)
    pen = QPen(colour, 2.0)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.restore()
