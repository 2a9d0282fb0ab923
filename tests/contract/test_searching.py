"""The search over REST and the command: everywhere, narrowed down, and never what is withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings
from api.wiring import Wellput, open_wellput
from replies.articles import Audience
from tests.contract.conftest import Rest


@pytest.mark.parametrize("where", ["articles", "products", "past", "replies"])
def test_every_place_is_searched_best_first(rest: Rest, where: str) -> None:
    answer = rest.get(f"/search?in={where}&query=return+a+lamp&limit=4")
    assert answer.status_code == 200
    hits = answer.get_json()["items"]
    assert 1 <= len(hits) <= 4
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_it_is_narrowed_down_and_other_words_are_refused(rest: Rest, wellput: Wellput) -> None:
    public = rest.get("/search?in=articles&query=refund&audience=public&limit=50").get_json()["items"]
    with wellput.storage.reading() as unit:
        articles = unit.knowledge.articles({hit["id"] for hit in public})
    assert public
    assert {article.audience.value for article in articles.values()} == {"public"}
    assert rest.get("/search?in=articles&query=refund&topic=no-such-topic").get_json()["items"] == []
    assert rest.get("/search?in=cellar&query=refund").status_code == 422
    assert rest.get("/search?in=articles&query=+").status_code == 422


def test_what_a_place_is_not_kept_by_is_refused_in_words(rest: Rest) -> None:
    answer = rest.get("/search?in=products&query=lamp&audience=public")
    assert answer.status_code == 422
    assert "Products are not kept by audience" in answer.get_json()["detail"]
    assert rest.get("/search?in=past&query=lamp&channel=email").status_code == 422
    assert rest.get("/search?in=replies&query=lamp&channel=email").status_code == 200


def test_what_changed_since_learning_is_found_as_it_stands(rest: Rest, wellput: Wellput) -> None:
    def found(query: str) -> dict[str, str]:
        items = rest.get(f"/search?query=how+do+I+get+a+refund&limit=3&{query}").get_json()["items"]
        return {hit["id"]: hit["text"] for hit in items}

    article_id, passage = next(iter(found("in=articles&audience=public").items()))
    reply_id = next(iter(found("in=replies")))
    with wellput.storage.reading() as unit:
        article = unit.knowledge.articles({article_id})[article_id]
        reply = unit.knowledge.canned_replies({reply_id})[reply_id]
    assert passage

    def changed(**changes: Any) -> dict[str, str]:
        with wellput.storage.writing() as unit:
            unit.intake.put_articles([replace(article, **changes)])
        return found("in=articles&audience=public")

    try:
        assert article_id not in changed(review_by=date(2020, 1, 1))
        assert article_id not in changed(audience=Audience.AGENT)
        assert changed(body="Nothing of what was learned.")[article_id] == ""
        for change, words in (({"text": "Other words."}, "Other words."), ({"approved_by": ""}, None)):
            with wellput.storage.writing() as unit:
                unit.intake.put_canned_replies([replace(reply, **change)])
            assert found("in=replies").get(reply_id) == words
    finally:
        with wellput.storage.writing() as unit:
            unit.intake.put_articles([article])
            unit.intake.put_canned_replies([reply])


def test_a_misspelt_thing_comes_before_others_of_its_colour(rest: Rest) -> None:
    hits = rest.get("/search?in=products&query=blue+blankit&limit=3").get_json()["items"]
    assert "Blanket" in hits[0]["title"]


def test_gaps_are_listed(rest: Rest) -> None:
    answer = rest.get("/knowledge-gaps")
    assert answer.status_code == 200
    for gap in answer.get_json()["items"]:
        assert gap["questions"] >= 3
        assert gap["name"]
        assert gap["examples"]


@pytest.mark.parametrize(
    "path", ["/search?in=articles&query=refund", "/search?in=products&query=lamp", "/knowledge-gaps"]
)
def test_a_home_that_has_learned_nothing_says_so(tmp_path: Path, path: str) -> None:
    with open_wellput(Settings(home=tmp_path)) as fresh:
        answer = Rest(create_app(fresh).test_client(), fresh.people.add_token("tests", actor="tests")).get(
            path
        )
    assert answer.status_code == 503
    assert "run 'wellput learn" in answer.get_json()["detail"]
