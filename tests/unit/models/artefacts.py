"""Artefacts written for the tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from models.artefact_store import ArtefactStore

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


def change_byte(folder: Path) -> None:
    (folder / "top.txt").write_text("tap")
