"""Rules on claims, as files tell them: what a text states must stand in a source of its case."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from brand_voice.claim_rules import ClaimElsewhere, OtherCustomersName, UnsupportedClaim, UntrueOrderState
from brand_voice.entries.base import RuleEntry
from brand_voice.rules import Kind
from brand_voice.stated_values import ValueKind


class ClaimEntry(RuleEntry):
    """Values of some kinds that no source of the case states; `firm` splits what commits us from the rest."""

    kind: Literal["claim"]
    about: Annotated[tuple[ValueKind, ...], Field(min_length=1)]
    firm: bool | None = None

    def build(self) -> Kind:
        """Return the look for claims without a source."""
        return UnsupportedClaim(frozenset(self.about), self.firm)


class ClaimElsewhereEntry(RuleEntry):
    """Values that no source of the case states, but another article that the reader may see; it names it."""

    kind: Literal["claim_elsewhere"]

    def build(self) -> Kind:
        """Return the look for what other articles state."""
        return ClaimElsewhere()


class OrderStateEntry(RuleEntry):
    """What a text says of an order (cancelled, sent, delivered, late) whose record says otherwise."""

    kind: Literal["order_state"]

    def build(self) -> Kind:
        """Return the look for what is untrue of an order."""
        return UntrueOrderState()


class OtherNameEntry(RuleEntry):
    """Names of other customers, as far as the case knows them."""

    kind: Literal["other_name"]

    def build(self) -> Kind:
        """Return the look for names of other customers."""
        return OtherCustomersName()
