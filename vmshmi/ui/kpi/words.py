"""What the numbers of the alarm system are called on the screen."""

from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from vmshmi.core.alarms.kpi import KpiMeasure
from vmshmi.core.alarms.kpi_targets import KpiKey, Source, Verdict

_CONTEXT = "Kpi"


_MEASURES = cast(  # the stub of QT_TRANSLATE_NOOP says object, it is the text
    "dict[KpiKey, str]",
    {
        KpiKey.PER_DAY: QT_TRANSLATE_NOOP("Kpi", "Alarms per day"),
        KpiKey.PER_HOUR: QT_TRANSLATE_NOOP("Kpi", "Alarms per hour"),
        KpiKey.PER_10_MIN: QT_TRANSLATE_NOOP("Kpi", "Alarms per 10 min"),
        KpiKey.PEAK_MINUTE: QT_TRANSLATE_NOOP("Kpi", "Most in one minute"),
        KpiKey.PEAK_10_MIN: QT_TRANSLATE_NOOP("Kpi", "Most in 10 min"),
        KpiKey.PEAK_HOUR: QT_TRANSLATE_NOOP("Kpi", "Most in one hour"),
        KpiKey.BUSY_10_MIN: QT_TRANSLATE_NOOP("Kpi", "10 min with more than 10"),
        KpiKey.BUSY_HOURS: QT_TRANSLATE_NOOP("Kpi", "Hours with more than 30"),
        KpiKey.FLOOD_TIME: QT_TRANSLATE_NOOP("Kpi", "Time in flood"),
        KpiKey.CHATTERING: QT_TRANSLATE_NOOP("Kpi", "Chattering alarms"),
        KpiKey.STALE: QT_TRANSLATE_NOOP("Kpi", "Stale alarms at once"),
        KpiKey.TOP_TEN: QT_TRANSLATE_NOOP("Kpi", "Share of the top ten"),
        KpiKey.HIGH: QT_TRANSLATE_NOOP("Kpi", "Priority alarm or higher"),
        KpiKey.MEDIUM: QT_TRANSLATE_NOOP("Kpi", "Priority warning"),
        KpiKey.LOW: QT_TRANSLATE_NOOP("Kpi", "Priority caution"),
    },
)
_VERDICTS = cast(  # the stub of QT_TRANSLATE_NOOP says object, it is the text
    "dict[Verdict, str]",
    {
        Verdict.OK: QT_TRANSLATE_NOOP("Kpi", "good"),
        Verdict.WATCH: QT_TRANSLATE_NOOP("Kpi", "watch"),
        Verdict.BAD: QT_TRANSLATE_NOOP("Kpi", "bad"),
        Verdict.NONE: QT_TRANSLATE_NOOP("Kpi", "not judged"),
    },
)


def measure_text(key: KpiKey) -> str:
    """The name of a measure."""
    return QCoreApplication.translate(_CONTEXT, _MEASURES[key])


def value_text(measure: KpiMeasure) -> str:
    """Its value; a share in per cent."""
    if measure.value is None:
        return "---"
    return share_text(measure.value) if measure.key.is_share else _number(measure.value)


def target_text(measure: KpiMeasure) -> str:
    """Its target with its sign."""
    limit = measure.target.limit
    return f"{'≥' if measure.target.at_least else '≤'} {share_text(limit) if measure.key.is_share else _number(limit)}"


def source_text(source: Source) -> str:
    """Who names the target."""
    practice = QCoreApplication.translate("Kpi", "common practice")
    return practice if source is Source.COMMON_PRACTICE else source.value


def verdict_text(verdict: Verdict) -> str:
    """How it compares, in a word."""
    return QCoreApplication.translate(_CONTEXT, _VERDICTS[verdict])


def share_text(share: float) -> str:
    """`12.3 %`; without decimals from 10 % on."""
    percent = share * 100
    return f"{percent:.0f} %" if percent >= 10 or percent == int(percent) else f"{percent:.1f} %"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
