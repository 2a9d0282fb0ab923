"""Ctrl+C while the command still loads: words and the shell's exit code, never a traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from tests.running import ROOT


@pytest.mark.parametrize("after_s", [0.25, 0.5, 1.0])
def test_interrupted_at_the_start(after_s: float) -> None:
    begun = subprocess.Popen(
        [sys.executable, "-c", "print(1, flush=True); from api.entry import main; main()", "serve", "--help"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert begun.stdout is not None
    begun.stdout.readline()
    time.sleep(after_s)
    begun.send_signal(signal.SIGINT)
    out, told = begun.communicate(timeout=60)
    assert "Traceback" not in out + told
    assert begun.returncode in (0, 130)
    if begun.returncode:
        assert "Interrupted" in told
