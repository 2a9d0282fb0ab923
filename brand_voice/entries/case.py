"""Rules that hold a text against its case, as files tell them: promises and personal data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from brand_voice.case_rules import PersonalDataIn, UnsupportedPromise
from brand_voice.entries.base import RuleEntry
from brand_voice.personal_data import DataKind
from brand_voice.promises import PromiseFamily
from brand_voice.rules import Kind


class PromiseEntry(RuleEntry):
    """What may be promised: of these families only what an approved text promises."""

    kind: Literal["promise"]
    families: Annotated[tuple[PromiseFamily, ...], Field(min_length=1)]

    def build(self) -> Kind:
        """Return the look for promises that nothing supports."""
        return UnsupportedPromise(frozenset(self.families))


class PersonalDataEntry(RuleEntry):
    """Personal data of some kinds that is not this customer's own."""

    kind: Literal["personal_data"]
    data: Annotated[tuple[DataKind, ...], Field(min_length=1)]

    def build(self) -> Kind:
        """Return the look for personal data."""
        return PersonalDataIn(frozenset(self.data))
