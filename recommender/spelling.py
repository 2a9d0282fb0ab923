"""Words of a query that no product holds, put right from the words that products do hold."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Sequence

_LEAST_LETTERS = 4  # a shorter word is another word at one letter's distance
_MOST_LETTERS = 24


def put_right(
    words: Sequence[str],
    texts_with: Callable[[str], int],
    known: Callable[[Iterable[str]], Sequence[str]],
) -> list[str]:
    """Return `words` with each unknown one replaced or joined with its neighbour, where that makes it known.

    `texts_with` says how many texts hold a word, `known` which words any holds. One letter missing, added,
    changed or two swapped is put right; the commonest candidate wins. "tea pot" is joined and "teapot" is
    split where only that is known.
    """
    righted: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        if place + 1 < len(words):
            following = words[place + 1]
            joined = texts_with(word + following)
            if joined and not (texts_with(word) and texts_with(following)):
                righted.append(word + following)
                place += 2
                continue
        righted += [word] if texts_with(word) else _nearest(word, texts_with, known)
        place += 1
    return righted


def _nearest(
    word: str, texts_with: Callable[[str], int], known: Callable[[Iterable[str]], Sequence[str]]
) -> list[str]:
    if not _LEAST_LETTERS <= len(word) <= _MOST_LETTERS or not word.isalpha():
        return [word]
    candidates = known(_one_off(word))
    if candidates:
        return [max(candidates, key=texts_with)]
    halves = [(word[:at], word[at:]) for at in range(3, len(word) - 2)]
    for left, right in halves:
        if texts_with(left) and texts_with(right):
            return [left, right]
    return [word]


def _one_off(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        left, right = word[:at], word[at:]
        if right:
            yield left + right[1:]
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
        for letter in string.ascii_lowercase:
            yield left + letter + right
            if right:
                yield left + letter + right[1:]
