"""The console command's first breath: an interruption while the parts load ends it without a traceback."""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130  # as a shell calls a program that was stopped by Ctrl+C


def main() -> None:
    """Load the command, then run it."""
    before = signal.signal(signal.SIGINT, _leave)
    gc.disable()  # what is being imported is here to stay: looking through it again and again takes a tenth
    from api import cli  # noqa: PLC0415  a second of imports, in which Ctrl+C must already be understood

    gc.enable()
    signal.signal(signal.SIGINT, before)
    cli.main()


def _leave(number: int, frame: FrameType | None) -> None:
    """Nothing is open and nothing has begun: leave at once, whatever import is under way."""
    del number, frame
    sys.stderr.write("Interrupted; nothing was begun.\n")
    sys.stderr.flush()
    os._exit(INTERRUPTED)
