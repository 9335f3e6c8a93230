"""A PulseAudio server of its own with a sink that nobody hears, and a recorder on what is played into it."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tests.support.tones import Samples

RATE_HZ = 48_000
SINK = "horn"
_NEEDED = ("pulseaudio", "pactl", "parec")
_START_S = 10.0


def missing() -> str:
    """What of PulseAudio is not installed; empty when all is."""
    return ", ".join(name for name in _NEEDED if shutil.which(name) is None)


class Recorder:
    """Everything the sink has played since this was made."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = ["parec", "-d", f"{SINK}.monitor", "--latency-msec=20", "--format=s16le", f"--rate={RATE_HZ}"]
        self._process = subprocess.Popen([*command, "--channels=1"], env=environment, stdout=subprocess.PIPE)
        self._bytes = bytearray()
        self._thread = threading.Thread(target=self._read, name="recorder")
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while block := os.read(self._process.stdout.fileno(), 4096):
            self._bytes += block

    @property
    def now(self) -> int:
        """How many samples there are."""
        return len(self._bytes) // 2

    def since(self, start: int, end: int | None = None) -> Samples:
        """Samples from one number to another, or to the newest; full scale is 1."""
        count = self.now if end is None else end
        return np.frombuffer(bytes(self._bytes[2 * start : 2 * count]), dtype="<i2").astype(float) / 32_768

    def after(self, seconds: float) -> Samples:
        """What is played within the next seconds."""
        start = self.now
        end = start + round(seconds * RATE_HZ)
        deadline = time.monotonic() + seconds + 5.0
        while self.now < end:
            assert time.monotonic() < deadline, "the sink plays nothing, not even silence"
            time.sleep(0.01)
        return self.since(start, end)

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


class PulseServer:
    """A sound server; `environment` leads clients to it."""

    def __init__(self, folder: Path) -> None:
        socket = folder / "native"
        self.environment = os.environ | {
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
            "PULSE_SERVER": f"unix:{socket}",
        }
        protocol = f"module-native-protocol-unix auth-anonymous=1 socket={socket}"
        # the last one makes a dummy sink when no other is left, as every desktop's server does
        modules = [protocol, f"module-null-sink sink_name={SINK}", "module-always-sink"]
        command = [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            "--disable-shm=yes",
        ]
        for module in modules:
            command += ["-L", module]
        self._process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + _START_S
        while self.control("info", check=False) != 0:
            assert time.monotonic() < deadline, "PulseAudio does not start"
            time.sleep(0.05)

    def control(self, *arguments: str, check: bool = True) -> int:
        """Run pactl."""
        return subprocess.run(
            ["pactl", *arguments],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=check,
        ).returncode

    def unplug(self) -> None:
        """Take the sink away; the dummy takes its place."""
        self.control("unload-module", "module-null-sink")

    def plug_in(self) -> None:
        """Bring it back."""
        self.control("load-module", "module-null-sink", f"sink_name={SINK}")

    def stop(self) -> None:
        """End it, as a crash would."""
        self._process.kill()
        self._process.wait()

    @contextmanager
    def recorded(self) -> Iterator[Recorder]:
        """Record; begins when the sink has found its pace: an idle one is two seconds ahead."""
        recorder = Recorder(self.environment)
        try:
            recorder.after(2.5)
            yield recorder
        finally:
            recorder.close()
