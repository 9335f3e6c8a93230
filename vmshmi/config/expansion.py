"""Puts templates into a project before it is checked, and leads what is wrong back to where it was written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from vmshmi.config.json_text import DataPath
from vmshmi.config.problems import Problem, Suggester, value_at
from vmshmi.config.raw import Raw
from vmshmi.config.templates import PLACE_HOLDER, PREFIX, Template, filled, read_template, used_parameters
from vmshmi.core.errors import ConfigurationError

Item = dict[str, object]

_TAG_NAMES = ("tag", "follows")
_NAME_LISTS = ("mean_of", "consequence_of")
_EXPLAINS = "consequence_of"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a device, tag or alarm of the expanded project was written.

    Attributes:
        use: place of the template's use in the project.
        what: the part of the template, for a person: `tag 'soc' of template 'victron_gx'`.
        written: as the template writes it, parameters not filled in.
        changes: place of what the project says of it; None when it says nothing.
        own_device: True when the use makes its device, False when it names one.
    """

    use: DataPath
    what: str
    written: object
    changes: DataPath | None
    own_device: bool


@dataclass(slots=True)
class Expansion:
    """A project with its templates put in.

    Attributes:
        data: the expanded project.
        written: the project as it was.
        problems: wrong with the templates and their use, with places in the project as it was.
        origins: of each device, tag and alarm that came from a template, by section and index.
    """

    data: object
    written: object
    problems: list[Problem] = field(default_factory=list[Problem])
    origins: dict[tuple[str, int], Origin] = field(default_factory=dict[tuple[str, int], Origin])

    def back(self, problem: Problem) -> Problem:
        """The problem with its place in the project as it was written."""
        path, what = self._place(problem.path)
        other = None if problem.other is None else self._place(problem.other)[0]
        return Problem(path, f"{what}{problem.message}", other)

    def _place(self, path: DataPath) -> tuple[DataPath, str]:
        """The place, and what to say before the message when the place alone does not tell."""
        origin = self.origins.get((str(path[0]), index)) if isinstance(index := path[1:2] and path[1], int) else None
        if origin is None:
            return path, ""
        rest = path[2:]
        if origin.changes is not None and _is_in(value_at(self.written, origin.changes), rest):
            return (*origin.changes, *rest), ""
        if rest == ("source", "device"):
            return (*origin.use, "device" if not origin.own_device else "id"), ""
        whole = PLACE_HOLDER.fullmatch(text) if isinstance(text := value_at(origin.written, rest), str) else None
        if whole and whole[1] != PREFIX:
            return (*origin.use, "parameters", whole[1]), ""
        if path[0] == "devices":
            return (*origin.use, *(("id",) if rest == ("id",) else ("device", *rest))), ""
        tail = ".".join(map(str, rest))
        return origin.use, f"{origin.what}{f', {tail}' if tail else ''}: "


def expand(data: object, folder: Path | None, hints: Suggester) -> Expansion:
    """Put every template a project uses into a copy of it.

    Args:
        data: of the project.
        folder: of the project file, for templates of its own; None when there is no file.
        hints: looks for what was meant.
    """
    root = Raw.root(data)
    expansion = Expansion(data, data)
    uses = root.items("templates")
    if not uses:
        return expansion
    lists = {section: list(root.values(section)) for section in ("devices", "tags", "alarms")}
    read: dict[str, Template | None] = {}
    for use in uses:
        name = use.text("template")
        if not name:
            continue
        if name not in read:
            read[name] = _read(name, use, folder, hints, expansion.problems)
        template = read[name]
        if template is not None:
            _Use(use, template, hints, expansion).put_into(lists)
    expansion.data = {**root.data, **{section: items for section, items in lists.items() if items}}
    return expansion


def _read(name: str, use: Raw, folder: Path | None, hints: Suggester, problems: list[Problem]) -> Template | None:
    try:
        return read_template(name, folder, hints)
    except ConfigurationError as error:
        problems += [Problem(use.at("template"), message) for message in error.problems]
        return None


