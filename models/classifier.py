"""A label for a vector, with a confidence that can be believed, or none."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.logistic_fit import Linear, fit_linear, out_of_fold_logits, temperature_of
from models.manifest import ArtefactError

CLASSIFIER_FILE = "classifier.npz"
NEVER_SURE = 2.0  # a threshold that no confidence reaches
LIKELIER_RIGHT = 0.5  # under this, calibrated, an answer is likelier wrong than right

_FEW_ROWS = 5_000


class ClassifierError(ArtefactError):
    """Data or a folder do not fit a classifier; the message quotes what differs."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the held-out folds showed.

    `threshold` is the least confidence, not under one half, from which on answers were right `target` of
    the time, `NEVER_SURE` when there is none. At it, `coverage` of the rows were answered and `precision`
    of the answers right (0 when nothing was answered). `accuracy` and `calibration_error` are over all
    held-out rows, abstaining aside.
    """

    target: float
    temperature: float
    threshold: float
    precision: float
    coverage: float
    accuracy: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Decision:
    """The likeliest label (None: none of these), its confidence, and whether that is too little to say it."""

    label: str | None
    confidence: float
    abstained: bool


class Classifier:
    """Logistic regression over vectors, calibrated by one temperature (Guo et al. 2017) on held-out folds."""

    def __init__(
        self, labels: Sequence[str], linear: Linear, calibration: Calibration, none_label: str | None
    ) -> None:
        """Join the parts; callers use `fit` or `load`. Raises ClassifierError when they do not fit."""
        if linear.weights.shape[0] != len(labels) or linear.bias.shape != (len(labels),):
            raise ClassifierError(f"there are {len(labels)} labels for weights of {linear.weights.shape}")
        self.labels = tuple(labels)
        self.calibration = calibration
        self.none_label = none_label
        self._linear = linear

    @property
    def threshold(self) -> float:
        """The confidence below which to abstain."""
        return self.calibration.threshold

    @property
    def dimension(self) -> int:
        """Length of the vectors it reads."""
        return int(self._linear.weights.shape[1])

    @classmethod
    def fit(
        cls,
        vectors: NDArray[np.float32],
        labels: Sequence[str],
        *,
        seed: int,
        precision: float = 0.9,
        none_label: str | None = None,
        groups: Sequence[str] | None = None,
    ) -> Classifier:
        """Learn from `vectors` (n, d), row i labelled `labels[i]`.

        `precision` is the share of answers that shall be right; it sets the threshold. Rows under
        `none_label` teach what belongs to none of the others: when it wins, the decision is to abstain.
        Rows of one group (turns of one contact) are held out together. A label that occurs once is learned
        but counts as wrong where it is held out; a single label never reaches the threshold, since nothing
        tells it from others. Raises ClassifierError for no rows, differing counts or values not finite.
        """
        _check(vectors, labels, groups)
        names = tuple(sorted(set(labels)))
        places = {name: code for code, name in enumerate(names)}
        codes = np.array([places[label] for label in labels], dtype=np.int64)
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        linear = fit_linear(rows, codes, len(names), seed=seed)
        held_out = out_of_fold_logits(
            rows, codes, len(names), seed=seed, folds=5 if len(rows) <= _FEW_ROWS else 3, groups=groups
        )
        none_code = names.index(none_label) if none_label in names else None
        return cls(names, linear, _calibrate(held_out, codes, precision, none_code), none_label)

    def predict_proba(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n, k) float32 calibrated probabilities, columns in the order of `labels`, rows adding to 1.

        Raises ClassifierError when the vectors (n, d) are not of the classifier's dimension.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise ClassifierError(
                f"vectors have the shape {vectors.shape}, the classifier reads {self.dimension} dimensions; "
                "use the encoder it was fitted with ('wellput learn' fits it again)"
            )
        return softmax(self._linear.logits(vectors) / self.calibration.temperature)

    def decide(self, vectors: NDArray[np.float32]) -> tuple[Decision, ...]:
        """Return one decision for each of the vectors (n, d)."""
        probabilities = self.predict_proba(vectors)
        best: list[int] = probabilities.argmax(axis=1).tolist()
        return tuple(
            self._decision(self.labels[code], float(row[code]))
            for code, row in zip(best, probabilities, strict=True)
        )

    def _decision(self, label: str, confidence: float) -> Decision:
        is_none = label == self.none_label
        return Decision(None if is_none else label, confidence, is_none or confidence < self.threshold)

    def save(self, folder: Path) -> None:
        """Write the classifier into `folder`, which is made when it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {
            "labels": self.labels,
            "none_label": self.none_label,
            "calibration": asdict(self.calibration),
        }
        np.savez(
            folder / CLASSIFIER_FILE,
            allow_pickle=False,
            weights=self._linear.weights,
            bias=self._linear.bias,
            about=np.array(json.dumps(about)),
        )

    @classmethod
    def load(cls, folder: Path) -> Classifier:
        """Open a saved classifier; raise ClassifierError when it cannot be read."""
        path = folder / CLASSIFIER_FILE
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                about: Any = json.loads(str(arrays["about"]))
                linear = Linear(arrays["weights"].astype(np.float32), arrays["bias"].astype(np.float32))
            calibration = Calibration(
                **{str(key): float(value) for key, value in about["calibration"].items()}
            )
            none_label: str | None = about["none_label"]
            return cls([str(label) for label in about["labels"]], linear, calibration, none_label)
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ClassifierError(
                f"no classifier can be read from {path}: {error}; fit it again with 'wellput learn'"
            ) from error


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n, k) float32 probabilities; minus infinity gets none."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def expected_calibration_error(
    confidence: NDArray[np.floating[Any]], correct: NDArray[np.bool_], bins: int = 15
) -> float:
    """Return the mean gap between confidence and share correct, over equal-width bins, weighted by rows.

    `confidence` and `correct` are (n,); 0 when n is 0. Source: Guo et al. 2017.
    """
    if confidence.shape != correct.shape:
        raise ValueError(f"there are {confidence.shape} confidences for {correct.shape} outcomes")
    if bins < 1:
        raise ValueError(f"at least 1 bin is needed, not {bins}")
    if len(confidence) == 0:
        return 0.0
    places = np.clip((confidence * bins).astype(np.int64), 0, bins - 1)
    gaps = np.bincount(places, weights=confidence.astype(np.float64) - correct, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))


