"""Laws of the classifier over any small data."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.classifier import LIKELIER_RIGHT, NEVER_SURE, Classifier, expected_calibration_error

NUMBERS = st.floats(-1, 1, width=32)


@settings(deadline=None, max_examples=40)
@given(
    data=st.lists(st.sampled_from(["a", "b", "c", "", "ünïcode"]), min_size=1, max_size=12).flatmap(
        lambda labels: st.tuples(st.just(labels), arrays(np.float32, (len(labels), 3), elements=NUMBERS))
    ),
    queries=arrays(np.float32, (4, 3), elements=NUMBERS),
)
def test_any_small_data_gives_probabilities(data: tuple[list[str], np.ndarray], queries: np.ndarray) -> None:
    labels, vectors = data
    classifier = Classifier.fit(vectors, labels, seed=1)
    assert classifier.labels == tuple(sorted(set(labels)))
    probabilities = classifier.predict_proba(queries)
    assert probabilities.shape == (4, len(classifier.labels))
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert classifier.threshold == NEVER_SURE or LIKELIER_RIGHT <= classifier.threshold <= 1
    for decision, row in zip(classifier.decide(queries), probabilities, strict=True):
        assert decision.confidence == row.max()
        assert decision.abstained == (decision.confidence < classifier.threshold)


@given(confidence=arrays(np.float64, 40, elements=st.floats(0, 1)), bins=st.integers(1, 30), data=st.data())
def test_calibration_error_stays_between_0_and_1(
    confidence: np.ndarray, bins: int, data: st.DataObject
) -> None:
    correct = data.draw(arrays(np.bool_, 40))
    error = expected_calibration_error(confidence, correct, bins)
    assert 0 <= error <= 1
    # Fewer bins let gaps cancel: one bin gives the least.
    assert error >= expected_calibration_error(confidence, correct, 1) - 1e-9
