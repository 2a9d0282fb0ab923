"""A few small networks over turns, their probabilities averaged (Lakshminarayanan et al. 2017).

One hidden layer each, trained with dropout (Srivastava et al. 2014) in numpy, small enough that a framework
would cost more to load than it saves. The dense layers move by Adam (Kingma and Ba 2015); the wide one by
Adagrad with one rate a row (Duchi et al. 2011), so that a step touches only the rows its turns have.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import softmax
from replies.reply_features import Floats, Keys, Row, places_of

_HIDDEN, _KEEP, _BATCH, _LEAST_BATCH = 256, 0.4, 256, 24
_RATE, _WIDE_RATE = 3e-3, 9e-3
_LEAST_STEPS, _EPOCHS = 300, 7
_SPREAD, _USUAL_WIDTH = 0.7, 6_300
_ARRAYS = ("of_vector", "of_row", "hidden_bias", "of_hidden", "bias")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What networks learn from: (n, D) float32 vectors, (n, w) sparse rows, and the keys of those columns."""

    dense: Floats
    sparse: Any
    kept: Keys

    @classmethod
    def of(cls, dense: Floats, rows: Sequence[Row], kept: Keys) -> Inputs:
        """Join vectors and as many rows."""
        return cls(dense, _sparse(rows, kept), kept)

    def only(self, places: NDArray[np.int64]) -> Inputs:
        """Return the rows at `places`."""
        return Inputs(self.dense[places], self.sparse[places], self.kept)


@dataclass(slots=True)
class Layers:
    """One network: (D, h), (w, h), (h,), (h, k), (k,) float32; changed in place while it learns."""

    of_vector: Floats
    of_row: NDArray[np.floating[Any]]
    hidden_bias: Floats
    of_hidden: Floats
    bias: Floats

    def dense_layers(self) -> tuple[Floats, Floats, Floats, Floats]:
        """All but the wide one."""
        return self.of_vector, self.hidden_bias, self.of_hidden, self.bias


@dataclass(frozen=True, slots=True)
class ReplyNetwork:
    """The learned networks and the (w,) keys that their rows stand for; `of_row` is kept as float16."""

    kept: Keys
    members: tuple[Layers, ...]

    @classmethod
    def fit(
        cls, inputs: Inputs, codes: NDArray[np.int64], classes: int, *, seed: int, members: int
    ) -> ReplyNetwork:
        """Learn `codes` (n,), each below `classes`, from as many inputs."""
        made = (_train(inputs, codes, classes, seed + number) for number in range(members))
        return cls(inputs.kept, tuple(_halved(layers) for layers in made))

    def chances_of(self, inputs: Inputs) -> Floats:
        """Return (n, k) float32 probabilities, not yet calibrated."""
        total = np.zeros((len(inputs.dense), len(self.members[0].bias)), dtype=np.float32)
        for layers in self.members:
            wide = inputs.sparse @ layers.of_row.astype(np.float32)
            total += softmax(_output(layers, inputs.dense @ layers.of_vector + wide))
        return total / np.float32(len(self.members))

    def chances(self, dense: Floats, row: Row) -> Floats:
        """Return (k,) float32 probabilities of one turn, given its (D,) vectors and its row."""
        places, values = places_of(row, self.kept)
        total = np.zeros(len(self.members[0].bias), dtype=np.float32)
        for layers in self.members:
            wide: Floats = values @ layers.of_row[places].astype(np.float32)
            total += softmax(_output(layers, dense @ layers.of_vector + wide).reshape(1, -1))[0]
        return total / np.float32(len(self.members))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by name, for keeping."""
        named = {
            f"{name}_{number}": getattr(layers, name)
            for number, layers in enumerate(self.members)
            for name in _ARRAYS
        }
        return {"kept": self.kept, "members": np.asarray(len(self.members)), **named}

    @classmethod
    def of_arrays(cls, held: Any) -> ReplyNetwork:
        """Return the networks of the arrays that `arrays` gave. Raises KeyError when one is missing."""
        made = tuple(
            Layers(*(np.asarray(held[f"{name}_{number}"]) for name in _ARRAYS))
            for number in range(int(held["members"]))
        )
        return cls(np.asarray(held["kept"], dtype=np.uint32), made)

    def save(self, path: Path) -> None:
        """Write the arrays into `path` (npz)."""
        np.savez(path, allow_pickle=False, **self.arrays())

    @classmethod
    def load(cls, path: Path) -> ReplyNetwork:
        """Read what `save` wrote. Raises OSError, KeyError or ValueError when it is not whole."""
        with np.load(path, allow_pickle=False) as held:
            return cls.of_arrays(held)


def _output(layers: Layers, before: Floats) -> Floats:
    return np.maximum(before + layers.hidden_bias, 0.0) @ layers.of_hidden + layers.bias


def _halved(layers: Layers) -> Layers:
    """Return the layers with the wide one, most of the size, as float16: no figure changes."""
    return replace(layers, of_row=layers.of_row.astype(np.float16))


def _train(inputs: Inputs, codes: NDArray[np.int64], classes: int, seed: int) -> Layers:
    random = np.random.default_rng(seed)
    layers = _fresh(random, inputs.dense.shape[1], len(inputs.kept), classes)
    moments = tuple((np.zeros_like(layer), np.zeros_like(layer)) for layer in layers.dense_layers())
    squares = np.zeros(len(inputs.kept), dtype=np.float32)
    steps = max(_LEAST_STEPS, _EPOCHS * -(-len(codes) // _BATCH))
    for step, chosen in enumerate(_batches(random, len(codes), steps, _batch_of(len(codes))), start=1):
        fall = 1 - step / steps
        columns, sparse = _touched(inputs.sparse[chosen])
        wide, gradients = _gradients(layers, inputs.dense[chosen], sparse, columns, codes[chosen], random)
        _adagrad(layers.of_row, columns, wide, squares, _WIDE_RATE * fall + 1e-5)
        for layer, gradient, (mean, square) in zip(layers.dense_layers(), gradients, moments, strict=True):
            _adam(layer, gradient, mean, square, step, _RATE * fall + 1e-5)
    return layers


def _fresh(random: np.random.Generator, dense: int, wide: int, classes: int) -> Layers:
    spread = _SPREAD * float(np.sqrt(2 / _USUAL_WIDTH))
    return Layers(
        _normal(random, (dense, _HIDDEN), spread),
        _normal(random, (wide, _HIDDEN), spread),
        np.zeros(_HIDDEN, dtype=np.float32),
        _normal(random, (_HIDDEN, classes), float(np.sqrt(1 / _HIDDEN))),
        np.zeros(classes, dtype=np.float32),
    )


def _gradients(
    layers: Layers,
    dense: Floats,
    sparse: Any,
    columns: NDArray[np.int64],
    codes: NDArray[np.int64],
    random: np.random.Generator,
) -> tuple[Floats, tuple[Floats, Floats, Floats, Floats]]:
    """Return the gradient of the wide layer's touched rows, and those of the dense layers."""
    wide: Floats = sparse @ layers.of_row[columns]
    before: Floats = dense @ layers.of_vector + wide + layers.hidden_bias
    alive = (random.random(before.shape, dtype=np.float32) < _KEEP) & (before > 0)
    kept: Floats = alive.astype(np.float32) / np.float32(_KEEP)
    hidden: Floats = before * kept
    error = softmax(hidden @ layers.of_hidden + layers.bias)
    error[np.arange(len(codes)), codes] -= 1.0
    error /= np.float32(len(codes))
    back: Floats = (error @ layers.of_hidden.T) * kept
    to_wide: Floats = np.asarray(sparse.T @ back, dtype=np.float32)
    return to_wide, (dense.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0))


