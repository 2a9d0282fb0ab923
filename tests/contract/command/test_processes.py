"""The command as a process: interrupted, its reader gone, two at once, beside a server."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.contract.command.ended import DONE, Run
from tests.running import ROOT, running


def begun(home: Path, *args: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", "--home", str(home), *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"}, **options,
    )  # fmt: skip


def state_of(home: Path) -> dict[str, object]:
    """Every file of the home but the database's, with its content; the database with its rows."""
    import sqlite3

    with sqlite3.connect(home / "wellput.db") as connection:
        dump = list(connection.iterdump())
    connection.close()
    files = {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.startswith("wellput.db")
    }
    return {"database": dump, **files}


def test_a_reader_that_goes_away_is_no_fault(home: Path, tmp_path: Path) -> None:
    texts = tmp_path / "many.jsonl"
    texts.write_text('{"id":1,"text":"' + "Where is my order? " * 100 + '"}\n', encoding="utf-8")
    texts.write_text(texts.read_text(encoding="utf-8") * 500, encoding="utf-8")
    process = begun(home, "redact", "--texts", str(texts))
    assert process.stdout is not None and process.stderr is not None
    first = process.stdout.readline()
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert json.loads(first)["id"] == 1
    assert (process.wait(timeout=60), error) == (DONE, "")


def interrupted(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted; nothing half done was kept." in error
    assert "Traceback" not in error


def test_ctrl_c_during_an_import_leaves_the_home_as_it_was(home: Path) -> None:
    before = state_of(home)
    process = begun(home, "import", "orders", "-", "--format", "csv", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write("order_id,sku,quantity,ordered_at\n")
    for number in range(100_000):  # far more than a pipe holds: it is being read
        process.stdin.write(f"X-{number},TEA-0101,1,2026-11-01T10:00:00Z\n")
    process.stdin.flush()
    assert process.poll() is None
    interrupted(process)
    assert state_of(home) == before


def test_ctrl_c_during_learning_leaves_the_home_as_it_was(home: Path, tmp_path: Path) -> None:
    unlearned = shutil.copytree(home, tmp_path / "home", ignore=shutil.ignore_patterns("artefacts"))
    before = state_of(unlearned)
    process = begun(unlearned, "learn")
    assert process.stderr is not None
    process.stderr.readline()  # it has begun
    time.sleep(0.5)
    assert process.poll() is None
    interrupted(process)
    assert state_of(unlearned) == before


def test_two_learn_at_once_and_the_home_stays_sound(run: Run, home: Path, tmp_path: Path) -> None:
    shared = shutil.copytree(home, tmp_path / "home", ignore=shutil.ignore_patterns("search"))
    both = [begun(shared, "learn", "--only", "search", "--json") for _ in range(2)]
    for process in both:
        printed, error = process.communicate(timeout=120)
        assert process.returncode == DONE, error
        json.loads(printed)
    found = run("search", "--in", "articles", "returning something", "--json", at=shared)
    assert json.loads(found.out)["hits"]
    assert run("doctor", at=shared).code == DONE


def assisted(url: str, token: str, message: str) -> dict[str, object]:
    request = urllib.request.Request(
        f"{url}/api/v1/assists",
        json.dumps({"channel": "email", "message": message}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_a_served_home_takes_files_in_and_uses_what_is_learned_then(
    run: Run, home: Path, tmp_path: Path
) -> None:
    served = shutil.copytree(home, tmp_path / "home")
    token = run("token", "add", "outside", at=served).out.strip()
    article = tmp_path / "zeppelin.md"
    article.write_text(
        "---\nid: zeppelin-mooring\ntitle: Mooring a zeppelin at the York store\n---\n"
        "A zeppelin may be moored at the York store on Tuesdays. Ask for the mast key at the till.\n",
        encoding="utf-8",
    )
    question = "May I moor my zeppelin at the York store, and who has the mast key?"
    with running(served) as server:
        before = assisted(server.url, token, question)
        assert "zeppelin-mooring" not in json.dumps(before)
        assert run("import", "articles", str(article), at=served).code == DONE
        assert run("learn", "--only", "search", at=served).code == DONE
        after = assisted(server.url, token, question)
    assert "zeppelin-mooring" in json.dumps(after)
    assert before["versions"] != after["versions"]