def _check(vectors: NDArray[np.float32], labels: Sequence[str], groups: Sequence[str] | None) -> None:
    if vectors.ndim != 2 or len(vectors) != len(labels):
        raise ClassifierError(f"there are {len(labels)} labels for vectors of the shape {vectors.shape}")
    if groups is not None and len(groups) != len(labels):
        raise ClassifierError(f"there are {len(groups)} groups for {len(labels)} labels")
    if len(labels) == 0:
        raise ClassifierError("there are no labelled rows to learn from; import contacts with a topic first")
    if not np.isfinite(vectors).all():
        raise ClassifierError("a vector has a value that is not finite")


def _calibrate(
    logits: NDArray[np.float32], codes: NDArray[np.int64], target: float, none_code: int | None
) -> Calibration:
    """Return temperature and threshold from held-out `logits` (n, k); rows of NaN were never held out."""
    judged = ~np.isnan(logits).any(axis=1)
    logits, codes = logits[judged], codes[judged]
    if len(codes) == 0:
        return Calibration(target, 1.0, NEVER_SURE, 0.0, 0.0, 0.0, 0.0)
    temperature = temperature_of(logits, codes)
    probabilities = softmax(logits / temperature)
    best = probabilities.argmax(axis=1)
    confidence, correct = probabilities.max(axis=1), best == codes
    answered = np.ones(len(codes), dtype=np.bool_) if none_code is None else best != none_code
    threshold = _threshold(confidence[answered], correct[answered], target)
    kept = answered & (confidence >= threshold)
    return Calibration(
        target=target,
        temperature=temperature,
        threshold=threshold,
        precision=float(correct[kept].mean()) if kept.any() else 0.0,
        coverage=float(kept.mean()),
        accuracy=float(correct.mean()),
        calibration_error=expected_calibration_error(confidence, correct),
    )


def _threshold(confidence: NDArray[np.float32], correct: NDArray[np.bool_], target: float) -> float:
    """Return the least confidence from which on at least `target` of the answers are right.

    It is one half at least: few held-out rows come from outside all labels, new texts do.
    """
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    precision = np.cumsum(correct[order]) / np.arange(1, len(order) + 1)
    last_of_tie = np.append(falling[1:] < falling[:-1], np.True_)[: len(order)]
    good = np.flatnonzero((precision >= target) & last_of_tie)
    return max(float(falling[good[-1]]), LIKELIER_RIGHT) if len(good) else NEVER_SURE
