"""The open classifier: right, calibrated, and silent on what is like nothing it has learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.classifier import ClassifierError, expected_calibration_error
from models.open_classifier import OPEN_CLASSIFIER_FILE, OpenClassifier

LABELS, DIMENSION, STRANGERS = 24, 48, 12


def drawn(seed: int, per_label: int, labels: range) -> tuple[np.ndarray, list[str]]:
    """Return unit rows around one centre a label; centres are the same for every seed."""
    centres = np.random.default_rng(1).normal(size=(LABELS + STRANGERS, DIMENSION))
    random = np.random.default_rng(seed)
    codes = np.repeat(np.array(labels), per_label)
    rows = centres[codes] + 1.1 * random.normal(size=(len(codes), DIMENSION))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), [f"topic {code:02}" for code in codes]


@pytest.fixture(scope="module")
def classifier() -> OpenClassifier:
    return OpenClassifier.fit(*drawn(2, 12, range(LABELS)), seed=5)


def test_what_it_learned_is_named_and_strangers_are_not(classifier: OpenClassifier) -> None:
    rows, labels = drawn(3, 20, range(LABELS))
    decisions = classifier.decide(rows)
    named = [one.label == label for one, label in zip(decisions, labels, strict=True)]
    assert np.mean(named) > 0.9
    assert np.mean([one.abstained for one in decisions]) < 0.15
    strange, _ = drawn(4, 20, range(LABELS, LABELS + STRANGERS))
    assert np.mean([one.abstained for one in classifier.decide(strange)]) > 0.7


def test_its_confidence_is_as_good_as_it_says(classifier: OpenClassifier) -> None:
    rows, labels = drawn(6, 40, range(LABELS))
    decisions = classifier.decide(rows)
    confidence = np.array([one.confidence for one in decisions])
    right = np.array([one.label == label for one, label in zip(decisions, labels, strict=True)])
    assert expected_calibration_error(confidence, right) < 0.06


def test_chances_leave_room_for_none_of_these(classifier: OpenClassifier) -> None:
    rows, _ = drawn(7, 5, range(LABELS + STRANGERS))
    chances = classifier.predict_proba(rows)
    assert chances.shape == (len(rows), LABELS)
    assert (chances >= 0).all()
    assert (chances.sum(axis=1) <= 1 + 1e-5).all()
    assert chances.max(axis=1).tolist() == pytest.approx([one.confidence for one in classifier.decide(rows)])
    assert classifier.predict_proba(rows[:0]).shape == (0, LABELS)


def test_what_is_saved_is_what_is_loaded(classifier: OpenClassifier, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    rows, _ = drawn(8, 2, range(LABELS))
    opened = OpenClassifier.load(tmp_path)
    assert opened.calibration == classifier.calibration
    assert (opened.predict_proba(rows) == classifier.predict_proba(rows)).all()
    (tmp_path / OPEN_CLASSIFIER_FILE).write_bytes(b"PK")
    with pytest.raises(ClassifierError, match="wellput learn"):
        OpenClassifier.load(tmp_path)


def test_a_single_label_and_a_pair_of_rows_are_never_sure() -> None:
    rows, _ = drawn(9, 2, range(1))
    assert all(one.abstained for one in OpenClassifier.fit(rows, ["a", "a"], seed=1).decide(rows))
    assert all(one.abstained for one in OpenClassifier.fit(rows, ["a", "b"], seed=1).decide(rows))


def test_what_stands_under_every_label_is_told_from_none() -> None:
    rows, labels = drawn(11, 12, range(LABELS))
    greeting = drawn(12, 1, range(LABELS, LABELS + 1))[0]
    random = np.random.default_rng(13)
    greetings = greeting + 0.02 * random.normal(size=(6 * LABELS, DIMENSION)).astype(np.float32)
    greetings /= np.linalg.norm(greetings, axis=1, keepdims=True)
    under = [f"topic {code:02}" for code in np.repeat(np.arange(LABELS), 6)]
    told = OpenClassifier.fit(np.concatenate([rows, greetings[:-2]]), [*labels, *under[:-2]], seed=5)
    assert all(one.abstained for one in told.decide(np.concatenate([greeting, greetings[-2:]])))
    asked, _ = drawn(14, 20, range(LABELS))
    assert np.mean([one.abstained for one in told.decide(asked)]) < 0.25
    only = OpenClassifier.fit(greetings, under, seed=5)
    assert all(one.abstained for one in only.decide(greetings))


def test_data_that_do_not_fit_are_refused(classifier: OpenClassifier) -> None:
    rows, labels = drawn(10, 2, range(3))
    with pytest.raises(ClassifierError, match="5 labels"):
        OpenClassifier.fit(rows, labels[:5], seed=1)
    with pytest.raises(ClassifierError, match="not finite"):
        OpenClassifier.fit(np.full_like(rows, np.nan), labels, seed=1)
    with pytest.raises(ClassifierError, match=f"reads {DIMENSION} dimensions"):
        classifier.predict_proba(rows[:, :3])
