"""How near a vector is to the examples of a label, and to texts that tell no label from another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NEAREST = 3
_ROWS_PER_LABEL = 200
_ITSELF = 0.999  # cosine from which on a vector is the example itself
_ALIKE = 0.8  # cosine from which on two short texts say the same: .7 takes away true examples too
_COMPARED = 10_000  # rows that each row is compared with: enough to see what it mostly stands under
_MOST_UNTELLING = 2_000
_BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class Familiarity:
    """Unit `rows` (m, d) in half precision by label: those of label c are `rows[bounds[c]:bounds[c + 1]]`.

    Those after the last bound are untelling: what is like them stood mostly under other labels, as "Hello"
    stands under all. They are examples of no label.
    """

    rows: NDArray[np.float16]
    bounds: NDArray[np.int64]

    @classmethod
    def of(cls, vectors: NDArray[np.float32], codes: NDArray[np.int64], labels: int) -> Familiarity:
        """Keep up to 200 of the unit `vectors` (n, d) of each label; `codes` (n,) run to labels - 1."""
        own = np.concatenate([np.flatnonzero(codes == code)[:_ROWS_PER_LABEL] for code in range(labels)])
        untelling = _untelling(vectors[own], codes[own])
        telling = own[~untelling]
        bounds = np.searchsorted(codes[telling], np.arange(labels + 1)).astype(np.int64)
        rest = own[untelling]
        rest = rest[:: 1 + len(rest) // _MOST_UNTELLING]
        return cls(vectors[np.concatenate((telling, rest))].astype(np.float16), bounds)

    def nearness(
        self, vectors: NDArray[np.float32], codes: NDArray[np.int64], *, leave_itself_out: bool = False
    ) -> NDArray[np.float32]:
        """Return (n,) the mean cosine of each of `vectors` (n, d) to the three nearest of its label `codes`.

        0 for a label without examples. With `leave_itself_out` an example that is the vector itself does
        not count, once.
        """
        near = np.zeros(len(vectors), dtype=np.float32)
        for code in np.unique(codes):
            places = np.flatnonzero(codes == code)
            own = self.rows[self.bounds[code] : self.bounds[code + 1]]
            near[places] = _to_nearest(vectors[places], own, leave_itself_out)
        return near

    def tells(
        self, vectors: NDArray[np.float32], near: NDArray[np.float32], *, leave_itself_out: bool = False
    ) -> NDArray[np.bool_]:
        """Return (n,) whether untelling rows are no nearer to `vectors` (n, d) than `near` (n,)."""
        untelling = self.rows[self.bounds[-1] :]
        if not len(untelling):
            return np.ones(len(vectors), dtype=np.bool_)
        return _to_nearest(vectors, untelling, leave_itself_out) <= near

    def like(self, codes: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        """Return (n, count): each label of `codes` (n,), then the labels whose examples are most like it."""
        labels = len(self.bounds) - 1
        means = np.zeros((labels, self.rows.shape[1]), dtype=np.float32)
        for code in range(labels):
            own = self.rows[self.bounds[code] : self.bounds[code + 1]]
            if len(own):
                means[code] = own.astype(np.float32).mean(axis=0)
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        cosines = means @ means.T
        np.fill_diagonal(cosines, np.inf)
        nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
        return nearest[codes].astype(np.int64)


def _to_nearest(
    vectors: NDArray[np.float32], rows: NDArray[np.float16], leave_itself_out: bool
) -> NDArray[np.float32]:
    """Return (n,) the mean cosine of each of `vectors` to the three nearest `rows`, 0 where there is none."""
    cosines = np.sort(vectors @ rows.astype(np.float32).T, axis=1)[:, ::-1]
    if leave_itself_out:
        cosines = np.where(cosines[:, :1] > _ITSELF, np.roll(cosines, -1, axis=1), cosines)
        cosines = cosines[:, : max(cosines.shape[1] - 1, 0)]
    if not cosines.shape[1]:
        return np.zeros(len(vectors), dtype=np.float32)
    return cosines[:, :_NEAREST].mean(axis=1)


def _untelling(vectors: NDArray[np.float32], codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (n,) which of `vectors` (n, d) are like others of which most are not of their label."""
    compared = np.zeros(len(vectors), dtype=np.bool_)
    compared[:: 1 + len(vectors) // _COMPARED] = True
    against, others = vectors[compared], codes[compared]
    found = np.zeros(len(vectors), dtype=np.bool_)
    for start in range(0, len(vectors), _BLOCK):
        block = slice(start, start + _BLOCK)
        alike = vectors[block] @ against.T >= _ALIKE
        of_own = (alike & (codes[block][:, None] == others[None, :])).sum(axis=1) - compared[block]
        found[block] = 2 * of_own < alike.sum(axis=1) - compared[block]
    return found
