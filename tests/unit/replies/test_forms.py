"""What a draft says in the form of its channel: what was asked, options, next step, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from recommender.catalogue import BuyingRoute
from replies.articles import Article, Audience, CannedReply
from replies.assist import Desk, assist
from replies.case import open_case
from replies.contacts import Channel, Contact, Message, Role
from replies.drafting import Drafter
from replies.knowledge import KnowledgeSearch
from replies.offer_wording import with_offer
from replies.proposals import Assist
from replies.sending import recipient_of
from replies.shop import PolicyOption, Shop, TopicPolicy
from replies.understanding import Understander
from tests.fakes.encoder import HashingEncoder
from tests.fakes.storage import FakeStorage

from .conftest import ARTICLES, CANNED, NOW, SHOP, a_contact, a_past_contact, an_offer

MakeDesk = Callable[..., Desk]
REPLACED = PolicyOption("A replacement", "Sent free of charge.", "rights", statutory=True)
REFUNDED = PolicyOption(
    "A full refund", "Paid to the way you paid.", "rights", statutory=True, within_days=30
)
VOUCHER = PolicyOption("A voucher", "Valid for two years.", "vouchers")
COLLECTED = PolicyOption("A collection", "We fetch it from your door.", "")
TRACKING = "Where is my parcel, the tracking link?"
FAULTY = "The pan of order LR-104233 came without its handle, where is my parcel with the tracking link?"


def shop_with(*options: PolicyOption) -> Shop:
    policy = replace(SHOP.topics["delivery_status"], options=options, matter="a delivery")
    return replace(SHOP, topics={**SHOP.topics, "delivery_status": policy})


def proposed(make_desk: MakeDesk, contact: Contact, shop: Shop = SHOP) -> Assist:
    return assist(contact, make_desk(shop=shop, understander=Understander(shop), drafter=Drafter(shop)))


def running(*texts: str, channel: Channel = Channel.CHAT) -> Contact:
    roles = (Role.CUSTOMER, Role.AGENT)
    messages = tuple(Message(roles[place % 2], text, NOW) for place, text in enumerate(texts))
    return a_contact(None, messages=messages, channel=channel, topic="delivery_status")


def a_macro(reply_id: str, words: str, action: str) -> CannedReply:
    topics = ("delivery_status",)
    return CannedReply(reply_id, words, TRACKING, topics, actions=(action,), approved_by="R")


def desk_with(make_desk: MakeDesk, storage: FakeStorage, reply: CannedReply) -> Desk:
    """Return a desk whose search knows one more canned reply."""
    with storage.writing() as unit:
        unit.intake.put_canned_replies([reply])
    return make_desk(knowledge=KnowledgeSearch.fit(ARTICLES, (), HashingEncoder(256), (*CANNED, reply)))


def put(storage: FakeStorage, *articles: Article) -> None:
    with storage.writing() as unit:
        unit.intake.put_articles(articles)


RIGHTS = Article("rights", "Your rights", "You choose between a replacement and a full refund.")
VOUCHERS = Article("vouchers", "Vouchers", "You may take a voucher.")


def test_a_draft_says_what_was_asked_and_when_what_follows(make_desk: MakeDesk) -> None:
    text = proposed(make_desk, a_contact(topic="delivery_status")).suggestions[0].text
    assert "LR-104233" in text and "asking about your delivery" in text
    assert "I will look at the tracking again by Wednesday 25 November 2026" in text


@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.PHONE])
def test_a_running_conversation_is_not_greeted_again_nor_promised_a_day(
    make_desk: MakeDesk, channel: Channel
) -> None:
    contact = running(
        "Where is my order LR-104233?",
        "Hello Joan, let me look.",
        "Where is my parcel, the tracking link?",
        channel=channel,
    )
    made = proposed(make_desk, contact)
    assert made.suggestions
    for suggestion in made.suggestions:
        assert not suggestion.text.startswith(("Hello", "Dear"))
        assert "Thank you for asking" not in suggestion.text
        assert "25 November" not in suggestion.text


def test_a_done_thing_is_looked_after_and_the_agent_is_told_to_do_it(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    words = "I have asked the carrier where your parcel with the tracking link is."
    desk = desk_with(make_desk, storage, a_macro("traced", words, "ask_carrier"))
    made = assist(a_contact(TRACKING, topic="delivery_status"), desk)
    traced = next(one for one in made.suggestions if one.reply_id == "traced")
    assert "I will check by Wednesday 25 November 2026 that this has been done" in traced.text
    assert "I will look at the tracking again" not in traced.text
    assert "do before you send it: ask carrier" in traced.reasons


@pytest.mark.parametrize("channel", list(Channel))
def test_options_stand_side_by_side_and_the_law_is_named(
    make_desk: MakeDesk, storage: FakeStorage, channel: Channel
) -> None:
    put(storage, RIGHTS, VOUCHERS)
    contact = a_contact(FAULTY, topic="delivery_status", channel=channel)
    made = proposed(make_desk, contact, shop_with(REPLACED, REFUNDED, VOUCHER))
    text = made.suggestions[0].text
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert [line.split(":")[0] for line in lines] == ["- A replacement", "- A full refund", "- A voucher"]
    assert [("your right by law" in line) for line in lines] == [True, True, False]
    assert {"rights", "vouchers"} <= {source.id for source in made.suggestions[0].sources}


def test_a_canned_reply_on_another_topic_does_not_speak_for_this_one(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    reply = replace(a_macro("other", "The tracking link of a parcel is in our app.", ""), actions=())
    for topics, is_said in ((("delivery_status",), True), ((), True), (("returns",), False)):
        desk = desk_with(make_desk, storage, replace(reply, topics=topics))
        made = assist(a_contact(TRACKING, topic="delivery_status"), desk)
        (other,) = (one for one in made.suggestions if one.reply_id == "other")
        assert ("asking about your delivery" in other.text) is is_said
        assert ("I will look at the tracking again" in other.text) is is_said


@pytest.mark.parametrize(
    ("words", "options", "is_offered"),
    [
        (
            "A parcel with a tracking link cannot be returned unless it is faulty.",
            (VOUCHER, COLLECTED),
            False,
        ),
        ("A parcel with a tracking link can only be returned if it is faulty.", (VOUCHER, COLLECTED), False),
        ("Your parcel cannot be traced. You may return it in a store.", (VOUCHER, COLLECTED), True),
        ("A parcel with a tracking link cannot be returned.", (REPLACED, REFUNDED), True),
    ],
)
def test_no_choice_stands_beside_an_answer_that_rules_it_out(
    make_desk: MakeDesk,
    storage: FakeStorage,
    words: str,
    options: tuple[PolicyOption, ...],
    is_offered: bool,
) -> None:
    put(storage, RIGHTS, VOUCHERS)
    shop = shop_with(*options)
    desk = desk_with(make_desk, storage, replace(a_macro("said", words, ""), actions=()))
    desk = replace(desk, shop=shop, understander=Understander(shop), drafter=Drafter(shop))
    made = assist(a_contact(TRACKING, topic="delivery_status"), desk)
    (said,) = (one for one in made.suggestions if one.reply_id == "said")
    assert (f"- {options[0].title}" in said.text) is is_offered
    assert ("I will look at the tracking again" in said.text) is is_offered


def test_an_option_of_an_expired_article_is_named_nowhere(make_desk: MakeDesk, storage: FakeStorage) -> None:
    put(storage, RIGHTS, replace(VOUCHERS, review_by=date(2026, 1, 1)))
    contact = a_contact(FAULTY, topic="delivery_status")
    made = proposed(make_desk, contact, shop_with(REPLACED, REFUNDED, VOUCHER))
    assert "A full refund" in made.suggestions[0].text
    assert not any("voucher" in one.text.lower() for one in made.suggestions)
    assert any("“A voucher” is not offered" in note for note in made.notes)


def test_without_the_statutory_option_there_is_no_choice(make_desk: MakeDesk, storage: FakeStorage) -> None:
    put(storage, replace(RIGHTS, review_by=date(2026, 1, 1)), VOUCHERS)
    made = proposed(make_desk, a_contact(FAULTY, topic="delivery_status"), shop_with(REPLACED, VOUCHER))
    assert not any("- A voucher" in one.text for one in made.suggestions)
    assert any("statutory" in note for note in made.notes)


def test_an_option_that_rests_on_a_guideline_for_agents_is_not_offered(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    put(storage, RIGHTS, replace(VOUCHERS, audience=Audience.AGENT))
    contact = a_contact(FAULTY, topic="delivery_status")
    made = proposed(make_desk, contact, shop_with(REPLACED, REFUNDED, VOUCHER))
    assert not any("voucher" in one.text.lower() for one in made.suggestions)
    assert any("“A voucher” is not offered" in note for note in made.notes)


def test_an_option_whose_time_has_run_out_is_left_out(make_desk: MakeDesk, storage: FakeStorage) -> None:
    put(storage, RIGHTS, VOUCHERS)
    late = replace(REFUNDED, within_days=3)
    contact = a_contact(FAULTY, topic="delivery_status")
    made = proposed(make_desk, contact, shop_with(REPLACED, late, VOUCHER))
    assert "- A full refund" not in made.suggestions[0].text and "- A voucher" in made.suggestions[0].text
    assert any("3 days" in note for note in made.notes)


def test_the_agent_is_told_of_a_number_nobody_knows_and_it_is_not_said_back(make_desk: MakeDesk) -> None:
    made = proposed(
        make_desk, a_contact("Where is my order LR-900001, the tracking link?", topic="delivery_status")
    )
    assert any("LR-900001 is not on record for this customer" in note for note in made.notes)
    assert not any("LR-900001" in one.text or "order number, please" in one.text for one in made.suggestions)


def test_guidelines_are_shown_to_the_agent_and_quoted_to_nobody(make_desk: MakeDesk) -> None:
    made = proposed(
        make_desk, a_contact("Goodwill vouchers, limits for agents, parcel was lost by the carrier?")
    )
    assert [source.id for source in made.guidelines] == ["goodwill"]
    assert not any("twenty pounds" in one.text for one in made.suggestions)


def test_the_phone_script_checks_what_was_understood(make_desk: MakeDesk) -> None:
    contact = a_contact(topic="delivery_status", channel=Channel.PHONE)
    text = proposed(make_desk, contact, shop_with()).suggestions[0].text
    assert (
        "You are calling about a delivery and your order LR-104233; have I understood that rightly?" in text
    )
    assert "(Pause: let them put it right; press Confirm beside each fact.)" in text
    assert "Note what was agreed" in text


def test_a_letter_names_its_enclosures_and_its_recipient(make_desk: MakeDesk, storage: FakeStorage) -> None:
    words = "Please use the label for your parcel; the tracking link is on it."
    desk = desk_with(make_desk, storage, a_macro("label", words, "enclose returns_label"))
    made = assist(a_contact(TRACKING, topic="delivery_status", channel=Channel.POST), desk)
    text = next(one.text for one in made.suggestions if one.reply_id == "label")
    assert text.endswith("Enclosed: returns label")
    assert "Joan Hall\nYO1 1AA" in text and "Dear Joan Hall," in text


def test_a_letter_is_addressed_in_full_and_its_own_address_is_no_fault(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    with storage.writing() as unit:
        joan = unit.customers.customer("C-1")
        assert joan is not None
        unit.intake.put_customers([replace(joan, street="Flat 2\n4 Mill Lane", town="York")])
    letter = a_contact(topic="delivery_status", channel=Channel.POST)
    best = assist(letter, make_desk()).suggestions[0]
    assert "\n\nJoan Hall\nFlat 2\n4 Mill Lane\nYork\nYO1 1AA\n\n" in best.text
    assert "safety.address" not in {finding.rule for finding in best.check.findings}
    with storage.reading() as unit:
        joan = unit.customers.customer("C-1")
    assert recipient_of(letter, joan) == "Mrs Joan Hall, Flat 2, 4 Mill Lane, York, YO1 1AA"
    mailed = assist(a_contact(topic="delivery_status"), make_desk()).suggestions[0]
    assert "Mill Lane" not in mailed.text


def test_an_offer_names_two_ways_to_buy_the_channels_own_first() -> None:
    routes = (
        BuyingRoute("store", "York"),
        BuyingRoute("web", "https://x.example/p"),
        BuyingRoute("phone", "01632 960142"),
    )
    offer = replace(an_offer(), buy_at=routes)
    assert "online at https://x.example/p, or in our store: York." in with_offer("", offer, Channel.EMAIL)
    assert "by phone on 01632 960142, or online at https://x.example/p." in with_offer(
        "", offer, Channel.PHONE
    )


def test_a_price_is_said_only_while_the_product_is_on_sale(make_desk: MakeDesk, storage: FakeStorage) -> None:
    priced = CannedReply(
        "price", "The {{ product.title }} costs {{ product.price }}.", "KIT-0412 price", approved_by="R"
    )
    question = a_contact("KIT-0412 price?", topic=None)
    with storage.writing() as unit:
        unit.intake.put_canned_replies([priced])
    shop = replace(SHOP, topics={"p": TopicPolicy("p")})
    known = proposed(make_desk, question, shop)
    with storage.writing() as unit:
        product = unit.catalogue.products(["KIT-0412"])["KIT-0412"]
        unit.intake.put_products([replace(product, available_to=NOW.date() - timedelta(days=1))])
    over = proposed(make_desk, question, shop)
    assert not any("£45.00" in one.text for one in over.suggestions)
    assert len(over.suggestions) <= len(known.suggestions)


@pytest.mark.parametrize("channel", list(Channel))
def test_a_message_that_only_asks_promises_nothing(make_desk: MakeDesk, channel: Channel) -> None:
    contact = a_contact(
        "Something about the thing", topic="delivery_status", channel=channel, customer_id=None
    )
    desk = make_desk()
    with desk.storage.reading() as unit:
        case = open_case(contact, unit, SHOP, NOW)
        understanding = desk.understander.understand(case, desk.read(contact), unit)
        only_asks = desk.composer(case, understanding, unit).ask_for("Which order is it, please?")
    assert "Which order is it, please?" in only_asks
    assert "I will" not in only_asks.replace("and I will go on at once", "") and "come back" not in only_asks


def test_an_answer_that_stands_in_a_longer_one_is_shown_once(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    part = (
        "The tracking link of your parcel stands in the e-mail that we send when it has been packed for you;"
        " open it on a telephone or a computer and choose the map."
    )
    more = "You also find it in your account under Orders, beside the receipt and the returns label."
    article = Article("links", "Where is my parcel, the tracking link", part)
    longer = CannedReply("longer", f"{part} {more}", TRACKING, ("delivery_status",), approved_by="R")
    put(storage, article)
    with storage.writing() as unit:
        unit.intake.put_canned_replies([longer])
    knows = KnowledgeSearch.fit((*ARTICLES, article), (), HashingEncoder(256), (*CANNED, longer))
    made = assist(a_contact(TRACKING, topic="delivery_status"), make_desk(knowledge=knows))
    (once,) = (one for one in made.suggestions if part in one.text)
    assert {source.id for source in once.sources} == {"links", "longer"}


def test_a_past_reply_that_asks_for_what_was_given_is_not_offered(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    past = a_past_contact("P-9", TRACKING, "May I have your order number, please?")
    knows = KnowledgeSearch.fit((), (past,), HashingEncoder(256))
    desk = make_desk(knowledge=knows)
    asked = assist(a_contact(TRACKING, customer_id=None, topic="delivery_status"), desk)
    assert any("May I have your order number" in one.text for one in asked.suggestions)
    given = assist(a_contact(f"{TRACKING} It is LR-104233.", topic="delivery_status"), desk)
    assert not any("May I have your order number" in one.text for one in given.suggestions)


def test_a_message_that_only_asks_passes_no_complaint_over(make_desk: MakeDesk, storage: FakeStorage) -> None:
    desk, contact = make_desk(), a_contact("I want to complain. Nobody wrote back.", channel=Channel.POST)
    with storage.reading() as unit:
        case = open_case(contact, unit, SHOP, NOW)
        understanding = desk.understander.understand(case, desk.read(contact), unit)
        only_asks = desk.composer(case, understanding, unit).ask_for("What happened, please?")
    assert "I am sorry that we have let you down." in only_asks


def test_a_canned_reply_that_names_an_option_out_of_date_is_not_suggested(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    reply = a_macro("gift", "Where is my parcel, the tracking link? A voucher is yours while we look.", "")
    desk = desk_with(make_desk, storage, replace(reply, actions=()))
    shop = shop_with(REPLACED, REFUNDED, VOUCHER)
    desk = replace(desk, shop=shop, understander=Understander(shop), drafter=Drafter(shop))
    contact = a_contact(TRACKING, topic="delivery_status")
    put(storage, RIGHTS, VOUCHERS)
    assert "gift" in {one.reply_id for one in assist(contact, desk).suggestions}
    put(storage, replace(VOUCHERS, review_by=date(2026, 1, 1)))
    assert "gift" not in {one.reply_id for one in assist(contact, desk).suggestions}


def test_a_reply_that_states_its_own_day_gets_no_second_one(
    make_desk: MakeDesk, storage: FakeStorage
) -> None:
    reply = a_macro("dated", "I will ask where your parcel is and write to you by {{ due_date }}.", "")
    desk = desk_with(make_desk, storage, replace(reply, actions=()))
    made = assist(a_contact(TRACKING, topic="delivery_status"), desk)
    (dated,) = (one for one in made.suggestions if one.reply_id == "dated")
    assert dated.text.count("Wednesday 25 November 2026") == 1


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [("How do I dry it, rub it and oil it?", True), ("How do I dry, rub and oil a cast iron pan?", False)],
)
def test_which_product_is_not_asked_where_the_answer_speaks_of_it(
    make_desk: MakeDesk, text: str, *, is_asked: bool
) -> None:
    policy = TopicPolicy("product_care", facts=("product",), question="Which product is it, please?")
    shop = replace(SHOP, topics={"product_care": policy})
    made = proposed(make_desk, a_contact(text, topic="product_care", customer_id=None), shop)
    care = [one for one in made.suggestions if one.sources[0].id == "care"]
    assert care and all(("Which product is it, please?" in one.text) == is_asked for one in care)


def test_guidelines_on_other_matters_are_not_shown(make_desk: MakeDesk) -> None:
    assert proposed(make_desk, a_contact("Where is my order LR-104233?")).guidelines == ()


def test_a_link_of_an_old_article_is_given_with_https(make_desk: MakeDesk, storage: FakeStorage) -> None:
    guide = Article(
        "guide", "Guide to seasoning", "The guide to seasoning is at http://larkfieldandrowe.example/g."
    )
    put(storage, guide)
    knowledge = KnowledgeSearch.fit((*ARTICLES, guide), (), HashingEncoder(256))
    made = assist(a_contact("Is there a guide to seasoning?"), make_desk(knowledge=knowledge))
    assert "https://larkfieldandrowe.example/g" in made.suggestions[0].text
