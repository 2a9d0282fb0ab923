"""A small network that puts the best of a list first, learned from lists with the wanted entries marked.

The listwise loss is ListNet's top-one cross entropy (Cao, Qin, Liu, Tsai, Li, "Learning to rank: from
pairwise approach to listwise approach", ICML 2007). Training and serving need numpy alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Bools = NDArray[np.bool_]
Layers = tuple[Floats, ...]
"""The straight way (f,), then weights and offsets of two hidden layers, then the last weights (h,)."""

_CLIP = np.float32(5.0)
_FILE = "list_ranker.npz"


@dataclass(frozen=True, slots=True)
class Lists:
    """q lists of at most m entries: `features` (q, m, f) float32, `wanted` and `present` (q, m) bool."""

    features: Floats
    wanted: Bools
    present: Bools

    def part(self, which: NDArray[np.int64] | slice) -> Lists:
        """Return these lists alone."""
        return Lists(self.features[which], self.wanted[which], self.present[which])

    def __len__(self) -> int:
        return len(self.features)


@dataclass(frozen=True, slots=True)
class Training:
    """How the networks learn: `networks` differ by their start only, and their scores are added."""

    hidden: int = 24
    networks: int = 2
    passes: int = 4
    batch: int = 64
    rate: float = 3e-3
    decay: float = 1e-3
    dropout: float = 0.1


@dataclass(frozen=True, slots=True)
class ListRanker:
    """Scores entries: features are centred by `centre` and divided by `spread`, both (f,) float32."""

    centre: Floats
    spread: Floats
    networks: tuple[Layers, ...]

    def scores(self, features: Floats) -> Floats:
        """Return (m,) float32, higher is better, for (m, f) features of one list."""
        x = np.clip((features - self.centre) / self.spread, -_CLIP, _CLIP)
        each = np.stack([_forward(x, layers)[0] for layers in self.networks])
        return each.sum(axis=0).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write the ranker to an existing folder."""
        flat = {
            f"n{number}_{at}": layer
            for number, layers in enumerate(self.networks)
            for at, layer in enumerate(layers)
        }
        np.savez(folder / _FILE, centre=self.centre, spread=self.spread, **flat)  # type: ignore[arg-type]  # the stub reads ** as allow_pickle

    @classmethod
    def load(cls, folder: Path) -> ListRanker | None:
        """Read what `save` wrote; None where there is none. Raises ValueError, KeyError when damaged."""
        if not (folder / _FILE).is_file():
            return None
        with np.load(folder / _FILE, allow_pickle=False) as stored:
            count = sum(name.endswith("_0") for name in stored.files)
            networks = tuple(tuple(stored[f"n{number}_{at}"] for at in range(6)) for number in range(count))
            return cls(stored["centre"], stored["spread"], networks)


def train_list_ranker(lists: Lists, *, seed: int, training: Training | None = None) -> ListRanker:
    """Learn from the lists that hold a wanted entry. Raises ValueError when none does."""
    chosen = Training() if training is None else training
    usable = lists.part(np.flatnonzero((lists.wanted & lists.present).any(axis=1)))
    if not len(usable):
        raise ValueError("no list holds an entry that is wanted; there is nothing to learn from")
    rows = usable.features[usable.present]
    centre, spread = rows.mean(axis=0), rows.std(axis=0)
    spread = np.where(spread > 1e-6, spread, np.inf).astype(np.float32)  # what never varied says nothing
    scaled = Lists(
        np.clip((usable.features - centre) / spread, -_CLIP, _CLIP).astype(np.float32),
        usable.wanted & usable.present,
        usable.present,
    )
    networks = tuple(
        _trained(scaled, chosen, np.random.default_rng((seed, number))) for number in range(chosen.networks)
    )
    return ListRanker(centre.astype(np.float32), spread, networks)


def _start(features: int, hidden: int, random: np.random.Generator) -> list[Floats]:
    def drawn(*shape: int) -> Floats:
        return (random.standard_normal(shape) / np.sqrt(shape[0])).astype(np.float32)

    zeros = np.zeros(hidden, dtype=np.float32)
    straight = np.zeros(features, dtype=np.float32)
    return [straight, drawn(features, hidden), zeros, drawn(hidden, hidden), zeros.copy(), drawn(hidden)]


def _trained(lists: Lists, training: Training, random: np.random.Generator) -> Layers:
    layers = _start(lists.features.shape[2], training.hidden, random)
    first, second = [np.zeros_like(one) for one in layers], [np.zeros_like(one) for one in layers]
    batches = -(-len(lists) // training.batch)
    steps, step = batches * training.passes, 0
    for _ in range(training.passes):
        for rows in np.array_split(random.permutation(len(lists)), batches):
            step += 1
            rate = training.rate * _one_cycle(step / (steps + 1))
            gradients = _gradients(lists.part(rows), layers, training.dropout, random)
            for at, gradient in enumerate(gradients):
                first[at] = np.float32(0.9) * first[at] + np.float32(0.1) * gradient
                second[at] = np.float32(0.999) * second[at] + np.float32(0.001) * gradient**2
                move = first[at] / (1 - 0.9**step) / (np.sqrt(second[at] / (1 - 0.999**step)) + 1e-8)
                layers[at] = (layers[at] - rate * (move + training.decay * layers[at])).astype(np.float32)
    return tuple(layers)


def _one_cycle(share: float) -> float:
    """Warm up over the first three tenths, then fall off as a cosine."""
    return share / 0.3 if share < 0.3 else 0.5 * (1 + float(np.cos(np.pi * (share - 0.3) / 0.7)))


def _forward(
    x: Floats, layers: Sequence[Floats], drop: tuple[Floats, Floats] | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return scores and both hidden layers; `drop` scales the hidden units while training."""
    straight, in_1, off_1, in_2, off_2, out = layers
    one = np.maximum(x @ in_1 + off_1, 0.0)
    one = one if drop is None else one * drop[0]
    two = np.maximum(one @ in_2 + off_2, 0.0)
    two = two if drop is None else two * drop[1]
    return x @ straight + two @ out, one, two


def _gradients(
    batch: Lists, layers: Sequence[Floats], dropout: float, random: np.random.Generator
) -> list[Floats]:
    """Return the gradients of the mean listwise cross entropy over the batch."""
    q, m, f = batch.features.shape
    x = batch.features.reshape(q * m, f)
    in_2, out = layers[3], layers[5]
    kept = np.float32(1.0 - dropout)
    masks = [(random.random((q * m, len(out)), dtype=np.float32) < kept) / kept for _ in range(2)]
    scores, one, two = _forward(x, layers, (masks[0], masks[1]))
    logits = np.where(batch.present, scores.reshape(q, m), -np.inf)
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    wanted = batch.wanted.astype(np.float32)
    count = wanted.sum(axis=1, keepdims=True)
    weight = np.sqrt(count)  # a list with many wanted entries says more, but not that many times more
    error = ((chances - wanted / count) * weight / q).reshape(q * m).astype(np.float32)
    back_2 = np.outer(error, out) * masks[1] * (two > 0)
    back_1 = (back_2 @ in_2.T) * masks[0] * (one > 0)
    return [x.T @ error, x.T @ back_1, back_1.sum(axis=0), one.T @ back_2, back_2.sum(axis=0), two.T @ error]
