"""The search page: what an agent looks up by hand, with its filters, in plain words when nothing is there."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.lookups import Hit, Narrowing, NotLearned
from recommender.catalogue import Product
from recommender.money import Money
from replies.articles import Article, Audience
from tests.pages.fake_service import FakeService
from tests.pages.page_audit import faults_of

HITS = {
    "articles": [Hit("returns", 0.9, "Returning <b>things</b>", "You have 35 days.")],
    "replies": [Hit("r-1", 0.9, "Where it is", "It left us on {{ order.date }}.")],
    "past": [Hit("K-9", 0.8, "Where is my lamp?", "It is on its way.")],
    "products": [Hit("LMP-1", 2.0, "Brass lamp")],
}


@pytest.fixture
def asked(service: FakeService) -> list[tuple[str, str, Narrowing]]:
    calls: list[tuple[str, str, Narrowing]] = []

    def search(where: str, text: str, limit: int, narrowing: Narrowing) -> list[Hit]:
        calls.append((where, text, narrowing))
        return HITS[where][:limit]

    service.lookups = SimpleNamespace(search=search)
    with service.storage.writing() as unit:
        unit.intake.put_articles([Article("returns", "Returning", "Body", audience=Audience.AGENT)])
        unit.intake.put_products([Product("LMP-1", "Brass lamp", price=Money(4500, "GBP"), stock=3)])
    return calls


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("articles", ["Returning &lt;b&gt;things", "You have 35 days.", "for agents alone"]),
        ("replies", ["Where it is", "It left us on {{ order.date }}."]),
        ("past", ["Where is my lamp?", "It is on its way."]),
        ("products", ["Brass lamp", "£45.00", "3 in stock"]),
    ],
)
def test_each_place_shows_what_was_found(
    app: Flask, agent: FlaskClient, asked: list[object], where: str, words: list[str]
) -> None:
    answer = agent.get(f"/desk/search?q=lamp&in={where}&contact=K-1")
    assert [one for one in words if one not in answer.text] == []
    assert "/desk/contacts/K-1" in answer.text
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []


def test_filters_reach_only_the_places_that_have_them(
    agent: FlaskClient, asked: list[tuple[str, str, Narrowing]]
) -> None:
    rest = "audience=agent&channel=chat&topic=delivery_status"
    for where in ("articles", "replies", "past", "products"):
        agent.get(f"/desk/search?q=%20lamp%20&in={where}&{rest}")
    assert asked == [
        ("articles", "lamp", Narrowing(Audience.AGENT, "chat", "delivery_status")),
        ("replies", "lamp", Narrowing(None, "chat", "delivery_status")),
        ("past", "lamp", Narrowing(topic="delivery_status")),
        ("products", "lamp", Narrowing()),
    ]


@pytest.mark.parametrize("query", ["q=", "q=%00%20", "in=../etc&audience=x&channel=y&topic=z"])
def test_nothing_looked_for_shows_the_form_alone(agent: FlaskClient, asked: list[object], query: str) -> None:
    answer = agent.get(f"/desk/search?{query}")
    assert (
        answer.status_code == 200 and "found" not in answer.text.partition("</form>")[2].partition("hint")[0]
    )
    assert asked == []


def test_odd_filters_are_none_and_markup_is_shown_as_text(
    agent: FlaskClient, asked: list[tuple[str, str, Narrowing]]
) -> None:
    answer = agent.get("/desk/search?q=<script>x</script>&in=nowhere&audience=x&channel=y&topic=z")
    assert asked == [("articles", "<script>x</script>", Narrowing())]
    assert "<script>x" not in answer.text


def test_before_anything_is_learned_the_page_says_what_to_do(
    agent: FlaskClient, service: FakeService
) -> None:
    def search(*_: object) -> list[Hit]:
        raise NotLearned("Nothing is searchable yet; import, then run 'wellput learn --only search'.")

    service.lookups = SimpleNamespace(search=search)
    answer = agent.get("/desk/search?q=lamp")
    assert answer.status_code == 200
    assert "Nothing is searchable yet" in answer.text


def test_search_is_found_from_the_queue_and_from_a_contact(agent: FlaskClient) -> None:
    assert 'href="/desk/search"' in agent.get("/desk").text
    assert "/desk/search?contact=K-2&amp;channel=chat" in agent.get("/desk/contacts/K-2").text
