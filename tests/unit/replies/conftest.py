"""One small shop with two customers, and a desk over it that needs no model and no disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from brand_voice.articles_say import ArticlesSay
from brand_voice.checker import Checker
from brand_voice.rulebook import load_rulebook
from recommender.catalogue import BuyingRoute, Product
from recommender.customers import Customer, OrderLine
from recommender.money import Money
from recommender.offers import Offer, Reason, Recommendation
from replies.articles import Article, Audience, CannedReply
from replies.assist import Desk
from replies.contacts import Channel, Contact, ContactStatus, Message, Role
from replies.drafting import Drafter
from replies.gate import Gate
from replies.knowledge import KnowledgeSearch
from replies.ports import NotDelivered
from replies.records import OutboxMessage
from replies.shop import OpeningHours, Shop, TopicPolicy
from replies.understanding import Understander
from tests.fakes.encoder import HashingEncoder
from tests.fakes.storage import FakeStorage

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
TODAY = date(2026, 11, 23)


@dataclass
class FakeClock:
    """A clock that stands until it is moved."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def pass_time(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class FakeCarrier:
    """Keeps what it is given; `fault` is raised instead, before or after taking it."""

    taken: list[OutboxMessage] = field(default_factory=list)
    fault: BaseException | None = None
    takes_before_fault: bool = False

    def deliver(self, message: OutboxMessage) -> str:
        if self.fault is None or self.takes_before_fault:
            self.taken.append(message)
        if self.fault is not None:
            raise self.fault
        return f"receipt {len(self.taken)}"

    def refuse(self) -> None:
        self.fault = NotDelivered("the folder is full")


class CountingEncoder(HashingEncoder):
    """Counts its passes and texts."""

    def __init__(self) -> None:
        super().__init__(256)
        self.passes: list[int] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.passes.append(len(texts))
        return super().encode(texts)


SHOP = Shop(
    name="Larkfield & Rowe",
    email="care@larkfieldandrowe.example",
    phone="01632 960142",
    website="https://www.larkfieldandrowe.example",
    address="12 Stonegate, York YO1 8AS",
    hours={day: OpeningHours(time(8), time(18)) for day in range(5)} | {5: OpeningHours(time(9), time(17))},
    reply_within_h={"email": 10.0},
    topics={
        "delivery_status": TopicPolicy(
            "delivery_status",
            facts=("order_number",),
            question="Could you tell me your order number, please?",
            acknowledgement="Thank you for asking about your delivery.",
            next_step="I will look at the tracking again by {{ due_date }} and tell you what I find.",
        ),
        "complaint": TopicPolicy(
            "complaint",
            question="Could you tell me what went wrong, please?",
            acknowledgement="Thank you for telling us. I am sorry that we have let you down.",
            next_step="I will write to you with our answer by {{ due_date }}.",
            next_step_days=3,
            hold_reason="open complaint",
        ),
    },
)

ARTICLES = (
    Article(
        "delivery",
        "Delivery times and costs",
        "Standard delivery takes 3 to 5 working days and costs £3.95. It is free over £50.\n\n"
        "## Next day\n\nOrder by 14:00 from Monday to Friday for delivery on the next working day at £6.95.",
        topics=("delivery_status",),
    ),
    Article(
        "care",
        "Looking after cast iron pans",
        "Wash the cast iron pan by hand, dry it well and rub it with a little oil after each use.",
        topics=("product_care",),
    ),
    Article(
        "old-gifts",
        "Gift wrapping in gold foil paper",
        "We wrap gifts in gold foil paper with a velvet ribbon for every season of the year.",
        review_by=date(2026, 1, 1),
    ),
    Article(
        "goodwill",
        "Goodwill limits for agents",
        "Agents may give goodwill vouchers up to twenty pounds when a parcel was lost by the carrier.",
        audience=Audience.AGENT,
    ),
)

CANNED = (
    CannedReply(
        "tracking",
        "Your order {{ order.id }} of {{ order.date }} has the status {{ order.status }}. The link to track "
        "it is in the dispatch e-mail.",
        "Where is my order, with tracking",
        topics=("delivery_status",),
        approved_by="Ruth Calloway",
    ),
    CannedReply(
        "tracking_link",
        "The tracking link for your parcel is in the dispatch e-mail and in your account under Orders.",
        "Where is my parcel: the tracking link",
        topics=("delivery_status",),
        approved_by="Ruth Calloway",
    ),
    CannedReply("unapproved", "Where is my parcel order tracking? We do not know.", "Where is my parcel"),
)

