"""The artefact store under real processes: killed at any moment, or two at once."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.artefact_store import Artefact, ArtefactStore
from models.artefact_writing import ArtefactDraft
from models.manifest import from_json

PROJECT = Path(__file__).parents[3]

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from models.artefact_store import ArtefactStore

store, who, rounds = ArtefactStore(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
for turn in range(rounds):
    with store.write("search", data_fingerprint=who, encoder="", dimension=0, metrics={}, settings={},
                     clock_now=datetime.now(UTC)) as folder:
        for part in range(3):
            (folder / f"part-{part}.bin").write_bytes(f"{who} {turn} {part} ".encode() * 20_000)
    store.promote("search", folder.version, at=datetime.now(UTC))
    print(folder.version, flush=True)
    if sys.argv[4] == "and-back" and turn % 3 == 2:
        print(store.rollback("search").version, flush=True)
    if turn % 4 == 3:
        store.prune("search", 3)
"""


def start_writer(root: Path, who: str, rounds: int, way: str = "forward") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(root), who, str(rounds), way]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)


def is_whole(artefact: Artefact) -> bool:
    """Whether the folder holds what its manifest says, found out without the store's own code."""
    stated = from_json((artefact.folder / "manifest.json").read_bytes()).files
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in artefact.folder.iterdir()
        if path.name != "manifest.json"
    }
    return stated == found and len(found) == 3


@pytest.mark.parametrize("way", ["forward", "and-back"])
def test_a_writer_killed_at_any_moment_leaves_the_store_readable(tmp_path: Path, way: str) -> None:
    chance = random.Random(20261122)
    acknowledged: list[str] = []
    for turn in range(6):
        writer = start_writer(tmp_path, f"writer-{turn}", 10_000, way)
        assert writer.stdout is not None
        acknowledged.append(writer.stdout.readline().strip())
        time.sleep(chance.uniform(0, 0.4))
        writer.kill()
        acknowledged += writer.stdout.read().split()
        writer.wait()
        writer.stdout.close()
        store = ArtefactStore(tmp_path)
        current = store.current("search")
        assert current is not None
        assert store.refusals() == ()
        assert is_whole(current)
        if way == "forward":  # the last promotion answered, or the one under way
            assert current.version == acknowledged[-1] or current.version not in acknowledged
            assert acknowledged[-1] in [entry.version for entry in store.history("search")]
    assert len(acknowledged) > 12


def test_after_kills_the_store_goes_on_and_tidies_up(tmp_path: Path) -> None:
    writer = start_writer(tmp_path, "doomed", 10_000)
    assert writer.stdout is not None
    writer.stdout.readline()
    writer.kill()
    writer.wait()
    writer.stdout.close()
    after = start_writer(tmp_path, "after", 2)
    answered, _ = after.communicate(timeout=60)
    assert after.returncode == 0
    current = ArtefactStore(tmp_path).current("search")
    assert current is not None
    assert current.version == answered.split()[-1]


def test_two_writers_at_once_do_not_collide(tmp_path: Path) -> None:
    writers = [start_writer(tmp_path, who, 12, "and-back") for who in ("one", "two")]
    answered = [writer.communicate(timeout=120)[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(answered[0]) == len(answered[1]) == 16
    store = ArtefactStore(tmp_path)
    current = store.current("search")
    assert current is not None
    assert is_whole(current)
    changes = [entry.version for entry in store.history("search")]
    assert sorted(changes) == sorted(answered[0] + answered[1])
    assert current.version == changes[-1]
    assert not [path for path in (tmp_path / "search").iterdir() if path.name.startswith(".")]


def begin(store: ArtefactStore) -> AbstractContextManager[ArtefactDraft]:
    return store.write(
        "search",
        data_fingerprint="",
        encoder="",
        dimension=0,
        metrics={},
        settings={},
        clock_now=datetime(2026, 11, 22, tzinfo=UTC),
    )


def test_two_writers_in_one_process_get_a_folder_each(tmp_path: Path) -> None:
    store = ArtefactStore(tmp_path)
    with begin(store) as one, begin(store) as two:
        (one / "a").write_text("same")
        (two / "a").write_text("same")
    assert one.version != two.version
    assert set(store.versions("search")) == {one.version, two.version}
