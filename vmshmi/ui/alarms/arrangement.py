"""What the list of alarms shows below what, what of it is open, and what a person has had before the eyes."""

from collections import Counter
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from vmshmi.core.alarms.collapse import AlarmRow, arrange, lost_alarm, visible
from vmshmi.core.alarms.model import AlarmRecord, Measure
from vmshmi.core.ports import AlarmsPort, TagsPort
from vmshmi.core.values import TagId

SEEN_AFTER_S = 10.0
"""So long an alarm must be in sight to count as seen: rows must not move away from under a reading eye."""


def _counted(count: int, one: str, many: str) -> str:
    """English has no translation file that would know a plural."""
    return one if count == 1 else many.format(count=count)


class Arrangement:
    """Folds consequences below what explains them; hides nothing, counts everything."""

    def __init__(self, alarms: AlarmsPort, tags: TagsPort) -> None:
        self._alarms = alarms
        self._tags = tags
        self._opened: set[str] = set()
        self._seen: set[tuple[str, int]] = set()
        self._in_sight: dict[tuple[str, int], float] = {}
        self._known = -1
        self._devices: dict[TagId, str] = {}
        self._tag_counts: Counter[str] = Counter()
        self._arranged: tuple[AlarmRow, ...] = ()
        self.all_open = False
        """True while a person wants to see everything unfolded."""

    def rows(self, records: Sequence[AlarmRecord], *, flood: bool, blind: bool = False) -> tuple[AlarmRow, ...]:
        """The rows to draw, in order.

        Args:
            records: what the list is about, in its order.
            flood: a flood is on.
            blind: show below a lost device also the alarms that can say nothing without it.
        """
        self._learn_devices()
        shown = [*records, *self._blind(records)] if blind else records
        rows = arrange(
            shown, self._alarms.definitions(), self._devices, flood=flood, seen=self._seen, before=self._arranged
        )
        self._arranged = rows
        return rows if self.all_open else tuple(visible(rows, self._opened))

    def is_open(self, row: AlarmRow) -> bool:
        """True while what is below it is shown."""
        return self.all_open or row.record.id in self._opened

    def toggle(self, alarm_id: str) -> None:
        """Open or close what is below an alarm."""
        self._opened ^= {alarm_id}

    def below_text(self, row: AlarmRow) -> str:
        """`31 alarms, 47 tags` for a lost device, `5 alarms` for what explains others; empty for the rest."""
        lost = {lost_alarm(device): count for device, count in self._tag_counts.items()}
        tags = lost.get(row.record.id)
        parts: list[str] = []
        if row.below:
            parts.append(
                _counted(
                    row.below,
                    QCoreApplication.translate("Arrangement", "1 alarm"),
                    QCoreApplication.translate("Arrangement", "{count} alarms"),
                )
            )
        if tags is not None and row.record.active:
            parts.append(
                _counted(
                    tags,
                    QCoreApplication.translate("Arrangement", "1 tag"),
                    QCoreApplication.translate("Arrangement", "{count} tags"),
                )
            )
        return ", ".join(parts)

    def look(self, in_sight: Iterable[AlarmRecord], now: float) -> bool:
        """Take what is before the eyes at `now` (monotonic seconds); True when something has become seen by it."""
        keys = {(record.id, record.occurrence) for record in in_sight} - self._seen
        self._in_sight = {key: self._in_sight.get(key, now) for key in keys}
        ripe = {key for key, since in self._in_sight.items() if now - since >= SEEN_AFTER_S}
        self._seen |= ripe
        return bool(ripe)

    def forget(self, standing: Sequence[AlarmRecord]) -> None:
        """Keep only what still stands: the program runs for years."""
        remembered = {alarm_id for alarm_id, _ in (*self._seen, *self._in_sight)} | self._opened
        if not remembered:
            return
        keys = {(record.id, record.occurrence) for record in standing if record.id in remembered}
        self._seen &= keys
        self._in_sight = {key: since for key, since in self._in_sight.items() if key in keys}
        self._opened &= {alarm_id for alarm_id, _ in keys}

    def _learn_devices(self) -> None:
        """Which device feeds which tag; worked out again only when there are other tags."""
        definitions = self._tags.definitions()
        if len(definitions) != self._known:
            self._known = len(definitions)
            self._devices = {tag.id: tag.device for tag in definitions.values() if tag.device}
            self._tag_counts = Counter(self._devices.values())

    def _blind(self, records: Sequence[AlarmRecord]) -> list[AlarmRecord]:
        """Alarms that do not stand and hear nothing: a device of theirs is lost."""
        present = {record.id: record for record in records}
        lost = {device for device in self._tag_counts if (r := present.get(lost_alarm(device))) and r.active}
        if not lost:
            return []
        suppressed = {record.id for record in self._alarms.suppressed() if not record.blocked}
        return [
            AlarmRecord(alarm.id, blocked=True)
            for alarm in self._alarms.definitions().values()
            if alarm.measure is not Measure.BAD_QUALITY
            and alarm.id not in present
            and alarm.id not in suppressed
            and any(self._devices.get(tag) in lost for tag in alarm.inputs)
        ]
