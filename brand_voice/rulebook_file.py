"""The files of a rulebook folder as people write them, checked by pydantic: rules, their proof, the cover.

A folder holds `*.yaml` files of rules, perhaps `proof/*.yaml` with more texts for them, and perhaps
`rulebook.yaml`, the cover, which names the rulebook and the packs it takes in.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field, TypeAdapter

from brand_voice.entries.base import Entry, OneOrMore, RuleEntry, Texts, Words
from brand_voice.entries.case import IdentityWallEntry, PersonalDataEntry, PromiseEntry
from brand_voice.entries.claims import ClaimElsewhereEntry, ClaimEntry, OrderStateEntry, OtherNameEntry
from brand_voice.entries.counting import (
    CapitalisationEntry,
    ConditionalEntry,
    ConsistencyEntry,
    OccurrenceEntry,
    ReadabilityEntry,
    RepetitionEntry,
    SequenceEntry,
)
from brand_voice.entries.demand import AddressedNameEntry, LengthEntry, NextStepEntry, RequiredEntry
from brand_voice.entries.language import DisguisedEntry, GrammarEntry, SpellingEntry, ToneEntry
from brand_voice.entries.wording import (
    CapitalsEntry,
    ExclamationEntry,
    ForbiddenEntry,
    MixedScriptEntry,
    PreferredEntry,
)
from brand_voice.finding import Severity
from brand_voice.vale import ValeEntry

COVER = "rulebook.yaml"
PROOF = "proof"

AnyRule = Annotated[
    ForbiddenEntry
    | PreferredEntry
    | RequiredEntry
    | NextStepEntry
    | LengthEntry
    | CapitalsEntry
    | ExclamationEntry
    | MixedScriptEntry
    | AddressedNameEntry
    | PromiseEntry
    | PersonalDataEntry
    | IdentityWallEntry
    | ClaimEntry
    | ClaimElsewhereEntry
    | OrderStateEntry
    | OtherNameEntry
    | OccurrenceEntry
    | RepetitionEntry
    | ConsistencyEntry
    | ConditionalEntry
    | SequenceEntry
    | CapitalisationEntry
    | ReadabilityEntry
    | SpellingEntry
    | GrammarEntry
    | DisguisedEntry
    | ToneEntry,
    Field(discriminator="kind"),
]


class RulebookFile(Entry):
    """One file of a rulebook folder: who answers for it, and its rules."""

    owner: Words
    about: str = ""
    source: Annotated[
        str, Field(description="Where its rules come from, where a rule names nothing itself.")
    ] = ""
    valid_from: date | None = None
    valid_to: date | None = None
    languages: OneOrMore | None = None
    rules: Annotated[tuple[AnyRule, ...], Field(min_length=1)]


class ProofEntry(Entry):
    """Further texts that a rule must find something in, and texts in which it must find nothing."""

    severity: Annotated[
        Severity | None, Field(description="How grave the rule is in general, told twice.")
    ] = None
    fails: Texts | tuple[()] = ()
    passes: Texts | tuple[()] = ()


class OffEntry(Entry):
    """A rule of a pack that is not in force here, and why."""

    rule: Words
    why: Words


class CoverFile(Entry):
    """The cover of a rulebook: its name, the packs it takes in, and what it changes in them."""

    name: Words | None = None
    about: str = ""
    include: Annotated[
        tuple[Words, ...], Field(description="Packs to take in: house, law_uk, or a folder beside this file.")
    ] = ()
    vale: Annotated[tuple[ValeEntry, ...], Field(description="Folders of Vale styles to take in.")] = ()
    switch_off: tuple[OffEntry, ...] = ()
    severities: dict[str, Severity] = Field(
        default_factory=dict[str, Severity],
        description="How grave a finding of a rule taken in is here.",
    )
    names: Annotated[
        tuple[Words, ...],
        Field(description="Names that spelling and grammar rules must know; no other rule does."),
    ] = ()


def kinds() -> dict[str, type[RuleEntry]]:
    """Return the forms of the kinds of rules, by the word that a file uses."""
    union = get_args(get_args(AnyRule)[0])
    return {get_args(form.model_fields["kind"].annotation)[0]: form for form in union}


def json_schema(of: Literal["rules", "proof", "cover"] = "rules") -> dict[str, object]:
    """Return the JSON Schema of a kind of rulebook file, for editors."""
    adapters = {"rules": RulebookFile, "proof": dict[str, ProofEntry], "cover": CoverFile}
    schema = TypeAdapter[object](adapters[of]).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Wellput {of}", **schema}
