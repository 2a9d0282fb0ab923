"""Any value that can be made comes back from every storage as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brand_voice.finding import CheckResult, Finding, Fix, Span
from recommender.catalogue import BuyingRoute, Product, Store, StoreStock
from recommender.customers import Customer, OrderLine
from recommender.money import Money
from recommender.offers import Offer, Reason, Situation
from replies.articles import Article, CannedReply
from replies.contacts import Contact, Message, PastOffer
from replies.proposals import Assist, Fact, FactLine, Source, Suggestion, Understanding
from replies.records import AuditEntry, OfferAct, OfferEvent, SuggestionAct, SuggestionEvent
from tests.fakes.values import a_contact

law = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
ID = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)
MOMENT = st.datetimes(timezones=st.just(UTC))
DAY = st.dates()
SHARE = st.floats(0, 1, allow_nan=False)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(-(2**53), 2**53)
COUNT = st.integers(0, 2**53)
ATTRIBUTES = st.dictionaries(TEXT, TEXT | WHOLE | FINITE | st.booleans(), max_size=4)
MONEY = st.builds(Money, WHOLE, st.sampled_from(["GBP", "EUR", "JPY"]))
BY_TYPE: dict[object, st.SearchStrategy[Any]] = {
    str: TEXT,
    float: FINITE,
    int: COUNT,
    bool: st.booleans(),
    datetime: MOMENT,
    date: DAY,
    Money: MONEY,
    Span: st.builds(Span, st.integers(0, 99), st.integers(0, 99)),
    tuple[str, ...]: st.lists(TEXT, max_size=3).map(tuple),
    frozenset[str]: st.frozensets(TEXT, max_size=3),
}


def made(kind: type[Any], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of a dataclass whose fields are what no database has trouble with, or as given."""
    for name, hint in get_type_hints(kind).items():
        if name in given:
            continue
        options = get_args(hint) if get_origin(hint) is UnionType else (hint,)
        known = [BY_TYPE[one] for one in options if one in BY_TYPE]
        if known:
            given[name] = st.one_of(*([st.none()] if NoneType in options else []), *known)
    return st.builds(kind, **given)


def some(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A few, as a tuple."""
    return st.lists(of, max_size=3).map(tuple)


CHECK = made(CheckResult, findings=some(made(Finding, fixes=some(made(Fix)))))
ROUTES = some(made(BuyingRoute))
CONTACTS = made(Contact, id=ID, messages=some(made(Message)), offers=some(made(PastOffer)))
PRODUCTS = made(
    Product, sku=ID, attributes=ATTRIBUTES, buy_at=ROUTES, min_age=st.none() | st.integers(0, 150)
)
UNDERSTANDING = made(
    Understanding, facts=some(made(Fact)), situation=made(Situation), record=some(made(FactLine))
)
SUGGESTION = made(
    Suggestion, id=ID, rank=st.integers(1, 3), sources=some(made(Source)), check=CHECK, confidence=SHARE
)
REASON = made(Reason, together=st.none() | COUNT, of=st.none() | COUNT)
COUNTED = made(StoreStock, store=made(Store))
OFFER = made(Offer, id=ID, reasons=some(REASON), buy_at=ROUTES, store_stock=some(COUNTED))


def different(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A few of different ids, as a tuple."""
    return st.lists(of, max_size=3, unique_by=lambda one: one.id).map(tuple)


ASSISTS = made(
    Assist,
    contact_id=st.just("K-1"),
    contact_version=st.integers(0, 99),
    understanding=UNDERSTANDING,
    suggestions=different(SUGGESTION),
    offers=different(OFFER),
    versions=some(st.tuples(TEXT, TEXT)),
)


class _Undo(Exception):
    """Raised at the end of an example, so that the next one finds an empty storage."""


class Trial:
    """A writing unit that is undone at its end."""

    def __init__(self, storage: Any) -> None:
        self._unit = storage.writing()

    def __enter__(self) -> Any:
        return self._unit.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            self._unit.__exit__(kind or _Undo, error or _Undo(), trace)
        except _Undo:
            return


@law
@given(contact=CONTACTS)
def test_contacts(storage: Any, contact: Contact) -> None:
    with Trial(storage) as unit:
        unit.contacts.add(contact)
        assert unit.contacts.get(contact.id) == contact
        assert list(unit.contacts.queue([contact.status])) == [contact]


@law
@given(assist=ASSISTS)
def test_assists(storage: Any, assist: Assist) -> None:
    with Trial(storage) as unit:
        unit.contacts.add(a_contact())
        unit.assists.record(assist)
        assert unit.assists.get(assist.id) == assist
        for suggestion in assist.suggestions:
            event = SuggestionEvent(
                suggestion.id, SuggestionAct.EDITED, assist.made_at, "ann", "why", "text", 3
            )
            unit.assists.add_suggestion_event(event)
            assert unit.assists.suggestion_events("K-1")[-1] == event
        for offer in assist.offers:
            act = OfferEvent(offer.id, OfferAct.ACCEPT, assist.made_at, "ann", "why")
            unit.assists.add_offer_event(act)
            assert unit.assists.offer_events("K-1")[-1] == act


@law
@given(product=PRODUCTS, article=made(Article, id=ID), reply=made(CannedReply, id=ID, stale=st.just(False)))
def test_what_the_shop_sends(storage: Any, product: Product, article: Article, reply: CannedReply) -> None:
    with Trial(storage) as unit:
        assert unit.intake.put_products([product]) == 1
        assert unit.intake.put_products([product]) == 0
        assert unit.catalogue.products([product.sku]) == {product.sku: product}
        unit.intake.put_articles([article])
        unit.intake.put_canned_replies([reply])
        assert unit.knowledge.articles([article.id]) == {article.id: article}
        assert unit.knowledge.all_canned_replies() == [reply]


@law
@given(
    customer=made(Customer, customer_id=ID),
    lines=st.lists(
        made(OrderLine, order_id=ID, sku=ID, nth=st.integers(1, 99), quantity=WHOLE),
        min_size=1,
        max_size=5,
        unique_by=lambda line: (line.order_id, line.sku, line.nth),
    ),
    entry=made(AuditEntry),
)
def test_customers_orders_and_the_audit(
    storage: Any, customer: Customer, lines: list[OrderLine], entry: AuditEntry
) -> None:
    with Trial(storage) as unit:
        unit.intake.put_customers([customer])
        assert unit.customers.customer(customer.customer_id) == customer
        assert unit.intake.add_order_lines(lines) == len(lines)
        assert unit.intake.add_order_lines(lines) == 0
        stored = [
            line
            for order_id in {one.order_id for one in lines}
            for line in unit.customers.order(order_id).lines
        ]
        assert sorted(stored, key=repr) == sorted(lines, key=repr)
        unit.audit.add(entry)
        assert unit.audit.recent(limit=1) == [entry]
