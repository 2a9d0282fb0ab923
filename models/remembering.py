"""An encoder that does not read again what it has just read."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from models.embedding import Encoder

_MOST = 400_000  # texts remembered: 600 MB of 384-d vectors at most


class RememberingEncoder:
    """Gives what `encoder` gives; remembers the `most` texts that were asked for last. Safe to share."""

    def __init__(self, encoder: Encoder, most: int = _MOST) -> None:
        self._encoder = encoder
        self._most = most
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._guard = threading.Lock()

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
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._guard:
            found = {text: self._vectors.pop(text) for text in dict.fromkeys(texts) if text in self._vectors}
            self._vectors.update(found)  # the last asked for stand last
        fresh = [text for text in dict.fromkeys(texts) if text not in found]
        if fresh:
            found.update(zip(fresh, self._encoder.encode(fresh), strict=True))
            with self._guard:
                self._vectors.update((text, found[text]) for text in fresh)
                for text in list(islice(self._vectors, max(len(self._vectors) - self._most, 0))):
                    del self._vectors[text]
        return np.stack([found[text] for text in texts])
