"""Which products a free message names: by code, or loosely by the words of their titles.

A false mention leads to an embarrassing offer, so what fits two products alike names none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, log

import numpy as np
from numpy.typing import NDArray

from models.keyword_index import words
from recommender.catalogue import Product
from recommender.codes import CodeTable, plain_code
from recommender.title_words import TitleWords
from recommender.titles import PLAIN, Title

Likeness = Callable[[list[int]], NDArray[np.float32]]
"""Says how like the message each product (a position) is, by meaning."""

_READ = 20_000
_LEAST_COVERED = 0.3
_POSSESSIVE = "s"  # "chef's knife" reads as three words
_CLEARLY_LIKER = 0.2
_REACH = 4
_MOSTLY_TOLD = 0.5  # a stray word ("two years old") does not tell one product from its likes
_STATED_SIZES = frozenset(("small", "medium", "large", "mini", "xs", "xl", "xxl", "xxxl"))
_LINKS = frozenset({"in", "with", "for", "the", "of", "a", "size"})
_SENTENCE_END = re.compile(r"[.!?;:]+(?=\s|$)|[\n\r()]+")
_RUN = re.compile(r"\w+(?:[-'’./]\w+)*")
_CODE = re.compile(r"(?<![\w£$€+])\w+(?:[-_]\w+)*(?![\w-])")
_CODE_CUE = re.compile(
    r"\b(?:codes?|items?|products?|skus?|stock|style|model|part|article|catalogue)"
    r"(?:\s*(?:code|no\.?|number|nr\.?|is|#|:))*\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A product a message names: its place in the list, how much of its title was said, and where."""

    position: int
    covered: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a message as titles write it, with its place; `righted`: its spelling was put right."""

    text: str
    start: int
    end: int
    righted: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    position: int
    sentence: int
    places: frozenset[int]
    spoken: frozenset[str]
    weight: float
    covered: float


@dataclass(frozen=True)
class ProductNames:
    """The names and SKUs of a list of products; positions are places in that list."""

    titles: TitleWords
    skus: CodeTable

    @classmethod
    def of(cls, products: Sequence[Product]) -> ProductNames:
        """Read the titles of `products`."""
        titles = TitleWords.of(Title.of(product) for product in products)
        return cls(titles, CodeTable.of((product.sku,) for product in products))

    def __len__(self) -> int:
        return len(self.titles)

    def find(self, text: str, likeness: Likeness | None = None) -> list[Named]:
        """Return what `text` surely names, codes first, then by how much of the title was said.

        Reads the first 20,000 characters. `likeness` decides between products whose words fit alike,
        where it does so clearly.
        """
        read = text[:_READ]
        named = list(self._coded(read))
        taken = {one.position for one in named}
        loose = (one for one in self._titled(read, likeness) if one.position not in taken)
        return named + sorted(loose, key=lambda one: (-one.covered, one.start))

    def _coded(self, text: str) -> Iterable[Named]:
        seen: set[int] = set()
        for match in _CODE.finditer(text):
            if not (_is_code(match[0]) or _is_called_code(text, match)):
                continue
            position = self.skus.place(match[0])
            if position is not None and position not in seen:
                seen.add(position)
                yield Named(position, 1.0, match.start(), match.end())

    def _titled(self, text: str, likeness: Likeness | None) -> list[Named]:
        named: dict[int, Named] = {}
        for fitting in self.fitting(sentences_of(text), likeness):
            one = fitting[0]
            if len(fitting) > 1:
                continue
            if one.position not in named or named[one.position].covered < one.covered:
                named[one.position] = one
        return list(named.values())

    def fitting(
        self, sentences: Iterable[list[Word]], likeness: Likeness | None
    ) -> Iterable[tuple[Named, ...]]:
        """Yield, for each stretch of text that names products by their titles, the one that it fits best, or
        those that it fits alike. A word whose spelling was put right never speaks alone for one."""
        read = [self._joined(sentence) for sentence in sentences]
        matches = [
            match
            for number, sentence in enumerate(read)
            for position in self.titles.sharing(word.text for word in sentence)
            for match in self._matches(number, sentence, position)
        ]
        everywhere = frozenset(word.text for sentence in read for word in sentence)
        for chosen in self._settled(matches, everywhere, likeness):
            each: list[Named] = []
            for match in chosen:
                spots = [read[match.sentence][place] for place in sorted(match.places)]
                if not all(spot.righted for spot in spots):
                    each.append(Named(match.position, match.covered, spots[0].start, spots[-1].end))
            if each:
                yield tuple(each)

    def _joined(self, sentence: list[Word]) -> list[Word]:
        """Write as one word what titles write as one: "tea pot" where they say "teapot"."""
        joined: list[Word] = []
        for word in sentence:
            last = joined[-1] if joined else None
            if last is not None and self.titles.is_head(last.text + word.text):
                righted = last.righted or word.righted
                joined[-1] = Word(last.text + word.text, last.start, word.end, righted)
            else:
                joined.append(word)
        return joined

    def _matches(self, number: int, sentence: Sequence[Word], position: int) -> Iterable[_Match]:
        title = self.titles[position]
        for place, word in enumerate(sentence):
            if word.text != title.head or self._is_compound(sentence, place, title):
                continue
            before = self._modifiers(sentence, place, title)
            if before is None or _is_another_size(sentence, place, title):
                continue
            said = {place, *before, *self._additions(sentence, place, title)}
            match = self._weighed(number, sentence, position, said)
            if match is not None:
                yield match

    def _is_compound(self, sentence: Sequence[Word], place: int, title: Title) -> bool:
        """Say whether the head only describes another thing: the "teapot" of a "teapot stand"."""
        following = sentence[place + 1].text if place + 1 < len(sentence) else ""
        return self.titles.is_head(following) and following not in title.matching

    def _modifiers(self, sentence: Sequence[Word], place: int, title: Title) -> list[int] | None:
        """Return the places of the title's words before the head; None when another thing is described."""
        said: list[int] = []
        for at in range(place - 1, max(place - 1 - _REACH, -1), -1):
            word = sentence[at].text
            if word == _POSSESSIVE:
                continue
            if word in PLAIN:
                break
            if word in title.matching:
                said.append(at)
            elif self.titles.count_with(word):
                return None
        return said

    def _additions(self, sentence: Sequence[Word], place: int, title: Title) -> list[int]:
        """Return the places of the title's words said after the head: "teapot in slate blue"."""
        said: list[int] = []
        for at in range(place + 1, min(place + 1 + _REACH, len(sentence))):
            word = sentence[at].text
            if word in title.matching and word != title.head:
                said.append(at)
            elif word not in _LINKS:
                break
        return said

    def _weighed(self, number: int, sentence: Sequence[Word], position: int, said: set[int]) -> _Match | None:
        spoken = {sentence[place].text for place in said}
        if len(spoken) < 2:
            return None
        weight = fsum(map(self._weight, spoken))
        covered = self.share(position, spoken)
        if covered < _LEAST_COVERED:
            return None
        return _Match(position, number, frozenset(said), frozenset(spoken), weight, covered)

    def share(self, position: int, spoken: Iterable[str]) -> float:
        """Return how much of a product's name the words `spoken` are, 0 to 1, rare words counting more."""
        said = frozenset(spoken)
        whole = fsum(map(self._weight, self.titles[position].said | said))
        return fsum(map(self._weight, said)) / whole

    def _weight(self, word: str) -> float:
        return log(1.0 + len(self.titles) / max(1, self.titles.count_with(word)))

    def _settled(
        self, matches: Iterable[_Match], everywhere: frozenset[str], likeness: Likeness | None
    ) -> Iterable[list[_Match]]:
        """Give each stretch of text to the product that fits it best, or to those that fit it alike."""
        left = sorted(matches, key=lambda one: (-one.weight, -one.covered, one.position))
        while left:
            best = left[0]
            rivals = [one for one in left if one.sentence == best.sentence and one.places & best.places]
            left = [one for one in left if one not in rivals]
            equal = [one for one in rivals if one.weight >= best.weight - 1e-9]
            yield self._outright(equal, everywhere, likeness)

    def _rest_told(self, match: _Match, everywhere: frozenset[str]) -> float:
        """Return the share of the title's other words that the message says elsewhere."""
        rest = self.titles[match.position].said - match.spoken
        return len(rest & everywhere) / len(rest) if rest else 1.0

    def _outright(
        self, equal: list[_Match], everywhere: frozenset[str], likeness: Likeness | None
    ) -> list[_Match]:
        if len({one.position for one in equal}) == 1:
            return equal[:1]
        told = [self._rest_told(one, everywhere) for one in equal]
        best = [one for one, share in zip(equal, told, strict=True) if share == max(told)]
        if max(told) < _MOSTLY_TOLD:
            best = equal
        elif len(best) == 1:
            return best
        if likeness is not None:
            like = likeness([one.position for one in equal])
            first, second = np.sort(like)[::-1][:2]
            if first - second >= _CLEARLY_LIKER:
                return [equal[int(np.argmax(like))]]
        return list({one.position: one for one in best}.values())


