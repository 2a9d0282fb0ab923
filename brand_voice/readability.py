"""Readability formulas, each named after whoever published it, and the syllables they count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Literal

from brand_voice.finding import CheckContext, Span
from brand_voice.reading import Reading
from brand_voice.rules import Hit

Formula = Literal[
    "flesch_reading_ease",
    "flesch_kincaid_grade",
    "gunning_fog",
    "smog",
    "coleman_liau",
    "automated_readability",
]
_LETTER = re.compile(r"[^\W\d_]")
_GROUPS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?:[^laeiouy]|[aeiouy]l|[^aeiouy]l(?=ely))e$|[^aeioutd]ed$|[^csxzgaeiou]es$|(?<=[^aeiouy])ely$"
)
_SPLIT = re.compile(r"i(?:a|o(?!u)|um|er\b)|(?<!q)u(?:a|o)|eo(?!u)|ying|uing|io$")
_JOINED = re.compile(r"(?:c|s|t|g|x)i(?:a|o)|eau")


@dataclass(frozen=True, slots=True)
class Counts:
    """What the formulas count in a text; a word of three syllables or more is `complex`."""

    letters: int
    words: int
    sentences: int
    syllables: int
    complex: int


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Return about how many syllables an English word in small letters has, at least one."""
    letters = re.sub(r"[^a-z]", "", word)
    count = len(_GROUPS.findall(letters)) - len(_SILENT.findall(letters))
    count += len(_SPLIT.findall(letters)) - len(_JOINED.findall(letters))
    return max(1, count)


def count(reading: Reading) -> Counts:
    """Return the counts of a text."""
    words = reading.wording()
    run = "".join(words)
    lengths = list(map(syllables, words))
    low = reading.low
    sentences = sum(_LETTER.search(low, at.start, at.end) is not None for at in reading.sentences)
    return Counts(
        letters=len(run) - run.count("'") - run.count("-"),
        words=len(words),
        sentences=max(1, sentences),
        syllables=sum(lengths),
        complex=sum(length >= 3 for length in lengths),
    )


def _flesch(of: Counts) -> float:
    """Flesch 1948."""
    return 206.835 - 1.015 * of.words / of.sentences - 84.6 * of.syllables / of.words


def _kincaid(of: Counts) -> float:
    """Kincaid et al. 1975."""
    return 0.39 * of.words / of.sentences + 11.8 * of.syllables / of.words - 15.59


def _fog(of: Counts) -> float:
    """Gunning 1952."""
    return 0.4 * (of.words / of.sentences + 100 * of.complex / of.words)


def _smog(of: Counts) -> float:
    """McLaughlin 1969."""
    return 1.0430 * sqrt(of.complex * 30 / of.sentences) + 3.1291


def _coleman(of: Counts) -> float:
    """Coleman and Liau 1975."""
    return 5.88 * of.letters / of.words - 29.6 * of.sentences / of.words - 15.8


def _ari(of: Counts) -> float:
    """Senter and Smith 1967."""
    return 4.71 * of.letters / of.words + 0.5 * of.words / of.sentences - 21.43


_FORMULAS: dict[Formula, Callable[[Counts], float]] = {
    "flesch_reading_ease": _flesch,
    "flesch_kincaid_grade": _kincaid,
    "gunning_fog": _fog,
    "smog": _smog,
    "coleman_liau": _coleman,
    "automated_readability": _ari,
}


def score(reading: Reading, formula: Formula) -> float:
    """Return how hard a text with words in it is to read, by one formula."""
    return _FORMULAS[formula](reading.once("counts", lambda: count(reading)))


@dataclass(frozen=True, slots=True)
class Readability:
    """The score of a text by `formula` lies between `least` and `most`; texts of few words are left alone."""

    formula: Formula
    least: float | None
    most: float | None
    from_words: int

    def hits(self, reading: Reading, _context: CheckContext, /) -> Iterable[Hit]:
        if len(reading.words()) < self.from_words:
            return
        value = score(reading, self.formula)
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            yield Hit(Span(0, len(reading.raw)), found=f"{self.formula.replace('_', ' ')} {value:.0f}")
