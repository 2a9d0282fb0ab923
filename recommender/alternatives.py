"""What stands in place of a product asked for: where it cannot be had, or a step better at a stated price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from recommender.catalogue import AttributeValue, Product
from recommender.eligibility import STAND_IN_RULES, Surroundings, can_be_had, judge
from recommender.offers import Reason, RelationKind
from recommender.relation_book import RelationBook, StandIn, leaf_of
from recommender.relations import family_ids

_LEAST_SHARED = 3
_INSTEAD, _UPGRADES = 3, 1
_DIFFERENCES = 4
_ALWAYS_BETTER = frozenset(
    {
        "guarantee_years",
        "warranty_years",
        "warranty_months",
        "pieces",
        "capacity_ml",
        "capacity_l",
        "capacity_g",
    }
)
_NO_DIFFERENCE = frozenset({"care", "unit", "replenishable", "hidden", "no_offers"})


@dataclass(frozen=True, slots=True)
class Alternative:
    """A product in place of another: of which kind, why, and how it differs, the price first."""

    sku: str
    instead_of: str
    relation: RelationKind
    reasons: tuple[Reason, ...]
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlternativeFinder:
    """Finds alternatives. A better product may cost more by the part `price_step` (0.25: a quarter)."""

    relations: RelationBook
    price_step: float = 0.25

    def wanted(self, around: Surroundings) -> set[str]:
        """Return the SKUs to look up before `found` is asked: none where a product can be had and nothing
        says what is better than it."""
        return {
            stand_in.sku
            for sku, product in self._open(around)
            if not can_be_had(product, around.today) or self._rising(product)
            for stand_in in self.relations.stand_ins(sku)
        }

    def _open(self, around: Surroundings) -> Iterator[tuple[str, Product]]:
        """Yield what is asked about and not owned already."""
        for sku, product in around.asked_about.items():
            if sku not in around.situation.owned and sku in around.situation.skus:
                yield sku, product

    def _rising(self, product: Product) -> list[str]:
        """Return the product's attributes of which more is better."""
        better = {*self.relations.better.get(leaf_of(product.category), ()), *_ALWAYS_BETTER}
        return sorted(better & product.attributes.keys())

    def found(self, around: Surroundings, known: Mapping[str, Product]) -> tuple[Alternative, ...]:
        """Return, for each product still to be bought, three that stand in for it where it cannot be had,
        else one that is better; nothing that may not be offered."""
        alternatives: list[Alternative] = []
        named: set[str] = set()
        for _, product in self._open(around):
            is_there = can_be_had(product, around.today)
            made = self._better(product, around, known) if is_there else self._instead(product, around, known)
            fresh = [one for one in made if one.sku not in named]
            named |= {one.sku for one in fresh}
            alternatives += fresh
        return tuple(alternatives)

    def _instead(
        self, product: Product, around: Surroundings, known: Mapping[str, Product]
    ) -> list[Alternative]:
        found: list[Alternative] = []
        for stand_in in self.relations.stand_ins(product.sku):
            other = known.get(stand_in.sku)
            if other is None or not _may_stand_in(other, around):
                continue
            relation, reasons = self._kinship(product, other, stand_in, around.today)
            if reasons:
                found.append(
                    Alternative(other.sku, product.sku, relation, reasons, differences(product, other))
                )
        return found[:_INSTEAD]

    def _kinship(
        self, product: Product, other: Product, stand_in: StandIn, today: date
    ) -> tuple[RelationKind, tuple[Reason, ...]]:
        """Return how they stand to each other and the reasons; none where too little speaks for it."""
        lacking = f"{product.title} {_why_not(product, today)}"
        counts = _shared_companions(product, stand_in)
        if family_ids(product) & family_ids(other):
            return RelationKind.VARIANT, (Reason(f"a variant: {lacking}", product.sku), *counts)
        same = self.relations.same_thing(product, other)
        if same is not None:
            return RelationKind.VARIANT, (Reason(f"{same}: {lacking}", product.sku), *counts)
        if counts:
            return RelationKind.SUBSTITUTE, (*counts, *_rarely_together(product, stand_in))
        return RelationKind.SUBSTITUTE, ()

    def _better(
        self, product: Product, around: Surroundings, known: Mapping[str, Product]
    ) -> list[Alternative]:
        """Return the nearest in price of those that cost at most the step more and are better in a number."""
        rising = self._rising(product)
        if product.price is None or not rising:
            return []
        most = product.price.minor * (1.0 + self.price_step)
        found: list[tuple[int, str, Alternative]] = []
        for stand_in in self.relations.stand_ins(product.sku):
            other = known.get(stand_in.sku)
            if other is None or other.price is None or other.price.currency != product.price.currency:
                continue
            if not product.price.minor < other.price.minor <= most or not _may_stand_in(other, around):
                continue
            gains = [_difference(name, product, other) for name in rising if _gains(name, product, other)]
            if gains:
                reasons = tuple(Reason(f"better: {gain}", product.sku) for gain in gains[:2])
                alternative = Alternative(
                    other.sku, product.sku, RelationKind.UPGRADE, reasons, differences(product, other)
                )
                found.append((other.price.minor, other.sku, alternative))
        return [alternative for *_, alternative in sorted(found, key=lambda one: one[:2])[:_UPGRADES]]