def _is_another_size(sentence: Sequence[Word], place: int, title: Title) -> bool:
    """Say whether a size stands behind the name that is not the title's own: "natural soil large" is not
    "Natural Soil small"."""
    own = title.said & _STATED_SIZES
    behind = (word.text for word in sentence[place + 1 : place + 1 + _REACH] if word.text not in _LINKS)
    first = next(behind, "")
    return bool(own) and first in _STATED_SIZES and first not in own


def _is_called_code(text: str, match: re.Match[str]) -> bool:
    """Say whether a number is announced as a code: "item code 22423"."""
    return match[0].isdigit() and _CODE_CUE.search(text[: match.start()][-40:]) is not None


def _is_code(token: str) -> bool:
    """Say whether a token reads as a code: letters with digits, or capitals with a hyphen."""
    plain = plain_code(token)
    has_digit = any(sign.isdigit() for sign in plain)
    has_letter = any(sign.isalpha() for sign in plain)
    if has_digit and has_letter:
        return len(plain) >= 4
    return has_letter and "-" in token and token.isupper() and len(plain) >= 5


def sentences_of(text: str) -> Iterable[list[Word]]:
    bounds = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    for start, end in pairwise(bounds):
        runs = _RUN.finditer(text, start, end)
        yield [Word(part, run.start(), run.end()) for run in runs for part in words(run[0])]
