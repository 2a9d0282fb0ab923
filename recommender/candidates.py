"""Which products could be offered, each with the evidence that speaks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from recommender.catalogue import Product
from recommender.co_purchase import Evidence, Together
from recommender.offers import Feature, Reason, RelationKind
from recommender.relations import ServiceFit

_STATED = 2


@dataclass(frozen=True, slots=True)
class EvidenceFloor:
    """The least evidence an offer needs.

    `together` is how many orders hold both products, `share` their part of the anchor's orders,
    `lift` how many times more often they meet than chance would have it.
    """

    together: int = 3
    share: float = 0.01
    lift: float = 1.2


class Likened(NamedTuple):
    """A `new` product (the candidate, or one asked about) and the much-bought one that its text is like."""

    new: str
    to: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that may go with the anchors: `evidence` best first, or the anchor a service serves.

    `probability` is the calibrated chance that it is bought in the same order (0: not known),
    `features` what the ranking saw, `likened` which product's counts stand in for those of a new one.
    `relation` is what speaks for it, `stated` the reasons that are not counts of orders.
    """

    sku: str
    score: float
    evidence: Sequence[Together] = ()
    serves: str | None = None
    probability: float = 0.0
    features: Sequence[Feature] = ()
    likened: Likened | None = None
    relation: RelationKind = RelationKind.COMPLEMENT
    stated: tuple[Reason, ...] = ()


def strong_enough(seen: Evidence, floor: EvidenceFloor, orders: int) -> Evidence:
    """Return the statements that hold the floor, of `orders` orders in all."""
    by_chance = seen.of * seen.orders_with / max(orders, 1)
    return seen.only(
        (seen.together >= floor.together)
        & (seen.together >= floor.share * seen.of)
        & (seen.together >= floor.lift * by_chance)
    )


def fitting_services(asked_about: Mapping[str, Product], services: Sequence[ServiceFit]) -> list[Candidate]:
    """Return the services made for one of these products, in the order of `services`.

    A service for whatever is bought (gift wrap) is no candidate by that alone.
    """
    found: list[Candidate] = []
    for fit in (one for one in services if one.is_specific):
        serves = next((sku for sku, product in asked_about.items() if fit.fits(product)), None)
        if serves is not None:
            found.append(Candidate(fit.sku, 0.0, serves=serves, relation=RelationKind.SERVICE))
    return found
