"""The Qt binding in use does not eat references: PySide6 6.12.0 on Python 3.11 aborts the process within seconds."""

import subprocess
import sys

# 200 emits of a bad binding lose 200 references of True, and as many of None; a good one loses none
_EMIT = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, Signal


class Emitter(QObject):
    changed = Signal(float)


application = QCoreApplication([])
emitter = Emitter()
emitter.changed.connect(lambda value: None)
before = sys.getrefcount(True), sys.getrefcount(None)
for _ in range(200):
    emitter.changed.emit(1.0)
    emitter.setObjectName("x")
after = sys.getrefcount(True), sys.getrefcount(None)
print(before[0] - after[0], before[1] - after[1])
"""


def test_emitting_a_signal_and_calling_a_method_loses_no_reference_to_true_or_none() -> None:
    done = subprocess.run([sys.executable, "-c", _EMIT], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    lost_true, lost_none = (int(number) for number in done.stdout.split())
    assert abs(lost_true) < 20
    assert abs(lost_none) < 20
