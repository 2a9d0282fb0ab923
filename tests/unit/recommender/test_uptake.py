from datetime import UTC, datetime, timedelta

import pytest

from recommender.customers import OrderLine
from recommender.money import Money
from recommender.uncertainty import wilson_interval
from recommender.uptake import Funnel, OfferRecord, UptakeRows, funnel

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
NOW = START + timedelta(days=80)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def offer(
    contact: str = "k1",
    sku: str = "tea",
    customer: str | None = "c1",
    presented: float | None = 0.0,
    **more: object,
) -> OfferRecord:
    at = None if presented is None else day(presented)
    values = {"shown_at": at, "presented_at": at, **more}
    return OfferRecord(
        f"{contact}-{sku}-{values.get('made_at', START)}",
        contact,
        customer,
        sku,
        **{"made_at": START, **values},
    )


def line(at: float, order: str = "o1", sku: str = "tea", quantity: int = 1, **more: object) -> OrderLine:
    values = {"customer_id": "c1", "unit_price": Money(500, "GBP"), **more}
    return OrderLine(order, sku, 1, quantity, day(at), **values)


def followed(offers: list[OfferRecord], lines: list[OrderLine], now: datetime = NOW) -> Funnel:
    return funnel(UptakeRows(tuple(offers), tuple(lines)), now=now, window_days=30)


def counts(made: Funnel) -> tuple[int, ...]:
    return (made.eligible, *(stage.count for stage in made.stages))


def test_each_step_is_counted_with_its_interval() -> None:
    offers = [
        offer("k1"),
        offer("k2", customer="c2"),
        offer("k3", presented=None, shown_at=day(0)),
        offer("k4", presented=None),
    ]
    made = followed(offers, [line(3)])
    assert counts(made) == (4, 3, 2, 1, 1)
    assert [(stage.name, stage.of) for stage in made.stages] == [
        ("shown", 4),
        ("presented", 3),
        ("bought", 2),
        ("kept", 2),
    ]
    assert made.bought.share == 0.5
    assert made.bought.interval == wilson_interval(1, 2)
    assert made.revenue_bought == made.revenue_kept == (Money(500, "GBP"),)


def test_nothing_is_zero_of_zero() -> None:
    made = followed([], [])
    assert counts(made) == (0, 0, 0, 0, 0)
    assert made.bought.share is None


@pytest.mark.parametrize(
    "bought",
    [
        line(-1),
        line(31),
        line(3, customer_id="c2"),
        line(3, customer_id=None),
        line(3, sku="cup"),
        line(3, status="Cancelled"),
        line(3, quantity=0),
    ],
    ids=["before", "too late", "another customer", "nobody", "another product", "cancelled", "none"],
)
def test_what_is_no_uptake(bought: OrderLine) -> None:
    assert followed([offer()], [bought]).bought.count == 0


def test_an_order_that_carries_the_contacts_id_counts_for_anyone() -> None:
    assert followed([offer(customer=None)], [line(3, customer_id=None, contact_id="k1")]).bought.count == 1
    assert followed([offer(customer=None)], [line(3, customer_id=None)]).bought.count == 0


def test_the_window_holds_both_its_ends() -> None:
    assert followed([offer()], [line(0)]).bought.count == 1
    assert followed([offer()], [line(30)]).bought.count == 1


def test_open_windows_are_told_apart_bought_or_not() -> None:
    offers = [offer("k1"), offer("k2", customer="c2"), offer("k3", customer="c3", presented=60)]
    made = followed(offers, [line(5), line(62, "o2", customer_id="c3")], now=day(70))
    assert (made.bought.count, made.bought.of) == (1, 2)
    assert (made.open_windows, made.bought_in_open_windows) == (1, 1)
    assert made.revenue_bought == (Money(500, "GBP"),)


def test_a_window_is_open_on_its_last_day() -> None:
    assert followed([offer()], [], now=day(30)).open_windows == 1
    assert followed([offer()], [], now=day(30.1)).open_windows == 0


def test_what_came_back_is_bought_but_not_kept() -> None:
    made = followed([offer()], [line(3, returned_at=day(9))])
    assert (made.bought.count, made.kept.count) == (1, 0)
    assert made.revenue_kept == (Money(0, "GBP"),)


def test_a_refund_takes_from_the_latest_earlier_purchase() -> None:
    lines = [line(-20, "o0"), line(3, quantity=3), line(9, "o2", quantity=-1)]
    made = followed([offer()], lines)
    assert made.kept.count == 1
    assert (made.revenue_bought, made.revenue_kept) == ((Money(1500, "GBP"),), (Money(1000, "GBP"),))


def test_a_refund_beyond_the_purchase_goes_on_to_the_one_before() -> None:
    made = followed([offer()], [line(2), line(3, "o2"), line(9, "o3", quantity=-2)])
    assert (made.bought.count, made.kept.count) == (1, 0)


def test_another_customers_refund_takes_nothing() -> None:
    assert followed([offer()], [line(3), line(9, "o2", quantity=-1, customer_id="c2")]).kept.count == 1


def test_a_refund_before_the_purchase_takes_nothing() -> None:
    assert followed([offer()], [line(1, "o0", quantity=-1), line(3)]).kept.count == 1


def test_repeating_an_offer_in_a_contact_is_one_offer() -> None:
    offers = [
        offer(presented=None, made_at=day(0)),
        offer(presented=2, made_at=day(1)),
        offer(presented=4, made_at=day(3), declined_at=day(5)),
    ]
    made = followed(offers, [line(3)])
    assert counts(made) == (1, 1, 1, 1, 1)
    assert made.declined == 1


def test_an_order_is_credited_once_to_its_contact_or_the_latest_presentation() -> None:
    offers = [offer("k1", presented=0), offer("k2", presented=2)]
    assert followed(offers, [line(3)]).bought.count == 1
    assert followed(offers, [line(1), line(3, "o2")]).bought.count == 2
    assert followed(offers, [line(3, contact_id="k1"), line(4, "o2")]).bought.count == 2


def test_what_was_presented_was_seen() -> None:
    assert followed([offer(shown_at=None)], []).shown.count == 1


def test_kept_purchases_that_may_still_come_back_are_said() -> None:
    assert followed([offer()], [line(29)], now=day(50)).kept_may_still_return == 1
    assert followed([offer()], [line(29)], now=day(65)).kept_may_still_return == 0


def test_currencies_are_not_mixed() -> None:
    offers = [offer("k1"), offer("k2", sku="cup")]
    made = followed(offers, [line(3), line(3, sku="cup", unit_price=Money(700, "EUR"))])
    assert made.revenue_bought == (Money(700, "EUR"), Money(500, "GBP"))
    assert followed([offer()], [line(3, unit_price=None)]).revenue_bought == ()


def test_a_senseless_window_is_refused() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        funnel(UptakeRows((), ()), now=NOW, window_days=0)
