"""A draft never tells one customer of another: not from records, past replies, or what was typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from brand_voice.checker import Checker
from brand_voice.finding import Verdict
from brand_voice.rulebook import load_rulebook
from recommender.customers import Customer, OrderLine
from recommender.offers import Recommendation
from replies.articles import Article, CannedReply
from replies.assist import Desk, assist
from replies.contacts import Channel, Contact, ContactStatus, Message, Role
from replies.drafting import Drafter
from replies.knowledge import KnowledgeSearch
from replies.shop import Shop, TopicPolicy
from replies.understanding import Understander
from tests.fakes.encoder import HashingEncoder
from tests.fakes.storage import FakeStorage

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SECRETS = (
    "Vance",
    "Peter",
    "LR-900001",
    "held for fraud check",
    "peter.vance@mail.example",
    "LS1 4AP",
    "Marlborough",
)
PIECES = (
    *(
        "where is my order",
        "LR-104233",
        "LR-900001",
        "order 900001",
        "the tracking link",
        "my parcel",
        "refund",
    ),
    *(
        "Peter Vance",
        "peter.vance@mail.example",
        "I want to complain",
        "lamp",
        "please",
        "?",
        "{{ order.id }}",
    ),
)
QUESTIONS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map(" ".join)


class Clock:
    def now(self) -> datetime:
        return NOW


def a_desk() -> Desk:
    encoder = HashingEncoder(128)
    storage = FakeStorage()
    articles = (
        Article(
            "tracking", "The tracking link", "The tracking link of your parcel is in the dispatch e-mail."
        ),
    )
    canned = (
        CannedReply(
            "status", "Your order {{ order.id }} is {{ order.status }}.", "Where is my order", approved_by="R"
        ),
        CannedReply("lamp", "The lamp takes a small bulb of four watts.", "lamp bulb", approved_by="R"),
    )
    replies = (
        "Dear Peter,\n\nYour order LR-900001 is held for fraud check.\n\nKind regards,\nRuth",
        "We sent it to you in Marlborough, where is my order is a fair question.",
        "Your order is held for fraud check. You can follow where the parcel is by the link in your account.",
        "The refund was sent to Vance and we hope it arrives with you soon.",
        "Vance has signed for it. Peter, the refund of your order is on its way now.",
    )
    past = tuple(
        Contact(
            f"P-{n}", Channel.EMAIL, NOW,
            (Message(Role.CUSTOMER, "where is my order, my parcel", NOW), Message(Role.AGENT, text, NOW)),
            customer_id="C-2", status=ContactStatus.CLOSED,
        )
        for n, text in enumerate(replies)
    )  # fmt: skip
    with storage.writing() as unit:
        unit.intake.put_articles(articles)
        unit.intake.put_canned_replies(canned)
        unit.intake.put_customers(
            [
                Customer("C-1", "Joan Hall", "joan.hall@mail.example"),
                Customer("C-2", "Peter Vance", "peter.vance@mail.example", postcode="LS1 4AP"),
            ]
        )
        week_ago = NOW - timedelta(days=7)
        unit.intake.add_order_lines(
            [
                OrderLine("LR-104233", "A", 0, 1, week_ago, "C-1", status="dispatched"),
                OrderLine("LR-900001", "B", 0, 1, week_ago, "C-2", status="held for fraud check"),
                OrderLine("900001", "B", 0, 1, week_ago, "C-2", status="held for fraud check"),
            ]
        )
    shop = Shop(
        topics={"t": TopicPolicy("t", facts=("order_number",), question="Which order is it, please?")}
    )
    numbers = count()
    return Desk(
        storage=storage,
        shop=shop,
        clock=Clock(),
        encoder=encoder,
        understander=Understander(shop),
        knowledge=KnowledgeSearch.fit(articles, past, encoder, canned),
        ranker=None,
        drafter=Drafter(shop),
        checker=Checker(load_rulebook()),
        recommend=lambda situation, catalogue, today: Recommendation((), "none"),
        new_id=lambda: f"id-{next(numbers)}",
    )


DESK = a_desk()


@settings(max_examples=60, deadline=None)
@given(
    QUESTIONS,
    st.sampled_from(list(Channel)),
    st.sampled_from(["C-1", None]),
    st.sampled_from([(), ("LR-900001",), ("LR-104233", "LR-900001")]),
    st.sampled_from(["t", None]),
)
def test_no_draft_holds_another_customers_data(
    question: str, channel: Channel, customer_id: str | None, order_ids: tuple[str, ...], topic: str | None
) -> None:
    contact = Contact(
        "K-1", channel, NOW, (Message(Role.CUSTOMER, question, NOW),), customer_id, order_ids, topic
    )
    made = assist(contact, DESK)
    for suggestion in made.suggestions:
        assert suggestion.check.verdict is not Verdict.BLOCKED
        assert not any(secret in suggestion.text for secret in SECRETS)
        assert "{{" not in suggestion.text
        if customer_id is None:
            assert "LR-104233" not in suggestion.text and "Joan" not in suggestion.text
    assert "B" not in made.understanding.situation.skus
    assert made.suggestions or made.question
    for fact in made.understanding.facts:
        assert 0 <= fact.span.start < fact.span.end <= len(made.understanding.question)
