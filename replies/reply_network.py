"""One hidden layer over turns, for shops with thousands of answered turns.

Trained with dropout (Srivastava et al. 2014) and Adam (Kingma and Ba 2015) in numpy: small enough that a
framework would cost more to load than it saves.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import softmax
from models.logistic_fit import temperature_of
from replies.reply_features import VECTOR_SCALE, WIDTH, Floats, Row

_HIDDEN, _KEEP, _BATCH = 384, 0.4, 256
_RATE, _LEAST_STEPS, _EPOCHS = 3e-3, 300, 7
_HELD_OUT = 0.05  # of the rows, the last contacts', for the temperature

_Layers = tuple[Floats, Floats, Floats, Floats, Floats]
_ARRAYS = ("of_vector", "of_row", "hidden_bias", "of_hidden", "bias")


@dataclass(frozen=True, slots=True)
class ReplyNetwork:
    """The learned layers: (d, h), (WIDTH, h), (h,), (h, k), (k,) float32, and the temperature."""

    labels: tuple[str, ...]
    of_vector: Floats
    of_row: Floats
    hidden_bias: Floats
    of_hidden: Floats
    bias: Floats
    temperature: float

    @classmethod
    def fit(cls, vectors: Floats, rows: Sequence[Row], labels: Sequence[str], *, seed: int) -> ReplyNetwork:
        """Learn from `vectors` (n, d) and as many rows and labels, rows of one contact side by side."""
        names = tuple(sorted(set(labels)))
        code_of = {name: code for code, name in enumerate(names)}
        codes = np.asarray([code_of[label] for label in labels], dtype=np.int64)
        taught = max(1, round(len(codes) * (1 - _HELD_OUT)))
        layers = _train(vectors[:taught], rows[:taught], codes[:taught], len(names), seed)
        network = cls(names, *layers, 1.0)
        logits = np.stack(
            [network._logits(v, r) for v, r in zip(vectors[taught:], rows[taught:], strict=True)]
        )
        return cls(names, *layers, temperature_of(logits, codes[taught:]))

    def chances(self, vector: Floats, row: Row) -> Floats:
        """Return (k,) float32 calibrated probabilities in the order of `labels`."""
        return softmax(self._logits(vector, row).reshape(1, -1) / self.temperature)[0]

    def _logits(self, vector: Floats, row: Row) -> Floats:
        hidden = vector * VECTOR_SCALE @ self.of_vector + row.values @ self.of_row[row.places]
        return np.maximum(hidden + self.hidden_bias, 0.0) @ self.of_hidden + self.bias

    def save(self, path: Path) -> None:
        """Write the arrays into `path` (npz)."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez(path, allow_pickle=False, labels=np.asarray(self.labels), heat=self.temperature, **arrays)

    @classmethod
    def load(cls, path: Path) -> ReplyNetwork:
        """Read what `save` wrote. Raises OSError, KeyError or ValueError when it is not whole."""
        with np.load(path, allow_pickle=False) as held:
            labels = tuple(str(label) for label in held["labels"])
            arrays = {name: np.asarray(held[name], dtype=np.float32) for name in _ARRAYS}
            return cls(labels=labels, temperature=float(held["heat"]), **arrays)


def _train(
    vectors: Floats, rows: Sequence[Row], codes: NDArray[np.int64], classes: int, seed: int
) -> _Layers:
    random = np.random.default_rng(seed)
    scaled = vectors * np.float32(VECTOR_SCALE)
    sparse = _sparse(rows)
    wide = scaled.shape[1] + WIDTH
    layers = (
        _normal(random, (scaled.shape[1], _HIDDEN), 3 * np.sqrt(2 / wide)),
        _normal(random, (WIDTH, _HIDDEN), 3 * np.sqrt(2 / wide)),
        np.zeros(_HIDDEN, dtype=np.float32),
        _normal(random, (_HIDDEN, classes), np.sqrt(1 / _HIDDEN)),
        np.zeros(classes, dtype=np.float32),
    )
    moments = tuple((np.zeros_like(layer), np.zeros_like(layer)) for layer in layers)
    steps = max(_LEAST_STEPS, _EPOCHS * -(-len(codes) // _BATCH))
    for step, chosen in enumerate(_batches(random, len(codes), steps), start=1):
        gradients = _gradients(layers, scaled[chosen], sparse[chosen], codes[chosen], random)
        rate = _RATE * (1 - step / steps) + 1e-5
        for layer, gradient, (mean, square) in zip(layers, gradients, moments, strict=True):
            _adam(layer, gradient, mean, square, step, rate)
    return layers


def _adam(layer: Floats, gradient: Floats, mean: Floats, square: Floats, step: int, rate: float) -> None:
    """Move `layer` in place; passing over arrays is what takes the time here."""
    mean *= np.float32(0.9)
    mean += np.float32(0.1) * gradient
    gradient *= gradient
    square *= np.float32(0.999)
    square += np.float32(0.001) * gradient
    np.sqrt(square, out=gradient)
    gradient += np.float32(1e-8)
    np.divide(mean, gradient, out=gradient)
    gradient *= np.float32(rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step))
    layer -= gradient


def _gradients(
    layers: _Layers, vectors: Floats, sparse: Any, codes: NDArray[np.int64], random: np.random.Generator
) -> _Layers:
    of_vector, of_row, hidden_bias, of_hidden, bias = layers
    of_rows: Floats = sparse @ of_row
    before: Floats = vectors @ of_vector + of_rows + hidden_bias
    alive = (random.random(before.shape, dtype=np.float32) < _KEEP) & (before > 0)
    kept: Floats = alive.astype(np.float32) / np.float32(_KEEP)
    hidden: Floats = before * kept
    error = softmax(hidden @ of_hidden + bias)
    error[np.arange(len(codes)), codes] -= 1.0
    error /= len(codes)
    back: Floats = (error @ of_hidden.T) * kept
    to_rows: Floats = np.asarray(sparse.T @ back, dtype=np.float32)
    to_vectors: Floats = vectors.T @ back
    to_output: Floats = hidden.T @ error
    return to_vectors, to_rows, back.sum(axis=0), to_output, error.sum(axis=0)


def _batches(random: np.random.Generator, n: int, steps: int) -> Iterator[NDArray[np.int64]]:
    given = 0
    while given < steps:
        order = random.permutation(n)
        for start in range(0, n, _BATCH):
            if given < steps:
                yield order[start : start + _BATCH]
            given += 1


def _sparse(rows: Sequence[Row]) -> Any:
    scipy_sparse: Any = importlib.import_module("scipy.sparse")  # untyped; only while learning
    ends = np.cumsum([0, *(len(row.places) for row in rows)])
    places = np.concatenate([row.places for row in rows])
    values = np.concatenate([row.values for row in rows])
    return scipy_sparse.csr_matrix((values, places, ends), shape=(len(rows), WIDTH), dtype=np.float32)


def _normal(random: np.random.Generator, shape: tuple[int, int], spread: float) -> Floats:
    return random.normal(0.0, spread, shape).astype(np.float32)
