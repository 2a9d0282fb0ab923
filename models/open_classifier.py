"""A label for a vector, or "none of these" for what is like nothing that was learned."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import (
    LIKELIER_RIGHT,
    NEVER_SURE,
    ClassifierError,
    Decision,
    expected_calibration_error,
    softmax,
)
from models.familiarity import Familiarity
from models.logistic_fit import Linear, fit_linear, out_of_fold_logits
from models.small_logistic import fit_small_logistic

OPEN_CLASSIFIER_FILE = "open_classifier.npz"
GIVEN_UP = 0.02
"""Share of all rows whose right label is given up, so as to be silent on texts from outside all labels."""

_RELATED = 10  # one label in so many is taken away with a row's own: those most like it
_FEW_ROWS = 5_000
_FLOOR = 1e-12


@dataclass(frozen=True, slots=True)
class OpenCalibration:
    """What the held-out folds showed.

    A label is as sure as `by_chance` * log probability + `by_nearness` * nearness + `offset`, through the
    logistic curve; for a text that tells no label from another at most as sure as `untelling`. From
    `threshold` on it is said; then `coverage` of the held-out rows were answered, `precision` of the answers
    right, and `outside` of the same rows refused when their own label and those like it were taken away.
    `accuracy` and `calibration_error` are over all rows, abstaining aside.
    """

    by_chance: float
    by_nearness: float
    offset: float
    threshold: float
    precision: float
    coverage: float
    outside: float
    accuracy: float
    calibration_error: float
    untelling: float = 1.0


_NEVER = OpenCalibration(1.0, 0.0, 0.0, NEVER_SURE, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Of n texts: (n,) likeliest label, (n, 2) its log chance and nearness, (n,) whether the text tells."""

    best: NDArray[np.int64]
    features: NDArray[np.float64]
    tells: NDArray[np.bool_]

    def sureness(self, by: NDArray[np.float64], offset: float, untelling: float) -> NDArray[np.float64]:
        sure = 1.0 / (1.0 + np.exp(-np.clip(self.features @ by + offset, -30, 30)))
        return np.where(self.tells, sure, np.minimum(sure, untelling))


