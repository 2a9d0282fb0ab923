"""Acknowledged means committed: a real server is killed in a write loop, ten times."""

from __future__ import annotations

import http.client
import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from tests.running import ROOT, Running, start

_KILLS = 10


def _token(home: Path) -> str:
    made = subprocess.run(
        [sys.executable, "-m", "api.cli", "--home", str(home), "token", "add", "writer"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return made.stdout.strip()


def _call(
    connection: http.client.HTTPConnection, token: str, method: str, path: str, body: object = None
) -> tuple[int, dict[str, object]]:
    connection.request(
        method,
        path,
        None if body is None else json.dumps(body),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def _connect(server: Running) -> http.client.HTTPConnection:
    address = urlsplit(server.url)
    return http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)


def _write_until_killed(server: Running, token: str, round_number: int, acknowledged: dict[str, int]) -> None:
    """Write contacts and messages; note each only after its answer came."""
    connection = _connect(server)
    number = 0
    while True:
        contact = f"kill-{round_number}-{number}"
        number += 1
        try:
            status, _ = _call(
                connection, token, "POST", "/api/v1/contacts",
                {"id": contact, "channel": "chat", "messages": [{"text": "Where is my parcel?"}]},
            )  # fmt: skip
            assert status == 201
            acknowledged[contact] = 1
            status, document = _call(
                connection, token, "POST", f"/api/v1/contacts/{contact}/messages", {"text": "Are you there?"}
            )
            assert status == 201
            acknowledged[contact] = int(str(document["version"]))
        except (OSError, http.client.HTTPException, ValueError):
            connection.close()
            return


def test_what_was_acknowledged_survives_ten_kills(tmp_path: Path) -> None:
    home = tmp_path / "home"
    token = _token(home)
    acknowledged: dict[str, int] = {}
    moment = random.Random(20261122)
    for round_number in range(_KILLS):
        server = start(home, workers=1)
        killer = threading.Timer(moment.uniform(0.2, 0.8), server.kill)
        killer.start()
        _write_until_killed(server, token, round_number, acknowledged)
        killer.join()
        if server.process.stdout is not None:
            server.process.stdout.close()
    assert len(acknowledged) > _KILLS
    assert _lost(home, token, acknowledged) == {}


def _lost(home: Path, token: str, acknowledged: dict[str, int]) -> dict[str, int]:
    """Contacts that are gone or shorter than what was acknowledged, after one more start."""
    server = start(home)
    try:
        connection = _connect(server)
        lost: dict[str, int] = {}
        for contact, version in acknowledged.items():
            status, document = _call(connection, token, "GET", f"/api/v1/contacts/{contact}")
            if status != 200 or int(str(document["version"])) < version:
                lost[contact] = version
        connection.close()
        return lost
    finally:
        server.kill()
        if server.process.stdout is not None:
            server.process.stdout.close()