def _may_stand_in(other: Product, around: Surroundings) -> bool:
    """Whether a product of the same kind may be offered; being a variant of what is asked for is no bar."""
    if other.sku in around.situation.skus:
        return False
    return judge(other.sku, other, around, STAND_IN_RULES).eligible


def _why_not(product: Product, today: date) -> str:
    if product.available_from is not None and product.available_from > today:
        return "is not on sale yet"
    if product.available_to is not None and product.available_to < today:
        return "is withdrawn"
    return "is out of stock"


def _shared_companions(product: Product, stand_in: StandIn) -> tuple[Reason, ...]:
    if stand_in.shared < _LEAST_SHARED:
        return ()
    words = (
        f"of the {stand_in.companions} products bought most with {product.title}, "
        f"{stand_in.shared} are also bought most with this"
    )
    return (Reason(words, product.sku),)


def _rarely_together(product: Product, stand_in: StandIn) -> tuple[Reason, ...]:
    if not 0 <= stand_in.together < stand_in.by_chance:
        return ()
    words = (
        f"seldom bought together: in {stand_in.together:,} orders, "
        f"where chance alone gives {stand_in.by_chance:.0f}"
    )
    return (Reason(words, product.sku, stand_in.together),)


def differences(product: Product, other: Product) -> tuple[str, ...]:
    """Return how `other` differs from `product`, four statements at most: price, then attributes."""
    named = [
        _difference(name, product, other)
        for name in sorted(other.attributes)
        if name not in _NO_DIFFERENCE
        and name in product.attributes
        and product.attributes[name] != other.attributes[name]
    ]
    return (*_price_difference(product, other), *named)[:_DIFFERENCES]


def _price_difference(product: Product, other: Product) -> tuple[str, ...]:
    if product.price is None or other.price is None or product.price.currency != other.price.currency:
        return ()
    apart = other.price.minor - product.price.minor
    if apart == 0:
        return (f"the same price, {other.price}",)
    money = type(other.price)(abs(apart), other.price.currency)
    return (f"{money} {'more' if apart > 0 else 'less'}",)


def _difference(name: str, product: Product, other: Product) -> str:
    label = name.replace("_", " ")
    return f"{label} {_said(other.attributes[name])} instead of {_said(product.attributes[name])}"


def _said(value: AttributeValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _gains(name: str, product: Product, other: Product) -> bool:
    own, its = product.attributes.get(name), other.attributes.get(name)
    if isinstance(own, bool) or isinstance(its, bool):
        return False
    return isinstance(own, int | float) and isinstance(its, int | float) and its > own
