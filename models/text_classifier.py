"""A classifier with the encoder that its vectors come from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.classifier import Decision
from models.embedding import Encoder, OnnxEncoder
from models.open_classifier import OpenClassifier

OWN_ENCODER_FOLDER = "encoder"


class TextClassifier:
    """Reads the shared encoder's vector of a text or, where an encoder was taught for it, the text."""

    def __init__(self, classifier: OpenClassifier, own_encoder: Encoder | None = None) -> None:
        self.classifier = classifier
        self._own_encoder = own_encoder

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of their chances."""
        return self.classifier.labels

    @property
    def threshold(self) -> float:
        """The confidence below which to abstain."""
        return self.classifier.threshold

    def chances(self, text: str, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (k,) chances of the labels; `vector` (d,) is the shared encoder's of `text`."""
        return self.classifier.predict_proba(self._read(text, vector))[0]

    def decide(self, text: str, vector: NDArray[np.float32]) -> Decision:
        """Return the likeliest label of a text, its confidence, and whether to abstain."""
        return self.classifier.decide(self._read(text, vector))[0]

    def _read(self, text: str, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        return vector.reshape(1, -1) if self._own_encoder is None else self._own_encoder.encode([text])

    @classmethod
    def load(cls, folder: Path, threads: int = 1) -> TextClassifier:
        """Open what learning wrote; raise ClassifierError or EncoderError when it cannot be read."""
        own = folder / OWN_ENCODER_FOLDER
        classifier = OpenClassifier.load(folder)
        return cls(classifier, OnnxEncoder(own, threads) if own.is_dir() else None)
