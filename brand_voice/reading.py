"""A text as the rules read it: folded code point by code point, so that every span holds in the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from brand_voice.finding import Span

Worked = TypeVar("Worked")

_QUOTES = {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u00b4": "'", "\u201c": '"', "\u201d": '"'}
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
_LINE_ENDS = {"\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\x0b": "\n", "\x0c": "\n"}
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|no|nos|ltd|co|inc|e\.g|i\.e|etc|tel|ref|approx|p\.s|vs)|\b\w)$"
)
_BREAK = re.compile(
    r"(?<![.!?\u2026])[.!?\u2026]+[\"')\]]*(?=\s)|\n(?=[ \t]*\n)|\n(?=[ \t]*(?:[-*\u2022]|\d{1,2}[.)])\s)|\n"
)
_WRAPPED_LINE = 50
_WORD = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*")


class _Folding(dict[int, str]):
    """What one code point is read as; filled as code points are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(char: str) -> str:
    for table in (_QUOTES, _DASHES, _LINE_ENDS):
        if char in table:
            return table[char]
    if char.isspace():
        return " "
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char.isalpha():
        plain = unicodedata.normalize("NFKC", char)
        return plain if len(plain) == 1 else char
    return char


def _lower(char: str) -> str:
    small = char.lower()
    return small if len(small) == 1 else char


class _Lowering(dict[int, str]):
    def __missing__(self, code: int) -> str:
        lowered = self[code] = _lower(chr(code))
        return lowered


_TO_FOLD = re.compile(r"[^\n -~\u00a3]")
_FINAL_SIGMA = "\u03a3"
_FOLDING = _Folding({ord("\n"): "\n", ord("\t"): " "})
_LOWERING = _Lowering()


@dataclass(frozen=True, slots=True)
class Reading:
    """`raw` is the text as given; `plain` has plain quotes, dashes, spaces, digits and letters; `low` is
    `plain` in small letters. All three have the same length, so a span of one is a span of each.
    `sentences` are in order and do not overlap; a wrapped line goes on, a list item is its own sentence.
    """

    raw: str
    plain: str
    low: str
    sentences: tuple[Span, ...]
    _worked_out: dict[Hashable, object] = field(
        default_factory=dict[Hashable, object], compare=False, repr=False
    )

    def once(self, key: Hashable, work: Callable[[], Worked]) -> Worked:
        """Return what `work` finds out about this text; several rules that ask by one key share the work."""
        if key not in self._worked_out:
            self._worked_out[key] = work()
        return cast("Worked", self._worked_out[key])

    def once_for(self, case: object, key: Hashable, work: Callable[[], Worked]) -> Worked:
        """Return what `work` finds out about this text in one `case`; another case is worked out anew."""
        known = cast("tuple[object, Worked] | None", self._worked_out.get(key))
        if known is None or known[0] is not case:
            known = self._worked_out[key] = (case, work())
        return known[1]

    def sentence_at(self, place: int) -> Span:
        """Return the sentence that holds `place`, or the whole text when none does."""
        first, last = 0, len(self.sentences)
        while first < last:
            middle = (first + last) // 2
            if self.sentences[middle].end <= place:
                first = middle + 1
            else:
                last = middle
        if first < len(self.sentences) and self.sentences[first].start <= place:
            return self.sentences[first]
        return Span(place, place)

    def words(self) -> list[tuple[int, int]]:
        """Return where each word begins and ends, in order."""
        return self.once("words", lambda: [found.span() for found in _WORD.finditer(self.plain)])

    def wording(self) -> list[str]:
        """Return the words in small letters, in order."""
        return self.once("wording", lambda: [self.low[start:end] for start, end in self.words()])


def read(text: str) -> Reading:
    """Return `text` as the rules read it."""
    lines = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
    plain = _TO_FOLD.sub(lambda found: _FOLDING[ord(found.group())], lines)
    low = plain.lower()
    if len(low) != len(plain) or _FINAL_SIGMA in plain:  # a letter that grows, or one whose end is its own
        low = plain.translate(_LOWERING)
    return Reading(text, plain, low, tuple(_sentences(low)))


def _sentences(low: str) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for found in _BREAK.finditer(low):
        if not _ends_sentence(low, start, found):
            continue
        _append(spans, low, start, found.end())
        start = found.end()
    _append(spans, low, start, len(low))
    return spans


def _ends_sentence(low: str, start: int, found: re.Match[str]) -> bool:
    mark = found.group()
    if mark == ".":
        return _ABBREVIATION.search(low, max(start, found.start() - 8), found.start()) is None
    if mark == "\n" and found.end() < len(low):
        after = low[found.end()]
        line_start = low.rfind("\n", 0, found.start()) + 1
        wrapped = found.start() - line_start >= _WRAPPED_LINE and low[found.start() - 1] not in ",:"
        return after == "\n" or not (wrapped and (after.isalnum() or after in "\"'(\u00a3"))
    return True


def _append(spans: list[Span], low: str, start: int, end: int) -> None:
    while start < end and low[start].isspace():
        start += 1
    while end > start and low[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append(Span(start, end))
