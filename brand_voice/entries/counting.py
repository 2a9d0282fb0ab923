"""Rules that count or compare within a text, as files tell them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from brand_voice.counting_rules import (
    Conditional,
    Consistency,
    Occurrence,
    PartsInOrder,
    RepeatedOpening,
    RepeatedWord,
    SentenceCapital,
    WrittenAs,
)
from brand_voice.entries.base import Entry, Reads, RuleEntry, Words, checked, optional
from brand_voice.patterns import Pattern, PatternError, phrase_source
from brand_voice.readability import Formula, Readability
from brand_voice.rules import Kind


class OccurrenceEntry(RuleEntry):
    """How often a wording stands in a text or in a sentence: at least, at most."""

    kind: Literal["occurrence"]
    pattern: Words
    of: Literal["text", "sentence"] = "text"
    least: Annotated[int, Field(gt=0)] | None = None
    most: Annotated[int, Field(ge=0)] | None = None
    reads: Reads = "folded"

    def build(self) -> Kind:
        """Return the count."""
        if self.least is None and self.most is None:
            raise PatternError("least, most: tell at least one of them")
        return Occurrence(
            checked("pattern", self.pattern, self.reads), self.of, self.least, self.most, self.reads
        )


class RepetitionEntry(RuleEntry):
    """The same word twice on end (`of: word`), or sentences on end that begin alike (`of: opening`)."""

    kind: Literal["repetition"]
    of: Literal["word", "opening"] = "word"
    most: Annotated[int, Field(gt=0)] = 2
    ignore: tuple[Words, ...] = ()
    except_in: Words | None = None

    def build(self) -> Kind:
        """Return the look for repetition."""
        ignored = frozenset(word.lower() for word in self.ignore)
        excused = optional("except_in", self.except_in)
        return RepeatedWord(ignored, excused) if self.of == "word" else RepeatedOpening(self.most, ignored)


class EitherEntry(Entry):
    """Two ways to write one thing."""

    one: Words
    other: Words


class ConsistencyEntry(RuleEntry):
    """Of two ways to write one thing, a text keeps to the one it began with."""

    kind: Literal["consistency"]
    pairs: Annotated[tuple[EitherEntry, ...], Field(min_length=1)]

    def build(self) -> Kind:
        """Return the comparison."""
        return Consistency(tuple((_phrase(p.one), p.one, _phrase(p.other), p.other) for p in self.pairs))


class ConditionalEntry(RuleEntry):
    """Where one wording stands (`if_found`), another must stand as well (`then`)."""

    kind: Literal["conditional"]
    if_found: Words
    then: Words
    where: Literal["anywhere", "before", "after", "sentence"] = "anywhere"
    add: str = ""
    reads: Reads = "folded"

    def build(self) -> Kind:
        """Return the condition."""
        when, then = checked("if_found", self.if_found, self.reads), checked("then", self.then, self.reads)
        return Conditional(when, then, self.where, self.add, self.reads)


class PartEntry(Entry):
    """A part of a reply and what it is known by."""

    name: Words
    match: Words


class SequenceEntry(RuleEntry):
    """Parts of a reply in the order in which they stand, where they stand."""

    kind: Literal["sequence"]
    parts: Annotated[tuple[PartEntry, ...], Field(min_length=2)]

    def build(self) -> Kind:
        """Return the look at the order."""
        return PartsInOrder(tuple((part.name, checked("match", part.match, "folded")) for part in self.parts))


class CapitalisationEntry(RuleEntry):
    """Names written in one way only (`words`), or a capital where a sentence begins (`of: sentence`)."""

    kind: Literal["capitalisation"]
    of: Literal["words", "sentence"] = "words"
    words: tuple[Words, ...] = ()
    ignore: tuple[Words, ...] = ()

    def build(self) -> Kind:
        """Return the look at capitals."""
        if self.of == "sentence":
            return SentenceCapital(frozenset(word.lower() for word in self.ignore))
        if not self.words:
            raise PatternError("words: tell the words as they are to be written")
        return WrittenAs(tuple((_anyhow(word), word) for word in self.words))


class ReadabilityEntry(RuleEntry):
    """How hard a text may be to read, by a named formula."""

    kind: Literal["readability"]
    formula: Formula
    least: float | None = None
    most: float | None = None
    from_words: Annotated[int, Field(gt=0)] = 60

    def build(self) -> Kind:
        """Return the look at readability."""
        if self.least is None and self.most is None:
            raise PatternError("least, most: tell at least one of them")
        return Readability(self.formula, self.least, self.most, self.from_words)


def _phrase(words: str) -> Pattern:
    return checked("words", phrase_source(" ".join(words.lower().split())), "phrase")


def _anyhow(word: str) -> Pattern:
    """Return what finds a name however it is written: with a hyphen, a space or neither."""
    source = phrase_source(" ".join(word.lower().split()))
    return checked("words", source.replace(r"\-", "[- ]?"), "phrase")
