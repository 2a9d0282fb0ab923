"""What the funnel is worked out from, on both databases."""

from __future__ import annotations

from dataclasses import replace

from api.storage import SqlStorage
from recommender.customers import OrderLine
from recommender.uptake import OfferRecord
from replies.records import OfferAct, OfferEvent
from tests.fakes.values import a_contact, after, an_assist, an_offer


def test_each_offer_comes_with_the_first_time_of_each_act(storage: SqlStorage) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        offers = (an_offer("O-1", sku="A"), an_offer("O-2", sku="B"))
        unit.assists.record(an_assist("A-1", offers=offers, suggestions=()))
        late = an_assist("A-2", made_at=after(60), offers=(an_offer("O-3", sku="A"),), suggestions=())
        unit.assists.record(late)
        for act, minutes in (
            (OfferAct.IMPRESSION, 3),
            (OfferAct.IMPRESSION, 1),
            (OfferAct.PRESENTATION, 5),
            (OfferAct.DECLINE, 9),
            (OfferAct.ACCEPT, 2),
        ):
            unit.assists.add_offer_event(OfferEvent("O-1", act, after(minutes), "ann"))
    rows = storage.uptake_rows()
    first = OfferRecord("O-1", "K-1", "C-1", "A", after(0), after(1), after(5), after(9))
    untouched = OfferRecord("O-2", "K-1", "C-1", "B", after(0))
    repeated = OfferRecord("O-3", "K-1", "C-1", "A", after(60))
    assert rows.offers == (first, untouched, repeated)
    assert storage.uptake_rows(after(1)).offers == (repeated,)


def test_the_lines_are_those_of_presented_products_since_the_first_presentation(storage: SqlStorage) -> None:
    line = OrderLine("1", "A", 1, 1, after(5), customer_id="C-1")
    lines = [
        line,
        replace(line, order_id="2", ordered_at=after(4)),
        replace(line, order_id="3", sku="B"),
        replace(line, order_id="4", ordered_at=after(99), customer_id="C-2", quantity=-1),
    ]
    with storage.writing() as unit:
        unit.intake.add_order_lines(lines)
        unit.contacts.add(a_contact())
        offers = (an_offer("O-1", sku="A"), an_offer("O-2", sku="B"))
        unit.assists.record(an_assist("A-1", offers=offers, suggestions=()))
    assert storage.uptake_rows().lines == ()
    with storage.writing() as unit:
        unit.assists.add_offer_event(OfferEvent("O-1", OfferAct.PRESENTATION, after(5), "ann"))
    assert [one.order_id for one in storage.uptake_rows().lines] == ["1", "4"]
