"""Kinds that count or compare within a text: how often, twice on end, both ways, one without the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from brand_voice.finding import CheckContext, Fix, Span
from brand_voice.passages import own_words
from brand_voice.patterns import Pattern
from brand_voice.reading import Reading
from brand_voice.rules import Hit, Triggers, View
from brand_voice.wording_rules import view_of


@dataclass(frozen=True, slots=True)
class Occurrence:
    """`pattern` stands at least `least` and at most `most` times in the text, or in each sentence."""

    pattern: Pattern
    of: Literal["text", "sentence"]
    least: int | None = None
    most: int | None = None
    reads: View = "folded"

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        text = own_words(reading, context, view_of(reading, self.reads))
        found = [Span(match.start(), match.end()) for match in self.pattern.matches(text)]
        whole = Span(0, len(reading.raw))
        for part in (whole,) if self.of == "text" else reading.sentences:
            here = [span for span in found if part.start <= span.start < max(part.end, part.start + 1)]
            if self.least is not None and len(here) < self.least:
                yield Hit(part, found=f"{len(here)}")
            if self.most is not None and len(here) > self.most:
                yield Hit(here[self.most], found=reading.raw[here[self.most].start : here[self.most].end])


@dataclass(frozen=True, slots=True)
class RepeatedWord:
    """The same word twice on end ("the the"), a line break between them or not.

    Words of `ignore` may stand twice; nothing counts where `unless` matches.
    """

    ignore: frozenset[str]
    unless: Pattern | None = None

    def hits(self, reading: Reading, _context: CheckContext, /) -> Iterable[Hit]:
        low = reading.low
        for (start, end), (start2, end2) in pairwise(reading.words()):
            word = low[start:end]
            if word != low[start2:end2] or word in self.ignore or word.isdigit():
                continue
            if len(word) > 1 and low[end:start2].strip() == "":
                if self.unless is not None and self.unless.search(low, max(0, start - 30), end2):
                    continue
                span = Span(start, end2)
                yield Hit(span, (Fix(span, reading.raw[start:end]),))


@dataclass(frozen=True, slots=True)
class RepeatedOpening:
    """More than `most` sentences in a row that begin with the same word."""

    most: int
    ignore: frozenset[str]

    def hits(self, reading: Reading, _context: CheckContext, /) -> Iterable[Hit]:
        words = reading.words()
        place, run, last = 0, 0, ""
        for sentence in reading.sentences:
            while place < len(words) and words[place][0] < sentence.start:
                place += 1
            if place == len(words) or words[place][0] >= sentence.end:
                continue
            start, end = words[place]
            opening = reading.low[start:end]
            run = run + 1 if opening == last else 1
            last = opening
            if run > self.most and opening not in self.ignore:
                yield Hit(Span(start, end))


@dataclass(frozen=True, slots=True)
class Consistency:
    """Two ways to write one thing; both in one text is one too many. The later one gives way to the first."""

    pairs: tuple[tuple[Pattern, str, Pattern, str], ...]

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        text = own_words(reading, context, reading.low)
        for one, one_as, other, other_as in self.pairs:
            first, second = one.search(text), other.search(text)
            if first is None or second is None:
                continue
            keep, losing = (one_as, other) if first.start() <= second.start() else (other_as, one)
            for match in losing.matches(text):
                span = Span(match.start(), match.end())
                yield Hit(span, (Fix(span, keep),))


@dataclass(frozen=True, slots=True)
class Conditional:
    """Where `when` stands, `then` must stand as well: anywhere, before it, after it or in its sentence."""

    when: Pattern
    then: Pattern
    where: Literal["anywhere", "before", "after", "sentence"]
    add: str = ""
    reads: View = "folded"

    def triggers(self) -> Triggers:
        """Return the condition: where it does not stand, nothing is asked for."""
        return Triggers(self.reads, (self.when,))

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        text = own_words(reading, context, view_of(reading, self.reads))
        for match in self.when.matches(text):
            span = Span(match.start(), match.end())
            if not self._answered(reading, view_of(reading, self.reads), span):
                spot = Span(reading.sentence_at(span.start).end, reading.sentence_at(span.start).end)
                yield Hit(span, (Fix(spot, f" {self.add}"),) if self.add else ())

    def _answered(self, reading: Reading, text: str, span: Span) -> bool:
        start, end = 0, len(text)
        if self.where == "before":
            end = span.start
        elif self.where == "after":
            start = span.end
        elif self.where == "sentence":
            sentence = reading.sentence_at(span.start)
            start, end = sentence.start, max(sentence.end, span.end)
        return self.then.search(text, start, end) is not None


@dataclass(frozen=True, slots=True)
class PartsInOrder:
    """Parts of a reply, each known by a pattern, that stand in this order where they stand at all."""

    parts: tuple[tuple[str, Pattern], ...]

    def hits(self, reading: Reading, _context: CheckContext, /) -> Iterable[Hit]:
        last_start, last_name = -1, ""
        for name, known_by in self.parts:
            match = known_by.search(reading.low)
            if match is None:
                continue
            if match.start() < last_start:
                yield Hit(Span(match.start(), match.end()), found=f"{name} before {last_name}")
                continue
            last_start, last_name = match.start(), name


@dataclass(frozen=True, slots=True)
class WrittenAs:
    """Words that are written in one way only, capitals and all (PayPal, Larkfield & Rowe)."""

    words: tuple[tuple[Pattern, str], ...]

    def triggers(self) -> Triggers:
        """Return the words, however they are written."""
        return Triggers("folded", tuple(known_by for known_by, _ in self.words))

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        text = own_words(reading, context, reading.low)
        for known_by, word in self.words:
            for match in known_by.matches(text):
                if " ".join(reading.plain[match.start() : match.end()].split()) != word:
                    span = Span(match.start(), match.end())
                    yield Hit(span, (Fix(span, word),))


@dataclass(frozen=True, slots=True)
class SentenceCapital:
    """Sentences begin with a capital letter; list items and `ignore` (iPhone, e-mail addresses) need none."""

    ignore: frozenset[str]

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        text = own_words(reading, context, reading.plain)
        for sentence in reading.sentences:
            if text[sentence.start : sentence.start + 1].islower() and self._begins(reading, sentence):
                word = text[sentence.start : sentence.end].split()[0].strip(".,!?;:\"'")
                if word.lower() not in self.ignore and word.isalpha():
                    span = Span(sentence.start, sentence.start + 1)
                    yield Hit(span, (Fix(span, text[sentence.start].upper()),), word)

    def _begins(self, reading: Reading, sentence: Span) -> bool:
        """Say whether a full stop stands before: then it is no list item and no wrapped line."""
        before = reading.low[: sentence.start].rstrip()
        return before == "" or before[-1] in ".!?"
