"""What every rule of a rulebook file tells, whatever its kind, and the texts that prove it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from brand_voice.finding import Severity
from brand_voice.order_states import OrderState
from brand_voice.pattern_size import LARGEST, parts_written_out
from brand_voice.patterns import Pattern, PatternError, pattern
from brand_voice.rules import Example, Kind

ChannelName = Literal["email", "chat", "phone", "fax", "post"]
Words = Annotated[str, Field(min_length=1)]
OneOrMore = Annotated[tuple[Words, ...], Field(min_length=1)]
Reads = Literal["folded", "cased", "raw"]


class Entry(BaseModel):
    """A part of a rulebook file; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ExampleEntry(Entry):
    """A text with the case it is told for; a bare string is a text alone."""

    text: str
    channel: ChannelName | None = None
    flags: tuple[str, ...] = ()
    topic: str | None = None
    today: date | None = None
    known_ids: tuple[str, ...] = ()
    allowed_contacts: tuple[str, ...] = ()
    greeting_names: tuple[str, ...] = ()
    source_texts: tuple[str, ...] = ()
    customer_words: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    supported_promises: tuple[str, ...] = ()
    articles: Annotated[dict[str, str], Field(description="Other articles: title and text.")] = {}
    orders: Annotated[dict[str, OrderState], Field(description="Orders: number and how it stands.")] = {}
    meant_order: str = ""

    def value(self) -> Example:
        """Return the example as the proof runs it."""
        return Example(
            text=self.text,
            channel=self.channel,
            flags=frozenset(self.flags),
            topic=self.topic,
            today=self.today,
            known_ids=frozenset(self.known_ids),
            allowed_contacts=frozenset(self.allowed_contacts),
            greeting_names=self.greeting_names,
            source_texts=self.source_texts,
            customer_words=self.customer_words,
            other_names=self.other_names,
            supported_promises=frozenset(self.supported_promises),
            articles=tuple(self.articles.items()),
            orders=tuple((number, state.value) for number, state in self.orders.items()),
            meant_order=self.meant_order,
        )


Texts = Annotated[tuple[str | ExampleEntry, ...], Field(min_length=1)]


class RuleEntry(Entry, ABC):
    """One rule as a file tells it. Each kind adds its fields and builds the look it takes at a text."""

    surface_only: ClassVar[bool] = False  # looks at the text as given only, not at what its odd letters hide

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]
    severity: Severity | dict[str, Severity]
    message: Words
    why: Words
    better: Annotated[str, Field(description="The better wording, in words for people.")] = ""
    owner: Annotated[
        str, Field(description="Who answers for the rule, where it is not the file's owner.")
    ] = ""
    source: Annotated[
        str, Field(description="Where the rule comes from: a law, a guideline, an address.")
    ] = ""
    channels: Annotated[tuple[ChannelName, ...], Field(min_length=1)] | None = None
    formats: Annotated[tuple[Literal["text", "markdown", "html"], ...], Field(min_length=1)] = (
        "text",
        "markdown",
        "html",
    )
    topics: OneOrMore | None = None
    audience: Annotated[tuple[Literal["customer", "colleague"], ...], Field(min_length=1)] = ("customer",)
    languages: Annotated[OneOrMore | None, Field(description="Language tags such as en or en-GB.")] = None
    valid_from: date | None = None
    valid_to: date | None = None
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    allow: Annotated[
        tuple[Words, ...], Field(description="Wordings that this rule, and no other, lets stand.")
    ] = ()
    suppressible_by: Annotated[
        tuple[str, ...] | None, Field(description="Roles that may set one finding aside, with a reason.")
    ] = None
    silent_beside: Annotated[
        tuple[str, ...],
        Field(description="Rules beside whose findings, in one place, this one says nothing."),
    ] = ()
    fails: Texts | tuple[()] = ()
    passes: Texts | tuple[()] = ()

    @field_validator("severity")
    @classmethod
    def _has_default(cls, value: Severity | dict[str, Severity]) -> Severity | dict[str, Severity]:
        if isinstance(value, dict) and "default" not in value:
            raise ValueError("tells no 'default'; add one, such as {default: block, chat: warn}")
        return value

    @field_validator("fails", "passes", mode="before")
    @classmethod
    def _has_texts(cls, value: object) -> object:
        if value in ([], ()):
            raise ValueError("is empty; give at least one text, or leave it out and prove it in proof/")
        return value

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to: {self.valid_to} lies before valid_from, {self.valid_from}")
        return self

    def knowing(self, _names: tuple[str, ...]) -> RuleEntry:
        """Return the rule with the names that the rulebook's cover tells; most kinds need none."""
        return self

    @abstractmethod
    def build(self) -> Kind:
        """Return the look that this rule takes at a text. Raises PatternError."""


def examples(entries: tuple[str | ExampleEntry, ...]) -> tuple[Example, ...]:
    """Return the texts of a rule as the proof runs them."""
    return tuple(Example(entry) if isinstance(entry, str) else entry.value() for entry in entries)


def optional(name: str, source: str | None, reads: str = "folded") -> Pattern | None:
    """Compile a pattern that may be left out. Raises PatternError naming the field."""
    return None if source is None else checked(name, source, reads)


_NO_LETTERS_OF_THE_TEXT = re.compile(r"\\[pP]\{[^}]*\}|\\.|\(\?P<\w+>")


def checked(name: str, source: str, reads: str) -> Pattern:
    """Compile a pattern; one that reads the folded text in small letters must not ask for capitals.

    Raises PatternError naming the field.
    """
    if parts_written_out(source) > LARGEST:
        raise PatternError(f"{name}: the pattern is too large: {source[:60]!r}; split it, or repeat less")
    try:
        compiled = pattern(source, spaces=reads != "raw")
    except PatternError as fault:
        raise PatternError(f"{name}: {fault}") from fault
    if reads == "folded":
        bare = _NO_LETTERS_OF_THE_TEXT.sub("", source)
        if bare != bare.lower():
            raise PatternError(
                f"{name}: {source!r} has capitals, but 'reads' is folded (small letters); set it to cased"
            )
    return compiled
