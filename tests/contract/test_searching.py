"""The search over REST and the command: everywhere, narrowed down, and never what is withdrawn."""

from __future__ import annotations

import pytest

from api.wiring import Wellput
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


def test_gaps_are_listed(rest: Rest) -> None:
    answer = rest.get("/knowledge-gaps")
    assert answer.status_code == 200
    for gap in answer.get_json()["items"]:
        assert gap["questions"] >= 3
        assert gap["name"]
        assert gap["examples"]
