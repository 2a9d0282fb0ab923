"""Cues learned from examples: what they say, when they keep quiet, that they survive a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from replies.cues import packaged_cues, prove
from replies.learned_cues import NOTHING, LearnedCues, learn_cues
from tests.fakes.encoder import HashingEncoder

PLAIN = LearnedCues(
    labels=("bereavement", NOTHING, "refund"),
    weights=np.array([[6.0, 0.0], [0.0, 0.0], [0.0, 6.0]], dtype=np.float32),
    bias=np.zeros(3, dtype=np.float32),
    temperature=1.0,
    threshold=0.8,
)


@pytest.mark.parametrize(
    ("vector", "reason"),
    [([1.0, 0.0], "likely bereavement"), ([0.0, 1.0], "likely open refund request"), ([0.0, 0.0], None)],
)
def test_it_says_the_likeliest_reason_from_the_threshold_on(vector: list[float], reason: str | None) -> None:
    assert PLAIN.likely(np.array(vector, dtype=np.float32)) == reason


def test_it_survives_a_file(tmp_path: Path) -> None:
    PLAIN.save(tmp_path)
    again = LearnedCues.load(tmp_path)
    assert again.labels == PLAIN.labels
    assert again.likely(np.array([1.0, 0.0], dtype=np.float32)) == "likely bereavement"


def test_every_cue_with_a_hold_is_taught_and_the_threshold_keeps_errors_rare() -> None:
    cues, figures = learn_cues(HashingEncoder())
    assert set(cues.labels) == {cue.id for cue in packaged_cues() if cue.hold} | {NOTHING}
    assert 0.0 < cues.threshold <= 1.0
    assert figures.held_in_error <= 0.15


def test_the_rules_prove_themselves_and_take_no_first_part_of_a_compound_for_the_word() -> None:
    assert prove(packaged_cues()) == {}
    fault = next(cue for cue in packaged_cues() if cue.id == "fault")
    assert not fault.shown_in("is the broken-white mug in stock?")
    assert fault.shown_in("the mug arrived broken - what now?")
