"""Rules that hold a text against its case, as files tell them: promises and personal data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from brand_voice.case_rules import PersonalDataIn, UnsupportedPromise, hours_of
from brand_voice.entries.base import RuleEntry, Words, checked, optional
from brand_voice.personal_data import DataKind
from brand_voice.promises import PromiseFamily
from brand_voice.rules import Kind
from brand_voice.wall_rules import IdentityWall


class PromiseEntry(RuleEntry):
    """What may be promised: of these families what an approved text promises.

    Also by whom: the roles of `by` may promise more; and how soon: `no_sooner` names periods per subject
    (refund: 14 days) from which on a period may be promised.
    """

    kind: Literal["promise"]
    families: Annotated[tuple[PromiseFamily, ...], Field(min_length=1)]
    by: tuple[Words, ...] = ()
    no_sooner: dict[
        Literal["refund", "replacement", "delivery", "repair", "collection"],
        Annotated[str, Field(pattern=r"^\d+ (?:hours?|days?|weeks?|months?)$")],
    ] = Field(default_factory=dict[Literal["refund", "replacement", "delivery", "repair", "collection"], str])

    def build(self) -> Kind:
        """Return the look for promises that nothing supports."""
        from_hours = {subject: hours_of(period) for subject, period in self.no_sooner.items()}
        return UnsupportedPromise(frozenset(self.families), frozenset(self.by), dict[str, float](from_hours))


class PersonalDataEntry(RuleEntry):
    """Personal data of some kinds that is not this customer's own."""

    kind: Literal["personal_data"]
    data: Annotated[tuple[DataKind, ...], Field(min_length=1)]

    def build(self) -> Kind:
        """Return the look for personal data."""
        return PersonalDataIn(frozenset(self.data))


class IdentityWallEntry(RuleEntry):
    """What a text must not give away to somebody whose identity nobody has checked."""

    kind: Literal["identity_wall"]
    reveals: tuple[Words, ...] = ()
    data: tuple[DataKind, ...] = ()
    except_in: Words | None = None

    def build(self) -> Kind:
        """Return the wall."""
        reveals = tuple(checked("reveals", source, "folded") for source in self.reveals)
        return IdentityWall(reveals, frozenset(self.data), optional("except_in", self.except_in))
