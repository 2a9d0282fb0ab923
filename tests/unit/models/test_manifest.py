"""Manifests: they come back as they went, and what is not one is refused with the field named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from models.manifest import Manifest, ManifestError, from_json

MANIFEST = Manifest(
    name="search",
    version="20261122T090000Z-0a1b2c3d",
    created_at=datetime(2026, 11, 22, 9, tzinfo=UTC),
    data_fingerprint="rows:1200",
    encoder="hashing-64",
    dimension=64,
    metrics={"ndcg_at_10": 0.5},
    settings={"folds": 5, "exact": True, "weight": 0.25, "kind": "flat"},
    files={"passages/vectors.faiss": "0" * 64},
)


def test_a_manifest_comes_back_as_it_went() -> None:
    assert from_json(MANIFEST.to_json()) == MANIFEST


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Search"),
        ("name", "../search"),
        ("name", ""),
        ("version", "1/2"),
        ("version", ".."),
        ("created_at", "2026-11-22T09:00:00"),
        ("dimension", -1),
        ("dimension", "64"),
        ("metrics", {"ndcg": "high"}),
        ("settings", {"list": [1]}),
        ("files", {"/etc/passwd": "0" * 64}),
        ("files", {"a/../../b": "0" * 64}),
        ("files", {"a//b": "0" * 64}),
        ("files", {"./a": "0" * 64}),
        ("files", {"C:a": "0" * 64}),
        ("files", {"a\\b": "0" * 64}),
        ("files", {"": "0" * 64}),
        ("files", {"manifest.json": "0" * 64}),
        ("files", {"a": "0" * 63}),
        ("format", 2),
        ("surprise", 1),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any) -> None:
    content = json.loads(MANIFEST.to_json()) | {field: value}
    with pytest.raises(ManifestError, match=field):
        from_json(json.dumps(content).encode())


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_manifest_is_refused(text: bytes) -> None:
    with pytest.raises(ManifestError, match=r"manifest\.json is not valid"):
        from_json(text)


def test_a_metric_that_is_no_number_is_never_written() -> None:
    with pytest.raises(ManifestError, match="metrics"):
        replace(MANIFEST, metrics={"loss": float("nan")}).to_json()
