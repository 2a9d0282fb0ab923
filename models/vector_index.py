"""Nearest vectors by inner product. The only module that talks to faiss."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from models.manifest import ArtefactError

VECTORS_FILE = "vectors.faiss"
IDS_FILE = "ids.json"


class VectorIndexError(ArtefactError):
    """An index folder cannot be used, or vectors do not fit; the message quotes what differs."""


class VectorIndex:
    """An exact index over (n, d) float32 vectors, each with an id; for unit vectors a score is a cosine."""

    def __init__(self, ids: Sequence[str], index: Any) -> None:
        """Join ids and a faiss index; callers use `build` or `load`."""
        if len(ids) != index.ntotal:
            raise VectorIndexError(f"there are {len(ids)} ids for {index.ntotal} vectors")
        self.ids = tuple(ids)
        self._index = index

    @classmethod
    def build(cls, ids: Sequence[str], vectors: NDArray[np.float32]) -> VectorIndex:
        """Return an index of `vectors` (n, d), row i under `ids[i]`.

        Raises VectorIndexError when the shape is another, the counts differ or a value is not finite.
        """
        if vectors.ndim != 2 or vectors.shape[1] == 0:
            raise VectorIndexError(f"vectors have the shape {vectors.shape}, (n, d) with d > 0 is needed")
        if not np.isfinite(vectors).all():
            row = int(np.flatnonzero(~np.isfinite(vectors).all(axis=1))[0])
            raise VectorIndexError(f"the vector in row {row} has a value that is not finite")
        index: Any = faiss.IndexFlatIP(int(vectors.shape[1]))
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(ids, index)

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return len(self.ids)

    def search(self, queries: NDArray[np.float32], n: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return (m, n) scores and (m, n) positions of the nearest vectors to `queries` (m, d), best first.

        Equal scores come in the order of position. Where the index holds fewer than n vectors, the
        position is -1 and the score minus infinity. Raises VectorIndexError when d is not the index's.
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
            scores[:, :found], positions[:, :found] = self._index.search(rows, found)
            order = np.lexsort((positions, -scores), axis=1)
            scores = np.take_along_axis(scores, order, axis=1)
            positions = np.take_along_axis(positions, order, axis=1)
        return scores, positions

    def vectors(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the (m, d) stored vectors at `positions` (m,), each from 0 to the number of vectors."""
        if len(positions) and not (int(positions.min()) >= 0 and int(positions.max()) < len(self)):
            raise VectorIndexError(f"positions run from 0 to {len(self) - 1}, not to {int(positions.max())}")
        return cast("NDArray[np.float32]", self._index.reconstruct_batch(positions))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made when it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        write: Any = faiss.write_index
        write(self._index, str(folder / VECTORS_FILE))
        content = {"dimension": self.dimension, "ids": self.ids}
        (folder / IDS_FILE).write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> VectorIndex:
        """Open a saved index; vectors stay on disk and are paged in as they are read.

        Raises VectorIndexError when a file is missing or unreadable, or the two do not fit.
        """
        read: Any = faiss.read_index
        try:
            content: Any = json.loads((folder / IDS_FILE).read_text(encoding="utf-8"))
            ids = [str(one) for one in content["ids"]]
            dimension = int(content["dimension"])
            index: Any = read(str(folder / VECTORS_FILE), faiss.IO_FLAG_MMAP_IFC)
        except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise VectorIndexError(
                f"no vector index can be read from {folder}: {error}; build it again with 'wellput learn'"
            ) from error
        if index.d != dimension:
            raise VectorIndexError(
                f"index in {folder}: {IDS_FILE} says {dimension} dimensions, {VECTORS_FILE} holds {index.d}"
            )
        return cls(ids, index)
