"""What a contact speaks of: the order numbers and products that count, over all its turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from recommender.catalogue import Product
from replies.fact_record import fact_states, state_of
from replies.proposals import Fact, FactKind, FactLine, Understanding


def meant_numbers(facts: Iterable[Fact], record: Sequence[FactLine]) -> tuple[str, ...]:
    """Return the order numbers a contact speaks of: what an agent put right, else those of this turn, else
    what was given before."""
    held = state_of(FactKind.ORDER_NUMBER, record)
    said = order_numbers(facts)
    if held.value and (held.corrected or (not said and held.given is not None)):
        return (held.value,)
    return said


def meant_skus(facts: Iterable[Fact], record: Sequence[FactLine]) -> list[str]:
    """Return the products a contact speaks of: what an agent put right, else those named in this turn, else
    what was named before."""
    held = state_of(FactKind.PRODUCT, record)
    named = [fact.value for fact in facts if fact.kind is FactKind.PRODUCT and fact.known]
    if held.value and (held.corrected or (not named and held.given is not None)):
        return [held.value]
    return named


def order_numbers(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Return the order numbers among the facts, in order of place."""
    return tuple(fact.value for fact in facts if fact.kind is FactKind.ORDER_NUMBER)


def meant_product(understanding: Understanding, products: Mapping[str, Product]) -> Product | None:
    """Return the product a contact is about: the first named, else the only one of the order; or None."""
    named = meant_skus(understanding.facts, understanding.record)
    skus = tuple(named[:1]) or (
        understanding.situation.skus if len(understanding.situation.skus) == 1 else ()
    )
    return next((products[sku] for sku in skus if sku in products), None)


def given_kinds(understanding: Understanding) -> frozenset[FactKind]:
    """Return the kinds of fact that somebody gave, in this turn or before: none of them is asked again."""
    before = {
        state.kind
        for state in fact_states(understanding.record)
        if state.given is not None or state.corrected
    }
    return frozenset(before | {fact.kind for fact in understanding.facts})


def unknown_products(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Return the product codes given in this turn that no product has."""
    return tuple(fact.value for fact in facts if fact.kind is FactKind.PRODUCT and not fact.known)
