"""States a customer's message shows as a whole, where no word of it does: cues learned from examples.

A linear classifier over the message's embedding, taught by `learn` from phrasebook/cue_examples.yaml and the
proof texts of the rules, with a class for messages beside which an offer is in place. Its chances are
calibrated, and the chance from which it speaks is learned, on examples it was not taught with.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import TypeAdapter

from models.embedding import Encoder
from models.logistic_fit import fit_linear, out_of_fold_logits, temperature_of
from replies.cues import packaged_cues

NOTHING = "none"
_EXAMPLES = "phrasebook/cue_examples.yaml"
_ABOUT, _ARRAYS = "cues.json", "cues.npz"
_FALSE_AT_MOST = 0.1  # of the examples beside which an offer is in place, half of them near misses
_SEED, _FOLDS = 7, 5
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LearnedCues:
    """Logits of a (d,) unit vector are `weights` (k, d) @ it + `bias` (k,); divided by `temperature` they
    give the chances of `labels` (k): ids of cues, and NOTHING. Speaks from where the cues together have the
    chance `threshold`."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats
    temperature: float
    threshold: float

    def likely(self, vector: Floats) -> str | None:
        """Return why offers are likely out of place beside the message ("likely bereavement"), or None."""
        logits = (self.weights @ vector.astype(np.float32) + self.bias)[None, :]
        chances = _chances(logits, self.temperature)[0]
        nothing = self.labels.index(NOTHING)
        if 1.0 - float(chances[nothing]) < self.threshold:
            return None
        chances[nothing] = 0.0
        label = self.labels[int(np.argmax(chances))]
        return f"likely {next(cue.hold for cue in packaged_cues() if cue.id == label)}"

    def save(self, folder: Path) -> None:
        """Write the cues to an existing folder."""
        np.savez(folder / _ARRAYS, allow_pickle=False, weights=self.weights, bias=self.bias)
        about = {"labels": self.labels, "temperature": self.temperature, "threshold": self.threshold}
        (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LearnedCues:
        """Read what `save` wrote. Raises FileNotFoundError, KeyError, ValueError."""
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as stored:
            weights, bias = stored["weights"], stored["bias"]
        return cls(
            tuple(about["labels"]), weights, bias, float(about["temperature"]), float(about["threshold"])
        )


@dataclass(frozen=True, slots=True)
class CueFigures:
    """How examples fared that were not taught: the share of held ones found, of others held in error."""

    held: float
    held_in_error: float


def learn_cues(encoder: Encoder) -> tuple[LearnedCues, CueFigures]:
    """Teach the cues to what `encoder` says of the examples."""
    examples = _examples()
    labels = tuple(sorted(examples))
    texts = [text for label in labels for text in examples[label]]
    codes = np.repeat(np.arange(len(labels)), [len(examples[label]) for label in labels]).astype(np.int64)
    vectors = encoder.encode(texts)
    apart = out_of_fold_logits(vectors, codes, len(labels), seed=_SEED, folds=_FOLDS)
    temperature = temperature_of(apart, codes)
    is_nothing = codes == labels.index(NOTHING)
    hold = 1.0 - _chances(apart, temperature)[:, labels.index(NOTHING)]
    threshold = float(np.quantile(hold[is_nothing], 1.0 - _FALSE_AT_MOST, method="higher"))
    taught = fit_linear(vectors, codes, len(labels), seed=_SEED)
    figures = CueFigures(
        float((hold[~is_nothing] >= threshold).mean()), float((hold[is_nothing] >= threshold).mean())
    )
    return LearnedCues(labels, taught.weights, taught.bias, temperature, threshold), figures


def cues_fingerprint() -> str:
    """Return what the examples are now; other examples teach other cues."""
    return hashlib.sha256(json.dumps(_examples(), sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=1)
def _examples() -> dict[str, list[str]]:
    stated = resources.files("replies").joinpath(_EXAMPLES).read_text("utf-8")
    examples = TypeAdapter(dict[str, list[str]]).validate_python(yaml.safe_load(stated))
    for cue in packaged_cues():
        if cue.hold is not None:
            examples[cue.id] += cue.fails
            examples[NOTHING] += cue.passes
    return examples


def _chances(logits: Floats, temperature: float) -> Floats:
    raised = logits / temperature
    raised = np.exp(raised - raised.max(axis=1, keepdims=True))
    return (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
