"""Every text of the screens is found by the tools, is translated, keeps its placeholders, and fits."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint, Qt, QTranslator
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.support.sources import ROOT
from tests.support.ui_window import a_window, settle, touch
from vmshmi.core.alarms.model import Priority
from vmshmi.ui.alarms.words import priority_text
from vmshmi.ui.shell.alert_strip import AlertStrip
from vmshmi.ui.widgets.touch_button import TouchButton

I18N = ROOT / "resources" / "i18n"
LANGUAGES = sorted(file.stem for file in I18N.glob("vmshmi_*.ts"))
PLACEHOLDER = re.compile(r"\{\w*\}|%n|%\d")
RENEW = "run packaging/translate.sh (docs/languages.md)"


def _tool(name: str, *arguments: str | Path) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{name}")
    done = subprocess.run([program, "-silent", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _sources() -> list[Path]:
    return sorted((ROOT / "vmshmi").rglob("*.py"))


def _messages(file: Path) -> Iterator[tuple[str, str, ElementTree.Element]]:
    """Context, English text and translation of each message."""
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            yield context.findtext("name", ""), message.findtext("source", ""), translation


def _forms(translation: ElementTree.Element) -> list[str]:
    """One text, or those for one and for many."""
    many = translation.findall("numerusform")
    return [form.text or "" for form in many] if many else [translation.text or ""]


def test_there_is_spanish() -> None:
    assert "vmshmi_es" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_the_sources_are_those_of_the_translation(language: str, tmp_path: Path) -> None:
    found = tmp_path / "found.ts"
    _tool("lupdate", "-locations", "none", *_sources(), "-ts", found)
    in_sources = {(context, text) for context, text, _ in _messages(found)}
    translated = {(context, text) for context, text, _ in _messages(I18N / f"{language}.ts")}
    assert len(in_sources) > 200
    assert sorted(in_sources ^ translated) == [], RENEW


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_without_its_translation(language: str) -> None:
    wanting = [
        (context, text)
        for context, text, translation in _messages(I18N / f"{language}.ts")
        if translation.get("type") or not all(form.strip() for form in _forms(translation))
    ]
    assert wanting == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders_of_its_text(language: str) -> None:
    different = [
        (context, text, form)
        for context, text, translation in _messages(I18N / f"{language}.ts")
        for form in _forms(translation)
        if sorted(PLACEHOLDER.findall(form)) != sorted(PLACEHOLDER.findall(text))
    ]
    assert different == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_program_reads_is_made_of_what_people_edit(language: str, tmp_path: Path) -> None:
    made = tmp_path / "made.qm"
    _tool("lrelease", I18N / f"{language}.ts", "-qm", made)
    assert made.read_bytes() == (I18N / f"{language}.qm").read_bytes(), RENEW


def _asked_for(source: str) -> Iterator[str]:
    """Every text that stands in a call for its translation."""
    places = {"tr": 0, "translate": 1, "QT_TRANSLATE_NOOP": 1}
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            match call.args[places.get(name, len(call.args)) :]:
                case [ast.Constant(value=str(text)), *_]:
                    yield text
                case _:
                    continue


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tools_find_every_text_that_is_asked_for(language: str) -> None:
    """They pass over some, without a word: `QCoreApplication.translate("A", "%n b", "", record.count)` is one."""
    found = {text for _, text, _ in _messages(I18N / f"{language}.ts")}
    lost = [
        f"{file.relative_to(ROOT)}: {text}"
        for file in _sources()
        for text in _asked_for(file.read_text(encoding="utf-8"))
        if text not in found
    ]
    assert lost == []


def _literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _invisible_calls(source: str) -> Iterator[int]:
    """Lines that ask for a translation in a form the tools do not see, or see in another context than Qt."""
    tree = ast.parse(source)
    noted = "QT_TRANSLATE_NOOP(" in source
    f_strings = [text for text in ast.walk(tree) if isinstance(text, ast.JoinedStr)]
    inside_f_string = {id(part) for text in f_strings for part in ast.walk(text)}
    in_class = {id(part) for home in ast.walk(tree) if isinstance(home, ast.ClassDef) for part in ast.walk(home)}
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        match call.func:
            case ast.Attribute(value=ast.Name(id="self"), attr="tr"):
                seen = id(call) in in_class and _literal(call.args[0])
            case ast.Attribute(value=ast.Name(id="QCoreApplication"), attr="translate") | ast.Name(id="translate"):
                seen = all(_literal(argument) for argument in call.args[:2]) or noted
            case ast.Attribute(attr="tr" | "_tr") | ast.Name(id="tr" | "_tr"):
                seen = noted and not any(_literal(argument) for argument in call.args)
            case _:
                continue
        if not seen or (id(call) in inside_f_string and not _plain_outside(call, source)):
            yield call.lineno


def _plain_outside(call: ast.Call, source: str) -> bool:
    """Whether the same text is asked for outside an f-string too, so that the tools know it."""
    text = call.args[0]
    assert isinstance(text, ast.Constant)
    return f'self.tr("{text.value}")' in source


def test_every_text_is_asked_for_in_a_form_the_tools_see() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in _sources()
        for line in _invisible_calls(file.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "source",
    [
        'class A:\n    def f(self):\n        return self.tr(f"Temp {3}")',
        "class A:\n    def f(self):\n        return f\"{self.tr('category')} A\"",
        'class A:\n    def f(self, page):\n        return page.tr("LIVE")',
        'def f():\n    return _tr("Good")',
        'def f(text):\n    return QCoreApplication.translate("Tags", text)',
    ],
)
def test_a_form_the_tools_do_not_see_is_noticed(source: str) -> None:
    assert list(_invisible_calls(source))


@pytest.fixture
def spanish(qapp: QApplication) -> Iterator[QTranslator]:
    """The screens in Spanish, for one test."""
    translator = QTranslator()
    assert translator.load(str(I18N / "vmshmi_es.qm"))
    qapp.installTranslator(translator)
    yield translator
    qapp.removeTranslator(translator)


def _text(widget: object) -> str:
    assert isinstance(widget, TouchButton)
    return widget.text()


async def test_the_window_speaks_spanish(spanish: QTranslator, qapp: QApplication) -> None:
    with a_window(page="trends") as stage:
        pages = [_text(stage.child(f"nav_{page}")) for page in ("alarms", "trends", "tags", "system")]
        assert pages == ["Alarmas", "Tendencias", "Señales", "Sistema"]
        strip = stage.child("alert_strip")
        assert isinstance(strip, AlertStrip)
        assert strip.quiet_text == "Sin alarmas"
        assert _text(stage.child("silence")) == "SILENCIAR"
        assert _text(stage.child("trend_live")) == "EN VIVO"  # its texts are asked for outside a widget's class
        stage.runtime.alarms.raise_alarm("gen1.volt.high")
        await settle()
        assert _text(stage.child("ack")) == "RECONOCER"
        assert priority_text(Priority.CAUTION) == "PRECAUCIÓN"
    qapp.removeTranslator(spanish)
    assert priority_text(Priority.CAUTION) == "CAUTION"


async def test_one_is_told_from_many(spanish: QTranslator) -> None:
    del spanish
    with a_window(page="alarms") as stage:
        stage.runtime.alarms.raise_alarm("gen1.volt.high")
        stage.runtime.alarms.raise_alarm("me_p.lo_press.low")
        await settle()
        listed = stage.child("alarm_list")
        assert isinstance(listed, TouchButton)
        assert listed.sub_text == "2 sin reconocer"


def _narrow_labels(window: QWidget) -> list[QLabel]:
    """Labels on one line that are narrower than their text: Qt cuts them without a mark."""
    return [
        label
        for label in window.findChildren(QLabel)
        if label.isVisible() and not label.wordWrap() and label.width() < label.sizeHint().width()
    ]


def _patterns(file: Path) -> list[re.Pattern[str]]:
    """What each translation may look like on the screen; those of placeholders alone say nothing."""
    forms = [form for _, _, translation in _messages(file) for form in _forms(translation)]
    return [
        re.compile(".+".join(re.escape(part) for part in PLACEHOLDER.split(form)))
        for form in forms
        if re.search(r"\w{3}", PLACEHOLDER.sub("", form))
    ]


async def test_no_spanish_word_is_cut_at_1280_by_800(spanish: QTranslator, monkeypatch: pytest.MonkeyPatch) -> None:
    del spanish
    ours = _patterns(I18N / "vmshmi_es.ts")
    elide, width_of = QFontMetrics.elidedText, QFontMetrics.horizontalAdvance
    drawn: set[str] = set()
    cut: set[str] = set()

    def noticed(metrics: QFontMetrics, text: str, mode: Qt.TextElideMode, width: int, flags: int = 0) -> str:
        shown = elide(metrics, text, mode, width, flags)
        drawn.add(text)
        if shown != text:
            cut.add(text)
        return shown

    def measured(metrics: QFontMetrics, text: str, *more: int) -> int:
        drawn.add(text)  # what fits is measured and never elided
        return width_of(metrics, text, *more)

    monkeypatch.setattr(QFontMetrics, "elidedText", noticed)
    monkeypatch.setattr(QFontMetrics, "horizontalAdvance", measured)
    with a_window(page="system") as stage:
        for page in ("alarms", "kpi", "whatif", "trends", "tags", "system"):
            stage.window.show_page(page)
            await settle()
            stage.window.grab()
            cut |= {label.text() for label in _narrow_labels(stage.window)}
        stage.runtime.system.is_connected = False
        stage.window.tick()
        stage.window.grab()
        stage.runtime.system.is_connected = True
        stage.window.tick()
        stage.runtime.alarms.raise_alarm("gen1.volt.high")
        await stage.runtime.alarms.silence("Master", "ecr")
        for alarm in ("me_p.lo_press.low", "fire.zone1.on", "fo.day_tank.low"):
            stage.window.tick()
            stage.window.grab()
            stage.runtime.alarms.raise_alarm(alarm)
            await settle()
        assert stage.window.banner is not None
        await touch(stage.child("alarm_list"))
        rows = stage.window.banner.table.rows
        for row in range(4):  # one of each priority
            await touch(rows.viewport(), QPoint(300, row * rows.row_px + rows.row_px // 2))
            stage.window.banner.grab()
    assert {"Tendencias", "SILENCIAR", "SILENCIADO", "RECONOCER", "SIN CONEXIÓN CON EL SERVIDOR"} <= drawn
    assert {"EMERGENCIA", "ADVERTENCIA", "PRECAUCIÓN"} <= drawn
    assert [text for text in cut if any(pattern.fullmatch(text) for pattern in ours)] == []