def _adagrad(layer: Floats, rows: NDArray[np.int64], gradient: Floats, squares: Floats, rate: float) -> None:
    squares[rows] += np.einsum("ij,ij->i", gradient, gradient) / np.float32(gradient.shape[1])
    layer[rows] -= gradient * (np.float32(rate) / (np.sqrt(squares[rows]) + np.float32(1e-8)))[:, None]


def _adam(layer: Floats, gradient: Floats, mean: Floats, square: Floats, step: int, rate: float) -> None:
    """Move `layer` in place; passing over arrays is what takes the time here."""
    mean *= np.float32(0.9)
    mean += np.float32(0.1) * gradient
    square *= np.float32(0.999)
    square += np.float32(0.001) * gradient * gradient
    move = mean / (np.sqrt(square) + np.float32(1e-8))
    move *= np.float32(rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step))
    layer -= move


def _batch_of(n: int) -> int:
    """Few turns are learned from in small batches: as many steps, each a fraction of the work."""
    return min(_BATCH, max(_LEAST_BATCH, n // 8))


def _batches(random: np.random.Generator, n: int, steps: int, batch: int) -> Iterator[NDArray[np.int64]]:
    given = 0
    while given < steps:
        order = random.permutation(n)
        for start in range(0, n, batch):
            if given < steps:
                yield order[start : start + batch]
            given += 1


def _touched(sparse: Any) -> tuple[NDArray[np.int64], Any]:
    """Return the columns that a batch has, and the batch in those columns alone."""
    columns, places = np.unique(sparse.indices, return_inverse=True)
    shape = (sparse.shape[0], len(columns))
    narrow = type(sparse)((sparse.data, places.reshape(-1), sparse.indptr), shape=shape)
    return columns.astype(np.int64), narrow


def _sparse(rows: Sequence[Row], kept: Keys) -> Any:
    scipy_sparse: Any = importlib.import_module("scipy.sparse")  # untyped; only while learning
    found = [places_of(row, kept) for row in rows]
    ends = np.cumsum([0, *(len(places) for places, _ in found)])
    places = np.concatenate([places for places, _ in found])
    values = np.concatenate([values for _, values in found])
    return scipy_sparse.csr_matrix((values, places, ends), shape=(len(rows), len(kept)), dtype=np.float32)


def _normal(random: np.random.Generator, shape: tuple[int, int], spread: float) -> Floats:
    made = random.standard_normal(shape, dtype=np.float32)
    return made * np.float32(spread)
