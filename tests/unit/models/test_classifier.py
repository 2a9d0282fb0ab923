"""The classifier: confidences that can be believed, an honest silence, and no fuss over little data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from models.classifier import (
    NEVER_SURE,
    Classifier,
    ClassifierError,
    expected_calibration_error,
)


def clouds(
    counts: Sequence[int], *, seed: int, spread: float = 0.35, dimension: int = 12
) -> tuple[np.ndarray, list[str]]:
    """Return unit vectors around a fixed centre for each label, and the labels."""
    centres = np.random.default_rng(7).normal(size=(len(counts), dimension))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    random = np.random.default_rng(seed)
    labels = [f"topic-{place}" for place, count in enumerate(counts) for _ in range(count)]
    rows = np.repeat(centres, counts, axis=0) + random.normal(scale=spread, size=(len(labels), dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), labels


def test_confidence_is_the_share_that_is_right() -> None:
    classifier = Classifier.fit(*clouds([80] * 6, seed=1), seed=0)
    vectors, labels = clouds([300] * 6, seed=2)
    probabilities = classifier.predict_proba(vectors)
    confidence = probabilities.max(axis=1)
    correct = np.array([classifier.labels[code] for code in probabilities.argmax(axis=1)]) == labels
    assert 0.7 < correct.mean() < 0.98  # neither hopeless nor without doubt, else this shows nothing
    assert expected_calibration_error(confidence, correct) < 0.05


@pytest.mark.parametrize("precision", [0.9, 0.97])
def test_what_it_dares_to_say_is_right_as_often_as_asked(precision: float) -> None:
    classifier = Classifier.fit(*clouds([80] * 6, seed=1), seed=0, precision=precision)
    vectors, labels = clouds([300] * 6, seed=2)
    said = [
        decision.label == label
        for decision, label in zip(classifier.decide(vectors), labels, strict=True)
        if not decision.abstained
    ]
    assert len(said) > 0.3 * len(labels)
    assert np.mean(said) > precision - 0.025
    assert classifier.calibration.precision >= precision


def test_noise_is_met_with_silence() -> None:
    random = np.random.default_rng(5)
    vectors = random.normal(size=(200, 12)).astype(np.float32)
    classifier = Classifier.fit(vectors, [f"topic-{one}" for one in random.integers(0, 8, 200)], seed=0)
    fresh = random.normal(size=(200, 12)).astype(np.float32)
    assert np.mean([decision.abstained for decision in classifier.decide(fresh)]) > 0.95


def test_none_of_these_is_learned_and_never_said() -> None:
    vectors, labels = clouds([60, 60, 60], seed=1, spread=0.2)
    labels = ["none" if label == "topic-2" else label for label in labels]
    classifier = Classifier.fit(vectors, labels, seed=0, none_label="none")
    fresh, _ = clouds([0, 0, 50], seed=2, spread=0.2)
    decisions = classifier.decide(fresh)
    assert all(decision.abstained for decision in decisions)
    assert {decision.label for decision in decisions} <= {None, "topic-0", "topic-1"}
    assert sum(decision.label is None for decision in decisions) > 45


@pytest.mark.parametrize("counts", [[1, 1], [1, 1, 1], [2, 1], [3, 2, 1], [30, 1, 1, 2, 3], [2, 2]])
def test_few_examples_are_learned_without_fuss(counts: list[int]) -> None:
    vectors, labels = clouds(counts, seed=3, spread=0.05)
    classifier = Classifier.fit(vectors, labels, seed=0)
    probabilities = classifier.predict_proba(vectors)
    assert np.isfinite(probabilities).all()
    assert [classifier.labels[code] for code in probabilities.argmax(axis=1)] == labels


def test_a_single_label_is_never_sure() -> None:
    classifier = Classifier.fit(*clouds([5], seed=1), seed=0)
    (decision,) = classifier.decide(clouds([1], seed=2)[0])
    assert classifier.threshold == NEVER_SURE
    assert decision.abstained
    assert decision.label == "topic-0"


def test_equal_vectors_under_two_labels_do_no_harm() -> None:
    classifier = Classifier.fit(np.ones((6, 3), dtype=np.float32), ["a", "b"] * 3, seed=0)
    assert np.allclose(classifier.predict_proba(np.ones((1, 3), dtype=np.float32)), 0.5, atol=0.01)


def test_the_rows_of_one_group_are_judged_by_the_others() -> None:
    random = np.random.default_rng(9)
    centres = random.normal(size=(60, 60)).astype(np.float32)
    labels = [f"topic-{one % 4}" for one in range(60) for _ in range(5)]
    vectors = np.repeat(centres, 5, axis=0)  # every contact says one thing five times
    contacts = [f"contact-{one}" for one in range(60) for _ in range(5)]
    naive = Classifier.fit(vectors, labels, seed=0)
    grouped = Classifier.fit(vectors, labels, seed=0, groups=contacts)
    assert naive.calibration.accuracy > 0.9
    assert grouped.calibration.accuracy < 0.4


def test_the_same_seed_gives_the_same_classifier() -> None:
    data = clouds([20, 20, 20], seed=1)
    one, two = Classifier.fit(*data, seed=4), Classifier.fit(*data, seed=4)
    assert np.array_equal(one.predict_proba(data[0]), two.predict_proba(data[0]))
    assert one.calibration == two.calibration


def test_a_saved_classifier_says_the_same(tmp_path: Path) -> None:
    vectors, labels = clouds([20, 20, 20], seed=1)
    fitted = Classifier.fit(vectors, labels, seed=0, none_label="topic-2")
    fitted.save(tmp_path / "topics")
    loaded = Classifier.load(tmp_path / "topics")
    assert (loaded.labels, loaded.calibration, loaded.none_label) == (
        fitted.labels,
        fitted.calibration,
        fitted.none_label,
    )
    assert loaded.decide(vectors) == fitted.decide(vectors)


def test_the_file_holds_no_pickle(tmp_path: Path) -> None:
    Classifier.fit(*clouds([5, 5], seed=1), seed=0).save(tmp_path)
    (file,) = tmp_path.iterdir()
    with np.load(file, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


@pytest.mark.parametrize("content", [None, b"", b"nonsense", b"PK\x03\x04 cut"])
def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "classifier.npz").write_bytes(content)
    with pytest.raises(ClassifierError, match=str(tmp_path)):
        Classifier.load(tmp_path)


def test_another_dimension_is_refused_with_both_numbers() -> None:
    classifier = Classifier.fit(*clouds([5, 5], seed=1), seed=0)
    with pytest.raises(ClassifierError, match=r"\(1, 3\).*12 dimensions"):
        classifier.predict_proba(np.ones((1, 3), dtype=np.float32))


def test_data_that_does_not_fit_is_refused() -> None:
    vectors = np.ones((2, 3), dtype=np.float32)
    with pytest.raises(ClassifierError, match="1 labels"):
        Classifier.fit(vectors, ["a"], seed=0)
    with pytest.raises(ClassifierError, match="1 groups for 2 labels"):
        Classifier.fit(vectors, ["a", "b"], seed=0, groups=["x"])
    with pytest.raises(ClassifierError, match="no labelled rows"):
        Classifier.fit(vectors[:0], [], seed=0)
    with pytest.raises(ClassifierError, match="not finite"):
        Classifier.fit(vectors * np.float32(np.nan), ["a", "b"], seed=0)


def test_calibration_error_is_the_weighted_gap() -> None:
    confidence = np.array([0.8, 0.8, 0.8, 0.8, 0.8, 1.0, 1.0, 0.1])
    correct = np.array([True, True, True, True, False, True, False, False])
    # 0 in the bin of .8; 0.5 over 2 of 8 rows in the last; 0.1 over 1 of 8.
    assert expected_calibration_error(confidence, correct, bins=10) == pytest.approx(0.5 * 2 / 8 + 0.1 / 8)
    assert expected_calibration_error(np.array([]), np.array([], dtype=bool)) == 0
    with pytest.raises(ValueError, match="at least 1 bin"):
        expected_calibration_error(confidence, correct, bins=0)
    with pytest.raises(ValueError, match="outcomes"):
        expected_calibration_error(confidence, correct[:2])
