"""The artefact store on a disk that lies: damaged and foreign versions, pointers and records."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from models.artefact_folder import DamagedArtefactError
from models.artefact_store import ArtefactStore
from tests.unit.models.artefacts import change_byte, promoted, write


def drop_file(folder: Path) -> None:
    (folder / "inner" / "words.txt").unlink()


def add_file(folder: Path) -> None:
    (folder / "inner" / "more.txt").write_text("more")


def link_file(folder: Path) -> None:
    content = (folder / "top.txt").rename(folder.parent / "elsewhere.txt")
    (folder / "top.txt").symlink_to(content)


def link_folder(folder: Path) -> None:
    shutil.move(folder / "inner", folder.parent.parent / "elsewhere")
    (folder / "inner").symlink_to(folder.parent.parent / "elsewhere")


def link_version(folder: Path) -> None:
    moved = shutil.move(folder, folder.parent.parent / "elsewhere")
    folder.symlink_to(moved)


def add_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")


def drop_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def cut_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:-20])


def swell_manifest(folder: Path) -> None:
    with (folder / "manifest.json").open("ab") as file:
        file.write(b" " * 5_000_000)


def rewrite(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def be_of_another_name(folder: Path) -> None:
    rewrite(folder, name="topics")


def be_of_another_version(folder: Path) -> None:
    rewrite(folder, version="20200101")


def be_of_another_format(folder: Path) -> None:
    rewrite(folder, format=2)


def escape_by_path(folder: Path) -> None:
    rewrite(folder, files={"../../../../etc/hostname": "0" * 64})


def drop_folder(folder: Path) -> None:
    shutil.rmtree(folder)


DAMAGES = [
    (change_byte, r"top\.txt has sha256"),
    (drop_file, r"inner/words\.txt is missing"),
    (add_file, r"inner/more\.txt is not in the manifest"),
    (link_file, r"top\.txt is a symlink"),
    (link_folder, "inner is a symlink"),
    (link_version, "is a symlink"),
    (add_pipe, "pipe is no regular file"),
    (drop_manifest, r"manifest\.json is missing"),
    (cut_manifest, r"manifest\.json is not valid"),
    (swell_manifest, r"manifest\.json is larger"),
    (be_of_another_name, "belongs to topics"),
    (be_of_another_version, "belongs to search 20200101"),
    (be_of_another_format, "format"),
    (escape_by_path, "does not stay inside"),
    (drop_folder, "folder is missing"),
]


@pytest.mark.parametrize(("damage", "reason"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_a_damaged_or_foreign_version_is_refused_by_name_and_the_last_good_one_used(
    store: ArtefactStore, root: Path, damage: Callable[[Path], None], reason: str
) -> None:
    first, second = promoted(store, "first", "second")
    damage(root / "search" / second)
    fresh = ArtefactStore(root)
    current = fresh.current("search")
    assert current is not None
    assert current.version == first
    (refusal,) = fresh.refusals()
    assert (refusal.name, refusal.version) == ("search", second)
    assert refusal.reason.startswith(f"artefact search {second} refused: ")
    with pytest.raises(DamagedArtefactError, match=second):
        fresh.promote("search", second)
    with pytest.raises(DamagedArtefactError, match=reason if damage is not drop_folder else "no version"):
        fresh.promote("search", second)
    assert re.search(reason, refusal.reason)


def test_with_nothing_good_there_is_nothing_in_use(store: ArtefactStore, root: Path) -> None:
    (only,) = promoted(store, "only")
    change_byte(root / "search" / only)
    fresh = ArtefactStore(root)
    assert fresh.current("search") is None
    assert [refusal.version for refusal in fresh.refusals()] == [only]


def test_what_was_rolled_back_from_is_not_fallen_back_to(store: ArtefactStore, root: Path) -> None:
    first, _ = promoted(store, "first", "second")
    store.rollback("search")
    change_byte(root / "search" / first)
    assert ArtefactStore(root).current("search") is None


def test_while_serving_the_fallback_the_current_version_is_the_fallback(
    store: ArtefactStore, root: Path
) -> None:
    first, second = promoted(store, "first", "second")
    change_byte(root / "search" / second)
    fresh = ArtefactStore(root)
    assert fresh.current_version("search") == second
    fresh.current("search")
    assert fresh.current_version("search") == first


def test_a_promotion_elsewhere_is_noticed(store: ArtefactStore, root: Path) -> None:
    promoted(store, "first")
    serving = ArtefactStore(root)
    serving.current("search")
    (second,) = promoted(store, "second")
    assert serving.current_version("search") == second
    current = serving.current("search")
    assert current is not None
    assert current.version == second


def test_a_repaired_version_is_used_again_after_its_promotion(store: ArtefactStore, root: Path) -> None:
    _, second = promoted(store, "first", "second")
    change_byte(root / "search" / second)
    fresh = ArtefactStore(root)
    fresh.current("search")
    (root / "search" / second / "top.txt").write_text("top")
    fresh.promote("search", second)
    current = fresh.current("search")
    assert current is not None
    assert current.version == second
    assert fresh.refusals() == ()


@pytest.mark.parametrize("content", [b"", b"../../etc", b"\xff\xfe", b"x" * 500, b"no such\n"])
def test_a_broken_pointer_is_refused_and_the_record_used(
    store: ArtefactStore, root: Path, content: bytes
) -> None:
    _, second = promoted(store, "first", "second")
    (root / "search" / "current").write_bytes(content)
    fresh = ArtefactStore(root)
    current = fresh.current("search")
    assert current is not None
    assert current.version == second
    assert [refusal.version for refusal in fresh.refusals()] == ["current"]


def test_a_lost_pointer_is_told_and_the_record_used(store: ArtefactStore, root: Path) -> None:
    (only,) = promoted(store, "only")
    (root / "search" / "current").unlink()
    fresh = ArtefactStore(root)
    current = fresh.current("search")
    assert current is not None
    assert current.version == only
    assert "no pointer" in fresh.refusals()[0].reason


def test_a_crash_between_pointer_and_record_is_made_up(store: ArtefactStore, root: Path) -> None:
    first, second = promoted(store, "first", "second")
    record = root / "search" / "history.jsonl"
    record.write_bytes(record.read_bytes().splitlines(keepends=True)[0] + b'{"version": "20')
    current = ArtefactStore(root).current("search")
    assert current is not None
    assert current.version == second
    third = write(store, "third")
    store.promote("search", third)
    assert [entry.version for entry in store.history("search")] == [first, second, third]
    assert store.rollback("search").version == second
