"""A real server process for tests, started and ended by them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Running:
    """A served home: its address and the process at its head."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End the whole process group at once, as a power cut would: SIGKILL."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=_PATIENCE_S)


def start(home: Path, *, workers: int = 1, path: str = "/healthz") -> Running:
    """Serve `home` on a free loopback port; return when `path` answers 200."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "--home", str(home), *_serve(workers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if "http://" not in line:
        process.wait(timeout=_PATIENCE_S)
        raise RuntimeError(f"the server did not start: {line!r}")
    url = line.split()[-1]
    wait_for(url + path, process)
    return Running(url, process)


def _serve(workers: int) -> tuple[str, ...]:
    return ("serve", "--port", "0", "--workers", str(workers))


def wait_for(address: str, process: subprocess.Popen[str]) -> None:
    """Return when `address` answers 200; raise when the process ends or the time runs out before."""
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise TimeoutError(f"{address} did not answer within {_PATIENCE_S} s")


@contextmanager
def running(home: Path, *, workers: int = 1, path: str = "/healthz") -> Iterator[Running]:
    """Serve `home` for the length of the block."""
    server = start(home, workers=workers, path=path)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            try:
                server.process.wait(timeout=_PATIENCE_S)
            except subprocess.TimeoutExpired:
                server.kill()
        if server.process.stdout is not None:
            server.process.stdout.close()
