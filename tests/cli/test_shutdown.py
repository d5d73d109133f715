"""A gateway told to stop hears it, whichever thread the signal reaches and whenever it comes."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEFORE = "signal.raise_signal(signal.SIGTERM); told.wait()"
IN_ANOTHER_THREAD = """
def other():
    time.sleep(0.3)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
threading.Thread(target=other).start()
told.wait()
"""
AFTER_ANOTHER_SIGNAL = """
signal.signal(signal.SIGUSR1, lambda *_: None)
signal.raise_signal(signal.SIGUSR1)
threading.Timer(0.3, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
began = time.monotonic()
told.wait()
assert time.monotonic() - began > 0.2
"""


@pytest.mark.parametrize(
    "how", [BEFORE, IN_ANOTHER_THREAD, AFTER_ANOTHER_SIGNAL], ids=["before", "other", "third"]
)
def test_it_is_heard(how: str) -> None:
    start = (
        "import signal, threading, time\n"
        "from helpline.cli.shutdown import ShutdownSignal\n"
        "told = ShutdownSignal()\n"
    )
    assert (
        subprocess.run([sys.executable, "-c", start + how], timeout=30, check=False).returncode == 0
    )
