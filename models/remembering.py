"""An encoder that does not read the same text twice within one run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.embedding import Encoder

_MOST = 400_000  # texts remembered: 600 MB of 384-d vectors at most


class RememberingEncoder:
    """Gives what `encoder` gives; remembers up to 400,000 texts of this run."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        """Name of the encoder behind it."""
        return self._encoder.name

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, d) float32 unit rows, in the order of `texts`."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        made = dict(zip(fresh, self._encoder.encode(fresh), strict=True)) if fresh else {}
        if len(self._vectors) + len(made) <= _MOST:
            self._vectors.update(made)
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([made[text] if text in made else self._vectors[text] for text in texts])
