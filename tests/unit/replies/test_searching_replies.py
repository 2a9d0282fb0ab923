"""The search over canned replies, and codes in articles that only words can find."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from replies.articles import Article
from replies.knowledge import Filters, KnowledgeSearch
from tests.fakes.encoder import HashingEncoder

from .conftest import ARTICLES, CANNED, TODAY

ENCODER = HashingEncoder(256)


def found(search: KnowledgeSearch, text: str, filters: Filters) -> list[str]:
    return [hit.id for hit in search.search_replies(ENCODER.encode([text])[0], 10, filters)]


def test_only_approved_replies_in_date_are_found(tmp_path: Path) -> None:
    good = replace(CANNED[0], id="good", approved_by="Kit", review_by=TODAY, channels=(), topics=())
    expired = replace(good, id="expired", review_by=TODAY - timedelta(days=1))
    unapproved = replace(good, id="unapproved", approved_by="")
    KnowledgeSearch.fit((), (), ENCODER, (expired, unapproved, good)).save(tmp_path)
    assert found(KnowledgeSearch.load(tmp_path), good.text, Filters(TODAY)) == ["good"]


def test_replies_are_filtered_by_channel_and_topic() -> None:
    any_channel = replace(
        CANNED[0], id="any", approved_by="Kit", review_by=None, channels=(), topics=("care",)
    )
    by_post = replace(any_channel, id="post", channels=("post",))
    search = KnowledgeSearch.fit((), (), ENCODER, (any_channel, by_post))
    assert found(search, any_channel.text, Filters(TODAY, channel="chat")) == ["any"]
    assert set(found(search, any_channel.text, Filters(TODAY, channel="post", topic="care"))) == {
        "any",
        "post",
    }
    assert found(search, any_channel.text, Filters(TODAY, topic="delivery")) == []


def test_a_filter_does_not_hide_what_stands_behind_many_others() -> None:
    crowd = [Article(f"a-{n}", "Returns of lamps", f"Lamps can be returned, case {n}.") for n in range(300)]
    only = Article("mine", "Something else", "Lamps can be returned by post.", topics=("lamps",))
    search = KnowledgeSearch.fit([*crowd, only], (), ENCODER)
    text = "returns of lamps"
    hits = search.search_articles(text, ENCODER.encode([text])[0], 1, Filters(TODAY, topic="lamps"))
    assert [hit.source.id for hit in hits] == ["mine"]


def test_a_code_that_no_vector_knows_finds_its_article() -> None:
    crowd = [Article(f"a-{n}", f"Error on display {n}", "Switch it off and on.") for n in range(300)]
    coded = Article("code", "Filters", "Error QX-7781 on the display: the filter is full.")
    search = KnowledgeSearch.fit([*crowd, *ARTICLES, coded], (), ENCODER)
    vector = ENCODER.encode(["error on display"])[0]
    hits = search.search_articles("error on display qx7781", vector, 3, Filters(TODAY))
    assert [hit.source.id for hit in hits][:1] == ["code"]
