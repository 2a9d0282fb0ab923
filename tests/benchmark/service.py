"""How long a full assist takes over REST, against one int8 encoder pass on the same texts in the same run.

Peers: the encoder alone, single-threaded; and two processes of it taking one text a call.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from api.demo import load_sample_shop
from api.settings import Settings
from api.wiring import open_wellput
from models.artefact_store import ArtefactStore
from tests.benchmark.encoder_peer import pass_times_ms, texts_per_s
from tests.benchmark.report import Figure, show

_WELLPUT = (sys.executable, "-c", "from api.entry import main; main()")  # as the console command does
_WARM_UP = 30
_ONE_CLIENT_CALLS = 400
_EIGHT_CLIENTS_S = 15.0


def sample_texts() -> list[str]:
    """The customers' first messages of the sample shop's past contacts."""
    lines = Path("api/sample_shop/contacts.jsonl").read_text(encoding="utf-8").splitlines()
    contacts = [json.loads(line) for line in lines if line.strip()]
    return [m["text"] for c in contacts for m in c["messages"][:1] if m["role"] == "customer"]


@contextmanager
def served(home: Path, workers: int) -> Iterator[tuple[int, int]]:
    """Serve `home`; yield the port and the server's process id."""
    process = subprocess.Popen(
        [
            *_WELLPUT,
            "--home",
            str(home),
            "serve",
            "--port",
            "0",
            "--workers",
            str(workers),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        _wait_until_ready(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(port: int) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the server was not ready within 10 seconds")


class Client:
    """One keep-alive connection with a token."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def assist(self, text: str) -> float:
        """Ask for one assist; return the seconds it took."""
        body = json.dumps({"channel": "email", "message": text})
        began = time.perf_counter()
        self._connection.request("POST", "/api/v1/assists", body, self._headers)
        response = self._connection.getresponse()
        response.read()
        took = time.perf_counter() - began
        if response.status != 201:
            raise RuntimeError(f"the service answered {response.status}")
        return took


def _token(home: Path) -> str:
    made = subprocess.run(
        [*_WELLPUT, "--home", str(home), "token", "add", "benchmark"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return made.stdout.strip()


def _pass_s(home: Path, texts: Sequence[str]) -> float:
    return statistics.median(pass_times_ms(_encoder_folder(home), texts)) / 1000


def _encoder_folder(home: Path) -> Path:
    artefact = ArtefactStore(home / "artefacts").current("encoder")
    if artefact is None:
        raise FileNotFoundError(f"{home} holds no encoder; run 'wellput learn' there")
    return artefact.folder


def _eight_clients_rate(port: int, token: str, texts: Sequence[str]) -> float:
    """Assists a second with eight clients at once."""
    end = time.perf_counter() + _EIGHT_CLIENTS_S
    counts = [0] * 8
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            client = Client(port, token)
            while time.perf_counter() < end:
                client.assist(texts[(number * 17 + counts[number]) % len(texts)])
                counts[number] += 1
        except Exception as error:  # noqa: BLE001  a failed client must fail the benchmark, not a thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / _EIGHT_CLIENTS_S


def _worker_mb(server: int) -> float:
    """Resident megabytes of the largest worker."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return max(_resident_mb(int(child)) for child in children)


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _ready_s(home: Path) -> float:
    began = time.perf_counter()
    with served(home, workers=2):
        return time.perf_counter() - began


def run(home: Path) -> list[Figure]:
    """Measure on a learned home of the sample shop."""
    texts = sample_texts()
    token = _token(home)
    ready_s = statistics.median(_ready_s(home) for _ in range(3))
    with served(home, workers=1) as (port, server):
        client = Client(port, token)
        for text in texts[:_WARM_UP]:
            client.assist(text)
        pass_before = _pass_s(home, texts)
        took = sorted(client.assist(texts[i % len(texts)]) for i in range(_ONE_CLIENT_CALLS))
        pass_s = statistics.median((pass_before, _pass_s(home, texts)))
        megabytes = _worker_mb(server)
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    with served(home, workers=min(2, os.cpu_count() or 1)) as (port, _):
        with ThreadPoolExecutor(2) as warm:
            list(warm.map(lambda n: Client(port, token).assist(texts[n]), range(20)))
        rate = _eight_clients_rate(port, token, texts)
    peer_rate = texts_per_s(_encoder_folder(home), texts * 4)
    return [
        Figure("one encoder pass, 1 thread, p50", f"{pass_s * 1000:.1f} ms", "the peer"),
        Figure(
            "assist over REST, 1 client, p50", f"{p50 * 1000:.1f} ms", f"{p50 / pass_s:.1f} x (at most 8)"
        ),
        Figure(
            "assist over REST, 1 client, p99", f"{p99 * 1000:.1f} ms", f"{p99 / pass_s:.1f} x (at most 25)"
        ),
        Figure("two encoder processes, one text a call", f"{peer_rate:.0f} /s", "the peer"),
        Figure("assists with 8 clients", f"{rate:.0f} /s", f"{rate / peer_rate:.2f} x (at least 0.15)"),
        Figure("resident memory of one worker", f"{megabytes:.0f} MB", "at most 600 MB"),
        Figure("serve on a learned home until ready", f"{ready_s:.2f} s", "at most 3 s"),
    ]


def main() -> None:
    """Learn the sample shop in a home of its own, measure on it, print the figures."""
    with tempfile.TemporaryDirectory() as aside:
        home = Path(aside) / "home"
        with open_wellput(Settings(home=home)) as wellput:
            load_sample_shop(wellput, lambda _line: None)
            wellput.learn()
        show("The service, on the sample shop", run(home))


if __name__ == "__main__":
    main()
