"""`vmshmi`: the window, over a runtime in this process or elsewhere."""

import asyncio
import logging
import os
import signal
import sys
import time
from concurrent.futures import Future
from urllib.parse import parse_qsl

import psutil
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

import vmshmi
from vmshmi.app import compose, paths
from vmshmi.app.bridge import Bridge
from vmshmi.app.garbage import ScreenGarbage
from vmshmi.app.options import DesktopOptions
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.config.project import Project
from vmshmi.core.errors import StartError
from vmshmi.core.ports import RuntimePort
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime
from vmshmi.runtime.sound.player import SoundOptions
from vmshmi.ui.shell.main_window import MainWindow
from vmshmi.ui.shell.registry import page_ids

_log = logging.getLogger(__name__)

DISPLAY_LOST = "vmshmi: the display is gone (its X server ended): the HMI ends too; start it again on a display\n"
_LOOP_LOST = "Event loop stopped before Future completed"
"""What qasync says when not we but Qt ended the loop: it does so when the connection to the display breaks."""
_STOP_S = 20.0
"""More than every stage of the runtime may take to stop."""
_TITLE_BAR = 48
"""Pixels a window manager may take for its title bar, at the most we met."""

NO_DISPLAY = (
    "vmshmi: no display found (neither DISPLAY nor WAYLAND_DISPLAY is set): the HMI runs without a screen; "
    "see it with --screenshot FILE.png, or start it on a machine with a screen\n"
)


