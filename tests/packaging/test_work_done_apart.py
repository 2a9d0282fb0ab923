"""Work done in a fork: its result, its errors, and a process that forks servers afterwards unharmed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.apart import CutOff, done_apart
from api.demo import DemoRefused
from tests.running import ROOT, wait_for


def test_what_is_made_comes_back_from_another_process() -> None:
    assert done_apart(lambda: ("made", os.getpid()))[0] == "made"
    assert done_apart(os.getpid) != os.getpid()


def test_what_goes_wrong_is_raised_here() -> None:
    def refuse() -> None:
        raise DemoRefused("this home holds a shop")

    with pytest.raises(DemoRefused, match="this home holds a shop"):
        done_apart(refuse)


def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(CutOff, match="exit code -9"):
        done_apart(lambda: os.kill(os.getpid(), signal.SIGKILL))


_DEMO = """
import sys
import api.demo
from api.cli import main
from api.wiring import open_wellput

def prepare(settings, *, tell):
    with open_wellput(settings) as wellput:
        contact, assist = api.demo._one_assisted(wellput)
    return api.demo.Ready(contact, assist, ("nadia (agent)",), "a password")

api.demo.prepare = prepare
main()
"""


def test_the_demo_s_workers_end_in_order(learned_home: Path) -> None:
    """Workers forked from a process that had encoded texts itself died by a signal when they were ended."""
    process = subprocess.Popen(
        [sys.executable, "-c", _DEMO, "--home", str(learned_home), "demo", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        desk = next(line for line in process.stdout if line.startswith("The desk is at"))
        wait_for(desk.split()[4] + "/readyz", process)
        process.terminate()
        _, told = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, told) == (0, "")
