"""Offers for a situation: what truly goes with it, why, and where to buy it; or why there are none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from recommender.alternatives import AlternativeFinder
from recommender.candidates import Candidate, EvidenceFloor, fitting_services
from recommender.catalogue import BuyingRoute, Catalogue, Product, StoreStock
from recommender.choosing import TOO_LITTLE_BOUGHT, Choice, Judged, choose, why_none
from recommender.co_purchase import CoPurchase, DamagedModelError
from recommender.eligibility import Surroundings, judge
from recommender.offering import OfferMaker, Slot, counted, name_of
from recommender.offers import Offer, OfferPolicy, Reason, Recommendation, Situation
from recommender.ranking import Asked, Engine
from recommender.relation_book import RelationBook
from recommender.relations import ServiceFit, services_among
from recommender.stated_candidates import due_again, going_in, in_most_orders, most_bought

__all__ = ["NOTHING_NAMED", "TOO_LITTLE_BOUGHT", "CrossSell", "RuledOut", "ScoredProduct"]
NOTHING_NAMED = "no product is named in this contact"
ENOUGH_OFFERED = "as many offers as one contact may hear were made in this one"
_LOOKED_AT = 60
_BATCH = 12
NO_STOCK: Mapping[str, tuple[StoreStock, ...]] = {}
_RECENT = 10
_RELATIONS = "relations"


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


@dataclass(slots=True)
class _Field:
    """All that was looked at for one situation: what it is offered on, the candidates, those judged so far.

    The catalogue is asked for the candidates a batch at a time, as most are never needed: `main` are in order
    of score, `added` (parts, services) are judged always.
    """

    anchors: tuple[str, ...]
    main: Sequence[Candidate]
    added: Sequence[Candidate]
    known: dict[str, Product]
    around: Surroundings
    catalogue: Catalogue
    judged_of_main: list[Judged]

    def judge_more(self, batch: int) -> bool:
        """Judge the next `batch` candidates; False when there were none left."""
        first = len(self.judged_of_main)
        following = self.main[first : first + batch]
        self.known |= self.catalogue.products(_named_in(following) - self.known.keys())
        self.judged_of_main += self._judged(following)
        return bool(following)

    def _judged(self, candidates: Sequence[Candidate]) -> list[Judged]:
        return [Judged(one, judge(one.sku, self.known.get(one.sku), self.around)) for one in candidates]

    @property
    def judged(self) -> list[Judged]:
        """Every candidate judged so far; a product that is both stands by its purchases."""
        taken = {one.candidate.sku for one in self.judged_of_main}
        return [*self.judged_of_main, *self._judged([one for one in self.added if one.sku not in taken])]

    @property
    def size(self) -> int:
        """How many candidates there are in all."""
        if not self.added:
            return len(self.main)
        return len({one.sku for one in (*self.main, *self.added)})


@dataclass(frozen=True, slots=True)
class CrossSell:
    """Recommends from co-purchases, learned relations and the catalogue's own statements.

    `new_id` gives each offer its id, `model_version` says which model made it, `shop_routes` are
    ways to buy that hold for every product ("phone", "01904 …").
    """

    engine: Engine
    services: tuple[ServiceFit, ...]
    new_id: Callable[[], str]
    model_version: str = ""
    shop_routes: tuple[BuyingRoute, ...] = ()
    floor: EvidenceFloor = field(default_factory=EvidenceFloor)
    relations: RelationBook = field(default_factory=RelationBook)
    policy: OfferPolicy = field(default_factory=OfferPolicy)

    @property
    def co_purchase(self) -> CoPurchase:
        """The exact counts."""
        return self.engine.co_purchase

    def recommend(
        self, situation: Situation, catalogue: Catalogue, *, today: date, n: int = 3
    ) -> Recommendation:
        """Return up to n offers for the situation, best first, or the reason why there are none; and what
        could stand in place of what is asked for.

        Raises ValueError when n is negative.
        """
        if n < 0:
            raise ValueError(f"n is how many offers are wanted at most; {n} is negative")
        if situation.hold_reason is not None:
            return Recommendation((), situation.hold_reason)
        if situation.most is not None and situation.most <= 0:
            return Recommendation((), ENOUGH_OFFERED)
        if not (situation.skus or _from_recent(situation) or situation.open_to_popular):
            return Recommendation((), NOTHING_NAMED)
        most = n if situation.most is None else min(n, situation.most)
        seen = self._field(situation, catalogue, today)
        choice = self._choice(seen, most)
        maker = OfferMaker(self.new_id, self.model_version, self.shop_routes)
        offers = maker.offers(choice, seen.known, situation, catalogue, seen.anchors)
        reason = None if offers else why_none(seen.judged, n)
        return Recommendation(offers, reason, self._alternatives(seen, maker))

    def _choice(self, seen: _Field, most: int) -> Choice:
        """Choose from the first candidates alone where they suffice: more would not change the first."""
        while seen.judge_more(max(_BATCH, 2 * most)):
            choice = choose(seen.judged, seen.known, self.relations, most, seen.size)
            if choice.is_settled(most):
                return choice
        return choose(seen.judged, seen.known, self.relations, most, seen.size)

    def ruled_out(self, situation: Situation, catalogue: Catalogue, *, today: date) -> tuple[RuledOut, ...]:
        """Return the candidates that may not be offered, best scored first, each with why."""
        seen = self._field(situation, catalogue, today)
        seen.judge_more(len(seen.main))
        return tuple(
            RuledOut(one.candidate.sku, name_of(one.candidate.sku, seen.known), one.decision.in_words)
            for one in seen.judged
            if not one.decision.eligible
        )

    def scores(self, skus: Sequence[str], n: int) -> list[ScoredProduct]:
        """Return n products that go with `skus`, no rule asked; what most orders hold fills the rest."""
        scored = [
            ScoredProduct(one.sku, one.score, counted(one.evidence, {}))
            for one in self.engine.candidates(Asked(tuple(skus)), None, n)
        ]
        taken = {*skus, *(one.sku for one in scored)}
        popular = (sku for sku in self.co_purchase.most_bought if sku not in taken)
        for sku, _ in zip(popular, range(n - len(scored)), strict=False):
            scored.append(ScoredProduct(sku, 0.0, (in_most_orders(sku, self.co_purchase),)))
        return scored

    def save(self, folder: Path) -> None:
        """Write the model, the relations and the services to an existing folder."""
        self.engine.save(folder)
        self.relations.save(folder / _RELATIONS)
        rows = [{**asdict(fit), "fits_skus": sorted(fit.fits_skus)} for fit in self.services]
        (folder / "services.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def fitted(
        cls,
        engine: Engine,
        products: Iterable[Product],
        *,
        new_id: Callable[[], str],
        relations: RelationBook | None = None,
    ) -> CrossSell:
        """Join a fitted model with what the catalogue states on services and the learned relations."""
        book = RelationBook() if relations is None else relations
        return cls(engine, services_among(products), new_id, relations=book)

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        new_id: Callable[[], str],
        model_version: str = "",
        shop_routes: tuple[BuyingRoute, ...] = (),
        policy: OfferPolicy | None = None,
    ) -> CrossSell:
        """Read what `save` wrote. Raises DamagedModelError, DamagedRelationsError, FileNotFoundError."""
        rows = json.loads((folder / "services.json").read_text(encoding="utf-8"))
        try:
            services = tuple(_service_fit(row) for row in rows)
        except (KeyError, TypeError) as error:
            raise DamagedModelError(
                f"{folder / 'services.json'} names no services; run 'wellput learn'"
            ) from error
        return cls(
            Engine.load(folder),
            services,
            new_id,
            model_version,
            shop_routes,
            relations=RelationBook.load(folder / _RELATIONS),
            policy=OfferPolicy() if policy is None else policy,
        )

    def _field(self, situation: Situation, catalogue: Catalogue, today: date) -> _Field:
        anchors = self._anchors(situation)
        bought = self._bought_along(anchors, situation, today)
        if not bought and situation.skus and situation.recent:
            anchors = tuple(dict.fromkeys((*anchors, *(sku for sku, _ in situation.recent[:_RECENT]))))
            bought = self._bought_along(anchors, situation, today)
        known = dict(catalogue.products(self._wanted(situation, anchors, bought[:_BATCH])))
        around = Surroundings.of(situation, known, today, self.relations, anchors)
        parts = going_in(around.asked_about, self.relations, catalogue)
        known |= catalogue.products({one.sku for one in parts} - known.keys()) if parts else {}
        due = due_again(_from_recent(situation), self.relations, known)
        main = _joined(due, bought, {one.sku: one.stated for one in parts})
        added = _merged(parts, fitting_services(around.asked_about, self.services))
        return _Field(anchors, main, added, known, around, catalogue, [])

    def _bought_along(
        self, anchors: tuple[str, ...], situation: Situation, today: date
    ) -> Sequence[Candidate]:
        if situation.skus or _from_recent(situation):
            return self.engine.candidates(Asked(anchors, day=today), self.floor, _LOOKED_AT)
        return most_bought(self.co_purchase, _LOOKED_AT)

    def _anchors(self, situation: Situation) -> tuple[str, ...]:
        """Return what is offered on: what is asked about, else what was bought lately; no services.

        Where nothing was bought along with what is asked about, `_field` adds what was bought lately.
        """
        services = {fit.sku for fit in self.services}
        stated = situation.skus or tuple(sku for sku, _ in _from_recent(situation)[:_RECENT])
        return tuple(sku for sku in stated if sku not in services)

    def _wanted(self, situation: Situation, anchors: Sequence[str], bought: Sequence[Candidate]) -> set[str]:
        services = {fit.sku for fit in self.services}
        due = (sku for sku, _ in _from_recent(situation))
        offered = {one.sku for one in bought} | services
        return {*situation.skus, *anchors, *situation.owned, *situation.declined, *offered, *due}

    def _alternatives(self, seen: _Field, maker: OfferMaker) -> tuple[Offer, ...]:
        finder = AlternativeFinder(self.relations, self.policy.price_step)
        wanted = finder.wanted(seen.around) - seen.known.keys()
        if wanted:
            seen.known |= seen.catalogue.products(wanted)
        found = finder.found(seen.around, seen.known)
        stocks = seen.catalogue.store_stock([one.sku for one in found]) if found else NO_STOCK
        return tuple(
            maker.offer(
                Slot(
                    one.sku,
                    0.0,
                    one.reasons,
                    one.relation,
                    instead_of=one.instead_of,
                    differences=one.differences,
                ),
                seen.known,
                seen.around.situation,
                stocks,
            )
            for one in found
        )


def _service_fit(row: Mapping[str, Any]) -> ServiceFit:
    return ServiceFit(
        sku=str(row["sku"]),
        fits_category=str(row["fits_category"]),
        fits_skus=frozenset(str(sku) for sku in row["fits_skus"]),
        excludes_category=str(row["excludes_category"]),
        requires_attribute=str(row["requires_attribute"]),
    )


def _named_in(candidates: Iterable[Candidate]) -> set[str]:
    """Return the products that the candidates' offers and reasons name."""
    likened = {sku for one in candidates if one.likened is not None for sku in one.likened}
    return likened | {one.sku for one in candidates}


def _joined(
    due: Sequence[Candidate], bought: Sequence[Candidate], fits: Mapping[str, tuple[Reason, ...]]
) -> Sequence[Candidate]:
    """Put what is due again first; say of what is bought along that it fits, where it does."""
    if not due and not fits:
        return bought
    again = {one.sku for one in due}
    return [*due, *(_also_fitting(one, fits) for one in bought if one.sku not in again)]


def _also_fitting(one: Candidate, fits: Mapping[str, tuple[Reason, ...]]) -> Candidate:
    return replace(one, stated=(*one.stated, *fits[one.sku])) if one.sku in fits else one


def _from_recent(situation: Situation) -> tuple[tuple[str, int], ...]:
    """Return what was bought lately where offers may rest on it and nothing else is asked about."""
    return situation.recent if situation.from_recent and not situation.skus else ()


def _merged(*lists: Sequence[Candidate]) -> list[Candidate]:
    """Put the lists one after the other; a product in several stands where it comes first."""
    found: dict[str, Candidate] = {}
    for candidates in lists:
        for one in candidates:
            found.setdefault(one.sku, one)
    return list(found.values())
