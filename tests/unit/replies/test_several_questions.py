"""A message that asks several things gets one draft that answers each, where each answer is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from replies.articles import Article
from replies.assist import Desk, assist
from replies.knowledge import KnowledgeSearch
from replies.several_questions import questions_in
from tests.fakes.encoder import HashingEncoder
from tests.fakes.storage import FakeStorage

from .conftest import ARTICLES, CANNED, CountingEncoder, a_contact

MakeDesk = Callable[..., Desk]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Where is my parcel?", ()),
        ("Can I return it and get a refund?", ()),
        ("I sent it back. It was torn and I am cross.", ()),
        ("Why? And how much is it?", ()),  # too few words to search for
        ("Can it be washed hot, and how long is it?", ("Can it be washed hot", "how long is it?")),
        (
            "Two things please: is the shop open on Sunday, and where can I park?",
            ("is the shop open on Sunday", "where can I park?"),
        ),
        ("is the shop open on sunday and can i park near", ("is the shop open on sunday", "can i park near")),
        ("Is it big? " * 4, ()),
        ("Is it really big? " * 4, ()),
    ],
)
def test_questions_are_taken_apart_where_there_are_two_or_three(text: str, asked: tuple[str, ...]) -> None:
    assert questions_in(text) == asked


PARKING = Article(
    "parking",
    "Where can I park near the York shop",
    "You can park near the York shop in the car park at Marygate.",
)
WASHING = Article(
    "washing",
    "How do I wash the linen apron",
    "You wash the linen apron at 40 degrees with like colours.",
)
BOTH = "How do I wash the linen apron, and where can I park near the York shop?"


@pytest.fixture
def desk(make_desk: MakeDesk, storage: FakeStorage) -> Desk:
    with storage.writing() as unit:
        unit.intake.put_articles([PARKING, WASHING])
    return make_desk(
        knowledge=KnowledgeSearch.fit((*ARTICLES, PARKING, WASHING), (), HashingEncoder(256), CANNED)
    )


def test_both_answers_stand_in_one_draft_with_both_sources(desk: Desk) -> None:
    made = assist(a_contact(BOTH), desk)
    (best,) = (one for one in made.suggestions if one.reasons[0] == "answers each of the questions asked")
    assert "at 40 degrees" in best.text and "car park at Marygate" in best.text
    assert {source.id for source in best.sources} >= {"parking", "washing"}
    assert best.text.count("Dear Joan,") == 1
    assert any(note.startswith("The customer asks 2 things: “How do I wash") for note in made.notes)
    confidences = [one.confidence for one in made.suggestions]
    assert confidences == sorted(confidences, reverse=True)


def test_where_one_answer_is_unknown_nothing_is_joined(desk: Desk) -> None:
    text = "How do I wash the linen apron, and would Aunt Mabel enjoy opera?"
    for one in assist(a_contact(text), desk).suggestions:
        assert "answers each of the questions asked" not in one.reasons


def test_several_questions_cost_one_pass_more(desk: Desk, encoder: CountingEncoder) -> None:
    assist(a_contact(BOTH), desk)
    assert encoder.passes == [1, 2]


def test_one_article_that_answers_twice_is_not_joined_with_itself(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    whole = Article("visit", BOTH, f"{WASHING.body}\n\n## Parking\n\n{PARKING.body}")
    with storage.writing() as unit:
        unit.intake.put_articles([whole])
    knowledge = KnowledgeSearch.fit((*ARTICLES, whole), (), HashingEncoder(256), CANNED)
    made = assist(a_contact(BOTH), make_desk(knowledge=knowledge))
    assert made.suggestions
    assert not any("answers each of the questions asked" in one.reasons for one in made.suggestions)
