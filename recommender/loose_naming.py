"""Which products a question may mean that names none for sure: misspelt, by one word, by a bare number.

For questions about products alone: an answer that shows which product it speaks of may be put right, an offer
made on a wrong guess may not. What fits several products alike comes as a group of all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from recommender.naming import Likeness, Named, ProductNames, Word, sentences_of
from recommender.spelling import put_right
from recommender.titles import PLAIN

_READ = 2_000
_MOST_RIGHTED = 12  # words of a message whose spelling is looked at
_LEAST_LETTERS = 4
_NUMBER = re.compile(r"(?<![\w£$€.,/+-])\d{4,14}(?![\w%£$€]|[.,/-]\d)")
_NO_PRODUCT = re.compile(
    r"(?:\b(?:orders?|invoice|reference|ref|phone|call|ring|account|parcel|tracking|card|since|until|year|in)"
    r"(?:\s*(?:number|no\.?|is|#|:))*\s*|#\s*)$",
    re.IGNORECASE,
)


def loosely_named(
    names: ProductNames, text: str, likeness: Likeness | None, asking: frozenset[str]
) -> tuple[tuple[Named, ...], ...]:
    """Return what `text` may name, each as the one product or those that fit alike, in order of place.

    Reads the first 2,000 characters. `asking` are words that ask and name no product ("price"): their
    spelling is right, and one may stand behind a name.
    """
    read = text[:_READ]
    numbered = tuple(_numbered(names, read))
    if numbered:
        return numbered
    sentences = list(sentences_of(read))
    righted = _righted(names, sentences, asking)
    found = [*names.fitting(righted, likeness)]
    if not found:
        found = [*_by_one_word(names, sentences, asking)]
    first: dict[frozenset[int], tuple[Named, ...]] = {}
    for group in sorted(found, key=lambda one: one[0].start):
        first.setdefault(frozenset(one.position for one in group), group)
    return tuple(first.values())


def _numbered(names: ProductNames, text: str) -> Iterable[tuple[Named, ...]]:
    """Yield the products whose code is a number that nothing announces as one of another kind."""
    for match in _NUMBER.finditer(text):
        if _NO_PRODUCT.search(text[: match.start()][-40:]) is None:
            position = names.skus.place(match[0])
            if position is not None:
                yield (Named(position, 1.0, match.start(), match.end()),)


def _righted(
    names: ProductNames, sentences: Iterable[Sequence[Word]], asking: frozenset[str]
) -> Iterable[list[Word]]:
    """Yield the sentences with words that no title has put right from those of the titles."""
    left = _MOST_RIGHTED
    for sentence in sentences:
        words: list[Word] = []
        for word in sentence:
            is_strange = (
                len(word.text) >= _LEAST_LETTERS
                and word.text not in PLAIN
                and word.text not in asking
                and not names.titles.count_with(word.text)
            )
            right = [word.text]
            if is_strange and left:
                left -= 1
                right = put_right(right, names.titles.count_with, names.titles.known)
            is_new = right != [word.text]
            words += [replace(word, text=one, righted=is_new) for one in right]
        yield words


def _by_one_word(
    names: ProductNames, sentences: Iterable[Sequence[Word]], asking: frozenset[str]
) -> Iterable[tuple[Named, ...]]:
    """Yield the products whose thing a sentence names by its word alone: "the secateurs", not "the
    secateurs sharpener"."""
    for sentence in sentences:
        texts = ["", *(word.text for word in sentence), ""]
        for place, word in enumerate(sentence):
            around = (texts[place], texts[place + 2])
            is_alone = all(not one or one in PLAIN or one in asking for one in around)
            if is_alone and len(word.text) >= _LEAST_LETTERS and names.titles.is_head(word.text):
                share = {at: names.share(at, {word.text}) for at in names.titles.headed(word.text)}
                yield tuple(Named(at, share[at], word.start, word.end) for at in share)
