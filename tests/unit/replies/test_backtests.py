"""Back-tests and what they teach about confidence, on dialogues whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from models.remembering import RememberingEncoder
from replies.articles import CannedReply
from replies.confidence import Confidence
from replies.contacts import Contact, ContactStatus, Message, Role
from replies.evaluation import BackTest, evaluate_replies
from replies.proposals import Band
from replies.reply_figures import reliability, risk_curve
from replies.reply_systems import KEYWORDS, LEARNED, MOST_USUAL, NEAREST
from replies.silence import SilenceCosts

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


@pytest.fixture(scope="module")
def made() -> BackTest:
    """The back-test of the dialogues; it takes seconds, so that tests share it."""
    return evaluate_replies(DIALOGUES, CountingEncoder(), seed=3)


def test_the_ranking_is_judged_beside_plain_peers_on_whole_contacts(made: BackTest) -> None:
    by_name = {one.system: one for one in made.figures}
    usual, learned = by_name[MOST_USUAL], by_name[LEARNED]
    assert set(by_name) == {MOST_USUAL, KEYWORDS, NEAREST, LEARNED}
    assert {one.turns for one in made.figures} == {learned.turns} and learned.turns > 5
    assert made.contacts == learned.turns and made.taught == len(DIALOGUES) - learned.turns
    assert learned.top_1.value == 1.0 and by_name[NEAREST].top_1.value > 0.9
    assert usual.top_1.value < 0.7 and usual.top_3.value == 1.0
    for figures in made.figures:
        low, high = figures.top_1.interval
        assert 0.0 <= low <= figures.top_1.value <= high <= 1.0


def test_an_edit_is_measured_against_what_was_sent_in_whatever_order(made: BackTest) -> None:
    learned = made.figures[-1]
    assert learned.kept.value == 1.0 and learned.edit_distance.value == 0.0
    other = {f"about_{name}": text + " Thanks!" for name, text in ANSWERS.items()}
    always = SilenceCosts(1.0, 1.0)
    changed = evaluate_replies(reversed(DIALOGUES), CountingEncoder(), seed=3, library=other, costs=always)
    assert {one.answered for one in changed.costs} == {1.0}
    edited = changed.figures[-1]
    assert (edited.top_1, edited.top_3, edited.curve) == (learned.top_1, learned.top_3, learned.curve)
    assert edited.edit_distance.value == len(" Thanks!") and 0.5 < edited.kept.value < 1.0


def test_silence_is_judged_by_the_costs_that_the_shop_states(made: BackTest) -> None:
    by_name = {one.system: one for one in made.costs}
    assert by_name[MOST_USUAL].answered == 1.0 and by_name[MOST_USUAL].wrong == 0.0
    assert by_name[LEARNED].cost == by_name[LEARNED].wrong == 0.0
    strict = SilenceCosts(10.0, 1.0)
    assert strict.speaks([0.6, 0.3, 0.05]) and not strict.speaks([0.6, 0.2]) and not strict.speaks([])
    assert SilenceCosts(5, 3).threshold == pytest.approx(0.4)
    with pytest.raises(ValueError, match="costs more than 0"):
        SilenceCosts(0.0, 1.0)


def test_topics_and_channels_stand_apart(made: BackTest) -> None:
    assert {one.group for one in made.by_channel} == {DIALOGUES[0].channel.value}
    assert all(one.turns >= 10 for one in made.by_topic)


def test_risk_falls_with_coverage_when_confidence_tells() -> None:
    sure = np.asarray([0.9, 0.8, 0.2, 0.1])
    right = np.asarray([True, True, False, False])
    points = risk_curve(sure, right)
    assert [round(point.coverage, 2) for point in points] == [0.25, 0.5, 0.75, 1.0]
    assert [point.risk for point in points] == pytest.approx([0, 0, 1 / 3, 1 / 2])
    bins = reliability(sure, right)
    assert sum(part.turns for part in bins) == 4 and bins[-1].right == 1.0


def test_too_little_to_judge_is_said_in_words() -> None:
    with pytest.raises(ValueError, match="reply_ids"):
        evaluate_replies(DIALOGUES[:1], CountingEncoder(), seed=3)


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
