"""Kinds that look for patterns: existence, occurrence, repetition, consistency, conditional."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brand_voice.vale.blocks import Block
from brand_voice.vale.definition import (
    ConditionalEntry,
    ConsistencyEntry,
    ExistenceEntry,
    OccurrenceEntry,
    RepetitionEntry,
)
from brand_voice.vale.regexps import Regexp, regexp
from brand_voice.vale.segments import sentences
from brand_voice.vale.strikes import (
    NOWHERE,
    WORD_TEMPLATE,
    About,
    Exceptions,
    Memory,
    Strike,
    exceptions,
    group_that_took_part,
    without_groups,
    wrapped,
)


@dataclass(frozen=True, slots=True)
class Existence:
    """Strikes wherever its pattern matches."""

    pattern: Regexp
    excused: Exceptions

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return (self.pattern,)

    def strikes(self, about: About, block: Block, _memory: Memory, /) -> Iterable[Strike]:
        for found in self.pattern.found(block.text):
            if not self.excused.excuse(block.text, found.start, found.end):
                yield about.strike(block, found.start, found.end)


def existence(entry: ExistenceEntry, accepted: tuple[str, ...], template: str = WORD_TEMPLATE) -> Existence:
    """Compile an existence rule. Raises BrokenPattern."""
    body = "|".join(token for token in entry.tokens if token.strip())
    raw = "".join(entry.raw)
    words = wrapped(body, nonword=entry.nonword or not entry.tokens, ignorecase=False, template=template)
    source = words + raw if entry.append else raw + words
    terms = (*entry.exceptions, *(accepted if entry.vocab and not entry.nonword else ()))
    return Existence(regexp(f"(?i){source}" if entry.ignorecase else source), exceptions(terms))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Strikes once in a block that holds its token too often, or not often enough."""

    token: Regexp
    most: int
    least: int

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return () if self.least else (self.token,)

    def strikes(self, about: About, block: Block, _memory: Memory, /) -> Iterable[Strike]:
        found = self.token.places(block.text)
        count = len(found)
        if not ((self.most and count > self.most) or (self.least and count < self.least)):
            return
        if not found:
            yield about.strike(block, *NOWHERE, (count,))
            return
        for start, end in found:
            match = block.text[start:end]
            if match.strip() and match.strip("*@"):  # not code that shows as stars
                yield about.strike(block, start, end, (count,))
                return


def occurrence(entry: OccurrenceEntry) -> Occurrence:
    """Compile an occurrence rule. Raises BrokenPattern."""
    return Occurrence(
        regexp(wrapped(entry.token, nonword=True, ignorecase=entry.ignorecase)),
        entry.max,
        entry.min,
    )


@dataclass(frozen=True, slots=True)
class Repetition:
    """Strikes where one token follows on itself more than `most` times."""

    token: Regexp
    most: int
    alpha: bool
    ignorecase: bool
    excused: Exceptions

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return (self.token,)

    def strikes(self, about: About, block: Block, _memory: Memory, /) -> Iterable[Strike]:
        text, before, started, count = block.text, "", 0, 0
        for start, end in self.token.places(text):
            word = text[start:end].strip()
            same = word.casefold() == before.casefold() if self.ignorecase else word == before
            if same and word and (not self.alpha or word.isalpha()):
                count += 1
                if count > self.most and self._counts(text, started, end):
                    yield about.strike(block, started, end, (word,))
                    count = 0
            started, before = start, word

    def _counts(self, text: str, start: int, end: int) -> bool:
        return len(sentences(text[start:end])) == 1 and not self.excused.excuse(text, start, end)


def repetition(entry: RepetitionEntry, accepted: tuple[str, ...]) -> Repetition:
    """Compile a repetition rule. Raises BrokenPattern."""
    token = wrapped("|".join(entry.tokens), nonword=True, ignorecase=entry.ignorecase)
    terms = (*entry.exceptions, *(accepted if entry.vocab else ()))
    return Repetition(regexp(token), entry.max, entry.alpha, entry.ignorecase, exceptions(terms))


@dataclass(frozen=True, slots=True)
class Consistency:
    """Strikes once both wordings of a pair have been seen in a document."""

    pairs: tuple[Regexp, ...]  # the first group is one wording, the second the other

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return self.pairs

    def strikes(self, about: About, block: Block, memory: Memory, /) -> Iterable[Strike]:
        for number, pair in enumerate(self.pairs):
            found = pair.found(block.text)
            memory.seen.update(f"{number}.{group_that_took_part(one)}" for one in found)
            if not found or not {f"{number}.0", f"{number}.1"} <= memory.seen:
                continue
            last = block.text[found[-1].start : found[-1].end]
            first = next(one for one in found if block.text[one.start : one.end] == last)
            yield about.strike(block, first.start, first.end)


def consistency(entry: ConsistencyEntry, template: str = WORD_TEMPLATE) -> Consistency:
    """Compile a consistency rule. Raises BrokenPattern."""
    return Consistency(
        tuple(
            regexp(
                wrapped(
                    f"({without_groups(one)})|({without_groups(other)})",
                    nonword=entry.nonword,
                    ignorecase=entry.ignorecase,
                    template=template,
                )
            )
            for one, other in entry.either.items()
        )
    )


@dataclass(frozen=True, slots=True)
class Conditional:
    """Strikes where the first pattern matches what the second has not brought before.

    A second pattern with a group brings what the group holds; one without allows all of its block.
    """

    first: Regexp
    second: Regexp
    brings: bool
    excused: Exceptions

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return (self.first, self.second)

    def strikes(self, about: About, block: Block, memory: Memory, /) -> Iterable[Strike]:
        text = block.text
        if not self.brings and self.second.matches(text):
            return
        if self.brings:
            for found in self.second.found(text):
                memory.seen.update(
                    text[start:end] for start, end in found.groups if start >= 0 and start < end
                )
        for found in self.first.found(text):
            known = text[found.start : found.end] in memory.seen
            if not known and not self.excused.excuse(text, found.start, found.end):
                yield about.strike(block, found.start, found.end)


def conditional(entry: ConditionalEntry, accepted: tuple[str, ...]) -> Conditional:
    """Compile a conditional rule. Raises BrokenPattern."""
    second = regexp(f"(?i){entry.second}" if entry.ignorecase else entry.second)
    first = regexp(f"(?i){entry.first}" if entry.ignorecase else entry.first)
    terms = (*entry.exceptions, *(accepted if entry.vocab else ()))
    brings = without_groups(entry.second) != entry.second
    return Conditional(first, second, brings, exceptions(terms))
