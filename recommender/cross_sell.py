"""Offers for a situation: what truly goes with it, why, and where to buy it; or why there are none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from recommender.buying import routes_for, stores_with_stock
from recommender.candidates import Candidate, EvidenceFloor, bought_together, fitting_services
from recommender.catalogue import BuyingRoute, Catalogue, Product
from recommender.co_purchase import CoPurchase, DamagedModelError, Together
from recommender.eligibility import Decision, Ruling, Surroundings, judge
from recommender.offers import Offer, Reason, Recommendation, Situation
from recommender.relations import ServiceFit, family_ids, services_among

NOTHING_NAMED = "no product is named in this contact"
TOO_LITTLE_BOUGHT = "nothing that goes with this was bought often enough"
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class ScoredProduct:
    """A product with its score and why, before any rule was asked."""

    sku: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A candidate that may not be offered, and why in words."""

    sku: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class CrossSell:
    """Recommends from co-purchases and the catalogue's own statements on services.

    `new_id` gives each offer its id, `model_version` says which model made it, `shop_routes` are
    ways to buy that hold for every product ("phone", "01904 …").
    """

    co_purchase: CoPurchase
    services: tuple[ServiceFit, ...]
    new_id: Callable[[], str]
    model_version: str = ""
    shop_routes: tuple[BuyingRoute, ...] = ()
    floor: EvidenceFloor = field(default_factory=EvidenceFloor)

    def recommend(
        self, situation: Situation, catalogue: Catalogue, *, today: date, n: int = 3
    ) -> Recommendation:
        """Return up to n offers for the situation, best first, or the reason why there are none.

        Raises ValueError when n is negative.
        """
        if n < 0:
            raise ValueError(f"n is how many offers are wanted at most; {n} is negative")
        if situation.hold_reason is not None:
            return Recommendation((), situation.hold_reason)
        if not situation.skus:
            return Recommendation((), NOTHING_NAMED)
        candidates, known, decisions = self._judged(situation, catalogue, today)
        passed = [one for one, ruled in zip(candidates, decisions, strict=True) if ruled.eligible]
        chosen = _chosen(passed, known, n)
        if not chosen:
            return Recommendation((), _why_none(decisions, n))
        return Recommendation(self._offers(chosen, known, situation.channel, catalogue))

    def ruled_out(self, situation: Situation, catalogue: Catalogue, *, today: date) -> tuple[RuledOut, ...]:
        """Return the candidates that may not be offered, best scored first, each with why."""
        candidates, known, decisions = self._judged(situation, catalogue, today)
        return tuple(
            RuledOut(one.sku, _name(one.sku, known), ruled.ruling.value)
            for one, ruled in zip(candidates, decisions, strict=True)
            if not ruled.eligible
        )

    def scores(self, skus: Sequence[str], n: int) -> list[ScoredProduct]:
        """Return n products that go with `skus`, no rule asked; what most orders hold fills the rest."""
        scored = [
            ScoredProduct(one.sku, one.score, _together(one.evidence, {}))
            for one in bought_together(skus, self.co_purchase, None, n)
        ]
        taken = {*skus, *(one.sku for one in scored)}
        popular = (sku for sku in self.co_purchase.most_bought if sku not in taken)
        for sku, _ in zip(popular, range(n - len(scored)), strict=False):
            scored.append(ScoredProduct(sku, 0.0, (self._popular(sku),)))
        return scored

    def save(self, folder: Path) -> None:
        """Write the model and the services to an existing folder."""
        self.co_purchase.save(folder)
        rows = [{**asdict(fit), "fits_skus": sorted(fit.fits_skus)} for fit in self.services]
        (folder / "services.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def fitted(
        cls, co_purchase: CoPurchase, products: Iterable[Product], *, new_id: Callable[[], str]
    ) -> CrossSell:
        """Join a fitted model with what the catalogue states on services."""
        return cls(co_purchase, services_among(products), new_id)

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        new_id: Callable[[], str],
        model_version: str = "",
        shop_routes: tuple[BuyingRoute, ...] = (),
    ) -> CrossSell:
        """Read what `save` wrote. Raises DamagedModelError, FileNotFoundError."""
        rows = json.loads((folder / "services.json").read_text(encoding="utf-8"))
        try:
            services = tuple(_service_fit(row) for row in rows)
        except (KeyError, TypeError) as error:
            raise DamagedModelError(
                f"{folder / 'services.json'} names no services; run 'wellput learn'"
            ) from error
        return cls(CoPurchase.load(folder), services, new_id, model_version, shop_routes)

    def _judged(
        self, situation: Situation, catalogue: Catalogue, today: date
    ) -> tuple[list[Candidate], Mapping[str, Product], list[Decision]]:
        services = {fit.sku for fit in self.services}
        anchors = [sku for sku in situation.skus if sku not in services]
        bought = bought_together(anchors, self.co_purchase, self.floor, _LOOKED_AT)
        known = catalogue.products(self._wanted(situation, bought))
        around = Surroundings.of(situation, known, today)
        candidates = _merged(bought, fitting_services(around.asked_about, self.services))
        return candidates, known, [judge(one.sku, known.get(one.sku), around) for one in candidates]

    def _wanted(self, situation: Situation, bought: Sequence[Candidate]) -> set[str]:
        offered = {one.sku for one in bought} | {fit.sku for fit in self.services}
        return {*situation.skus, *situation.owned, *situation.declined, *offered}

    def _offers(
        self, chosen: Sequence[Candidate], known: Mapping[str, Product], channel: str, catalogue: Catalogue
    ) -> tuple[Offer, ...]:
        stocks = catalogue.store_stock([one.sku for one in chosen])
        offers: list[Offer] = []
        for one in chosen:
            product = known[one.sku]
            stores = stores_with_stock(stocks.get(one.sku, ()))
            offers.append(
                Offer(
                    id=self.new_id(),
                    sku=one.sku,
                    title=product.title,
                    score=one.score,
                    reasons=_reasons(one, known),
                    price=product.price,
                    stock=product.stock,
                    buy_at=routes_for(product, stores, channel, self.shop_routes),
                    store_stock=stores,
                    model_version=self.model_version,
                )
            )
        return tuple(offers)

    def _popular(self, sku: str) -> Reason:
        together, of = self.co_purchase.orders_with(sku), self.co_purchase.orders
        return Reason(f"bought in {together:,} of {_orders(of)}", None, together, of)


