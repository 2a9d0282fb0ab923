"""Rules that ask for something, as files tell them: wordings, a next step, a length, the right name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from brand_voice.demand_rules import AddressedName, Demand, Length, NextStep
from brand_voice.entries.base import OneOrMore, Reads, RuleEntry, Words, checked, optional
from brand_voice.rules import Kind

PerChannel = dict[str, Annotated[int, Field(gt=0)]]


class RequiredEntry(RuleEntry):
    """One of some wordings must stand in a place; told `cues`, only in a text that has one."""

    kind: Literal["required"]
    place: Literal["opening", "closing", "after_greeting", "anywhere"] = "anywhere"
    any_of: OneOrMore
    cues: Words | None = None
    reads: Reads = "folded"
    add: str | dict[str, str] | None = None

    def build(self) -> Kind:
        """Return the demand."""
        any_of = tuple(checked("any_of", source, self.reads) for source in self.any_of)
        add = {} if self.add is None else {"default": self.add} if isinstance(self.add, str) else self.add
        return Demand(any_of, self.place, optional("cues", self.cues), self.reads, add)


class NextStepEntry(RuleEntry):
    """A sentence must say what happens next, who does it and by when."""

    kind: Literal["next_step"]
    cues: Words | None = None

    def build(self) -> Kind:
        """Return the demand for a next step."""
        return NextStep(optional("cues", self.cues))


class LengthEntry(RuleEntry):
    """How many words a text or a sentence may have, per channel or by `default`."""

    kind: Literal["length"]
    of: Literal["text", "sentence"] = "text"
    most: PerChannel = Field(default_factory=PerChannel)
    least: PerChannel = Field(default_factory=PerChannel)

    def build(self) -> Kind:
        """Return the look at the length."""
        return Length(self.of, self.most, self.least)


class AddressedNameEntry(RuleEntry):
    """The greeting must name the customer of the case, if anybody."""

    kind: Literal["addressed_name"]

    def build(self) -> Kind:
        """Return the look at the greeting."""
        return AddressedName()
