"""The menu of the trends page: groups of one's own, and files of what is shown."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QWidget

from vmshmi.core.errors import VmsError
from vmshmi.core.tags import TagDef
from vmshmi.ui.kpi.export import export_folder
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.trends.export import export_csv, export_page, export_parquet, export_picture
from vmshmi.ui.trends.own_groups import OwnGroup, OwnGroups, own_groups_file
from vmshmi.ui.trends.page_parts import PageParts
from vmshmi.ui.trends.time_ticks import TimeTicks
from vmshmi.ui.trends.time_window import TimeWindow
from vmshmi.ui.widgets.choice_popup import ChoicePopup

# by this very name, the tool that collects the texts looks for it (docs/languages.md)
translate = QCoreApplication.translate

Work = Callable[[], Coroutine[object, object, Path | None]]
_OWN = "own:"
_BUTTON_PX = 240


class PageMenu:
    """Keeps groups and writes files; says in the page's line what came of it.

    Args:
        context: of the page.
        parts: widgets of the page.
        window, ticks: which stretch of time is seen, by which clock.
        pens: asks for the tags on the chart, in order.
        say: tells the person.
        page: is photographed.
        show_xy: opens the x-y plot.
        each_scale: tells whether each line has a scale of its own.
        switch_scales: changes that.
    """

    def __init__(
        self,
        context: PageContext,
        parts: PageParts,
        window: TimeWindow,
        ticks: TimeTicks,
        pens: Callable[[], Sequence[TagDef]],
        say: Callable[[str], None],
        page: QWidget,
        show_xy: Callable[[], None],
        each_scale: Callable[[], bool],
        switch_scales: Callable[[], None],
    ) -> None:
        self._context = context
        self._parts = parts
        self._window = window
        self._ticks = ticks
        self._pens = pens
        self._say = say
        self._page = page
        self._show_xy = show_xy
        self._each_scale = each_scale
        self._switch_scales = switch_scales
        self.own = OwnGroups(own_groups_file(context.project.vessel.name))
        self.folder: Path = export_folder()
        context.session.changed.connect(self._offer_groups)
        parts.menu.clicked.connect(self._open)

    def load(self) -> None:
        """Read the groups of one's own; while the page is shown for the first time, and again each time."""
        self._context.tasks.spawn(self._told(self._load, ""), name="own trend groups")

    async def _load(self) -> None:
        await self.own.load()
        self._offer_groups()

    def tags_of(self, key: str) -> tuple[str, ...] | None:
        """The tags of a group of one's own; None for any other key."""
        group = self._group(key)
        return None if group is None else group.tags

    def _group(self, key: str) -> OwnGroup | None:
        own = self.own.of(self._context.session.user)
        number = key.removeprefix(_OWN)
        if key == number or not number.isdecimal() or int(number) >= len(own):
            return None
        return own[int(number)]

    def _offer_groups(self) -> None:
        own = self.own.of(self._context.session.user)
        self._parts.groups.set_own([(f"{_OWN}{n}", group.title) for n, group in enumerate(own)])

    # ---- the menu

    def _open(self) -> None:
        has_pens = bool(self._pens())
        choices: list[tuple[str, str]] = []
        if has_pens:
            choices = [
                ("keep", translate("TrendPage", "Keep as my group")),
                ("csv", translate("TrendPage", "Save as CSV")),
                ("parquet", translate("TrendPage", "Save as Parquet")),
                ("picture", translate("TrendPage", "Save as picture")),
                ("page", translate("TrendPage", "Page to print (PDF)")),
            ]
        if len(self._pens()) > 1:
            choices.append(("xy", translate("TrendPage", "x-y plot")))
            each, shared = translate("TrendPage", "A scale for each line"), translate("TrendPage", "One scale a unit")
            choices.append(("scales", shared if self._each_scale() else each))
        if self._group(self._parts.groups.current) is not None:
            choices.insert(1, ("remove", translate("TrendPage", "Remove this group of mine")))
        if not choices:
            self._say(translate("TrendPage", "Choose tags first."))
            return
        menu = self._parts.menu
        popup = ChoicePopup(self._parts.theme, choices, "", menu, columns=1, button_width=_BUTTON_PX)
        popup.taken.connect(self.do)
        popup.move(menu.mapToGlobal(QPoint(menu.width() - popup.width(), -popup.height() - 4)))
        popup.show()

    def do(self, what: str) -> None:
        """What was chosen in the menu: xy, scales, keep, remove, csv, parquet, picture or page."""
        since, until = (datetime.fromtimestamp(at, UTC) for at in (self._window.start_s, self._window.end_s))
        written = translate("TrendPage", "Written: {path}")
        match what:
            case "xy":
                self._show_xy()
            case "keep":
                self._run(self._keep, translate("TrendPage", "Kept; it is among the groups now."))
            case "remove":
                self._run(self._remove, translate("TrendPage", "Removed."))
            case "scales":
                self._switch_scales()
            case "csv" | "parquet":
                history = self._context.runtime.history
                pens = self._pens()
                export = export_csv if what == "csv" else export_parquet
                self._run(lambda: export(history, pens, since, until, self.folder), written)
            case "picture":
                image = self._page.grab().toImage()
                self._run(lambda: export_picture(image, since, until, self.folder), written)
            case _:
                image = self._page.grab().toImage()
                span = self._ticks.span_text(self._window.start_s, self._window.end_s)
                offset = self._ticks.offset_text(self._window.start_s, self._window.end_s)
                title = f"{self._context.project.vessel.name}   {span} {offset}"
                self._run(lambda: export_page(image, title, since, until, self.folder), written)

    def _run(self, work: Work, done: str) -> None:
        self._say(translate("TrendPage", "Working …"))
        self._context.tasks.spawn(self._told(work, done), name="trend menu")

    async def _told(self, work: Work, done: str) -> None:
        try:
            path = await work()
        except VmsError as error:
            self._say(str(error))
        else:
            if done:
                self._say(done.format(path=path))

    async def _keep(self) -> None:
        pens = self._pens()
        more = f" +{len(pens) - 1}" if len(pens) > 1 else ""
        title = f"{pens[0].description or pens[0].id}{more}"
        await self.own.keep(self._context.session.user, OwnGroup(title, tuple(pen.id for pen in pens)))
        self._offer_groups()
        self._parts.groups.show_group(f"{_OWN}{len(self.own.of(self._context.session.user)) - 1}")

    async def _remove(self) -> None:
        group = self._group(self._parts.groups.current)
        if group is not None:
            await self.own.remove(self._context.session.user, group)
            self._offer_groups()
            self._parts.groups.show_group("")
