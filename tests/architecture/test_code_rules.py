"""Rules of the house that no linter knows: each is a function over a syntax tree, with the code it must catch.

Naive times and blind excepts are ruff's; rooms and doors are import-linter's.
"""

import ast
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.support.sources import Source, modules

Finding = tuple[int, str]
Rule = Callable[[ast.Module], Iterator[Finding]]

_WALL_CLOCK = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}
_MODAL_STATICS = {f"QMessageBox.{kind}" for kind in ("question", "information", "warning", "critical", "about")}
_MODULE_LINES = 500


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name as written; a part that is no name reads `?`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, _dotted(node.func)


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{_dotted(node.value)}.{node.attr}"
        case _:
            return "?"


def nested_loops(tree: ast.Module) -> Iterator[Finding]:
    """`exec()`, `exec_()`, `processEvents()` run a second event loop inside the first and kill tasks."""
    for call, name in _calls(tree):
        if name.rpartition(".")[2] in {"exec", "exec_", "processEvents"}:
            yield call.lineno, f"{name}(): open the dialog and await a future"
        if name in _MODAL_STATICS or name.startswith(("QFileDialog.get", "QInputDialog.get")):
            yield call.lineno, f"{name}(): runs a nested loop; await a dialog of ours"


def blocking_sleeps(tree: ast.Module) -> Iterator[Finding]:
    """`time.sleep` stops a thread that others wait for."""
    slept_names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
        if alias.name == "sleep"
    }
    for call, name in _calls(tree):
        if name in {"time.sleep", "QThread.sleep", "QThread.msleep"} or name in slept_names:
            yield call.lineno, f"{name}(): wait on an event with a timeout, or await asyncio.sleep"


def relative_imports(tree: ast.Module) -> Iterator[Finding]:
    """A module says where things come from in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, f"from {'.' * node.level}{node.module or ''} import: write vmshmi in full"


def untranslatable_texts(tree: ast.Module) -> Iterator[Finding]:
    """`tr()` of anything but plain text is extracted as a pattern that never matches, and stays English in silence."""
    for call, name in _calls(tree):
        owner, _, verb = name.rpartition(".")
        if verb == "translate" and not owner.endswith("Application"):
            continue  # a painter translates coordinates
        if verb not in {"tr", "translate", "QT_TRANSLATE_NOOP", "QT_TR_NOOP"}:
            continue
        for argument in call.args[:2]:  # context and text, or text and disambiguation; then comes the number
            if any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in ast.walk(argument)):
                yield call.lineno, f"{name}() of a composed text: translate a plain text, then format it"
            elif isinstance(argument, ast.Call) and _dotted(argument.func).endswith(".format"):
                yield call.lineno, f"{name}(... .format()): translate first, then format"


def evaluations(tree: ast.Module) -> Iterator[Finding]:
    """A project file is data; nothing in it is ever run."""
    for call, name in _calls(tree):
        if name in {"eval", "exec", "compile", "__import__"}:
            yield call.lineno, f"{name}(): data is never code"


def forgotten_tasks(tree: ast.Module) -> Iterator[Finding]:
    """A task nobody keeps can be collected while it runs, and dies unseen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            name = _dotted(node.value.func)
            owner, _, verb = name.rpartition(".")
            if verb == "ensure_future" or (verb == "create_task" and owner in {"", "asyncio", "loop", "self._loop"}):
                yield node.lineno, f"{name}(): keep the task and look at its end"


def module_globals(tree: ast.Module) -> Iterator[Finding]:
    """State lives in objects that somebody makes and somebody closes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield node.lineno, f"global {', '.join(node.names)}: give it to an object"


def wall_clocks(tree: ast.Module) -> Iterator[Finding]:
    """In core the time comes in as an argument."""
    for call, name in _calls(tree):
        owner, _, verb = name.rpartition(".")
        if verb in _WALL_CLOCK and owner.rpartition(".")[2] in {"datetime", "date", "time"}:
            yield call.lineno, f"{name}(): take the time as an argument"


def third_party_imports(tree: ast.Module) -> Iterator[Finding]:
    """core stands on the standard library and on itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("vmshmi.core"):
                yield node.lineno, f"import {name}"


# rule, the room it holds in ("" is every room), code it must catch
_RULES: list[tuple[Rule, str, list[str]]] = [
    (
        nested_loops,
        "",
        [
            "dialog.exec()",
            "self.dialog().exec_()",
            "QApplication.processEvents()",
            "if QMessageBox.question(self, 'a', 'b'): pass",
            "name, _ = QFileDialog.getOpenFileName(self)",
        ],
    ),
    (blocking_sleeps, "", ["import time\ntime.sleep(1)", "from time import sleep as nap\nnap(1)", "QThread.msleep(5)"]),
    (relative_imports, "", ["from . import values", "from ..core.values import TagValue"]),
    (
        untranslatable_texts,
        "",
        [
            'self.tr(f"{n} alarms")',
            'tr("a" + name)',
            'QCoreApplication.translate("ctx", "%d" % 3)',
            'self.tr("{} bar".format(3))',
        ],
    ),
    (evaluations, "", ["eval(text)", "exec(text)"]),
    (forgotten_tasks, "", ["asyncio.create_task(poll())", "asyncio.ensure_future(poll())", "loop.create_task(poll())"]),
    (module_globals, "", ["def f():\n    global state\n    state = 1"]),
    (wall_clocks, "core/", ["datetime.now(UTC)", "datetime.datetime.utcnow()", "import time\ntime.time()"]),
    (third_party_imports, "core/", ["import numpy", "from pydantic import BaseModel", "import vmshmi.config"]),
]
_IDS = [rule.__name__ for rule, _, _ in _RULES]


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    """Every module of the package."""
    found = list(modules())
    assert found
    return found


@pytest.mark.parametrize(("rule", "room", "bad"), _RULES, ids=_IDS)
def test_the_rule_holds_in_the_package(rule: Rule, room: str, bad: list[str], sources: list[Source]) -> None:
    del bad
    found = [
        f"vmshmi/{source.name}:{line}: {what}"
        for source in sources
        if source.name.startswith(room)
        for line, what in rule(source.tree)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("rule", "code"), [(rule, code) for rule, _, bad in _RULES for code in bad])
def test_the_rule_catches_what_it_forbids(rule: Rule, code: str) -> None:
    assert list(rule(ast.parse(code)))


@pytest.mark.parametrize("rule", [rule for rule, _, _ in _RULES], ids=_IDS)
def test_the_rule_lets_good_code_pass(rule: Rule) -> None:
    good = """
import math
from vmshmi.core.values import TagValue
async def ask(dialog, clock, executor, scope):
    dialog.open()
    await asyncio.sleep(clock.monotonic() + dialog.time())
    executor.submit(print)
    task = asyncio.create_task(poll())
    scope.create_task(poll())
    label = dialog.tr("%n alarms", "", 3 + 1).format(limit=3)
    painter.translate(x + 1, y - 1)
    return clock.now(), re.compile("x"), self.tr("Open")
"""
    assert not list(rule(ast.parse(good)))


def test_no_module_is_longer_than_five_hundred_lines(sources: list[Source]) -> None:
    lengths = {source.name: len(source.text.splitlines()) for source in sources}
    assert not {name: lines for name, lines in lengths.items() if lines > _MODULE_LINES}


def test_no_room_is_called_utils_helpers_common_or_manager(sources: list[Source]) -> None:
    banned = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
    assert not [source.name for source in sources if banned & set(source.name.removesuffix(".py").split("/"))]
