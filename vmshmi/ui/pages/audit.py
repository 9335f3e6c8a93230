"""The audit log on the screen: who did what to the ship, when, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QPoint, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.commands import CommandOutcome, CommandRefusal
from vmshmi.core.display import exact_text
from vmshmi.core.errors import CommandRefused, VmsError
from vmshmi.core.values import Scalar, TagId
from vmshmi.ui.commands.words import outcome_text, refusal_text
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import ACK, GAP, MARGIN, TEXT_BODY, TEXT_TITLE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable
from vmshmi.ui.widgets.touch_button import TouchButton

MOST_ROWS = 500
_KINDS = cast(  # the stub of QT_TRANSLATE_NOOP says object, it is the text
    "dict[AuditKind, str]",
    {
        AuditKind.SELECTED: QT_TRANSLATE_NOOP("Audit", "Selected"),
        AuditKind.INTENT: QT_TRANSLATE_NOOP("Audit", "Command given"),
        AuditKind.TAKEN: QT_TRANSLATE_NOOP("Audit", "Taken by the device"),
        AuditKind.ENDED: QT_TRANSLATE_NOOP("Audit", "Ended"),
        AuditKind.LOGIN: QT_TRANSLATE_NOOP("Audit", "Logged in"),
        AuditKind.LOGIN_FAILED: QT_TRANSLATE_NOOP("Audit", "Login failed"),
        AuditKind.LOGOUT: QT_TRANSLATE_NOOP("Audit", "Logged out"),
        AuditKind.USER_ADDED: QT_TRANSLATE_NOOP("Audit", "Account added"),
        AuditKind.USER_CHANGED: QT_TRANSLATE_NOOP("Audit", "Account changed"),
        AuditKind.USER_REMOVED: QT_TRANSLATE_NOOP("Audit", "Account removed"),
        AuditKind.QUERY: QT_TRANSLATE_NOOP("Audit", "Database asked"),
    },
)


class AuditPage(QWidget):
    """Newest first, read when the page is shown; a button reads earlier ones."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._theme = context.theme
        self._entries: tuple[AuditEntry, ...] = ()
        columns = (
            Column("at", self.tr("Time UTC"), 122),
            Column("kind", self.tr("What"), 190),
            Column("tag", self.tr("Tag"), 220, stretch=True),
            Column("value", self.tr("Value"), 190),
            Column("result", self.tr("Outcome, why"), 300, stretch=False),
            Column("user", self.tr("Who"), 170),
            Column("station", self.tr("Where"), 140, from_width=1400),
        )
        self.rows = RowTable(self, columns, context.theme, "", self)
        self.rows.setObjectName("audit_rows")
        self.rows.setAccessibleName(self.tr("Commands and logins"))
        self.back = TouchButton(context.theme, self.tr("System"), icon="left", parent=self)
        self.earlier = TouchButton(context.theme, self.tr("Earlier"), parent=self)
        self.newest = TouchButton(context.theme, self.tr("Newest"), parent=self)
        heading = QLabel(self.tr("Commands and logins"), self)
        heading.setFont(ui_font(TEXT_TITLE, bold=True))
        self.chosen = QLabel(self)
        self.chosen.setFont(ui_font(TEXT_BODY))
        self.chosen.setWordWrap(True)
        self.chosen.setMinimumHeight(ACK)
        self.chosen.setTextFormat(Qt.TextFormat.PlainText)
        for button, name in ((self.back, "back"), (self.earlier, "earlier"), (self.newest, "newest")):
            button.setObjectName(f"audit_{name}")
            button.setFixedSize(150, ACK)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self.back)
        head.addWidget(heading, 1)
        head.addWidget(self.earlier)
        head.addWidget(self.newest)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(self.rows, 1)
        column.addWidget(self.chosen)
        self.back.clicked.connect(lambda: context.navigate("system", {}))
        self.newest.clicked.connect(lambda: self._read(None))
        self.earlier.clicked.connect(lambda: self._read(self._entries[-1].at if self._entries else None))
        self.rows.row_touched.connect(self._explain)
        context.drag.offer(self.rows.viewport(), self.tags_at)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        for part in (self.rows, self.back, self.earlier, self.newest):
            part.apply_theme(theme)

    def on_shown(self) -> None:
        """Read the newest."""
        self._read(None)

    def tags_at(self, place: QPoint) -> tuple[str, ...]:
        """The tag of the row under a place of the list."""
        row = self.rows.row_at(place)
        return () if row is None or not self._entries[row].tag else (self._entries[row].tag,)

    # ---- reading

    def _read(self, until: datetime | None) -> None:
        self._context.tasks.spawn(self._load(until), name="audit log")

    async def _load(self, until: datetime | None) -> None:
        self.rows.set_empty_text(self.tr("Reading …"))
        entries: Sequence[AuditEntry] = ()
        empty = self.tr("Nothing has been done yet")
        try:
            entries = await self._context.runtime.commands.audit(self._context.session.user, until, MOST_ROWS)
        except CommandRefused as refused:
            empty = self.tr("Only for the role Engineer: choose such a person at the top right")
            if refused.reason != "role":
                empty = refusal_text(CommandRefusal(refused.reason, str(refused)))
        except VmsError as error:
            empty = str(error)
        self._entries = tuple(entries)
        self.rows.set_empty_text(empty)
        self.rows.verticalScrollBar().setValue(0)
        self.rows.rows_changed()
        self.earlier.setEnabled(len(self._entries) == MOST_ROWS)
        self.chosen.clear()

    def _explain(self, row: int) -> None:
        """The whole line, nothing of it cut off."""
        entry = self._entries[row]
        station = self._context.station_name(entry.station)
        parts = [self._text(entry, key) for key in ("at", "kind", "tag", "value", "result", "user")]
        self.chosen.setText("   ".join(part for part in (*parts, station, entry.command) if part))

    # ---- RowSource

    def row_count(self) -> int:
        """How many entries are shown."""
        return len(self._entries)

    def row_key(self, row: int) -> object:
        """Its number in the log."""
        return self._entries[row].row

    def row_text(self, row: int) -> str:
        """The entry in one line."""
        entry = self._entries[row]
        return " ".join(self._text(entry, key) for key in ("kind", "tag", "value", "result", "user"))

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """What did not go as it was meant stands on the ground of doubt."""
        entry = self._entries[row]
        good = ("", CommandOutcome.CONFIRMED.value, CommandOutcome.REFUSED.value)
        if entry.result not in good or entry.kind is AuditKind.LOGIN_FAILED:
            painter.fillRect(rect, self._theme.low_integrity)

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        entry = self._entries[row]
        bold = column.key == "result" and entry.kind is AuditKind.ENDED
        ink = self._theme.text if entry.kind is not AuditKind.TAKEN else self._theme.text_secondary
        draw_text(painter, rect, self._text(entry, column.key), ui_font(TEXT_BODY, bold), ink, column.align)

    def _text(self, entry: AuditEntry, column: str) -> str:
        match column:
            case "at":
                return self._context.times.utc_stamp(entry.at, self._context.clock.now())
            case "kind":
                return QCoreApplication.translate("Audit", _KINDS[entry.kind])
            case "tag":
                tag = self._context.runtime.tags.definitions().get(TagId(entry.tag))
                return entry.tag if tag is None else tag.description or tag.id
            case "value":
                return self._value_text(entry)
            case "result":
                ended = next((one for one in CommandOutcome if one.value == entry.result), None)
                words = entry.result if ended is None else outcome_text(ended).split(":")[0]
                return " ".join(part for part in (words, entry.reason) if part)
            case "user":
                return entry.user
            case _:
                return self._context.station_name(entry.station)

    def _value_text(self, entry: AuditEntry) -> str:
        if entry.new is None:
            return ""
        tag = self._context.runtime.tags.definitions().get(TagId(entry.tag))

        def words(value: Scalar | None) -> str:
            if value is None:
                return "?"
            return str(value) if tag is None else f"{exact_text(tag, value)} {tag.unit}".rstrip()

        return f"{words(entry.old)} → {words(entry.new)}"
