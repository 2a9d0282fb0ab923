"""Fitting the tagger of names: sentences with marked pieces in, packaged weights out. Used by
`python -m tests.benchmark.redaction --fit`, when the gazetteer or the sentences changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from brand_voice.finding import Span
from brand_voice.name_tagger import LABELS, Tagged, TaggerModel, features, tokens_of


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence, the pieces marked in it, and places already taken by other detectors."""

    text: str
    pieces: tuple[Tagged, ...]
    taken: tuple[Span, ...] = ()


def fit(sentences: Sequence[Marked], *, least: int = 2, strength: float = 0.3) -> TaggerModel:
    """Fit the weights by multinomial logistic regression; features seen in fewer than `least` sentences are
    left out. `strength` is the inverse of the regularisation."""
    counts: Counter[str] = Counter()
    rows: list[list[str]] = []
    labels: list[int] = []
    for sentence in sentences:
        places, words, classes = tokens_of(sentence.text, sentence.taken)
        marks = features(classes, words)
        counts.update({mark for token in marks for mark in token})
        rows += marks
        labels += _labels(places, sentence.pieces)
    names = [name for name, count in counts.items() if count >= least]
    index = {name: row for row, name in enumerate(names)}
    columns = [[index[mark] for mark in token if mark in index] for token in rows]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.concatenate([np.asarray(one, dtype=np.int64) for one in columns])
    matrix = csr_matrix((np.ones(len(flat), dtype=np.float32), flat, ends), shape=(len(rows), len(names)))
    engine: Any = LogisticRegression(C=strength, max_iter=150, tol=1e-3, fit_intercept=False)
    engine.fit(matrix, labels)
    weights = np.zeros((len(names) + 1, len(LABELS)), dtype=np.float32)
    weights[:-1, engine.classes_] = engine.coef_.T
    return TaggerModel(index, weights)


def _labels(places: Sequence[Span], pieces: Iterable[Tagged]) -> list[int]:
    labels = [0] * len(places)
    for piece in pieces:
        number = LABELS.index(piece.label)
        for place, span in enumerate(places):
            if span.start < piece.span.end and piece.span.start < span.end:
                labels[place] = number
    return labels


def write_model(model: TaggerModel, path: Path) -> None:
    """Write the weights, small ones left out."""
    keep = [row for row in model.rows.values() if np.abs(model.weights[row]).max() >= 0.01]
    names = list(model.rows)
    np.savez_compressed(
        path,
        weights=model.weights[keep].astype(np.float16),
        names=np.frombuffer("\n".join(names[row] for row in keep).encode("utf-8"), dtype=np.uint8),
    )