def _reasons(one: Candidate, known: Mapping[str, Product]) -> tuple[Reason, ...]:
    if one.serves is not None:
        return (Reason(f"can be added to {_name(one.serves, known)}", one.serves),)
    return _together(one.evidence, known)


def _together(seen: Iterable[Together], known: Mapping[str, Product]) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            f"bought together in {one.together:,} of {_orders(one.of)} with {_name(one.anchor, known)}",
            one.anchor,
            one.together,
            one.of,
        )
        for one in seen
    )


def _name(sku: str, known: Mapping[str, Product]) -> str:
    title = known[sku].title.strip() if sku in known else ""
    return title or sku


def _service_fit(row: Mapping[str, Any]) -> ServiceFit:
    return ServiceFit(
        sku=str(row["sku"]),
        fits_category=str(row["fits_category"]),
        fits_skus=frozenset(str(sku) for sku in row["fits_skus"]),
        excludes_category=str(row["excludes_category"]),
        requires_attribute=str(row["requires_attribute"]),
    )


def _merged(bought: Sequence[Candidate], services: Sequence[Candidate]) -> list[Candidate]:
    """Put the services after what is bought together; one that is both stands by its purchases."""
    taken = {one.sku for one in bought}
    return [*bought, *(one for one in services if one.sku not in taken)]


def _chosen(passed: Sequence[Candidate], known: Mapping[str, Product], n: int) -> list[Candidate]:
    """Take the first n, one a variant family; the last place goes to a fitting service where n > 1."""
    families: set[str] = set()
    distinct: list[Candidate] = []
    for one in passed:
        ids = family_ids(known[one.sku])
        if not ids & families:
            families |= ids
            distinct.append(one)
    service = next((one for one in distinct if one.serves is not None), None)
    bought = [one for one in distinct if one.serves is None]
    if service is None or (n == 1 and bought):
        return bought[:n]
    return [*bought[: max(n - 1, 0)], service][:n]


def _why_none(decisions: Sequence[Decision], n: int) -> str:
    if n == 0:
        return "no offer was asked for"
    rulings = Counter(one.ruling for one in decisions if not one.eligible and one.ruling is not Ruling.NO_FIT)
    if not rulings:
        return TOO_LITTLE_BOUGHT
    words = ", ".join(f"{count} {ruling.value}" for ruling, count in rulings.most_common())
    return f"what goes with this cannot be offered: {words}"


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count:,} orders"
