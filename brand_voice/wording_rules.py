"""Kinds that look for words: forbidden ones, better ones, words in capitals, marks, mixed scripts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from brand_voice.finding import CheckContext, Fix, Span
from brand_voice.passages import own_words
from brand_voice.patterns import Match, Pattern, pattern
from brand_voice.reading import Reading
from brand_voice.rules import FINDINGS_PER_RULE, Hit, Triggers, View


def view_of(reading: Reading, view: View) -> str:
    """Return the text as a pattern wants it; all views have the same places."""
    return reading.low if view == "folded" else reading.plain if view == "cased" else reading.raw


@dataclass(frozen=True, slots=True)
class Swap:
    """A wording to look for. `use` are better ones (an empty one leaves it out), none when only a person can
    find better words; `\\1` stands for the first group of the pattern."""

    pattern: Pattern
    use: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()  # where the text holds none of these, the pattern cannot match


@dataclass(frozen=True, slots=True)
class Wording:
    """Forbidden and preferred wordings; none counts in a sentence that `unless` matches.

    What is not our own wording (quotations, addresses, code) is passed over unless `reads_quotes`.
    """

    swaps: tuple[Swap, ...]
    reads: View = "folded"
    unless: Pattern | None = None
    reads_quotes: bool = False

    def triggers(self) -> Triggers:
        """Return the wordings themselves: where none matches there is nothing to find."""
        return Triggers(self.reads, tuple(swap.pattern for swap in self.swaps))

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        text = view_of(reading, self.reads)
        if not self.reads_quotes and self.reads != "raw":
            text = own_words(reading, context, text)
        found: list[Hit] = []
        for swap in self.swaps:
            if swap.hints and not any(hint in text for hint in swap.hints):
                continue
            hits = (
                _hit(reading, match, swap)
                for match in swap.pattern.matches(text)
                if match.end() > match.start() and not self._excused(reading, match)
            )
            found.extend(islice(hits, 2 * FINDINGS_PER_RULE))
        return _outermost(found)

    def _excused(self, reading: Reading, match: Match) -> bool:
        if self.unless is None:
            return False
        sentence = reading.sentence_at(match.start())
        start, end = min(sentence.start, match.start()), max(sentence.end, match.end())
        return self.unless.search(view_of(reading, self.reads), start, end) is not None


def _hit(reading: Reading, match: Match, swap: Swap) -> Hit:
    span = Span(match.start(), match.end())
    return Hit(span, tuple(_fix(reading, match, use) for use in swap.use))


def _fix(reading: Reading, match: Match, use: str) -> Fix:
    raw, start, end = reading.raw, match.start(), match.end()
    if use == "":
        return without(raw, Span(start, end))
    text = use
    if "\\1" in use:
        first = raw[match.start(1) : match.end(1)] if match.group(1) is not None else ""
        text = use.replace("\\1", first)
    if raw[start].isupper() and text[0].islower():
        text = text[0].upper() + text[1:]
    return Fix(Span(start, end), text)


def without(raw: str, span: Span) -> Fix:
    """Return the fix that leaves `span` out, with the comma and the space it leaves behind; the next word
    takes over a capital."""
    end = span.end
    if span.start == 0 or raw[span.start - 1].isspace():
        end += raw[end : end + 1] == ","
        while end < len(raw) and raw[end] == " ":
            end += 1
    if raw[span.start : span.start + 1].isupper() and end < len(raw) and raw[end].islower():
        return Fix(Span(span.start, end + 1), raw[end].upper())
    return Fix(Span(span.start, end), "")


def _outermost(found: list[Hit]) -> Iterator[Hit]:
    """Yield the hits in order, leaving out those that lie within another."""
    end = -1
    for hit in sorted(found, key=lambda item: (item.span.start, -item.span.end)):
        if hit.span.end > end:
            end = hit.span.end
            yield hit


_CAPITALS = pattern(
    r"(?<![\p{L}\p{N}\-/&@#._])\p{Lu}[\p{Lu}']*(?:[ ,]+\p{Lu}[\p{Lu}']*)*"
    r"(?![\p{L}\p{N}@/]|[\-_&.][\p{L}\p{N}])"
)


@dataclass(frozen=True, slots=True)
class Capitals:
    """Shouting: `least` to `most` words on end in capitals, a third of them or more everyday words (`words`).

    So names, acronyms, order numbers and SKUs do not count.
    """

    words: frozenset[str]
    least: int
    most: int

    def hits(self, reading: Reading, _context: CheckContext, /) -> Iterable[Hit]:
        if reading.plain == reading.low:
            return
        for match in _CAPITALS.matches(reading.plain):
            words = (match.group() or "").replace(",", " ").split()
            everyday = [word for word in words if word.lower() in self.words]
            if not self.least <= len(words) <= self.most or not _shouted(words, everyday):
                continue
            span = Span(match.start(), match.end())
            yield Hit(span, (Fix(span, _calm(reading, span)),))


def _shouted(words: list[str], everyday: list[str]) -> bool:
    if len(everyday) < 3 and all(len(word) < 3 for word in everyday):  # I, A, IT, US, USB C TO HDMI
        return False
    return bool(everyday) and 3 * len(everyday) >= len([word for word in words if len(word) > 1])


def _calm(reading: Reading, span: Span) -> str:
    """Return the words small, with a capital where the sentence begins and on I."""
    text = reading.raw[span.start : span.end].lower()
    calm = " ".join("I" if word == "i" else word for word in text.split(" "))
    begins = reading.sentence_at(span.start).start == span.start
    return calm[:1].upper() + calm[1:] if begins and len(calm) > 1 else calm


_MARKS = pattern(r"[!?\u203c\u2049\uff01]++")


@dataclass(frozen=True, slots=True)
class Exclamation:
    """More than `most` exclamation marks, or runs of more than `run` on end."""

    most: int | None = None
    run: int | None = None

    def hits(self, reading: Reading, _context: CheckContext, /) -> Iterable[Hit]:
        if not any(mark in reading.raw for mark in "!\u203c\u2049\uff01"):
            return
        shouted = (match for match in _MARKS.matches(reading.raw) if set(match.group() or "") != {"?"})
        for place, match in enumerate(shouted):
            span = Span(match.start(), match.end())
            length = sum(2 if mark in "\u203c\u2049" else 1 for mark in match.group() or "")
            if (self.run is not None and length > self.run) or (self.most is not None and place >= self.most):
                yield Hit(span, (Fix(span, self._calm(match.group() or "")),))

    def _calm(self, marks: str) -> str:
        return "?" if "?" in marks or "\u2049" in marks else "."


_MIXED = pattern(r"\b(?=[\w]*\p{Latin})(?=[\w]*[\p{Cyrillic}\p{Greek}\p{Armenian}\p{Cherokee}])[\w]+")
_OTHER_SCRIPT = re.compile("[\u0370-\u058f\u13a0-\u13fd\uab70-\uabbf\u1f00-\u1fff]")
_LETTERS = dict(
    zip(
        "аеорсухіјѕһԁԛԝкмнтвАВЕКМНОРСТХІЈЅУαορνικτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijshdqwkmhtbABEKMHOPCTXIJSYaopvikturABEZHIKMNOPTYX".replace("ikturA", "iktuA"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class MixedScript:
    """Words that mix Latin letters with look-alikes of another script; units such as 10k\u03a9 pass."""

    def hits(self, reading: Reading, _context: CheckContext, /) -> Iterable[Hit]:
        if reading.raw.isascii() or _OTHER_SCRIPT.search(reading.raw) is None:
            return
        for match in _MIXED.matches(reading.raw):
            word = match.group() or ""
            foreign = [char for char in word if _is_foreign(char)]
            if set(foreign) <= set("\u03a9\u2126\u03bc\u03c0\u03b1\u03b2\u03b3") and len(word) <= 5:
                continue
            plain = "".join(_LETTERS.get(char, char) for char in word)
            span = Span(match.start(), match.end())
            yield Hit(span, (Fix(span, plain),) if not any(map(_is_foreign, plain)) else ())


def _is_foreign(char: str) -> bool:
    latin = ("LATIN", "FULLWIDTH LATIN", "MICRO", "FEMININE", "MASCULINE")
    return char.isalpha() and not unicodedata.name(char, "").startswith(latin)
