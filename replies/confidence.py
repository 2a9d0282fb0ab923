"""How far to trust a candidate answer: a small logistic over what speaks for it, and its bands.

The weights are learned from answered turns and from what agents did with suggestions; they start from stated
ones and leave them only as far as the rows demand (a Gaussian prior): a shop with few rows keeps the stated.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from operator import attrgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from replies.proposals import Band, SuggestionKind
from replies.silence import SilenceCosts

__all__ = ["Confidence", "Evidence", "Example", "SilenceCosts", "Weights", "learn_weights"]

_FILE = "confidence.json"
_PRIOR_SPREAD = 0.5  # of a weight around its stated value
_STEPS = 50
HIGH, MEDIUM = 0.75, 0.55
"""A band is a promise on a calibrated confidence: right in three of four, right more often than not."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate: `cosine` of the question to its text, `agreement` of topics (1, 0
    unknown, -1), `probability` of its reply id by the ranker, `neighbour`: the likest past question that
    was answered with it (cosine; 0 for none), `acceptance`: whether agents took this source oftener (up
    to 1) or less often (down to -1) than is usual, 0 unknown, `recency`: 1 taken today, half after 90 days,
    0 unknown, `tried`: what agents made of it for questions like this, from 1 (taken) to -1 (wrong). Of an
    answer from the catalogue: `untold`, the share of what was asked that the record does not say, and
    `mention`, how surely the product is meant. `again`: 1 where it asks for a fact that was given."""

    cosine: float = 0.0
    agreement: float = 0.0
    probability: float = 0.0
    neighbour: float = 0.0
    acceptance: float = 0.0
    recency: float = 0.0
    tried: float = 0.0
    untold: float = 0.0
    mention: float = 0.0
    again: float = 0.0

    def row(self) -> tuple[float, ...]:
        """The numbers in the order of the weights."""
        return _numbers(self)

    def named(self) -> tuple[tuple[str, float], ...]:
        """The numbers that are not zero, with their names, for keeping."""
        pairs = zip(_NAMES, self.row(), strict=True)
        return tuple((name, round(value, 4)) for name, value in pairs if value)

    @classmethod
    def of(cls, named: Sequence[tuple[str, float]]) -> Evidence:
        """Return what `named` gave; names no longer known are left out."""
        return cls(**{name: value for name, value in named if name in _NAMES})


_KINDS = (SuggestionKind.MACRO, SuggestionKind.PAST_REPLY, SuggestionKind.EXTRACT)
_NAMES = tuple(field.name for field in fields(Evidence))
# Hundreds of candidates are weighed for each contact; dataclasses.astuple copies each number first.
_numbers: Callable[[Evidence], tuple[float, ...]] = attrgetter(*_NAMES)
_weights: Callable[[Weights], tuple[float, ...]] = attrgetter(*_NAMES)


@dataclass(frozen=True, slots=True)
class Weights:
    """One logistic: bias and a weight per number of Evidence."""

    bias: float
    cosine: float
    agreement: float
    probability: float
    neighbour: float
    acceptance: float = 1.0
    recency: float = 0.0
    tried: float = 2.0
    untold: float = 0.0
    mention: float = 0.0
    again: float = -0.5

    def confidence(self, evidence: Evidence) -> float:
        """Return 0 to 1."""
        weights = _weights(self)
        z = self.bias + sum(weight * value for weight, value in zip(weights, evidence.row(), strict=True))
        return _chance(z)

    def doubted(self, chance: float, evidence: Evidence) -> float:
        """Return a chance that was calibrated elsewhere, lowered as far as agents found the answer wrong."""
        if evidence.tried >= 0:
            return chance
        kept = min(max(chance, 1e-6), 1 - 1e-6)
        return _chance(math.log(kept / (1 - kept)) + self.tried * evidence.tried)


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate that was judged: whether it was the right answer, and how much that counts."""

    kind: SuggestionKind
    evidence: Evidence
    right: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Confidence:
    """The logistics by kind of suggestion, and where the bands begin.

    The stated weights stand between what 195 answered turns of the sample shop taught and more trust
    in the ranker, which a shop with thousands of turns earns; the biases put approved replies before
    extracts that fit alike: in five folds the reply the agent gave came first in .45 instead of .14.
    Those of answers from the catalogue lie below what 500 made questions on two other catalogues showed
    (decision 0215). `low` follows from the costs the shop states (`silent_below`).
    """

    macro: Weights = Weights(-3.4, 6.5, 1.3, 1.5, 0.5)
    past_reply: Weights = Weights(-5.0, 0.0, 0.9, 0.0, 6.0)
    extract: Weights = Weights(-3.7, 4.2, 0.9, 0.0, 0.0, untold=-2.6, mention=5.3)
    high: float = HIGH
    medium: float = MEDIUM
    low: float = SilenceCosts().threshold

    def of(self, kind: SuggestionKind, evidence: Evidence) -> float:
        """Return the confidence, 0 to 1, in a candidate of that kind."""
        return self._by_kind()[kind].confidence(evidence)

    def doubted(self, kind: SuggestionKind, chance: float, evidence: Evidence) -> float:
        """Return the ranker's own chance of a candidate, lowered as far as agents found it wrong."""
        return self._by_kind()[kind].doubted(chance, evidence)

    def band(self, confidence: float) -> Band:
        """Return the band that a confidence falls in by itself; below `low` it is silent."""
        if confidence < self.low:
            return Band.SILENT
        if confidence >= self.high:
            return Band.HIGH
        return Band.MEDIUM if confidence >= self.medium else Band.LOW

    def shown(self, chances: Sequence[float], most: int) -> int:
        """Return how many of answers with these chances, likeliest first, are worth an agent's reading.

        None unless one of the first `most` is right with a chance of at least `low`, each taken as right or
        wrong on its own; then those likely enough for `most` such to reach it.
        """
        wrong = math.prod(1.0 - chance for chance in chances[:most])
        if 1.0 - wrong < self.low:
            return 0
        return sum(chance >= self.low / most for chance in chances)

    def band_shown(self, chance: float) -> Band:
        """Return the band of an answer that is shown: low where it alone would be silent."""
        band = self.band(chance)
        return Band.LOW if band is Band.SILENT else band

    def silent_below(self, costs: SilenceCosts) -> Confidence:
        """Return the same with silence where a suggestion would cost more than none."""
        return Confidence(self.macro, self.past_reply, self.extract, self.high, self.medium, costs.threshold)

    def learned_from(self, examples: Sequence[Example]) -> Confidence:
        """Return the same with weights moved as far as the examples of each kind demand."""
        moved = {
            kind: learn_weights(weights, [one for one in examples if one.kind is kind])
            for kind, weights in self._by_kind().items()
        }
        return Confidence(
            moved[SuggestionKind.MACRO],
            moved[SuggestionKind.PAST_REPLY],
            moved[SuggestionKind.EXTRACT],
            self.high,
            self.medium,
            self.low,
        )

    def save(self, folder: Path) -> None:
        """Write the weights into `folder`."""
        kept = {kind.value: asdict(weights) for kind, weights in self._by_kind().items()}
        (folder / _FILE).write_text(json.dumps(kept, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Confidence:
        """Read what `save` wrote; the stated weights where there is no file. Raises ValueError, TypeError."""
        if not (folder / _FILE).is_file():
            return cls()
        kept: dict[str, dict[str, float]] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        stated = cls()._by_kind()
        macro, past_reply, extract = (
            Weights(**{**asdict(stated[kind]), **kept[kind.value]}) for kind in _KINDS
        )  # a file from before a weight was known has the stated one
        return cls(macro, past_reply, extract)

    def _by_kind(self) -> Mapping[SuggestionKind, Weights]:
        return {
            SuggestionKind.MACRO: self.macro,
            SuggestionKind.PAST_REPLY: self.past_reply,
            SuggestionKind.EXTRACT: self.extract,
        }


def _chance(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def learn_weights(stated: Weights, examples: Sequence[Example]) -> Weights:
    """Return the likeliest weights under a Gaussian prior around `stated` (Newton's method, logistic)."""
    if not examples:
        return stated
    rows = np.asarray([(1.0, *one.evidence.row()) for one in examples])
    right = np.asarray([float(one.right) for one in examples])
    counts = np.asarray([one.weight for one in examples])
    prior = np.asarray(astuple(stated), dtype=np.float64)
    weights, pull = prior.copy(), 1.0 / _PRIOR_SPREAD**2
    for _ in range(_STEPS):
        step = _newton_step(weights, prior, pull, rows, right, counts)
        weights -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return Weights(*weights.tolist())


def _newton_step(
    weights: NDArray[np.float64],
    prior: NDArray[np.float64],
    pull: float,
    rows: NDArray[np.float64],
    right: NDArray[np.float64],
    counts: NDArray[np.float64],
) -> NDArray[np.float64]:
    chance = 1.0 / (1.0 + np.exp(-np.clip(rows @ weights, -30, 30)))
    slope = rows.T @ (counts * (chance - right)) + pull * (weights - prior)
    curve = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + pull * np.eye(len(weights))
    return np.asarray(np.clip(np.linalg.solve(curve, slope), -2.0, 2.0), dtype=np.float64)
