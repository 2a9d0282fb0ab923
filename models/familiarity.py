"""How near a vector is to the examples of a label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NEAREST = 3
_ROWS_PER_LABEL = 200
_ITSELF = 0.999  # cosine from which on a vector is the example itself


@dataclass(frozen=True, slots=True)
class Familiarity:
    """Unit `rows` (m, d) in half precision by label: those of label c are `rows[bounds[c]:bounds[c + 1]]`."""

    rows: NDArray[np.float16]
    bounds: NDArray[np.int64]

    @classmethod
    def of(cls, vectors: NDArray[np.float32], codes: NDArray[np.int64], labels: int) -> Familiarity:
        """Keep up to 200 of the unit `vectors` (n, d) of each label; `codes` (n,) run to labels - 1."""
        own = [np.flatnonzero(codes == code)[:_ROWS_PER_LABEL] for code in range(labels)]
        bounds = np.cumsum([0, *map(len, own)]).astype(np.int64)
        return cls(vectors[np.concatenate(own)].astype(np.float16), bounds)

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
            own = self.rows[self.bounds[code] : self.bounds[code + 1]].astype(np.float32)
            cosines = np.sort(vectors[places] @ own.T, axis=1)[:, ::-1]
            if leave_itself_out:
                cosines = np.where(cosines[:, :1] > _ITSELF, np.roll(cosines, -1, axis=1), cosines)
                cosines = cosines[:, : max(cosines.shape[1] - 1, 0)]
            if cosines.shape[1]:
                near[places] = cosines[:, :_NEAREST].mean(axis=1)
        return near

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
