"""The artefact store: what is in use is whole, whatever happened to a writer; history, rollback, pruning."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from models.artefact_folder import DamagedArtefactError
from models.artefact_store import ArtefactStore, NoEarlierVersionError
from models.artefact_writing import EmptyArtefactError
from models.manifest import ArtefactError, ManifestError
from models.promotion_record import Change
from tests.unit.models.artefacts import NOW, change_byte, promoted, write


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
