"""An encoder that needs no model: words hashed to signed places."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class HashingEncoder:
    """Texts that share words get near vectors; the same text always gets the same one.

    Each lower-case word and each of its inner three-letter groups adds to a place chosen by its sha256, so
    that the result does not depend on the process, the machine or the other texts. An empty text gets the
    first unit vector.
    """

    def __init__(self, dimension: int = 64) -> None:
        self.name = f"hashing-{dimension}"
        self.dimension = dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, d) float32 unit rows, in the order of `texts`."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                self._add(vectors[row], word, 1.0)
                for start in range(len(word) - 2):
                    self._add(vectors[row], "~" + word[start : start + 3], 0.2)
            if not vectors[row].any():
                vectors[row, 0] = 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _add(self, vector: NDArray[np.float32], feature: str, weight: float) -> None:
        digest = hashlib.sha256(feature.encode("utf-8", errors="surrogatepass")).digest()
        place = int.from_bytes(digest[:4], "big") % self.dimension
        vector[place] += weight if digest[4] % 2 else -weight