class OpenClassifier:
    """Logistic regression with a confidence that also asks how near the label's own examples are.

    What comes from outside is learned without any example of it: each held-out row, its own label and the
    labels most like it taken away, is a text that none of the others fits (decision 0152).
    """

    def __init__(
        self, labels: Sequence[str], linear: Linear, familiarity: Familiarity, calibration: OpenCalibration
    ) -> None:
        """Join the parts; callers use `fit` or `load`. Raises ClassifierError when they do not fit."""
        if linear.weights.shape[0] != len(labels) or len(familiarity.bounds) != len(labels) + 1:
            raise ClassifierError(f"there are {len(labels)} labels for weights of {linear.weights.shape}")
        self.labels = tuple(labels)
        self.calibration = calibration
        self._linear = linear
        self._familiarity = familiarity

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
        cls, vectors: NDArray[np.float32], labels: Sequence[str], *, seed: int, precision: float = 0.8
    ) -> OpenClassifier:
        """Learn from unit `vectors` (n, d), row i labelled `labels[i]`.

        `precision` is the least share of answers that shall be right. Raises ClassifierError for no rows,
        differing counts or values not finite.
        """
        names, codes, rows = _coded(vectors, labels)
        folds = 5 if len(rows) <= _FEW_ROWS else 3
        held_out = out_of_fold_logits(rows, codes, len(names), seed=seed, folds=folds)
        familiarity = Familiarity.of(rows, codes, len(names))
        return cls(
            names,
            fit_linear(rows, codes, len(names), seed=seed),
            familiarity,
            calibrate(held_out, rows, codes, familiarity, precision),
        )

    @classmethod
    def fit_judged(
        cls,
        vectors: NDArray[np.float32],
        labels: Sequence[str],
        judged: NDArray[np.float32],
        judged_labels: Sequence[str],
        *,
        seed: int,
        precision: float = 0.8,
    ) -> OpenClassifier:
        """Learn from `vectors` (n, d), calibrated on `judged` (m, d) instead of on folds.

        For vectors of an encoder that was taught with the very same labels: its folds would all look right.
        """
        names, codes, rows = _coded(vectors, labels)
        linear, familiarity = (
            fit_linear(rows, codes, len(names), seed=seed),
            Familiarity.of(rows, codes, len(names)),
        )
        places = {name: code for code, name in enumerate(names)}
        known = np.array([label in places for label in judged_labels], dtype=np.bool_)
        own = np.array([places[label] for label in judged_labels if label in places], dtype=np.int64)
        seen = judged[known]
        return cls(
            names, linear, familiarity, calibrate(linear.logits(seen), seen, own, familiarity, precision)
        )

    def refitted(self, vectors: NDArray[np.float32], labels: Sequence[str], *, seed: int) -> OpenClassifier:
        """Return a classifier of `vectors` (n, d) with this one's calibration."""
        names, codes, rows = _coded(vectors, labels)
        linear = fit_linear(rows, codes, len(names), seed=seed)
        return OpenClassifier(names, linear, Familiarity.of(rows, codes, len(names)), self.calibration)

    def predict_proba(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n, k) float32 chances in the order of `labels`; what is missing to 1 is none of these.

        The greatest of a row is its confidence. Raises ClassifierError when the vectors (n, d) are not of
        the classifier's dimension.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise ClassifierError(
                f"vectors have the shape {vectors.shape}, the classifier reads {self.dimension} dimensions; "
                "use the encoder it was fitted with ('wellput learn' fits it again)"
            )
        chances = softmax(self._linear.logits(vectors))
        if not len(chances):
            return chances
        found = _evidence(chances, vectors, self._familiarity)
        of, best, greatest = self.calibration, found.best, chances.max(axis=1)
        sure = found.sureness(np.array([of.by_chance, of.by_nearness]), of.offset, of.untelling)
        shrunk = chances * np.minimum(sure / greatest, (1 - sure) / np.maximum(1 - greatest, _FLOOR))[:, None]
        shrunk[np.arange(len(best)), best] = sure
        return np.minimum(shrunk, sure[:, None]).astype(np.float32)

    def decide(self, vectors: NDArray[np.float32]) -> tuple[Decision, ...]:
        """Return one decision for each of the vectors (n, d)."""
        chances = self.predict_proba(vectors)
        best: list[int] = chances.argmax(axis=1).tolist() if len(chances) else []
        return tuple(
            Decision(self.labels[code], float(row[code]), float(row[code]) < self.threshold)
            for code, row in zip(best, chances, strict=True)
        )

    def save(self, folder: Path) -> None:
        """Write the classifier into `folder`, which is made when it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {"labels": self.labels, "calibration": asdict(self.calibration)}
        np.savez(
            folder / OPEN_CLASSIFIER_FILE,
            allow_pickle=False,
            weights=self._linear.weights,
            bias=self._linear.bias,
            rows=self._familiarity.rows,
            bounds=self._familiarity.bounds,
            about=np.array(json.dumps(about)),
        )

    @classmethod
    def load(cls, folder: Path) -> OpenClassifier:
        """Open a saved classifier; raise ClassifierError when it cannot be read."""
        path = folder / OPEN_CLASSIFIER_FILE
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                about: Any = json.loads(str(arrays["about"]))
                linear = Linear(arrays["weights"].astype(np.float32), arrays["bias"].astype(np.float32))
                familiarity = Familiarity(arrays["rows"], arrays["bounds"])
            calibration = OpenCalibration(
                **{str(key): float(value) for key, value in about["calibration"].items()}
            )
            return cls([str(label) for label in about["labels"]], linear, familiarity, calibration)
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ClassifierError(
                f"no classifier can be read from {path}: {error}; fit it again with 'wellput learn'"
            ) from error


def _coded(
    vectors: NDArray[np.float32], labels: Sequence[str]
) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.float32]]:
    """Return label names, the code of each row and contiguous rows; raise ClassifierError for misfits."""
    if vectors.ndim != 2 or len(vectors) != len(labels) or not len(labels):
        raise ClassifierError(f"there are {len(labels)} labels for vectors of the shape {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ClassifierError("a vector has a value that is not finite")
    names = tuple(sorted(set(labels)))
    places = {name: code for code, name in enumerate(names)}
    codes = np.array([places[label] for label in labels], dtype=np.int64)
    return names, codes, np.ascontiguousarray(vectors, dtype=np.float32)


def calibrate(
    logits: NDArray[np.float32],
    vectors: NDArray[np.float32],
    codes: NDArray[np.int64],
    familiarity: Familiarity,
    precision: float,
) -> OpenCalibration:
    """Return the calibration from held-out `logits` (n, k) of rows (n, d); one of NaN was never held out."""
    judged = ~np.isnan(logits).any(axis=1)
    logits, vectors, codes = logits[judged], vectors[judged], codes[judged]
    if len(codes) == 0:
        return _NEVER
    inside = _evidence(softmax(logits), vectors, familiarity, leave_itself_out=True)
    right = inside.best == codes
    untelling = _chance_of(right[~inside.tells])
    if untelling >= LIKELIER_RIGHT:  # what little is alike under two labels is told apart all the same
        inside, untelling = replace(inside, tells=np.ones_like(inside.tells)), 1.0
    tells = inside.tells
    if not tells.any():
        return _NEVER
    without = logits.copy()
    np.put_along_axis(without, familiarity.like(codes, 1 + logits.shape[1] // _RELATED), -np.inf, axis=1)
    has_other = np.isfinite(without).any(axis=1)
    outside = _evidence(softmax(without[has_other]), vectors[has_other], familiarity, leave_itself_out=True)
    by, offset = _weights(
        inside.features[tells], right[tells], outside.features[outside.tells | (untelling == 1.0)]
    )
    sure, beside = inside.sureness(by, offset, untelling), outside.sureness(by, offset, untelling)
    threshold = _threshold(sure[tells], right[tells], precision)
    kept = sure >= threshold
    return OpenCalibration(
        by_chance=float(by[0]),
        by_nearness=float(by[1]),
        offset=offset,
        threshold=threshold,
        precision=float(right[kept].mean()) if kept.any() else 0.0,
        coverage=float(kept.mean()),
        outside=float((beside < threshold).mean()) if len(beside) else 0.0,
        accuracy=float(right.mean()),
        calibration_error=expected_calibration_error(sure, right),
        untelling=untelling,
    )


def _weights(
    inside: NDArray[np.float64], right: NDArray[np.bool_], outside: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Return weights (2,) that tell `inside` (n, 2) from `outside`, and an offset to say what is `right`."""
    weights, _ = fit_small_logistic(
        np.concatenate([inside, outside]), np.arange(len(inside) + len(outside)) < len(inside)
    )
    weights = np.maximum(weights, 0.0) if weights[0] > 0 else np.array([1.0, 0.0])
    slope, offset = fit_small_logistic((inside @ weights)[:, None], right)
    return weights * max(float(slope[0]), _FLOOR), offset


