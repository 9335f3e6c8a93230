"""What the numbers of the alarm system are called on the screen."""

from PySide6.QtCore import QCoreApplication

from vmshmi.core.alarms.kpi import KpiMeasure
from vmshmi.core.alarms.kpi_targets import KpiKey, Source, Verdict


def measure_text(key: KpiKey) -> str:
    """The name of a measure."""
    tr = QCoreApplication.translate
    return {
        KpiKey.PER_DAY: tr("Kpi", "Alarms per day"),
        KpiKey.PER_HOUR: tr("Kpi", "Alarms per hour"),
        KpiKey.PER_10_MIN: tr("Kpi", "Alarms per 10 min"),
        KpiKey.PEAK_MINUTE: tr("Kpi", "Most in one minute"),
        KpiKey.PEAK_10_MIN: tr("Kpi", "Most in 10 min"),
        KpiKey.PEAK_HOUR: tr("Kpi", "Most in one hour"),
        KpiKey.BUSY_10_MIN: tr("Kpi", "10 min with more than 10"),
        KpiKey.BUSY_HOURS: tr("Kpi", "Hours with more than 30"),
        KpiKey.FLOOD_TIME: tr("Kpi", "Time in flood"),
        KpiKey.CHATTERING: tr("Kpi", "Chattering alarms"),
        KpiKey.STALE: tr("Kpi", "Stale alarms at once"),
        KpiKey.TOP_TEN: tr("Kpi", "Share of the top ten"),
        KpiKey.HIGH: tr("Kpi", "Priority alarm or higher"),
        KpiKey.MEDIUM: tr("Kpi", "Priority warning"),
        KpiKey.LOW: tr("Kpi", "Priority caution"),
    }[key]


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
    tr = QCoreApplication.translate
    return tr("Kpi", "common practice") if source is Source.COMMON_PRACTICE else source.value


def verdict_text(verdict: Verdict) -> str:
    """How it compares, in a word."""
    tr = QCoreApplication.translate
    return {
        Verdict.OK: tr("Kpi", "good"),
        Verdict.WATCH: tr("Kpi", "watch"),
        Verdict.BAD: tr("Kpi", "bad"),
        Verdict.NONE: tr("Kpi", "not judged"),
    }[verdict]


def share_text(share: float) -> str:
    """`12.3 %`; without decimals from 10 % on."""
    percent = share * 100
    return f"{percent:.0f} %" if percent >= 10 or percent == int(percent) else f"{percent:.1f} %"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
