"""Candidates that rest on other things than orders with what is asked about: what is due again, parts that
fit, what most orders hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recommender.candidates import Candidate
from recommender.catalogue import Catalogue, Product
from recommender.co_purchase import CoPurchase
from recommender.compatibility import judge_fit, parts_for
from recommender.offering import name_of, orders
from recommender.offers import Reason, RelationKind
from recommender.relation_book import RelationBook


def due_again(
    recent: Sequence[tuple[str, int]], relations: RelationBook, known: Mapping[str, Product]
) -> list[Candidate]:
    """Return what a customer bought and is likely to need again about now.

    `recent` are SKUs with the days since. What most customers came back for stands first.
    """
    found: list[Candidate] = []
    for sku, days in recent:
        repeat = relations.repeat(sku)
        if repeat is not None and repeat.is_due(days):
            name = name_of(sku, known)
            words = (
                f"bought {days} days ago; {repeat.again:,} of the {repeat.buyers:,} customers who bought "
                f"{name} bought it again, half of those times within {repeat.middle_days} days"
            )
            reason = Reason(words, sku, repeat.again, repeat.buyers)
            share = repeat.again / repeat.buyers
            found.append(Candidate(sku, share, relation=RelationKind.REPLENISHMENT, stated=(reason,)))
    return sorted(found, key=lambda one: (-one.score, one.sku))


def going_in(asked: Mapping[str, Product], relations: RelationBook, catalogue: Catalogue) -> list[Candidate]:
    """Return the parts that go into what is asked about, on the catalogue's word alone."""
    hosts = parts_for(asked.values(), relations.interfaces, relations.parts)
    parts = catalogue.products(hosts) if hosts else dict[str, Product]()
    found: list[Candidate] = []
    for sku, part in sorted(parts.items()):
        host = asked[hosts[sku]]
        verdict = judge_fit(part, [host], relations.interfaces)
        reason = Reason(f"fits {name_of(host.sku, asked)}: {verdict.statement}", host.sku)
        found.append(Candidate(sku, 0.0, relation=RelationKind.COMPATIBLE, stated=(reason,)))
    return found


def most_bought(co_purchase: CoPurchase, n: int) -> list[Candidate]:
    """Return the n products that most orders hold."""
    return [
        Candidate(
            sku,
            co_purchase.orders_with(sku) / max(co_purchase.orders, 1),
            relation=RelationKind.POPULAR,
            stated=(in_most_orders(sku, co_purchase),),
        )
        for sku in co_purchase.most_bought[:n]
    ]


def in_most_orders(sku: str, co_purchase: CoPurchase) -> Reason:
    """Return how many orders hold the product."""
    together, of = co_purchase.orders_with(sku), co_purchase.orders
    return Reason(f"bought in {together:,} of {orders(of)}", None, together, of)
