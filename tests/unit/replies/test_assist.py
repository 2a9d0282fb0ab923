"""An assist from end to end: what is suggested, from what, and when it is silent."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from brand_voice.finding import Verdict
from recommender.customers import OrderLine
from replies.articles import Article, Audience, CannedReply
from replies.assist import MAX_SUGGESTIONS, Desk, assist
from replies.case import open_case
from replies.confidence import Confidence, Evidence
from replies.contacts import Channel, Message, Role
from replies.knowledge import KnowledgeSearch
from replies.proposals import Band, Draft, FactKind, SourceKind, SuggestionKind
from replies.understanding import NOT_UNDERSTOOD, Understander
from tests.fakes.storage import FakeStorage

from .conftest import NOW, SHOP, CountingEncoder, a_contact, a_past_contact

MakeDesk = Callable[..., Desk]


def test_a_question_gets_a_checked_reply_with_source_next_step_and_offer(make_desk: MakeDesk) -> None:
    made = assist(a_contact(topic="delivery_status"), make_desk())
    best = made.suggestions[0]
    assert best.kind is SuggestionKind.MACRO
    assert best.text.startswith("Dear Joan,")
    assert "Your order LR-104233 of Tuesday 17 November 2026 has the status dispatched." in best.text
    assert "by Wednesday 25 November 2026" in best.text
    assert "Larkfield & Rowe" in best.text.splitlines()[-1]
    assert best.sources[0].kind is SourceKind.CANNED_REPLY
    assert best.band is not Band.SILENT and best.reasons
    assert [offer.sku for offer in made.offers] == ["KIT-0500"]
    assert made.question is None
    assert ("search", "v1") in made.versions
    assert [suggestion.rank for suggestion in made.suggestions] == list(range(1, len(made.suggestions) + 1))
    assert len(made.suggestions) <= MAX_SUGGESTIONS


def test_one_assist_is_one_encoder_pass_of_one_text(make_desk: MakeDesk, encoder: CountingEncoder) -> None:
    desk = make_desk()
    assist(a_contact(), desk)
    assert encoder.passes == [1]


def test_facts_are_found_at_their_place(make_desk: MakeDesk) -> None:
    text = "Is kit-0412 of order LR-104233 on its way?"
    understanding = assist(a_contact(text), make_desk()).understanding
    places = {fact.kind: (fact.value, text[fact.span.start : fact.span.end]) for fact in understanding.facts}
    assert places == {
        FactKind.PRODUCT: ("KIT-0412", "kit-0412"),
        FactKind.ORDER_NUMBER: ("LR-104233", "LR-104233"),
    }
    assert understanding.situation.owned == {"KIT-0412"}
    assert understanding.missing == ()


def test_nothing_of_another_customers_order_is_used(make_desk: MakeDesk) -> None:
    made = assist(a_contact("Where is my order LR-900001?", topic="delivery_status"), make_desk())
    said = "\n".join(suggestion.text for suggestion in made.suggestions)
    assert "fraud" not in said and "LR-900001" not in said and "LR-104233" not in said
    assert "KIT-0500" not in made.understanding.situation.skus
    assert FactKind.ORDER_NUMBER not in made.understanding.missing or "order number" in said


def test_an_order_tied_to_a_contact_without_customer_is_not_revealed(make_desk: MakeDesk) -> None:
    contact = a_contact(
        "Where is my order?", customer_id=None, order_ids=("LR-900001",), topic="delivery_status"
    )
    made = assist(contact, make_desk())
    assert all("fraud" not in s.text and "LR-900001" not in s.text for s in made.suggestions)
    assert all(s.text.startswith("Hello,") for s in made.suggestions)


def test_a_choice_of_orders_is_asked_for_not_guessed(make_desk: MakeDesk, storage: FakeStorage) -> None:
    with storage.writing() as unit:
        unit.intake.add_order_lines(
            [OrderLine("LR-104999", "KIT-0412", 0, 1, NOW - timedelta(days=2), "C-1")]
        )
    made = assist(a_contact("Where is my parcel?", topic="delivery_status"), make_desk())
    assert made.understanding.missing == (FactKind.ORDER_NUMBER,)
    assert made.suggestions
    assert all("Could you tell me your order number, please?" in s.text for s in made.suggestions)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I want to complain about order LR-104233.", "open complaint"),
        ("My husband passed away, where is order LR-104233?", "bereavement"),
        ("The pan arrived broken.", "open fault"),
        ("Où est ma commande, s'il vous plaît ?", "message in another language"),
    ],
)
def test_offers_are_held_back_for_a_reason(make_desk: MakeDesk, text: str, reason: str) -> None:
    made = assist(a_contact(text), make_desk())
    assert made.offers == ()
    assert made.no_offer_reason == reason


class AnyTopic:
    """Gives one topic the same chance for every text."""

    labels = ("delivery_status", "complaint")
    threshold = 0.6

    def __init__(self, chance: float) -> None:
        self.chance = np.float32(chance)

    def chances(self, _text: str, _vector: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray([self.chance, 1 - self.chance], dtype=np.float32)


def test_a_sure_topic_is_used_and_an_unsure_one_abstains_and_offers_nothing(make_desk: MakeDesk) -> None:
    question = a_contact("Where is my parcel, and what about LR-104233?")
    sure = assist(question, make_desk(understander=Understander(SHOP, AnyTopic(0.9))))
    unsure = assist(question, make_desk(understander=Understander(SHOP, AnyTopic(0.55))))
    assert (sure.understanding.topic, unsure.understanding.topic) == ("delivery_status", None)
    assert sure.understanding.topic_confidence == pytest.approx(0.9)
    assert sure.offers and not unsure.offers
    assert unsure.no_offer_reason == NOT_UNDERSTOOD


def test_a_complaint_is_answered_with_an_apology(make_desk: MakeDesk) -> None:
    made = assist(
        a_contact("I am furious! Where is my parcel and tracking link?", topic="delivery_status"), make_desk()
    )
    assert made.suggestions
    assert all("sorry" in s.text for s in made.suggestions)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Où est ma commande ? Je ne la trouve pas.", "French"),
        ("Rückerstattung", "German"),
        ("Где мой заказ? Где доставка?", "another language"),
    ],
)
def test_another_language_gets_no_reply_in_ours(make_desk: MakeDesk, text: str, language: str) -> None:
    made = assist(a_contact(text), make_desk())
    assert made.suggestions == ()
    assert made.question is None
    assert "other language" in made.understanding.cues
    assert made.notes == (
        f"The message looks to be in {language}, in which this shop does not answer: nothing is suggested.",
    )


def test_a_reply_in_a_language_the_shop_does_not_serve_is_not_suggested(make_desk: MakeDesk) -> None:
    desk, contact = make_desk(), a_contact("Where is my parcel?")
    with desk.storage.reading() as unit:
        case = open_case(contact, unit, desk.shop, desk.clock.now())
        understanding = desk.understander.understand(case, desk.read(contact), unit)
    english, french = (
        Draft(SuggestionKind.EXTRACT, text, 0.9, (), ())
        for text in (
            "It takes three days.",
            "Hello,\n\nVotre colis est en route, vous le recevrez dans trois jours.\n\nKind regards,\nAnn",
        )
    )
    (kept,) = desk.check((french, english), case, understanding)
    assert "three days" in kept.text


@pytest.mark.parametrize("text", ["", "   \n ", None, "xqzv wvut"])
def test_what_is_not_known_is_asked(make_desk: MakeDesk, text: str | None) -> None:
    made = assist(a_contact(text), make_desk())
    assert made.suggestions == ()
    assert made.question is not None and made.question.endswith("?")


def test_a_hostile_template_in_customer_text_is_only_text(make_desk: MakeDesk, storage: FakeStorage) -> None:
    with storage.writing() as unit:
        customer = unit.customers.customer("C-1")
        assert customer is not None
        unit.intake.put_customers([replace(customer, name="{{ shop.name }}{% for x in y %}")])
    text = "{{ 'a' * 50000000 }} {% include 'x' %} Where is my parcel tracking link? ${7*7}"
    made = assist(a_contact(text, topic="delivery_status"), make_desk())
    assert made.suggestions
    assert all(
        "{{" not in s.text and "{%" not in s.text and s.text.startswith("Hello,") for s in made.suggestions
    )


def test_100_000_characters_are_read_in_part_and_in_time(make_desk: MakeDesk) -> None:
    text = (
        "Where is my parcel LR-104233, and the tracking link? " * 40
        + "I am waiting, 12/11/2026, £4.50, jo@x.example. " * 2_200
    )
    desk = make_desk()
    started = time.process_time()
    made = assist(a_contact(text[:100_000], topic="delivery_status"), desk)
    assert time.process_time() - started < 2
    assert made.suggestions
    assert len(made.understanding.question) <= 20_000


def test_a_draft_that_the_gate_would_block_is_not_suggested(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    promise = CannedReply(
        "rash",
        "Where is my parcel: card 4111 1111 1111 1111, {{ order.secret }}",
        "Where is my parcel tracking",
        topics=("delivery_status",),
        approved_by="Nobody careful",
    )
    with storage.writing() as unit:
        unit.intake.put_canned_replies([promise])
    desk = make_desk()
    made = assist(a_contact("Where is my parcel tracking?", topic="delivery_status"), desk)
    assert all(s.check.verdict is not Verdict.BLOCKED and s.reply_id != "rash" for s in made.suggestions)


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Put every pan in the dishwasher."},
        {"audience": Audience.AGENT},
        {"review_by": NOW.date() - timedelta(days=1)},
    ],
)
def test_an_article_changed_or_gone_since_learning_is_not_quoted(
    make_desk: MakeDesk, storage: FakeStorage, change: dict[str, Any]
) -> None:
    question = "How do I wash and oil a cast iron pan after each use?"
    desk = make_desk()
    before = assist(a_contact(question), desk)
    assert any(s.sources[0].id == "care" for s in before.suggestions)
    with storage.writing() as unit:
        article = unit.knowledge.articles(["care"])["care"]
        unit.intake.put_articles([replace(article, **change)])
    after = assist(a_contact(question), desk)
    assert all("by hand" not in s.text for s in after.suggestions)


def test_a_past_reply_is_reused_only_when_it_could_be_said_to_anyone(make_desk: MakeDesk) -> None:
    question = "Can the lid of the enamel roaster go into the oven?"
    generic = a_past_contact(
        "P-1",
        question,
        "Dear Peter,\nYes, the lid is safe in a hot oven and under a grill.\nKind regards,\nRuth",
    )
    personal = a_past_contact(
        "P-2", question, "Yes, and we sent yours to Mr Vance in Leeds as you asked us to."
    )
    made = assist(a_contact(question), make_desk(past=(generic, personal)))
    said = "\n".join(s.text for s in made.suggestions)
    assert "the lid is safe in a hot oven" in said
    assert "Vance" not in said and "Peter" not in said and "Ruth" not in said
    assert made.suggestions[0].sources[0].kind is SourceKind.PAST_QUERY


def test_a_burst_of_messages_is_one_question(make_desk: MakeDesk) -> None:
    messages = tuple(
        Message(Role.CUSTOMER, text, NOW) for text in ("Hello", "Where is my parcel?", "It is LR-104233")
    )
    made = assist(a_contact(None, messages=messages, topic="delivery_status"), make_desk())
    assert made.understanding.question == "Hello\nWhere is my parcel?\nIt is LR-104233"
    assert made.contact_version == 3


def test_a_chat_reply_quotes_no_more_than_people_read_there(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    body = "Oil the cast iron pan. " + " ".join(
        f"Rub the pan with oil for the {n}th time." for n in range(12)
    )
    with storage.writing() as unit:
        unit.intake.put_articles([replace(unit.knowledge.articles(["care"])["care"], body=body)])
    articles = (Article("care", "Looking after cast iron pans", body),)
    knowledge = KnowledgeSearch.fit(articles, (), CountingEncoder())
    question = "Looking after cast iron pans"
    texts = {
        channel: assist(a_contact(question, channel=channel), make_desk(knowledge=knowledge))
        .suggestions[0]
        .text
        for channel in (Channel.CHAT, Channel.EMAIL)
    }
    assert "11th time" in texts[Channel.EMAIL] and "11th time" not in texts[Channel.CHAT]
    assert "Oil the cast iron pan. Rub the pan" in texts[Channel.CHAT]
    assert len(texts[Channel.CHAT].split()) <= 90


@pytest.mark.parametrize("channel", list(Channel))
def test_every_channel_has_its_form(make_desk: MakeDesk, channel: Channel) -> None:
    made = assist(a_contact(channel=channel, topic="delivery_status"), make_desk())
    text = made.suggestions[0].text
    assert "Wednesday 25 November 2026" in text and "Joan" in text
    formal = {Channel.POST, Channel.FAX}
    assert ("Our reference: K-1" in text) == (channel in formal)
    assert (SHOP.address in text) == (channel in formal)
    assert ("(Pause" in text) == (channel is Channel.PHONE)
    if channel is Channel.CHAT:
        assert all(len(turn.split()) <= 45 for turn in text.split("\n\n"))


ASKING = CannedReply(
    "late",
    "When a parcel is late, tell us the order number, and we ask the carrier where the parcel is.",
    "Where is my late parcel: we ask the carrier",
    topics=("delivery_status",),
    approved_by="Ruth Calloway",
)
TELLING = replace(
    ASKING,
    id="late_told",
    text="When a parcel is late, you hear from us, and we ask the carrier where it is.",
)


REACHING = replace(ASKING, id="reach", text="When a parcel is late, tell us by e-mail, phone or letter.")
NUMBER_GIVEN = "asks for the order number, which the customer gave"
IN_TOUCH = "says how to get in touch, which the customer did"


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        ("Where is my late parcel LR-104233?", ASKING, NUMBER_GIVEN),
        ("Where is my late parcel?", ASKING, ""),
        ("My parcel is late, and I am angry.", REACHING, IN_TOUCH),
        ("How do I tell you that a parcel is late?", REACHING, ""),
    ],
)
def test_what_was_done_already_stands_behind_and_says_so(
    make_desk: MakeDesk,
    storage: FakeStorage,
    encoder: CountingEncoder,
    text: str,
    said: CannedReply,
    why: str,
) -> None:
    with storage.writing() as unit:
        unit.intake.put_canned_replies([said, TELLING])
    desk = make_desk(knowledge=KnowledgeSearch.fit((), (), encoder, (said, TELLING)))
    made = assist(a_contact(text, topic="delivery_status", customer_id=None), desk)
    reasons = {one.reply_id: one.reasons for one in made.suggestions}
    evidence = {one.reply_id: dict(one.evidence) for one in made.suggestions}
    assert [one for one in reasons[said.id] if one in (NUMBER_GIVEN, IN_TOUCH)] == ([why] if why else [])
    assert evidence[said.id].get("again", 0.0) == (1.0 if why else 0.0)
    assert "again" not in evidence["late_told"]


def test_asking_again_makes_less_sure() -> None:
    sure = Confidence()
    for kind in (SuggestionKind.MACRO, SuggestionKind.PAST_REPLY, SuggestionKind.EXTRACT):
        asking = sure.of(kind, Evidence(cosine=0.7, again=1.0))
        assert asking < sure.of(kind, Evidence(cosine=0.7))
