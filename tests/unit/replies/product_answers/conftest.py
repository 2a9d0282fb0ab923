"""Asks the shop about its products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from recommender.catalogue import Product
from recommender.product_search import ProductSearch
from replies.assist import Desk, assist
from replies.contacts import Channel
from replies.drafting import Drafter
from replies.knowledge import KnowledgeSearch
from replies.products_named import ProductsNamed
from replies.proposals import Assist
from replies.shop import Shop
from replies.understanding import Understander
from tests.fakes.encoder import HashingEncoder
from tests.fakes.storage import FakeStorage
from tests.unit.replies.conftest import CountingEncoder, a_contact
from tests.unit.replies.product_answers.asking import OUR_SHOP, Ask, goods


@pytest.fixture
def ask(make_desk: Callable[..., Desk], storage: FakeStorage, encoder: CountingEncoder) -> Ask:
    """Assists with a message, the products it may be about being in the catalogue."""

    def asked(
        text: str | None, *products: Product, shop: Shop = OUR_SHOP, is_new: bool = True, **changes: Any
    ) -> Assist:
        knows = changes.pop("knows", ())
        held = products or (goods(),)
        with storage.writing() as unit:
            unit.intake.put_products(held)
        search = ProductSearch.fit(held, encoder)
        named = ProductsNamed(search.mentioned, search.loosely_mentioned)
        desk = make_desk(shop=shop, understander=Understander(shop, products=named), drafter=Drafter(shop))
        if knows:
            desk = replace(desk, knowledge=KnowledgeSearch.fit(knows, (), HashingEncoder(256), ()))
        given: dict[str, Any] = {"channel": Channel.CHAT, "customer_id": None, "topic": "price_question"}
        contact = a_contact(text, **(given | changes))
        made = assist(contact, desk)
        with storage.writing() as unit:
            if is_new:
                unit.contacts.add(contact)
            unit.assists.record(made)
        return made

    return asked
