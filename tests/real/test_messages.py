"""Real messages assisted: products recognised, guidelines kept to agents, sources that exist."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from api.suggesting import as_contact
from api.wiring import Wellput
from brand_voice.finding import Verdict
from replies.composing import without_form
from replies.contacts import Channel, Contact, Message, Role
from replies.proposals import Assist, FactKind, SourceKind
from replies.understanding import OTHER_LANGUAGE
from tests.converters import abcd, star
from tests.real.shares import STAR_SHARE

pytestmark = pytest.mark.data


def assisted(wellput: Wellput, said: str, channel: Channel = Channel.EMAIL) -> Assist:
    """What is proposed for one message of a customer nobody knows."""
    now = wellput.clock.now()
    return wellput.assisting.propose(Contact("one", channel, now, (Message(Role.CUSTOMER, said, now),)))


@pytest.mark.parametrize(
    ("said", "sku"),
    [
        ("Hello, I love my regency cakestand 3 tier. What does another one cost? Mary", "22423"),
        ("Do you still have item 85123A? I would like six. Kind regards, Tom", "85123A"),
        ("Is the set of 3 cake tins pantry design still sold?", "22720"),
    ],
)
def test_a_product_named_by_title_or_code_is_known_and_leads_to_offers(
    shop: Wellput, said: str, sku: str
) -> None:
    made = assisted(shop, said)
    assert [fact.value for fact in made.understanding.facts if fact.kind is FactKind.PRODUCT] == [sku]
    assert 1 <= len(made.offers) <= 3
    for offer in made.offers:
        assert offer.sku != sku
        assert offer.reasons[0].anchor_sku == sku


def test_nothing_is_offered_to_who_wants_the_money_back(shop: Wellput) -> None:
    made = assisted(shop, "The regency cakestand 3 tier came broken. I want a refund, this is a disgrace!")
    assert made.offers == ()
    assert made.no_offer_reason


def test_guidelines_are_found_by_agents_and_never_quoted_to_customers(
    shop: Wellput, data_folder: Path
) -> None:
    hits = shop.lookups.search("articles", "customer wants to return a stained shirt", 3)
    assert hits[0].id == "abcd-product-defect-return-due-to-stain"
    for article in list(abcd.articles(data_folder / "abcd" / "guidelines.json"))[::4]:
        made = assisted(shop, f"I need help with this please: {article['title'].split(': ')[1]}")
        sources = [source for one in made.suggestions for source in one.sources]
        assert not any(source.kind is SourceKind.ARTICLE for source in sources)


def test_what_is_suggested_for_real_chats_has_sources_and_passes_the_check(
    shop: Wellput, data_folder: Path
) -> None:
    suggested = 0
    file = data_folder / "star" / "contacts.jsonl.gz"
    for stated in list(star.contacts(file, every=STAR_SHARE, others=True))[:400:10]:
        first = next(message["text"] for message in stated["messages"] if message["role"] == "customer")
        made = assisted(shop, first, Channel.CHAT)
        if OTHER_LANGUAGE in made.understanding.cues:  # "Hallo!"
            continue
        assert bool(made.suggestions) != bool(made.question), "either a suggestion or what to ask"
        ids = [source.id for one in made.suggestions for source in one.sources]
        with shop.storage.reading() as unit:
            assert set(unit.contacts.known(ids)) == set(ids)
        for one in made.suggestions:
            assert one.check.verdict is not Verdict.BLOCKED
            assert one.sources
            suggested += 1
    assert suggested > 20


def test_the_next_reply_is_mostly_right_in_chats_never_seen(shop: Wellput, data_folder: Path) -> None:
    file = data_folder / "star" / "contacts.jsonl.gz"
    unseen = list(star.contacts(file, every=STAR_SHARE, others=True))[:200]
    picked = {
        (stated["id"], index): message.reply_id
        for stated in unseen
        for index, message in enumerate(as_contact(stated, shop.clock).messages)
        if message.reply_id
    }
    ranked = {
        (one["contact"], one["turn"]): [reply["reply_id"] for reply in one["suggestions"]]
        for one in shop.lookups.suggest(unseen, 3)
    }
    assert set(ranked) == set(picked)
    first = sum(ranked[turn][:1] == [reply_id] for turn, reply_id in picked.items())
    among = sum(reply_id in ranked[turn] for turn, reply_id in picked.items())
    assert first / len(picked) > 0.6
    assert among / len(picked) > 0.8


def test_topics_of_chats_never_seen_are_right_or_withheld(shop: Wellput, data_folder: Path) -> None:
    file = data_folder / "star" / "contacts.jsonl.gz"
    asked = [
        (next(m["text"] for m in stated["messages"] if m["role"] == "customer"), stated["topic"])
        for stated in list(star.contacts(file, every=STAR_SHARE, others=True))[:300]
    ]
    decided = [(shop.lookups.classify(text), topics) for text, topics in asked]
    told = [(None if one.abstained else one.label, topics) for one, topics in decided]
    named = [(topic, topics) for topic, topics in told if topic is not None]
    assert len(named) > 60
    assert sum(topic in topics for topic, topics in named) / len(named) > 0.75


def test_a_reply_that_the_conversation_speaks_against_is_not_suggested(
    shop: Wellput, data_folder: Path
) -> None:
    file = data_folder / "star" / "contacts.jsonl.gz"
    right = suggested = 0
    with shop.storage.reading() as unit:
        for stated in list(star.contacts(file, every=STAR_SHARE, others=True))[:150]:
            contact = as_contact(stated, shop.clock)
            asked = [place for place, message in enumerate(contact.messages) if message.reply_id]
            for place in asked[1:4]:
                made = shop.assisting.propose(replace(contact, messages=contact.messages[:place]))
                for one in made.suggestions[:1]:
                    (past, *_) = unit.contacts.known([one.sources[0].id]).values()
                    told = [m for m in past.messages if without_form(m.text) in one.text]
                    given = {message.reply_id for message in told} - {None}
                    suggested += 1
                    right += contact.messages[place].reply_id in given
    assert suggested > 100
    assert right / suggested > 0.28  # .24 when only the last message counts
