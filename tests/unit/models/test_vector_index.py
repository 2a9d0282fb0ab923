"""The vector index: what it says of wrong input and wrong folders."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.vector_index import VectorIndex, VectorIndexError

VECTORS = np.eye(4, dtype=np.float32)[:3]


@pytest.fixture
def index() -> VectorIndex:
    return VectorIndex.build(["a", "b", "c"], VECTORS)


def test_it_knows_its_ids_its_length_and_its_vectors(index: VectorIndex) -> None:
    assert (index.ids, len(index), index.dimension) == (("a", "b", "c"), 3, 4)
    assert np.array_equal(index.vectors(np.array([2, 0])), VECTORS[[2, 0]])
    assert index.vectors(np.array([], dtype=np.int64)).shape == (0, 4)
    with pytest.raises(VectorIndexError, match="from 0 to 2"):
        index.vectors(np.array([-1]))


def test_another_dimension_is_refused_with_both_numbers(index: VectorIndex) -> None:
    with pytest.raises(VectorIndexError, match=r"\(1, 3\).*4 dimensions"):
        index.search(VECTORS[:1, :3], 1)
    with pytest.raises(VectorIndexError, match=r"\(4,\)"):
        index.search(VECTORS[0], 1)


def test_a_negative_n_is_refused(index: VectorIndex) -> None:
    with pytest.raises(ValueError, match="negative"):
        index.search(VECTORS, -1)


def test_counts_that_differ_are_refused_with_both_numbers() -> None:
    with pytest.raises(VectorIndexError, match="2 ids for 3 vectors"):
        VectorIndex.build(["a", "b"], VECTORS)


def test_a_vector_that_is_not_finite_is_named() -> None:
    vectors = VECTORS.copy()
    vectors[1, 2] = np.nan
    with pytest.raises(VectorIndexError, match="row 1"):
        VectorIndex.build(["a", "b", "c"], vectors)


@pytest.mark.parametrize("broken", ["ids.json", "vectors.faiss"])
@pytest.mark.parametrize("content", [None, b"", b"nonsense", b"[]"])
def test_a_folder_that_cannot_be_read_is_named(
    index: VectorIndex, tmp_path: Path, broken: str, content: bytes | None
) -> None:
    index.save(tmp_path)
    if content is None:
        (tmp_path / broken).unlink()
    else:
        (tmp_path / broken).write_bytes(content)
    with pytest.raises(VectorIndexError, match=str(tmp_path)):
        VectorIndex.load(tmp_path)


def test_files_of_two_indexes_do_not_go_together(index: VectorIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "one")
    VectorIndex.build(["a", "b"], VECTORS[:2, :2].copy()).save(tmp_path / "two")
    (tmp_path / "two" / "ids.json").rename(tmp_path / "one" / "ids.json")
    with pytest.raises(VectorIndexError, match=r"says 2 dimensions.*holds 4"):
        VectorIndex.load(tmp_path / "one")


def test_ids_are_kept_as_json(index: VectorIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    assert json.loads((tmp_path / "ids.json").read_text())["ids"] == ["a", "b", "c"]


def grouped_vectors(count: int = 3_000) -> np.ndarray:
    random = np.random.default_rng(7)
    centres = random.normal(size=(60, 24))
    rows = centres[random.integers(0, 60, count)] + 0.5 * random.normal(size=(count, 24))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_many_vectors_are_grouped_and_what_is_nearest_is_still_found(tmp_path: Path) -> None:
    rows = grouped_vectors()
    VectorIndex.build(None, rows, exact_up_to=1_000).save(tmp_path)
    index = VectorIndex.load(tmp_path)
    assert not index.is_exact
    assert index.ids is None
    queries = rows[::50] + np.float32(0.02)
    scores, positions = index.search(queries, 10)
    exact = queries @ rows.T
    least = np.sort(exact, axis=1)[:, -10]
    assert (np.take_along_axis(exact, positions, axis=1) >= least[:, None] - 1e-3).mean() >= 0.99
    assert np.abs(np.take_along_axis(exact, positions, axis=1) - scores).max() < 2e-3
    assert (np.diff(scores, axis=1) <= 0).all()


def test_a_grouped_index_gives_as_many_as_are_asked_for() -> None:
    index = VectorIndex.build(None, grouped_vectors(), exact_up_to=1_000)
    _, positions = index.search(grouped_vectors(2), 900)
    assert (positions >= 0).all()
    assert [len(set(row)) for row in positions.tolist()] == [900, 900]


def test_rows_of_another_index_are_refused(tmp_path: Path) -> None:
    VectorIndex.build(None, grouped_vectors(), exact_up_to=1_000).save(tmp_path)
    np.save(tmp_path / "rows.npy", np.zeros((2, 24), dtype=np.float16))
    with pytest.raises(VectorIndexError, match=r"\(2, 24\)"):
        VectorIndex.load(tmp_path)
