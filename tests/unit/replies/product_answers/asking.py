"""The shop that is asked about its products, and what of an answer the tests look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from recommender.catalogue import BuyingRoute, Product
from recommender.money import Money
from replies.proposals import Assist, SourceKind, Suggestion
from replies.shop import TopicPolicy
from tests.unit.replies.conftest import SHOP

PAGE = "https://www.larkfieldandrowe.example/p/stand"
WAYS = (
    BuyingRoute("web", PAGE),
    BuyingRoute("phone", "01632 960142"),
    BuyingRoute("store", "York, 12 Stonegate"),
)


def goods(**changes: Any) -> Product:
    stated: dict[str, Any] = {
        "sku": "22423",
        "title": "Regency Cakestand, 3 Tier",
        "price": Money(1275, "GBP"),
        "stock": 30,
        "url": PAGE,
        "attributes": {"colour": "Cream", "height_cm": 34, "dishwasher_safe": False, "replenishable": True},
        "buy_at": WAYS,
    }
    return Product(**(stated | changes))


MUGS = (
    goods(sku="MUG-1001", title="Stoneware Mug, Oatmeal", price=Money(950, "GBP")),
    goods(sku="MUG-1002", title="Stoneware Mug, Slate Blue", price=Money(1050, "GBP"), stock=0),
)
PRICES = TopicPolicy(
    "price_question",
    facts=("product",),
    question="Which product is your question about, and where did you see the price, please?",
    acknowledgement="Thank you for asking about the price.",
    next_step="I will keep your question open until {{ due_date }}.",
)
LATE = TopicPolicy(
    "late",
    facts=("order_number",),
    question="Could you tell me your order number and the date you were expecting it, please?",
    hold_reason="late delivery",
)
OUR_SHOP = replace(SHOP, topics={**SHOP.topics, PRICES.id: PRICES, LATE.id: LATE})

Ask = Callable[..., Assist]


def told(made: Assist) -> Suggestion:
    """The suggestion that the catalogue gave."""
    return next(one for one in made.suggestions if one.sources[0].kind is SourceKind.RECORD)


def is_silent(made: Assist) -> bool:
    return not any(source.kind is SourceKind.RECORD for one in made.suggestions for source in one.sources)


def answer(made: Assist) -> str:
    return told(made).text.split("\n\n")[1]