class _Use:
    """One use of a template, on its way into the project."""

    def __init__(self, use: Raw, template: Template, hints: Suggester, expansion: Expansion) -> None:
        self._use = use
        self._template = template
        self._hints = hints
        self._expansion = expansion
        self._problems = expansion.problems
        self._is_own_device = not isinstance(use.data.get("device"), str)
        self._device_id = (use.text("id") if self._is_own_device else use.text("device")) or ""
        prefix = use.text("prefix")
        self._prefix = f"{self._device_id}." if prefix is None else prefix
        self._values: dict[str, object] = {}

    def put_into(self, lists: Mapping[str, list[object]]) -> None:
        """Add the device, the tags and the alarms."""
        if self._is_own_device and self._use.child("device") is None:
            return  # it is missing or no object, and is told so
        self._values = {PREFIX: self._prefix, **self._parameters()}
        self._put_device(lists["devices"])
        tags, alarms = self._template.file.tags, self._template.file.alarms
        without = self._without([*_ids(tags), *_ids(alarms)])
        kept = [tag for tag in tags if tag.get("id") not in without and not self._lacks(tag)]
        gone = set(_ids(tags)) - set(_ids(kept))
        present = [
            alarm
            for alarm in alarms
            if alarm.get("id") not in without and alarm.get("tag") not in gone and not self._lacks(alarm)
        ]
        self._put("tags", kept, _ids(tags), lists["tags"])
        self._put("alarms", present, _ids(alarms), lists["alarms"])

    def _parameters(self) -> dict[str, object]:
        known = self._template.file.parameters
        given = self._use.child("parameters") or Raw(self._use.at("parameters"), {})
        for name in given.data:
            if name not in known:
                hint = self._hints.hint(name, frozenset(known))
                about = f"{hint}" if hint else f"; it has {', '.join(sorted(known)) or 'none'}"
                self._problems.append(Problem(given.at(name), f"template '{self._name}' has no such parameter{about}"))
        for name, parameter in known.items():
            if parameter.required and given.data.get(name) is None:
                self._problems.append(Problem(given.at(name), f"is missing: {parameter.description}"))
        return {name: given.data.get(name, parameter.default) for name, parameter in known.items()}

    @property
    def _name(self) -> str:
        return self._template.name

    def _lacks(self, written: object) -> bool:
        """True when a parameter it uses has no value."""
        return any(self._values.get(name) is None for name in used_parameters(written))

    def _put_device(self, devices: list[object]) -> None:
        use = self._use
        if not self._is_own_device:
            if "id" in use.data:
                self._problems.append(Problem(use.at("id"), f"is for a new device; this one is '{self._device_id}'"))
            return
        if "id" not in use.data:
            self._problems.append(Problem(use.at("id"), "is missing: it names the device"))
        said = use.child("device") or Raw(use.at("device"), {})
        for key in ("id", "driver"):
            if key in said.data and said.data[key] != self._template.file.device.get(key):
                what = "stands beside 'device', not in it" if key == "id" else "is the template's"
                self._problems.append(Problem(said.at(key), what))
        written = self._template.file.device
        device = cast("Item", filled({k: v for k, v in written.items() if not self._lacks(v)}, self._values))
        self._note("devices", len(devices), "device", written, said.path)
        devices.append({"id": self._device_id or "_", **device, **_without_keys(said.data, ("id", "driver"))})

    def _without(self, ids: Iterable[str]) -> set[str]:
        """The ids to leave out."""
        known = list(ids)
        out: set[str] = set()
        for index, name in enumerate(self._use.values("without")):
            if not isinstance(name, str):
                continue
            hits = [i for i in known if i == name or (name.endswith("*") and i.startswith(name[:-1]))]
            if not hits:
                hint = self._hints.hint(name, frozenset(known))
                where = (*self._use.at("without"), index)
                self._problems.append(Problem(where, f"template '{self._name}' has no tag or alarm '{name}'{hint}"))
            out.update(hits)
        return out

    def _put(self, section: str, kept: Iterable[Item], known: Iterable[str], items: list[object]) -> None:
        """Add these tags or alarms, changed as the project says."""
        word = section.removesuffix("s")
        changes = {change.text("id") or "": change for change in self._use.items(section)}
        present = frozenset(_ids(kept))
        gone = frozenset(known) - present
        for item_id, change in changes.items():
            if item_id not in present:
                self._problems.append(Problem(change.at("id"), self._no_such(word, item_id, known)))
        for written in kept:
            item_id = str(written.get("id"))
            change = changes.get(item_id)
            item = cast("Item", filled(written, self._values))
            item = _laid_over(item, {} if change is None else change.data)
            self._note(section, len(items), f"{word} '{item_id}'", written, None if change is None else change.path)
            if isinstance(item.get(_EXPLAINS), list):  # an alarm that is left out explains nothing
                item[_EXPLAINS] = [name for name in cast("list[object]", item[_EXPLAINS]) if name not in gone]
            items.append(self._dressed(word, item))

    def _no_such(self, word: str, item_id: str, known: Iterable[str]) -> str:
        names = frozenset(known)
        if not item_id:
            return f"is missing: which {word} of template '{self._name}'"
        if item_id in names:
            return f"{word} '{item_id}' is left out here: by 'without', or because a parameter of it is not given"
        return f"template '{self._name}' has no {word} '{item_id}'{self._hints.hint(item_id, names)}"

    def _dressed(self, word: str, item: Item) -> Item:
        """The item with the prefix, the name, the group and the device of this use."""
        dressed: Item = {**item, "id": f"{self._prefix}{item.get('id')}"}
        name, group = self._use.text("name"), self._use.text("group")
        for key in ("description", "message"):
            text = item.get(key)
            if name and isinstance(text, str) and text:
                dressed[key] = f"{name} {_inside(text)}"
        if group:
            dressed["group"] = group
        if word == "tag":
            source = item.get("source")
            if isinstance(source, dict):
                dressed["source"] = {"device": self._device_id or "_", **cast("Item", source)}
            return dressed
        for key in _TAG_NAMES:
            if isinstance(item.get(key), str):
                dressed[key] = f"{self._prefix}{item[key]}"
        for key in _NAME_LISTS:
            if isinstance(item.get(key), list):
                dressed[key] = [f"{self._prefix}{part}" for part in cast("list[object]", item[key])]
        return dressed

    def _note(self, section: str, index: int, what: str, written: object, changes: DataPath | None) -> None:
        text = f"{what} of template '{self._name}'"
        self._expansion.origins[(section, index)] = Origin(self._use.path, text, written, changes, self._is_own_device)


def _ids(items: Iterable[Item]) -> list[str]:
    return [str(item.get("id")) for item in items]


def _laid_over(item: Item, change: Mapping[str, object]) -> Item:
    """The item with the changes in it; a source is changed key by key."""
    laid: Item = {**item, **change}
    old, new = item.get("source"), change.get("source")
    if isinstance(old, dict) and isinstance(new, dict):
        laid["source"] = {**cast("Item", old), **cast("Item", new)}
    return laid


def _without_keys(data: Item, keys: Iterable[str]) -> Item:
    left_out = set(keys)
    return {key: value for key, value in data.items() if key not in left_out}


def _inside(text: str) -> str:
    """A text as it is written inside a sentence: `Lube oil` is `lube oil`, `DC voltage` stays."""
    return text if text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]


def _is_in(data: object, path: DataPath) -> bool:
    """True when the project itself says something at this place, or at one above it that is no object."""
    if not path or not isinstance(data, dict) or path[0] not in data:
        return False
    if len(path) == 1:
        return True
    inner = cast("dict[str | int, object]", data)[path[0]]
    return _is_in(cast("Item", inner), path[1:]) if isinstance(inner, dict) else True