def _chance_of(right: NDArray[np.bool_]) -> float:
    """Return the share right, one more each way counted for what is not known; 1 where there are none."""
    return (int(right.sum()) + 1) / (len(right) + 2) if len(right) else 1.0


def _evidence(
    chances: NDArray[np.float32],
    vectors: NDArray[np.float32],
    familiarity: Familiarity,
    *,
    leave_itself_out: bool = False,
) -> _Evidence:
    if not len(chances):
        return _Evidence(np.zeros(0, dtype=np.int64), np.zeros((0, 2)), np.zeros(0, dtype=np.bool_))
    best = chances.argmax(axis=1)
    greatest = np.log(np.maximum(chances.max(axis=1).astype(np.float64), _FLOOR))
    near = familiarity.nearness(vectors, best, leave_itself_out=leave_itself_out)
    tells = familiarity.tells(vectors, near, leave_itself_out=leave_itself_out)
    return _Evidence(best, np.stack((greatest, near.astype(np.float64)), axis=1), tells)


def _threshold(sure: NDArray[np.float64], right: NDArray[np.bool_], precision: float) -> float:
    """Return the greatest confidence that gives up GIVEN_UP of the rows, if answers from there on are right
    `precision` of the time; else the least from which they are. One half at least."""
    order = np.argsort(-sure, kind="stable")
    falling, hits = sure[order], np.cumsum(right[order])
    good = np.flatnonzero(hits / np.arange(1, len(order) + 1) >= precision)
    if not len(good):
        return NEVER_SURE
    wanted = math.ceil(max(int(hits[-1]) - GIVEN_UP * len(order), 1))
    enough = int(np.searchsorted(hits, wanted))
    return max(float(falling[min(enough, int(good[-1]))]), LIKELIER_RIGHT)
