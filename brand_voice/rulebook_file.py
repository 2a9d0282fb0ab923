"""A rulebook file as people write it: the fields of each kind of rule, checked by pydantic."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from brand_voice.finding import Severity
from brand_voice.personal_data import DataKind
from brand_voice.promises import PromiseFamily

ChannelName = Literal["email", "chat", "phone", "fax", "post"]
Words = Annotated[str, Field(min_length=1)]
OneOrMore = Annotated[tuple[Words, ...], Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExampleEntry(_Entry):
    """A text with the case it is told for; a bare string is a text alone."""

    text: str
    channel: ChannelName | None = None
    flags: tuple[str, ...] = ()
    topic: str | None = None
    known_ids: tuple[str, ...] = ()
    allowed_contacts: tuple[str, ...] = ()
    greeting_names: tuple[str, ...] = ()
    source_texts: tuple[str, ...] = ()
    supported_promises: tuple[str, ...] = ()


class SwapEntry(_Entry):
    """Wordings (`say`: phrases, `match`: a pattern) and what to write instead; empty: leave it out."""

    say: tuple[Words, ...] = ()
    match: Words | None = None
    use: str | tuple[str, ...] | None = None
    hints: tuple[Words, ...] = ()


class _RuleEntry(_Entry):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]
    severity: Severity | dict[str, Severity]
    message: Words
    why: Words
    channels: Annotated[tuple[ChannelName, ...], Field(min_length=1)] | None = None
    topics: OneOrMore | None = None
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    fails: Annotated[tuple[str | ExampleEntry, ...], Field(min_length=1)]
    passes: Annotated[tuple[str | ExampleEntry, ...], Field(min_length=1)]

    @field_validator("severity")
    @classmethod
    def _has_default(cls, value: Severity | dict[str, Severity]) -> Severity | dict[str, Severity]:
        if isinstance(value, dict) and "default" not in value:
            raise ValueError("tells no 'default'; add one, such as {default: block, chat: warn}")
        return value


class ForbiddenEntry(_RuleEntry):
    kind: Literal["forbidden"]
    phrases: tuple[Words, ...] = ()
    patterns: tuple[Words | SwapEntry, ...] = ()
    reads: Literal["folded", "cased", "raw"] = "folded"
    except_in: Words | None = None


class PreferredEntry(_RuleEntry):
    kind: Literal["preferred"]
    swaps: Annotated[tuple[SwapEntry, ...], Field(min_length=1)]
    reads: Literal["folded", "cased", "raw"] = "folded"
    except_in: Words | None = None


class RequiredEntry(_RuleEntry):
    kind: Literal["required"]
    place: Literal["opening", "closing", "after_greeting", "anywhere"] = "anywhere"
    any_of: OneOrMore
    cues: Words | None = None
    reads: Literal["folded", "cased", "raw"] = "folded"
    add: str | dict[str, str] | None = None


class NextStepEntry(_RuleEntry):
    kind: Literal["next_step"]
    cues: Words | None = None


class LengthEntry(_RuleEntry):
    kind: Literal["length"]
    of: Literal["text", "sentence"] = "text"
    most: dict[str, Annotated[int, Field(gt=0)]] = {}
    least: dict[str, Annotated[int, Field(gt=0)]] = {}


class CapitalsEntry(_RuleEntry):
    kind: Literal["capitals"]
    words: OneOrMore
    least: Annotated[int, Field(gt=0)] = 1
    most: Annotated[int, Field(gt=0)] = 1000


class ExclamationEntry(_RuleEntry):
    kind: Literal["exclamation"]
    most: Annotated[int, Field(ge=0)] | None = None
    run: Annotated[int, Field(gt=0)] | None = None


class MixedScriptEntry(_RuleEntry):
    kind: Literal["mixed_script"]


class AddressedNameEntry(_RuleEntry):
    kind: Literal["addressed_name"]


class PromiseEntry(_RuleEntry):
    kind: Literal["promise"]
    families: Annotated[tuple[PromiseFamily, ...], Field(min_length=1)]


class PersonalDataEntry(_RuleEntry):
    kind: Literal["personal_data"]
    data: Annotated[tuple[DataKind, ...], Field(min_length=1)]


RuleEntry = Annotated[
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
    | PersonalDataEntry,
    Field(discriminator="kind"),
]


class RulebookFile(_Entry):
    """One file of a rulebook folder: who answers for it, and its rules."""

    owner: Words
    about: str = ""
    rules: Annotated[tuple[RuleEntry, ...], Field(min_length=1)]