def choose_platform() -> None:
    """Without a display let Qt draw into memory, and say so; what QT_QPA_PLATFORM says is kept.

    Qt's VNC platform listens on every network interface without a password (decision 0041): it is never chosen here.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        sys.stderr.write(NO_DISPLAY)


def refuse_broken_binding() -> None:
    """PySide6 6.12.0 aborts CPython below 3.12 after some seconds (decision 0003).

    Raises:
        StartError: when this is such a pair.
    """
    import PySide6

    if PySide6.__version__ == "6.12.0" and sys.version_info < (3, 12):
        raise StartError("PySide6 6.12.0 crashes on this Python; install PySide6-Essentials below 6.12")


def speak(app: QApplication, language: str) -> None:
    """Show the screens in a language; English is what the texts are written in.

    Raises:
        StartError: if its translation is missing.
    """
    if language == "en":
        return
    file = paths.resources() / "i18n" / f"vmshmi_{language}.qm"
    translator = QTranslator(app)
    if not translator.load(str(file)):
        raise StartError(f"--lang {language}: {file} is missing; install vmshmi again")
    app.installTranslator(translator)


class _Local:
    """A runtime in this process, in a thread of its own."""

    def __init__(self, options: DesktopOptions, clock: SystemClock) -> None:
        self.project: Project = compose.read_project(options.project_file, options.scenario)
        choice = options.db
        if options.screenshot is not None and choice is None:
            choice = paths.MEMORY
        self._folder = paths.database_folder(choice, options.project_file or paths.demo_project())
        self._verbose = options.verbose
        self._runtime: RuntimeApp = build_runtime(
            self.project, RuntimeOptions(database=self._folder, sound=_sound(options, self.project)), clock
        )
        self._thread = LoopThread("runtime")
        self._bridge: Bridge | None = None
        self._stopped: Future[None] | None = None
        self._clock = clock

    async def open(self) -> RuntimePort:
        self._thread.start()
        await self._thread.run(self._runtime.start())
        compose.start_logging(self._folder, verbose=self._verbose)
        self._bridge = Bridge(self._runtime, self._thread, self._clock)
        await self._bridge.open()
        return self._bridge

    async def close(self) -> None:
        if self._bridge is not None:
            await self._bridge.close()
            await asyncio.wrap_future(self._stop())
        self._thread.close()

    def abandon(self) -> None:
        """Stop in order although the loop of the screen is gone; waits for it."""
        if self._bridge is not None:
            self._stop().result(_STOP_S)
            self._thread.close()

    def _stop(self) -> "Future[None]":
        if self._stopped is None:
            self._stopped = self._thread.submit(self._runtime.stop())
        return self._stopped


def _sound(options: DesktopOptions, project: Project) -> SoundOptions | None:
    """How this station sounds; None for a picture, which is silent."""
    if options.screenshot is not None:
        return None
    return compose.sound_of(project.station(options.station), plays=options.sound)


def run_desktop(options: DesktopOptions) -> int:
    """Show the window until it is closed; returns the exit code.

    Raises:
        VmsError: with one line, when it cannot start.
    """
    refuse_broken_binding()
    choose_platform()
    import qasync

    # many threads, and a screen that must not wait: hand the interpreter over ten times as often as usual
    sys.setswitchinterval(0.0005)
    compose.start_logging(None, verbose=options.verbose)
    app = QApplication.instance()
    if app is None:
        QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        app = QApplication(["vmshmi"])
    assert isinstance(app, QApplication)
    app.setApplicationName("vmshmi")
    app.setApplicationVersion(vmshmi.__version__)
    app.setQuitOnLastWindowClosed(False)
    speak(app, options.language)
    clock = SystemClock()
    local = _Local(options, clock) if options.connect is None else None
    garbage = ScreenGarbage(app)
    garbage.start()
    try:
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
            return runner.run(_show(options, local, clock))
    except RuntimeError as error:
        if not str(error).startswith(_LOOP_LOST):
            raise
        if local is not None:
            local.abandon()
        sys.stderr.write(DISPLAY_LOST)
        return 1
    finally:
        garbage.stop()
        compose.let_go()


async def _show(options: DesktopOptions, local: _Local | None, clock: SystemClock) -> int:
    closed = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, closed.set)
        except NotImplementedError:  # Windows: the window's own close is the way out
            continue
    if local is not None or options.connect is None:
        assert local is not None
        try:
            port = await local.open()
            return await _show_window(options, port, local.project, clock, closed)
        finally:
            await local.close()
    # the HTTP client takes half a second to import
    from vmshmi.app.waiting import wait_for_runtime
    from vmshmi.runtime.remote import RemoteRuntime

    remote = RemoteRuntime(options.connect, options.station, clock)
    try:
        project = await wait_for_runtime(remote, options.connect, options, closed)
        sound = None if project is None else _sound(options, project)
        if sound is not None:
            remote.sound(sound)
        return 0 if project is None else await _show_window(options, remote, project, clock, closed)
    finally:
        await remote.stop()


async def _show_window(
    options: DesktopOptions, port: RuntimePort, project: Project, clock: SystemClock, closed: asyncio.Event
) -> int:
    known = page_ids(project)
    page, _, query = options.page.partition("?")
    if page and page not in known:
        raise StartError(f"--page {page}: there is no such page; there are {', '.join(dict.fromkeys(known))}")
    window = MainWindow(
        port,
        project,
        project.station(options.station),
        clock,
        paths.resources(),
        palette=options.palette,
        start_page=page,
        kiosk=options.kiosk,
    )
    window.close_requested.connect(closed.set)
    _bring_up(window, options)
    if arguments := dict(parse_qsl(query)):
        window.context.navigate(page, arguments)
    live = asyncio.create_task(_tell_when_live(port), name="first live page")
    try:
        if options.screenshot is None:
            await closed.wait()
        else:
            await asyncio.sleep(options.after_s)
            if not _picture(window).save(str(options.screenshot)):
                raise StartError(
                    f"screenshot {options.screenshot}: cannot be written; name a .png in a folder you may write"
                )
    finally:
        live.cancel()
        window.shutdown()
    return 0


def _bring_up(window: QWidget, options: DesktopOptions) -> None:
    """Full screen for a kiosk; else as large as asked for, and maximised where that and a title bar do not fit."""
    window.resize(*options.size)
    room = window.screen().availableSize()
    width, height = options.size
    if options.kiosk:
        window.showFullScreen()
    elif options.screenshot is None and (width > room.width() or height + _TITLE_BAR > room.height()):
        window.showMaximized()
    else:
        window.show()


async def _tell_when_live(port: RuntimePort) -> None:
    """Log how long after the start of the process the first good value was there to be painted."""
    while not any(port.tags.value(tag_id).quality.is_good for tag_id in port.tags.definitions()):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await asyncio.sleep(0)
    compose.keep_what_is_built()
    _log.info("first live page %.2f s after start", time.time() - psutil.Process().create_time())


def _picture(window: QWidget) -> QPixmap:
    """The window and what of ours lies over it, as a person sees it."""
    picture = window.grab()
    painter = QPainter(picture)
    for other in QApplication.topLevelWidgets():
        if other is not window and other.isVisible():
            painter.drawPixmap(
                other.mapToGlobal(other.rect().topLeft()) - window.mapToGlobal(window.rect().topLeft()), other.grab()
            )
    painter.end()
    return picture
