"""What one part of a project says of another: ids that are used twice, names that lead nowhere."""

from collections.abc import Iterator

from vmshmi.config.json_text import DataPath
from vmshmi.config.problems import Problem, Suggester, shown
from vmshmi.config.raw import Raw
from vmshmi.core.expression import WORDS, ExpressionError, parse
from vmshmi.core.tags import TagKind

RESERVED = "system."
"""Ids that begin so are the runtime's own; a project may read them but not define them."""

_SECTIONS = ("devices", "tags", "alarms", "pages", "trends", "stations")
OWN_PAGES = frozenset({"alarms", "kpi", "whatif", "trends", "tags", "system", "device"})
"""Pages every project has; `overview` is the name of a project's first page, whatever its id."""
_OWNED_SECTIONS = ("devices", "tags", "alarms")


def reference_problems(root: Raw, hints: Suggester) -> Iterator[Problem]:
    """Everything that is wrong between the parts of a project."""
    for section in _SECTIONS:
        yield from _ids(section, root.items(section))
    yield from _doubled_users(root)
    tags = {tag.text("id") or "": tag for tag in root.items("tags")}
    names = _TagNames(tags, hints)
    for tag in root.items("tags"):
        if condition := tag.text("normal_when"):
            yield from names.check_expression(tag.at("normal_when"), condition)
        if command := tag.child("command"):
            yield from names.check(command.at("feedback_tag"), command.text("feedback_tag") or "")
            if permissive := command.text("permissive"):
                yield from names.check_expression(command.at("permissive"), permissive)
    for alarm in root.items("alarms"):
        for key in ("tag", "follows"):
            if (tag := alarm.text(key)) is not None:
                yield from names.check(alarm.at(key), tag)
        for index, tag in enumerate(alarm.values("mean_of")):
            if isinstance(tag, str):
                yield from names.check((*alarm.at("mean_of"), index), tag)
        if condition := alarm.text("enable_when"):
            yield from names.check_expression(alarm.at("enable_when"), condition)
    for position, page in enumerate(root.items("pages")):
        page_id = page.text("id")
        if page_id in OWN_PAGES or (page_id == "overview" and position > 0):
            yield Problem(page.at("id"), f"'{page_id}' is a page of the program; choose another id")
        yield from _page(page, names)
    for trend in root.items("trends"):
        yield from _page(trend, names)


def _ids(section: str, items: list[Raw]) -> Iterator[Problem]:
    first: dict[str, DataPath] = {}
    for item in items:
        item_id = item.text("id")
        if item_id is None:
            continue
        if item_id in first:
            yield Problem(item.at("id"), f"the id '{item_id}' is used twice, first at", first[item_id])
        else:
            first[item_id] = item.path
        if section in _OWNED_SECTIONS and item_id.startswith(RESERVED):
            yield Problem(item.at("id"), f"ids that begin with '{RESERVED}' are the program's own; choose another")
        if section == "tags" and item_id in WORDS:
            yield Problem(item.at("id"), f"'{item_id}' is a word of the expression language; choose another id")


def _doubled_users(root: Raw) -> Iterator[Problem]:
    listed = {user.path[-1]: user.text("name") for user in root.items("users")}
    names = [listed.get(index, user) for index, user in enumerate(root.values("users"))]
    for index, name in enumerate(names):
        if isinstance(name, str) and names.index(name) < index:
            yield Problem(("users", index), f"'{name}' is listed twice")


def _page(page: Raw, names: "_TagNames") -> Iterator[Problem]:
    """Whatever elements a page has: keys `tag`, `..._tag`, `tags`, `..._tags` name tags, `..._when` is a condition."""
    for path, key, value in page.leaves():
        if not isinstance(value, str) or value == "":
            continue
        if key.removesuffix("s").split("_")[-1] == "tag":
            yield from names.check(path, value)
        elif key.endswith("_when"):
            yield from names.check_expression(path, value)


class _TagNames:
    """Knows the tags of the project."""

    def __init__(self, tags: dict[str, Raw], hints: Suggester) -> None:
        self._tags = tags
        self._ids = frozenset(tags)
        self._hints = hints

    def check(self, path: DataPath, name: str) -> Iterator[Problem]:
        """A field that names a tag."""
        if name and name not in self._tags and not name.startswith(RESERVED):
            yield Problem(path, f"there is no tag '{name}'{self._hints.hint(name, self._ids)}")

    def check_expression(self, path: DataPath, text: str) -> Iterator[Problem]:
        """A field that holds an expression over tags."""
        try:
            expression = parse(text)
        except ExpressionError as error:
            yield Problem(path, f"{shown(text)}, {error}")
            return
        for name in sorted(expression.tags):
            if self._is_text(name):
                yield Problem(path, f"tag '{name}' holds a text; an expression works with numbers")
            elif name not in self._tags and self._is_difference(name):
                parts = name.replace("-", " - ")
                yield Problem(path, f"there is no tag '{name}'; to subtract, put spaces around the minus: '{parts}'")
            else:
                yield from self.check(path, name)

    def _is_text(self, name: str) -> bool:
        tag = self._tags.get(name)
        return tag is not None and tag.text("kind") == TagKind.TEXT.value

    def _is_difference(self, name: str) -> bool:
        parts = name.split("-")
        known = [part in self._tags or part.replace(".", "").isdigit() for part in parts]
        return len(parts) > 1 and all(known)
