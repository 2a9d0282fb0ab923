"""The search over REST and the command: everywhere, narrowed down, and never what is withdrawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from api.wiring import Wellput, open_wellput
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
