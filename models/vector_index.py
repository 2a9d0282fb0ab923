"""Nearest vectors by inner product. The only module that talks to faiss.

Up to EXACT_UP_TO vectors every one is compared. Beyond that they are grouped around centres and kept as
bytes (faiss IVF with signed 8-bit scalars, compared as integers): a query reads the groups nearest to it,
and what they give is scored again with the vectors themselves. How many groups are read is found while
building (decisions 0150, 0200).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from models.manifest import ArtefactError
from models.mapped_array import mapped_array

VECTORS_FILE = "vectors.faiss"
IDS_FILE = "ids.json"
ROWS_FILE = "rows.npy"

EXACT_UP_TO = 20_000  # vectors; one pass over as many takes about as long as encoding a query
RECALL = 0.9975  # share of the ten nearest that the grouped search must find while it is built

_GROUPS_PER_ROOT = 2  # groups: this many times the root of the number of vectors
_TAUGHT_PER_GROUP = 48
_JUDGED_BY = 1_024  # of 256 the share found was off by .007
_MIXED = 4  # stored vectors that make a query which is not stored: cosine .5, as far as real questions lie
_NEAREST = 10
_AGAIN = 4  # candidates scored again, for each one wanted
_AGAIN_AT_MOST = 100  # beyond those wanted: bytes put few vectors far from their place
_BLOCK = 16_384
_SEED = 20261122


class VectorIndexError(ArtefactError):
    """An index folder cannot be used, or vectors do not fit; the message quotes what differs."""


class VectorIndex:
    """An index over (n, d) float32 vectors, each with an id; for unit vectors a score is a cosine."""

    def __init__(
        self,
        ids: Sequence[str] | None,
        index: Any,
        rows: NDArray[np.float16] | None = None,
        groups_read: int = 0,
    ) -> None:
        """Join ids and a faiss index; callers use `build` or `load`.

        `ids` is None where positions say enough. A grouped index has its own `rows` (n, d) and reads
        `groups_read` groups a query.
        """
        if ids is not None and len(ids) != index.ntotal:
            raise VectorIndexError(f"there are {len(ids)} ids for {index.ntotal} vectors")
        if rows is not None and rows.shape != (index.ntotal, index.d):
            raise VectorIndexError(
                f"{ROWS_FILE} holds {rows.shape}, {VECTORS_FILE} ({index.ntotal}, {index.d})"
            )
        self.ids = None if ids is None else tuple(ids)
        self._index = index
        self._rows = rows
        self._groups_read = groups_read

    @classmethod
    def build(
        cls, ids: Sequence[str] | None, vectors: NDArray[np.float32], *, exact_up_to: int = EXACT_UP_TO
    ) -> VectorIndex:
        """Return an index of `vectors` (n, d), row i under `ids[i]`; grouped beyond `exact_up_to` vectors.

        Raises VectorIndexError when the shape is another, the counts differ or a value is not finite.
        """
        if vectors.ndim != 2 or vectors.shape[1] == 0:
            raise VectorIndexError(f"vectors have the shape {vectors.shape}, (n, d) with d > 0 is needed")
        if ids is not None and len(ids) != len(vectors):
            raise VectorIndexError(f"there are {len(ids)} ids for {len(vectors)} vectors")
        _refuse_infinite(vectors)
        contiguous = np.ascontiguousarray(vectors, dtype=np.float32)
        if len(vectors) > exact_up_to:
            return cls(ids, *_grouped(contiguous))
        index: Any = faiss.IndexFlatIP(int(vectors.shape[1]))
        index.add(contiguous)
        return cls(ids, index)

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return int(self._index.d)

    @property
    def is_exact(self) -> bool:
        """Whether a search compares every vector."""
        return self._rows is None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, queries: NDArray[np.float32], n: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return (m, n) scores and (m, n) positions of the nearest vectors to `queries` (m, d), best first.

        Equal scores come in the order of position. Where fewer than n vectors are found, the position is
        -1 and the score minus infinity. Raises VectorIndexError when d is not the index's.
        """
        if queries.ndim != 2 or queries.shape[1] != self.dimension:
            raise VectorIndexError(
                f"queries have the shape {queries.shape}, the index holds vectors of {self.dimension} "
                "dimensions; encode both with the same encoder ('wellput learn' rebuilds the index)"
            )
        if n < 0:
            raise ValueError(f"n is {n}, it cannot be negative")
        scores = np.full((len(queries), n), -np.inf, dtype=np.float32)
        positions = np.full((len(queries), n), -1, dtype=np.int64)
        found = min(n, len(self))
        if found and len(queries):
            rows = np.ascontiguousarray(queries, dtype=np.float32)
            scores[:, :found], positions[:, :found] = (
                self._index.search(rows, found) if self._rows is None else self._grouped_search(rows, found)
            )
            order = np.lexsort((positions, -scores), axis=1)
            scores = np.take_along_axis(scores, order, axis=1)
            positions = np.take_along_axis(positions, order, axis=1)
        return scores, positions

    def near(self, query: NDArray[np.float32], n: int) -> NDArray[np.int64]:
        """Return, rising, the positions of vectors nearest to `query` (d,), for a caller that scores.

        They are n; of a grouped index, which tells by its bytes alone, a quarter more, so that the n nearest
        are among them.
        """
        if self._rows is None:
            positions = self.search(query[np.newaxis, :], n)[1][0]
        else:
            positions = self._by_bytes(query[np.newaxis, :], min(n + n // 4, len(self)))[0]
        return np.sort(positions[positions >= 0])

    def _by_bytes(self, queries: NDArray[np.float32], n: int) -> NDArray[np.int64]:
        mean_size = len(self) / self._index.nlist
        groups = min(max(self._groups_read, math.ceil(2 * n / mean_size)), self._index.nlist)
        parameters: Any = faiss.SearchParametersIVF
        _, positions = self._index.search(
            _as_bytes(queries, np.abs(queries).max(axis=1, keepdims=True)),
            n,
            params=parameters(nprobe=groups),
        )
        return cast("NDArray[np.int64]", positions)

    def _grouped_search(
        self, queries: NDArray[np.float32], n: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Read the nearest groups, then score what they give with the vectors themselves."""
        asked = min(n + min((_AGAIN - 1) * n, _AGAIN_AT_MOST) + 16, len(self))
        near = self._by_bytes(queries, asked)
        scores = np.full((len(queries), n), -np.inf, dtype=np.float32)
        positions = np.full((len(queries), n), -1, dtype=np.int64)
        for place, query in enumerate(queries):
            candidates = np.sort(near[place][near[place] >= 0])
            exact = self.vectors(candidates) @ query
            best = np.argsort(-exact, kind="stable")[:n]
            scores[place, : len(best)] = exact[best]
            positions[place, : len(best)] = candidates[best]
        return scores, positions

    def vectors(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the (m, d) stored vectors at `positions` (m,), each from 0 to the number of vectors."""
        if len(positions) and not (int(positions.min()) >= 0 and int(positions.max()) < len(self)):
            raise VectorIndexError(f"positions run from 0 to {len(self) - 1}, not to {int(positions.max())}")
        if self._rows is not None:
            return _single(self._rows.take(positions, axis=0))
        return cast("NDArray[np.float32]", self._index.reconstruct_batch(positions))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made when it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        write: Any = faiss.write_index
        write(self._index, str(folder / VECTORS_FILE))
        content = {"dimension": self.dimension, "ids": self.ids, "groups_read": self._groups_read}
        (folder / IDS_FILE).write_text(json.dumps(content), encoding="utf-8")
        if self._rows is not None:
            np.save(folder / ROWS_FILE, self._rows, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> VectorIndex:
        """Open a saved index; vectors stay on disk and are paged in as they are read.

        Raises VectorIndexError when a file is missing or unreadable, or the two do not fit.
        """
        read: Any = faiss.read_index
        try:
            content: Any = json.loads((folder / IDS_FILE).read_text(encoding="utf-8"))
            ids = None if content["ids"] is None else [str(one) for one in content["ids"]]
            dimension, groups_read = int(content["dimension"]), int(content["groups_read"])
            index: Any = read(str(folder / VECTORS_FILE), faiss.IO_FLAG_MMAP_IFC)
            rows = mapped_array(folder / ROWS_FILE) if groups_read else None
        except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise VectorIndexError(
                f"no vector index can be read from {folder}: {error}; build it again with 'wellput learn'"
            ) from error
        if index.d != dimension:
            raise VectorIndexError(
                f"index in {folder}: {IDS_FILE} says {dimension} dimensions, {VECTORS_FILE} holds {index.d}"
            )
        return cls(ids, index, rows, groups_read)


def _single(halves: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return finite half-precision values in single precision: by their bits, a third of `astype`'s time."""
    bits = halves.view(np.int16).astype(np.int32)  # the sign fills what is widened
    bits <<= 13
    bits &= ~0x70000000  # and is left standing in the first bit alone
    return bits.view(np.float32) * np.float32(2.0**112)  # the exponents' bias, 127 less 15


def _as_bytes(vectors: NDArray[np.float32], greatest: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (m, d) whole numbers from -127 to 127 in proportion to `vectors` (m, d).

    `greatest`, of all or (m, 1) of each, becomes 127: the order of a query's neighbours does not depend on
    its length. Faiss compares such bytes as integers, in half the time.
    """
    numbers = vectors * (np.float32(127) / np.maximum(greatest, np.float32(1e-30)))
    return np.rint(np.ascontiguousarray(numbers, dtype=np.float32))


def _refuse_infinite(vectors: NDArray[np.float32]) -> None:
    for start in range(0, len(vectors), _BLOCK):
        finite = np.isfinite(vectors[start : start + _BLOCK]).all(axis=1)
        if not finite.all():
            row = start + int(np.flatnonzero(~finite)[0])
            raise VectorIndexError(f"the vector in row {row} has a value that is not finite")


def _grouped(vectors: NDArray[np.float32]) -> tuple[Any, NDArray[np.float16], int]:
    """Return a grouped index of `vectors` (n, d), the vectors in half precision, and the groups to read."""
    count, dimension = vectors.shape
    random = np.random.default_rng(_SEED)
    groups = max(1, round(_GROUPS_PER_ROOT * math.sqrt(count)))
    centres: Any = faiss.IndexFlatIP(int(dimension))
    index: Any = faiss.IndexIVFScalarQuantizer(
        centres,
        int(dimension),
        groups,
        faiss.ScalarQuantizer.QT_8bit_direct_signed,
        faiss.METRIC_INNER_PRODUCT,
        False,  # the bytes hold the vector itself, not its distance to the centre
    )
    index.cp.niter = 10
    index.cp.spherical = True
    taught = random.permutation(count)[: groups * _TAUGHT_PER_GROUP]
    index.train(vectors[np.sort(taught)])
    greatest: NDArray[np.float32] = np.abs(vectors).max(axis=(0, 1), keepdims=True)
    for start in range(0, count, _BLOCK):
        index.add(_as_bytes(vectors[start : start + _BLOCK], greatest))
    rows = vectors.astype(np.float16)
    return index, rows, _groups_needed(index, rows, vectors, _judges(vectors, random))


def _judges(vectors: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Return (m, d) unit queries between the groups, such as are hard to find what is near of."""
    places = random.integers(len(vectors), size=(_JUDGED_BY, _MIXED))
    judges = vectors[places].sum(axis=1)
    return judges / np.maximum(np.linalg.norm(judges, axis=1, keepdims=True), 1e-9)


def _groups_needed(
    index: Any, rows: NDArray[np.float16], vectors: NDArray[np.float32], queries: NDArray[np.float32]
) -> int:
    """Return how many groups must be read so that RECALL of the nearest of `queries` (m, d) are found."""
    n = min(_NEAREST, len(vectors))
    exact: Any = faiss.knn(queries, vectors, n, faiss.METRIC_INNER_PRODUCT)
    least = exact[0][:, -1:] - 1e-4  # half precision; further ones lie a thousandth off among a million
    groups = 8
    while groups < index.nlist:
        scores, _ = VectorIndex(None, index, rows, groups).search(queries, n)
        if float((scores >= least).mean()) >= RECALL:
            return groups
        groups = math.ceil(groups * 1.25)
    return int(index.nlist)
