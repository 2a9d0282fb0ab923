"""The artefact store: what is in use is whole, whatever happened to the disk or to a writer."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.artefact_folder import DamagedArtefactError
from models.artefact_store import ArtefactStore, NoEarlierVersionError
from models.artefact_writing import EmptyArtefactError
from models.manifest import ArtefactError, ManifestError
from models.promotion_record import Change

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def write(store: ArtefactStore, text: str, name: str = "search", now: datetime = NOW) -> str:
    with store.write(
        name,
        data_fingerprint="rows:2",
        encoder="hashing-64",
        dimension=64,
        metrics={"recall": 0.5},
        settings={"exact": True},
        clock_now=now,
    ) as folder:
        (folder / "inner").mkdir()
        (folder / "inner" / "words.txt").write_text(text)
        (folder / "top.txt").write_text("top")
    return folder.version


def promoted(store: ArtefactStore, *texts: str) -> list[str]:
    versions = [write(store, text) for text in texts]
    for version in versions:
        store.promote("search", version, at=NOW)
    return versions


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "artefacts"


@pytest.fixture
def store(root: Path) -> ArtefactStore:
    return ArtefactStore(root)


def test_what_was_written_is_in_use_once_promoted(store: ArtefactStore) -> None:
    version = write(store, "first")
    assert store.current("search") is None
    assert store.current_version("search") is None
    store.promote("search", version, at=NOW)
    current = store.current("search")
    assert current is not None
    assert (current.name, current.version) == ("search", version)
    assert (current.folder / "inner" / "words.txt").read_text() == "first"
    assert current.manifest.metrics == {"recall": 0.5}
    assert current.manifest.settings == {"exact": True}
    assert current.manifest.created_at == NOW
    assert set(current.manifest.files) == {"inner/words.txt", "top.txt"}


def test_metrics_found_while_filling_the_folder_are_kept(store: ArtefactStore) -> None:
    metrics: dict[str, float] = {}
    with store.write(
        "topics", data_fingerprint="", encoder="", dimension=0, metrics=metrics, settings={}, clock_now=NOW
    ) as folder:
        (folder / "a").write_text("a")
        metrics["accuracy"] = 0.75
    assert store.promote("topics", folder.version).manifest.metrics == {"accuracy": 0.75}


def test_the_version_is_not_known_before_the_end(store: ArtefactStore) -> None:
    with store.write(
        "topics", data_fingerprint="", encoder="", dimension=0, metrics={}, settings={}, clock_now=NOW
    ) as folder:
        (folder / "a").write_text("a")
        with pytest.raises(ArtefactError, match="block has ended"):
            _ = folder.version
    assert folder.version in store.versions("topics")


def test_a_writer_that_fails_leaves_nothing(store: ArtefactStore, root: Path) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        store.write(
            "topics", data_fingerprint="", encoder="", dimension=0, metrics={}, settings={}, clock_now=NOW
        ) as folder,
    ):
        (folder / "a").write_text(str(1 / 0))
    assert list((root / "topics").iterdir()) == []


def test_an_empty_folder_is_no_artefact(store: ArtefactStore) -> None:
    with (
        pytest.raises(EmptyArtefactError, match="topics"),
        store.write(
            "topics", data_fingerprint="", encoder="", dimension=0, metrics={}, settings={}, clock_now=NOW
        ),
    ):
        pass
    assert store.versions("topics") == ()


def test_a_writer_may_not_leave_a_symlink(store: ArtefactStore) -> None:
    with (
        pytest.raises(DamagedArtefactError, match="link is a symlink"),
        store.write(
            "topics", data_fingerprint="", encoder="", dimension=0, metrics={}, settings={}, clock_now=NOW
        ) as folder,
    ):
        (folder / "link").symlink_to("/etc/hostname")


def test_a_metric_that_is_no_number_is_refused_when_written(store: ArtefactStore) -> None:
    with (
        pytest.raises(ManifestError, match="recall"),
        store.write(
            "topics",
            data_fingerprint="",
            encoder="",
            dimension=0,
            metrics={"recall": float("inf")},
            settings={},
            clock_now=NOW,
        ) as folder,
    ):
        (folder / "a").write_text("a")


@pytest.mark.parametrize("name", ["", "..", "a/b", "Search", ".hidden", "a" * 41])
def test_a_name_that_is_no_name_is_refused(store: ArtefactStore, name: str) -> None:
    with pytest.raises(ValueError, match="not an artefact name"):
        store.current(name)


def test_equal_content_at_one_moment_makes_two_versions(store: ArtefactStore) -> None:
    first, second = write(store, "same"), write(store, "same")
    assert first != second
    assert store.versions("search") == (first, second)


def test_history_keeps_every_change(store: ArtefactStore) -> None:
    first, second = promoted(store, "first", "second")
    store.rollback("search", at=NOW)
    assert [(entry.version, entry.change, entry.at) for entry in store.history("search")] == [
        (first, Change.PROMOTE, NOW),
        (second, Change.PROMOTE, NOW),
        (first, Change.ROLLBACK, NOW),
    ]


def test_promoting_what_is_in_use_changes_nothing(store: ArtefactStore) -> None:
    (only,) = promoted(store, "only")
    store.promote("search", only)
    assert len(store.history("search")) == 1


def test_rollback_goes_further_back_each_time(store: ArtefactStore) -> None:
    first, second, _ = promoted(store, "first", "second", "third")
    assert store.rollback("search").version == second
    assert store.rollback("search").version == first
    with pytest.raises(NoEarlierVersionError, match="search"):
        store.rollback("search")
    assert store.current_version("search") == first


def test_rollback_without_any_promotion_makes_no_folder(store: ArtefactStore, root: Path) -> None:
    with pytest.raises(NoEarlierVersionError, match="never promoted"):
        store.rollback("search")
    assert not root.exists()


def test_rollback_passes_over_a_damaged_version(store: ArtefactStore, root: Path) -> None:
    first, second, _ = promoted(store, "first", "second", "third")
    (root / "search" / second / "top.txt").unlink()
    assert store.rollback("search").version == first


def test_promoting_an_unknown_version_names_the_known_ones(store: ArtefactStore) -> None:
    version = write(store, "first")
    with pytest.raises(DamagedArtefactError, match=f"no version 20200101.*{version}"):
        store.promote("search", "20200101")


def change_byte(folder: Path) -> None:
    (folder / "top.txt").write_text("tap")


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


def test_the_temporary_folder_of_a_dead_writer_is_cleaned_when_old(store: ArtefactStore, root: Path) -> None:
    write(store, "first")
    old, young = root / "search" / ".writing-old", root / "search" / ".writing-young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "half.bin").write_text("half")
    os.utime(old, (1, 1))
    write(store, "second")
    assert not old.exists()
    assert young.exists()
    assert len(store.versions("search")) == 2


def test_the_folder_of_a_living_writer_is_not_cleaned(store: ArtefactStore) -> None:
    with store.write(
        "search", data_fingerprint="", encoder="", dimension=0, metrics={}, settings={}, clock_now=NOW
    ) as slow:
        (slow / "a").write_text("a")
        os.utime(slow, (1, 1))
        quick = write(store, "quick")
    assert set(store.versions("search")) == {slow.version, quick}


def test_prune_keeps_the_best_and_what_may_yet_be_promoted(store: ArtefactStore) -> None:
    first, second, third = promoted(store, "first", "second", "third")
    older = write(store, "refused", now=NOW.replace(hour=7))
    underway = write(store, "underway", now=NOW.replace(hour=8, minute=30))
    newer = write(store, "waiting", now=NOW.replace(hour=10))
    removed = store.prune("search", 2)
    assert set(removed) == {first, older}
    assert set(store.versions("search")) == {second, third, underway, newer}
    assert store.rollback("search").version == second


def test_prune_never_removes_the_last_good_version(store: ArtefactStore, root: Path) -> None:
    first, second = promoted(store, "first", "second")
    change_byte(root / "search" / second)
    fresh = ArtefactStore(root)
    fresh.prune("search", 1)
    current = fresh.current("search")
    assert current is not None
    assert current.version == first


def test_prune_of_what_was_never_promoted_removes_nothing(store: ArtefactStore) -> None:
    version = write(store, "first")
    assert store.prune("search", 1) == ()
    assert store.versions("search") == (version,)
    with pytest.raises(ValueError, match="at least 1"):
        store.prune("search", 0)


def test_names_are_those_of_the_folders(store: ArtefactStore, root: Path) -> None:
    assert store.names() == ()
    write(store, "a", name="topics")
    write(store, "a", name="cross-sell")
    (root / "Not an artefact").mkdir()
    assert store.names() == ("cross-sell", "topics")


def test_a_time_without_zone_is_refused(store: ArtefactStore) -> None:
    version = write(store, "first")
    with pytest.raises(ValueError, match="zone"):
        store.promote("search", version, at=datetime(2026, 11, 22))  # noqa: DTZ001 - the fault under test
    assert store.current_version("search") is None
