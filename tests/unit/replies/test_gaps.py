"""Knowledge gaps: like questions come together under a name that tells of them."""

from __future__ import annotations

import numpy as np

from replies.gaps import OpenQuestion, find_gaps
from tests.fakes.encoder import HashingEncoder

ENCODER = HashingEncoder(512)
RECEIPTS = (
    "Can I have a gift receipt?",
    "Can I have a gift receipt please?",
    "Can I please have a gift receipt",
    "Can we have a gift receipt",
)
ALONE = ("Do you sell canoes?", "My cat ate the label")


def asked(*texts: str) -> list[OpenQuestion]:
    return [OpenQuestion(f"C-{place}", text) for place, text in enumerate(texts)]


def test_three_like_questions_are_a_gap_and_single_ones_are_not() -> None:
    questions = asked(*ALONE, *RECEIPTS)
    gaps = find_gaps(questions, ENCODER.encode([one.text for one in questions]))
    assert len(gaps) == 1
    assert {"gift", "receipt"} <= set(gaps[0].name.split())
    assert gaps[0].questions >= 3
    assert set(gaps[0].examples) <= set(RECEIPTS)
    assert set(gaps[0].contact_ids) <= {"C-2", "C-3", "C-4", "C-5"}


def test_the_largest_gap_comes_first_and_nothing_asked_is_no_gap() -> None:
    questions = asked(*(["Do you sell canoes?"] * 3), *(["Where is your shop in Leeds?"] * 5))
    gaps = find_gaps(questions, ENCODER.encode([one.text for one in questions]))
    assert [gap.questions for gap in gaps] == [5, 3]
    assert gaps[0].examples == ("Where is your shop in Leeds?",)
    assert find_gaps([], np.zeros((0, 512), dtype=np.float32)) == ()


def test_what_was_taken_out_names_no_gap() -> None:
    asked = [OpenQuestion(f"K-{n}", f"[name] of [street address] wants turtles {n}") for n in range(3)]
    vectors = np.tile(np.asarray([[1.0, 0.0]], dtype=np.float32), (3, 1))
    (gap,) = find_gaps(asked, vectors)
    assert "turtle" in gap.name and not {"name", "street", "address"} & set(gap.name.split())
