"""`vmshmi serve`: the runtime alone with its API; no Qt."""

import asyncio
import signal
import sys

from vmshmi.app import compose, paths
from vmshmi.app.options import ServeOptions
from vmshmi.runtime.runtime_app import RuntimeOptions, build_runtime


def serve(options: ServeOptions) -> int:
    """Run until SIGINT or SIGTERM; returns the exit code.

    Raises:
        VmsError: with one line, when it cannot start.
    """
    # a replay or an export in its thread must not hold up the loop: hand the interpreter over ten times as often
    sys.setswitchinterval(0.0005)
    project = compose.read_project(options.project_file, options.scenario)
    folder = paths.database_folder(options.db, options.project_file or paths.demo_project())
    compose.start_logging(None, verbose=options.verbose)
    sound = None if options.sound is None else compose.sound_of(project.station(options.sound))
    runtime = build_runtime(
        project, RuntimeOptions(database=folder, api_host=options.host, api_port=options.port, sound=sound)
    )

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, stop.set)
            except NotImplementedError:  # Windows: Ctrl-C arrives as KeyboardInterrupt
                signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(stop.set) and None)
        await runtime.start()
        compose.keep_what_is_built()
        compose.start_logging(folder, verbose=options.verbose)
        try:
            if runtime.api is not None:
                sys.stdout.write(f"listening on http://{options.host}:{runtime.api.port}\n")
                sys.stdout.flush()
            await stop.wait()
        finally:
            await runtime.stop()

    asyncio.run(run())
    compose.let_go()
    return 0
