"""Which pages the window has, and how each is made. Pages are imported when they are first opened."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from vmshmi.config.pages import PageConfig
from vmshmi.config.project import Project
from vmshmi.ui.shell.page import PageContext, PageFactory

OVERVIEW, ALARMS, TRENDS, TAGS, SYSTEM = "overview", "alarms", "trends", "tags", "system"
KPI, WHATIF, DEVICE, AUDIT = "kpi", "whatif", "device", "audit"


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page of the window: what navigation shows, and what makes it.

    A page `within` another one has no button in the navigation: it is reached from there, and there it is marked.
    """

    page_id: str
    title: str
    icon: str
    factory: PageFactory
    within: str = ""


def pages_of(project: Project) -> tuple[PageEntry, ...]:
    """The pages of a project in the order of navigation; its first mimic is the overview."""
    return (
        *(_mimic_entry(position, page) for position, page in enumerate(project.pages)),
        PageEntry(ALARMS, QCoreApplication.translate("Pages", "Alarms"), "alarms", _alarms),
        PageEntry(KPI, QCoreApplication.translate("Pages", "Alarm KPI"), "kpi", _kpi, within=ALARMS),
        PageEntry(WHATIF, QCoreApplication.translate("Pages", "What if"), "trends", _whatif, within=ALARMS),
        PageEntry(TRENDS, QCoreApplication.translate("Pages", "Trends"), "trends", _trends),
        PageEntry(TAGS, QCoreApplication.translate("Pages", "Tags"), "tags", _tags),
        PageEntry(SYSTEM, QCoreApplication.translate("Pages", "System"), "system", _system),
        PageEntry(AUDIT, QCoreApplication.translate("Pages", "Commands and logins"), "list", _audit, within=SYSTEM),
        PageEntry(DEVICE, QCoreApplication.translate("Pages", "Device"), "system", _device, within=SYSTEM),
    )


def page_ids(project: Project) -> tuple[str, ...]:
    """By what names a page can be asked for; the overview has the project's own name for it too."""
    return (*(entry.page_id for entry in pages_of(project)), *(page.id for page in project.pages[:1]))


def _mimic_entry(position: int, page: PageConfig) -> PageEntry:
    if position == 0:
        return PageEntry(OVERVIEW, page.title, "overview", partial(_mimic, page))
    return PageEntry(page.id, page.title, "page", partial(_mimic, page))


def _mimic(page: PageConfig, context: PageContext) -> QWidget:
    from vmshmi.ui.pages.mimic import MimicPage

    return MimicPage(context, page)


def _alarms(context: PageContext) -> QWidget:
    from vmshmi.ui.pages.alarms import AlarmsPage

    return AlarmsPage(context)


def _kpi(context: PageContext) -> QWidget:
    from vmshmi.ui.pages.kpi import KpiPage

    return KpiPage(context)


def _whatif(context: PageContext) -> QWidget:
    from vmshmi.ui.pages.whatif import WhatIfPage

    return WhatIfPage(context)


def _trends(context: PageContext) -> QWidget:
    from vmshmi.ui.trends.trend_page import TrendPage  # pyqtgraph takes a second to import

    return TrendPage(context)


def _tags(context: PageContext) -> QWidget:
    from vmshmi.ui.pages.tags import TagsPage

    return TagsPage(context)


def _audit(context: PageContext) -> QWidget:
    from vmshmi.ui.pages.audit import AuditPage

    return AuditPage(context)


def _system(context: PageContext) -> QWidget:
    from vmshmi.ui.pages.system import SystemPage

    return SystemPage(context)


def _device(context: PageContext) -> QWidget:
    from vmshmi.ui.pages.device import DevicePage

    return DevicePage(context)