PRODUCTS = (
    Product("KIT-0412", "Cast iron frying pan", price=Money(4500, "GBP"), stock=4),
    Product("KIT-0500", "Pan brush", price=Money(650, "GBP"), stock=9),
)

CUSTOMERS = (
    Customer("C-1", "Mrs Joan Hall", "joan.hall@mail.example", "01904 111222", "YO1 1AA", True),
    Customer("C-2", "Peter Vance", "peter.vance@mail.example", "01904 333444", "LS1 4AP", True),
)

LINES = (
    OrderLine("LR-104233", "KIT-0412", 0, 1, NOW - timedelta(days=6), "C-1", status="dispatched"),
    OrderLine("LR-900001", "KIT-0500", 0, 2, NOW - timedelta(days=3), "C-2", status="held for fraud check"),
)


def an_offer(offer_id: str = "O-1") -> Offer:
    return Offer(
        id=offer_id,
        sku="KIT-0500",
        title="Pan brush",
        score=0.5,
        reasons=(Reason("Bought together in 41 of 300 orders", "KIT-0412", 41, 300),),
        price=Money(650, "GBP"),
        stock=9,
        buy_at=(
            BuyingRoute("store", "York, 12 Stonegate"),
            BuyingRoute("web", "https://www.larkfieldandrowe.example/pan-brush"),
        ),
    )


def a_contact(text: str | None = "Where is my order LR-104233?", **changes: Any) -> Contact:
    messages = () if text is None else (Message(Role.CUSTOMER, text, NOW),)
    return replace(Contact("K-1", Channel.EMAIL, NOW, messages, customer_id="C-1"), **changes)


def a_past_contact(contact_id: str, question: str, reply: str, reply_id: str | None = None) -> Contact:
    messages = (Message(Role.CUSTOMER, question, NOW), Message(Role.AGENT, reply, NOW, reply_id))
    return a_contact(None, id=contact_id, messages=messages, status=ContactStatus.CLOSED, customer_id="C-2")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def carrier() -> FakeCarrier:
    return FakeCarrier()


@pytest.fixture
def storage() -> FakeStorage:
    filled = FakeStorage()
    with filled.writing() as unit:
        unit.intake.put_articles(ARTICLES)
        unit.intake.put_canned_replies(CANNED)
        unit.intake.put_products(PRODUCTS)
        unit.intake.put_customers(CUSTOMERS)
        unit.intake.add_order_lines(LINES)
    return filled


@pytest.fixture
def new_id() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"id-{next(numbers)}"


@pytest.fixture(scope="session")
def checker() -> Checker:
    return Checker(load_rulebook())


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def make_desk(
    storage: FakeStorage,
    clock: FakeClock,
    checker: Checker,
    encoder: CountingEncoder,
    new_id: Callable[[], str],
) -> Iterator[Callable[..., Desk]]:
    def make(past: tuple[Contact, ...] = (), **changes: Any) -> Desk:
        given: dict[str, Any] = {
            "storage": storage,
            "shop": SHOP,
            "clock": clock,
            "encoder": encoder,
            "understander": Understander(SHOP),
            "knowledge": KnowledgeSearch.fit(ARTICLES, past, encoder, CANNED),
            "ranker": None,
            "drafter": Drafter(SHOP),
            "checker": checker,
            "recommend": lambda situation, catalogue, today: (
                Recommendation((), situation.hold_reason)
                if situation.hold_reason is not None
                else Recommendation((an_offer(),))
            ),
            "new_id": new_id,
            "versions": (("search", "v1"),),
        }
        desk = Desk(**(given | changes))
        encoder.passes.clear()
        return desk

    yield make


@pytest.fixture
def gate(
    storage: FakeStorage,
    checker: Checker,
    clock: FakeClock,
    carrier: FakeCarrier,
    new_id: Callable[[], str],
) -> Gate:
    said = ArticlesSay(frozenset({"delivery:5 days"}))
    return Gate(storage, checker, SHOP, clock, carrier, new_id, lambda today: said)
