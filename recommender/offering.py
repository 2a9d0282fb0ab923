"""Turns a chosen candidate into an offer: reasons in words, price, stock, ways to buy, receipt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from recommender.buying import routes_for, stores_with_stock
from recommender.candidates import Candidate, Likened
from recommender.catalogue import BuyingRoute, Catalogue, Product, StoreStock
from recommender.choosing import Choice, PassedOver
from recommender.co_purchase import Together
from recommender.eligibility import RULES
from recommender.offers import Displaced, Offer, Reason, Receipt, RelationKind, Situation

_ABOVE_SHOWN, _BELOW_SHOWN = 5, 3


@dataclass(frozen=True, slots=True)
class Slot:
    """What is offered in one place, and on what grounds."""

    sku: str
    score: float
    reasons: tuple[Reason, ...]
    relation: RelationKind
    receipt: Receipt | None = None
    instead_of: str | None = None
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferMaker:
    """Makes offers. `new_id` gives each its id, `shop_routes` are ways to buy that hold for every product."""

    new_id: Callable[[], str]
    model_version: str = ""
    shop_routes: tuple[BuyingRoute, ...] = ()

    def offers(
        self,
        choice: Choice,
        known: Mapping[str, Product],
        situation: Situation,
        catalogue: Catalogue,
        anchors: Sequence[str],
    ) -> tuple[Offer, ...]:
        """Return an offer for each chosen candidate, in order, with its receipt."""
        if not choice.chosen:
            return ()
        stocks = catalogue.store_stock([one.sku for one in choice.chosen])
        by_score = sorted(choice.passed_over, key=lambda out: -out.candidate.score)
        return tuple(
            self.offer(
                Slot(
                    one.sku,
                    one.score,
                    (reasons := reasons_for(one, known)),
                    one.relation,
                    receipt=self._receipt(place, one, reasons, choice.considered, by_score, known, anchors),
                ),
                known,
                situation,
                stocks,
            )
            for place, one in enumerate(choice.chosen, start=1)
        )

    def offer(
        self,
        slot: Slot,
        known: Mapping[str, Product],
        situation: Situation,
        stocks: Mapping[str, Sequence[StoreStock]],
    ) -> Offer:
        """Return the offer of one product; `stocks` are the counts in stores by SKU."""
        product = known[slot.sku]
        stores = stores_with_stock(stocks.get(slot.sku, ()), situation.postcode)
        return Offer(
            id=self.new_id(),
            sku=slot.sku,
            title=product.title,
            score=slot.score,
            reasons=slot.reasons,
            price=product.price,
            stock=product.stock,
            buy_at=routes_for(product, stores, situation.channel, self.shop_routes),
            store_stock=stores,
            model_version=self.model_version,
            relation=slot.relation,
            instead_of=slot.instead_of,
            differences=slot.differences,
            receipt=slot.receipt,
        )

    def _receipt(
        self,
        place: int,
        one: Candidate,
        reasons: tuple[Reason, ...],
        considered: int,
        by_score: Sequence[PassedOver],
        known: Mapping[str, Product],
        anchors: Sequence[str],
    ) -> Receipt:
        higher = bisect_right(by_score, -one.score, key=lambda out: -out.candidate.score)
        above, below = by_score[:higher][-_ABOVE_SHOWN:], by_score[higher:][:_BELOW_SHOWN]
        return Receipt(
            place=place,
            asked_about=tuple(anchors),
            evidence=reasons,
            features=tuple(one.features),
            passed=tuple(RULES),
            displaced=tuple(
                Displaced(out.candidate.sku, name_of(out.candidate.sku, known), out.candidate.score, out.why)
                for out in (*above, *below)
            ),
            considered=considered,
            model_version=self.model_version,
            probability=one.probability or None,
        )


def reasons_for(one: Candidate, known: Mapping[str, Product]) -> tuple[Reason, ...]:
    """Return why the candidate is offered: what the catalogue states first, then the counts."""
    if one.serves is not None:
        return (Reason(f"can be added to {name_of(one.serves, known)}", one.serves),)
    if one.likened is not None:
        return (*one.stated, *(_borrowed(seen, one.likened, known) for seen in one.evidence))
    return (*one.stated, *counted(one.evidence, known))


def _borrowed(seen: Together, likened: Likened, known: Mapping[str, Product]) -> Reason:
    """Say what is true of the product that a new one reads like; the new one has no counts."""
    like, anchor = name_of(likened.to, known), name_of(seen.anchor, known)
    counts = f"bought in {seen.together:,} of {orders(seen.of)} with {anchor}"
    if seen.anchor == likened.to:
        words = f"{counts}, which reads like {name_of(likened.new, known)}"
        return Reason(words, seen.anchor, seen.together, seen.of, stands_for=likened.new)
    words = f"reads like {like}, which was {counts}"
    return Reason(words, seen.anchor, seen.together, seen.of, counted_sku=likened.to)


def counted(seen: Iterable[Together], known: Mapping[str, Product]) -> tuple[Reason, ...]:
    """Return the counts of orders in words."""
    return tuple(
        Reason(
            f"bought together in {one.together:,} of {orders(one.of)} with {name_of(one.anchor, known)}",
            one.anchor,
            one.together,
            one.of,
        )
        for one in seen
    )


def name_of(sku: str, known: Mapping[str, Product]) -> str:
    """Return the product's title, else its SKU."""
    title = known[sku].title.strip() if sku in known else ""
    return title or sku


def orders(count: int) -> str:
    """Return "1 order", "300 orders"."""
    return "1 order" if count == 1 else f"{count:,} orders"
