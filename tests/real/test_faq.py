"""FAQ threads as articles: found when asked in other words, and quoted with their source."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.evaluating import evaluate_search
from api.settings import Settings
from api.wiring import open_wellput
from replies.contacts import Channel, Contact, Message, Role
from replies.proposals import SourceKind

pytestmark = pytest.mark.data


def test_rephrased_questions_find_their_thread(faq_home: Path) -> None:
    with open_wellput(Settings(home=faq_home)) as wellput:
        scored = evaluate_search(wellput.lookups, faq_home.parent / "queries.jsonl").document
    assert scored["queries"] == 1_249
    assert scored["figures"]["R@1"]["value"] > 0.93
    assert scored["figures"]["nDCG@10"]["value"] > 0.96


def test_the_answer_comes_in_the_article_s_words_with_its_source(faq_home: Path) -> None:
    with open_wellput(Settings(home=faq_home)) as wellput:
        now = wellput.clock.now()
        asked = Message(Role.CUSTOMER, "I want to get rid of my facebook account for good. How?", now)
        made = wellput.assisting.propose(Contact("one", Channel.EMAIL, now, (asked,)))
        suggestion = made.suggestions[0]
        (source,) = suggestion.sources
        assert (source.kind, source.id) == (SourceKind.ARTICLE, "faq-1")
        with wellput.storage.reading() as unit:
            (article,) = unit.knowledge.articles(["faq-1"]).values()
    assert source.quote in article.body
    assert "Your account will be deactivated for two weeks" in source.quote
    assert "Your account will be deactivated for two weeks" in suggestion.text
    assert "https://www.facebook.com/help/delete_account" in suggestion.text  # the article says http
