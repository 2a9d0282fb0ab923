"""Back-tests and what they teach about confidence, on dialogues whose answer is known."""

from __future__ import annotations

import pytest

from models.remembering import RememberingEncoder
from replies.articles import CannedReply
from replies.confidence import Confidence
from replies.contacts import Contact, ContactStatus, Message, Role
from replies.evaluation import evaluate_replies, evaluate_topics
from replies.proposals import Band

from .conftest import NOW, CountingEncoder, a_contact

ANSWERS = {
    "parcel": "The tracking link for the parcel is in the dispatch e-mail.",
    "refund": "A refund is paid to the card within days.",
    "voucher": "A voucher is entered in the basket before paying.",
}


def a_dialogue(number: int) -> Contact:
    subject = list(ANSWERS)[number % 3]
    messages = (
        Message(Role.CUSTOMER, f"a question about the {subject}, number {number}", NOW),
        Message(Role.AGENT, ANSWERS[subject], NOW, f"about_{subject}"),
    )
    return a_contact(
        None, id=f"D-{number:03}", messages=messages, status=ContactStatus.CLOSED, topic=f"{subject}_topic"
    )


DIALOGUES = tuple(a_dialogue(n) for n in range(90))
CANNED = tuple(CannedReply(f"about_{name}", text, name, approved_by="R") for name, text in ANSWERS.items())


def test_the_ranking_is_judged_beside_plain_baselines_on_whole_contacts() -> None:
    usual, nearest, learned = evaluate_replies(DIALOGUES, CountingEncoder(), seed=3)
    assert learned.turns == usual.turns == nearest.turns > 5
    assert learned.top_1.value == 1.0 and nearest.top_1.value > 0.9
    assert usual.top_1.value < 0.7 and usual.top_3.value == 1.0
    for figures in (usual, nearest, learned):
        low, high = figures.top_1.interval
        assert 0.0 <= low <= figures.top_1.value <= high <= 1.0
    assert evaluate_replies(reversed(DIALOGUES), CountingEncoder(), seed=3)[2] == learned


def test_topics_are_judged_with_and_without_abstaining() -> None:
    nearest, classifier = evaluate_topics(DIALOGUES, CountingEncoder(), seed=3)
    assert nearest.accuracy.value > 0.9 and nearest.answered == 1.0
    assert classifier.accuracy.value > 0.9 and 0.0 <= classifier.answered <= 1.0


def test_too_little_to_judge_is_said_in_words() -> None:
    with pytest.raises(ValueError, match="reply_ids"):
        evaluate_replies(DIALOGUES[:1], CountingEncoder(), seed=3)
    with pytest.raises(ValueError, match="two topics"):
        evaluate_topics(DIALOGUES[:1], CountingEncoder(), seed=3)


def test_bands_follow_the_thresholds() -> None:
    trust = Confidence(high=0.75, medium=0.5, low=0.3)
    bands = [trust.band(value) for value in (0.0, 0.29, 0.3, 0.5, 0.75, 1.0)]
    assert bands == [Band.SILENT, Band.SILENT, Band.LOW, Band.MEDIUM, Band.HIGH, Band.HIGH]


def test_a_text_is_encoded_once() -> None:
    counting = CountingEncoder()
    once = RememberingEncoder(counting)
    first = once.encode(["a", "b", "a"])
    assert (once.encode(["b"])[0] == first[1]).all() and (first[0] == first[2]).all()
    assert counting.passes == [2]
    assert once.encode([]).shape == (0, counting.dimension)
