"""Parts of speech (Penn Treebank tags) by Eric Brill's rules, read from the data that `textblob` carries.

Nothing of textblob is imported (it would bring all of nltk): its lexicon, its rules for unknown words and its
rules for words in context are read as files. Where it is not installed there is no tagger.
Source: E. Brill (1992), A simple rule-based part of speech tagger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_WORD = re.compile(
    r"(?:[A-Za-z]\.){2,}|[^\W_]+?(?=n['\u2019]t\b)|n['\u2019]t\b|['\u2019](?:s|m|re|ve|ll|d)\b"
    r"|[^\W_]+(?:[-\u2010&/.](?=[^\W_])[^\W_]+)*|\.{2,}|\u2026|[^\w\s]|_+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?\d[\d.,/:]*%?$")
_CLOSED = {"\u2019s": "'s", "\u2019m": "'m", "\u2019re": "'re", "\u2019ve": "'ve", "\u2019ll": "'ll"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of a text, its place and its part of speech."""

    text: str
    start: int
    tag: str


def installed() -> bool:
    """Say whether there is a tagger."""
    return _folder() is not None


def tags_of(text: str) -> list[Token] | None:
    """Return the words of one sentence with their tags; None where no tagger is installed."""
    folder = _folder()
    if folder is None:
        return None
    return list(_tagged(text, _loaded(folder)))


@lru_cache(maxsize=1)
def _folder() -> Path | None:
    found = find_spec("textblob")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / "en"
    return folder if (folder / "en-lexicon.txt").is_file() else None


@dataclass(frozen=True, slots=True)
class _Knowledge:
    lexicon: dict[str, str]
    morphology: tuple[tuple[str, ...], ...]
    context: dict[str, tuple[tuple[str, ...], ...]]  # by the tag they change


@lru_cache(maxsize=1)
def _loaded(folder: Path) -> _Knowledge:
    lexicon = {words[0]: words[1] for words in _rows(folder / "en-lexicon.txt") if len(words) == 2}
    context: dict[str, list[tuple[str, ...]]] = {}
    for rule in _rows(folder / "en-context.txt"):
        if len(rule) >= 4:
            context.setdefault(rule[0], []).append(tuple(rule))
    return _Knowledge(
        lexicon,
        tuple(map(tuple, _rows(folder / "en-morphology.txt"))),
        {tag: tuple(rules) for tag, rules in context.items()},
    )


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(";;;"):
            yield line.split()


def _tagged(text: str, known: _Knowledge) -> Iterator[Token]:
    found = [(match.group(), match.start()) for match in _WORD.finditer(text)]
    words = [_CLOSED.get(word.lower(), word) for word, _start in found]
    tags = [_first_tag(word, place == 0, known) for place, word in enumerate(words)]
    padded = ["STAART", "STAART", "STAART", *tags, "END", "END", "END"]
    spelt = ["STAART", "STAART", "STAART", *words, "END", "END", "END"]
    for place in range(3, len(padded) - 3):
        for rule in known.context.get(padded[place], ()):
            if padded[place] == rule[0] and _holds(rule[2].lower(), rule[3:], spelt, padded, place):
                padded[place] = rule[1]
    for (word, start), tag in zip(found, padded[3:-3], strict=True):
        yield Token(word, start, tag)


def _first_tag(word: str, first: bool, known: _Knowledge) -> str:
    plain = word.replace("\u2019", "'")
    tag = known.lexicon.get(plain)
    if first or tag is None:
        tag = known.lexicon.get(plain.lower(), tag)
    if tag is not None:
        return tag
    if _NUMBER.match(word):
        return "CD"
    if not any(char.isalnum() for char in word):
        return word if word in {",", ":", "(", ")", '"', "$", "#"} else "."
    tag = "NNP" if word[:1].isupper() and not first else "NN"
    for rule in known.morphology:
        tag = _by_form(plain, tag, rule)
    return tag


def _by_form(word: str, tag: str, rule: Sequence[str]) -> str:
    """Return what a rule for unknown words makes of the tag."""
    bound = len(rule) > 2 and rule[2].startswith("f")
    if bound:
        if tag != rule[0] or len(rule) < 4:
            return tag
        mark, test, made = rule[1], rule[2][1:], rule[-2]
    else:
        if len(rule) < 3:
            return tag
        mark, test, made = rule[0], rule[1], rule[-2]
    held = {
        "hassuf": word.endswith(mark),
        "haspref": word.startswith(mark),
        "char": mark in word,
    }.get(test, False)
    return made if held and re.fullmatch(r"[A-Z$:.]+", made) else tag


_BEFORE = {"prev": (1, 1), "prev2": (2, 2), "prev1or2": (1, 2), "prev1or2or3": (1, 3)}
_AFTER = {"next": (1, 1), "next2": (2, 2), "next1or2": (1, 2), "next1or2or3": (1, 3)}
_PAIRS: dict[str, tuple[tuple[str, int], tuple[str, int]]] = {
    "surroundtag": (("tag", -1), ("tag", 1)),
    "prevbigram": (("tag", -1), ("tag", -2)),
    "nextbigram": (("tag", 1), ("tag", 2)),
    "lbigram": (("wd", -1), ("wd", 0)),
    "rbigram": (("wd", 0), ("wd", 1)),
    "wdprevtag": (("tag", -1), ("wd", 0)),
    "wdnexttag": (("wd", 0), ("tag", 1)),
    "wdand2aft": (("wd", 0), ("wd", 2)),
    "wdand2tagbfr": (("tag", -2), ("wd", 0)),
    "wdand2tagaft": (("wd", 0), ("tag", 2)),
}
"""Tests of two words or tags: which of both, and how far away."""


def _holds(test: str, told: tuple[str, ...], words: list[str], tags: list[str], place: int) -> bool:
    """Say whether a rule for words in context holds at a place. `told` are its words or tags."""
    rows = {"wd": words, "tag": tags}
    pair = _PAIRS.get(test)
    if pair is not None:
        return len(told) > 1 and all(
            rows[kind][place + far] == one for (kind, far), one in zip(pair, told, strict=False)
        )
    if test == "curwd":
        return words[place] == told[0]
    kind = "wd" if test.endswith("wd") else "tag"
    name = test.removesuffix(kind)
    if name in _BEFORE:
        near, far = _BEFORE[name]
        return told[0] in rows[kind][place - far : place - near + 1]
    if name in _AFTER:
        near, far = _AFTER[name]
        return told[0] in rows[kind][place + near : place + far + 1]
    return False
