"""Rules that measure a whole text: readability grades, and formulas of one's own (metric)."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from brand_voice.vale.blocks import Block
from brand_voice.vale.definition import MetricEntry, ReadabilityEntry
from brand_voice.vale.formulas import BadFormula, parsed, worked_out
from brand_voice.vale.regexps import Regexp
from brand_voice.vale.segments import sentences, words
from brand_voice.vale.strikes import NOWHERE, About, Memory, Strike

GRADES = ("Gunning Fog", "Coleman-Liau", "Flesch-Kincaid", "SMOG", "Automated Readability", "LIX")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?:[^laeiouy]e|[^aeiouydt]ed|[^aeiouyscxzh]es)$|(?<=[^aeiouy])e(?:ly|ful|less|ment)s?$"
)
_TWO_VOWELS = re.compile(
    r"[aeiou][^aeiou]*?i[ao](?!n$|ns$|us)|eo(?!us)|ia[lns]?$|iu|[aeiou]ing$|ua[lrt]|[^q]ue[nt]"
)
_ONE_AGAIN = re.compile(r"[ct]ia[ln]|[ct]iou|[sx]ion")
_COUNTED_AS_NONE = ("pre", "list", "blockquote", *(f"heading_h{level}" for level in range(1, 7)))


def syllables(word: str) -> int:
    """Return about how many syllables an English word has, by its letters."""
    low = word.lower()
    if len(low) < 3:
        return 1 if low else 0
    count = len(_VOWELS.findall(low)) - len(_SILENT.findall(low))
    count += len(_TWO_VOWELS.findall(low)) - len(_ONE_AGAIN.findall(low))
    return max(count, 1)


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted in a text."""

    characters: int
    words: int
    sentences: int
    syllables: int
    polysyllables: int  # words of more than two syllables
    complex: int  # of those, the ones that are not so for a common ending alone
    long: int  # words of more than six letters

    def grade(self, name: str) -> float:
        """Return the grade by a named formula. The text must have words."""
        words, sentences = float(self.words), float(max(self.sentences, 1))
        match name:
            case "Flesch-Kincaid":
                return 0.39 * words / sentences + 11.8 * self.syllables / words - 15.59
            case "Gunning Fog":
                return 0.4 * (words / sentences + 100.0 * self.complex / words)
            case "SMOG":
                return 1.0430 * math.sqrt(self.polysyllables * 30.0 / sentences) + 3.1291
            case "Automated Readability":
                return 4.71 * self.characters / words + 0.5 * words / sentences - 21.43
            case "Coleman-Liau":
                return 0.0588 * 100 * self.characters / words - 0.296 * 100 * sentences / words - 15.8
            case _:
                return words / sentences + 100.0 * self.long / words


def counts(text: str) -> Counts:
    """Count what readability formulas ask for."""
    found = words(text)
    by_word = [syllables(word) for word in found]
    return Counts(
        characters=sum(sum(map(str.isalnum, word)) for word in found),
        words=len(found),
        sentences=len(sentences(text)),
        syllables=sum(by_word),
        polysyllables=sum(count > 2 for count in by_word),
        complex=sum(
            count - word.endswith(("es", "ed", "ing")) > 2 for word, count in zip(found, by_word, strict=True)
        ),
        long=sum(len(word) > 6 for word in found),
    )


@dataclass(frozen=True, slots=True)
class Readability:
    """Strikes a text whose grade, the mean of the named ones, is above `most`."""

    grades: tuple[str, ...]
    most: float

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return ()

    def strikes(self, about: About, block: Block, _memory: Memory, /) -> Iterable[Strike]:
        counted = counts(block.text)
        if not counted.words:
            return
        grade = sum(map(counted.grade, self.grades)) / len(self.grades)
        if grade > self.most:
            yield about.strike(block, *NOWHERE, (f"{grade:.2f}",))


def readability(entry: ReadabilityEntry) -> Readability:
    """Read a readability rule. Raises BadFormula for a grade nobody knows."""
    unknown = [name for name in entry.metrics if name not in GRADES]
    if unknown:
        raise BadFormula(f"metrics: {unknown[0]!r} is none of {', '.join(GRADES)}")
    return Readability(entry.metrics, entry.grade)


@dataclass(frozen=True, slots=True)
class Metric:
    """Strikes a text whose formula comes to what the condition says."""

    formula: ast.expr
    condition: str

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return ()

    def strikes(self, about: About, block: Block, memory: Memory, /) -> Iterable[Strike]:
        values = _values(block, memory.document.counts)
        if not values["words"]:
            return
        result = float(worked_out(self.formula, values))
        if worked_out(parsed(f"{result:f} {self.condition}"), values):
            yield about.strike(block, *NOWHERE, (f"{result:.2f}",))


def _values(block: Block, parts: Mapping[str, int]) -> dict[str, float]:
    counted = counts(block.text)
    values: dict[str, float] = dict.fromkeys(_COUNTED_AS_NONE, 0.0)
    values.update({name.replace(".", "_"): float(count) for name, count in parts.items()})
    values.update(
        characters=float(counted.characters),
        words=float(counted.words),
        sentences=float(counted.sentences),
        syllables=float(counted.syllables),
        polysyllabic_words=float(counted.polysyllables),
        complex_words=float(counted.complex),
        long_words=float(counted.long),
        paragraphs=float(len([part for part in re.split(r"\n[ \t]*\n", block.text) if part.strip()])),
    )
    return values


def metric(entry: MetricEntry) -> Metric:
    """Read a metric rule. Raises BadFormula."""
    named = re.sub(r"\bheading\.(h[1-6])\b", r"heading_\1", entry.formula)
    try:
        formula = parsed(named)
    except BadFormula as fault:
        raise BadFormula(f"formula: {fault}") from None
    try:
        parsed(f"1.0 {entry.condition}")
    except BadFormula as fault:
        raise BadFormula(f"condition: {fault}") from None
    return Metric(formula, entry.condition)
