"""Which of the candidates are offered: none that a rule forbids, no two of one thing, the best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommender.candidates import Candidate
from recommender.catalogue import Product
from recommender.eligibility import Decision, Ruling
from recommender.offers import RelationKind
from recommender.relation_book import RelationBook
from recommender.relations import family_ids

TOO_LITTLE_BOUGHT = "nothing that goes with this was bought often enough"
_ADDED = frozenset({RelationKind.SERVICE, RelationKind.COMPATIBLE})


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with the ruling on it."""

    candidate: Candidate
    decision: Decision


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A candidate that is not offered, and why in words."""

    candidate: Candidate
    why: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What is offered, best first, and what is not; `considered` candidates there were in all."""

    chosen: tuple[Candidate, ...]
    passed_over: tuple[PassedOver, ...]
    considered: int

    def is_settled(self, n: int) -> bool:
        """Whether n are chosen and further candidates of lower scores could not change that."""
        added = sum(one.relation in _ADDED for one in self.chosen)
        return len(self.chosen) == n and added <= 1 and n - added >= 1


def choose(
    judged: Sequence[Judged],
    known: Mapping[str, Product],
    relations: RelationBook,
    n: int,
    considered: int,
) -> Choice:
    """Take the first n that may be offered, one of a variant family and of a thing.

    The last place goes to what can be added to a product (a service, a part that fits) where n > 1.
    """
    passed_over: list[PassedOver] = []
    distinct: list[Candidate] = []
    families: dict[str, Candidate] = {}
    things: dict[tuple[str, int], list[Product]] = {}
    for one in judged:
        candidate = one.candidate
        if not one.decision.eligible:
            passed_over.append(PassedOver(candidate, one.decision.in_words))
            continue
        product = known[candidate.sku]
        twin = next((families[own] for own in family_ids(product) if own in families), None)
        same = None if twin is not None else relations.same_among(product, things)
        if twin is not None or same is not None:
            passed_over.append(PassedOver(candidate, _like_one_offered(twin, same)))
            continue
        families |= dict.fromkeys(family_ids(product), candidate)
        for key in relations.keys_of(candidate.sku):
            things.setdefault(key, []).append(product)
        distinct.append(candidate)
    chosen = _first(distinct, n)
    taken = {one.sku for one in chosen}
    left = (PassedOver(one, "others scored higher") for one in distinct if one.sku not in taken)
    return Choice(tuple(chosen), (*passed_over, *left), considered)


def _like_one_offered(twin: Candidate | None, same: str | None) -> str:
    words = same if twin is None else f"a variant of {twin.sku}"
    return f"like one that is offered: {words}"


def _first(distinct: Sequence[Candidate], n: int) -> list[Candidate]:
    added = next((one for one in distinct if one.relation in _ADDED), None)
    others = [one for one in distinct if one.relation not in _ADDED]
    if added is None or (n == 1 and others):
        return others[:n]
    further = [one for one in distinct if one.relation in _ADDED and one is not added]
    kept = others[: max(n - 1, 0)]
    return [*kept, added, *further][:n]


def why_none(judged: Sequence[Judged], n: int) -> str:
    """Say why nothing is offered."""
    if n == 0:
        return "no offer was asked for"
    rulings = Counter(
        one.decision.ruling
        for one in judged
        if not one.decision.eligible and one.decision.ruling is not Ruling.NO_FIT
    )
    if not rulings:
        return TOO_LITTLE_BOUGHT
    words = ", ".join(f"{count} {ruling.value}" for ruling, count in rulings.most_common())
    return f"what goes with this cannot be offered: {words}"
