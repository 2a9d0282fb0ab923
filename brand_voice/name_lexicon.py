"""What a word looks like to the tagger of names: its class, from word lists and from its shape."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "gazetteer"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word lists in small letters. `proper` are words that English writes with a capital."""

    common: frozenset[str]
    proper: frozenset[str]
    given: frozenset[str]
    surnames: frozenset[str]
    places: frozenset[str]
    """Whole names, several words included; `place_words` are the words they are made of."""
    place_words: frozenset[str]
    countries: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """Read the word lists, once."""
    packed = gzip.decompress((FOLDER / "words.txt.gz").read_bytes()).decode("utf-8")
    common, _, proper = packed.partition("\n\n")
    sections = _places()
    places = frozenset(sections[0] + sections[1] + sections[2])
    place_words = frozenset(
        word for name in places for word in name.split() if len(word) > 3 or name == word
    ) - frozenset(
        {"north", "south", "west", "east", "republic", "islands", "and", "states", "united", "city"}
    )
    return Lexicon(
        common=frozenset(common.split()),
        proper=frozenset(proper.lower().split()),
        given=frozenset((FOLDER / "given_names.txt").read_text("utf-8").split()),
        surnames=frozenset((FOLDER / "surnames.txt").read_text("utf-8").split()),
        places=places,
        place_words=place_words,
        countries=frozenset(sections[0]),
    )


def _places() -> list[list[str]]:
    sections: list[list[str]] = []
    for line in (FOLDER / "places.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            sections.append([])
        else:
            sections[-1] += [name.strip() for name in line.split(";")]
    return sections


@cache
def _word_kinds() -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for line in (FOLDER / "word_kinds.txt").read_text("utf-8").splitlines():
        kind, _, words = line.partition(":")
        if words:
            kinds[kind] = [*kinds.get(kind, []), *words.split()]
    return kinds


@cache
def _told() -> dict[str, str]:
    """Return the words whose class the file of kinds tells, whatever the lists say."""
    told: dict[str, str] = {}
    for line in (FOLDER / "word_kinds.txt").read_text("utf-8").splitlines():
        kind, _, words = line.partition(":")
        if kind in _TOLD:
            told |= {word: f"={word}" if kind == "itself" else kind for word in words.split()}
    return told


_TOLD = frozenset({"itself", "particle", "street", "unit", "firm", "month", "day", "title"})
_ENDINGS = (("street", "ends a street"), ("name", "ends a name"), ("place", "ends a place"))


@cache
def _state_codes() -> frozenset[str]:
    return frozenset(code.upper() for code in _word_kinds()["state code"])


def shape_of(word: str) -> str:
    """Return how it is written: small, Capital, CAPITALS, mIxed."""
    if word.islower():
        return "x"
    if len(word) > 1 and word.isupper():
        return "XX"
    return "X" if word[0].isupper() and (len(word) == 1 or word[1:].islower()) else "xX"


@cache
def _kind(low: str) -> str:
    known = _told().get(low)
    if known is not None:
        return known
    lists = lexicon()
    given, surname = low in lists.given, low in lists.surnames
    if low in lists.countries:
        return "country" if not given else "given"
    common = "common-" if low in lists.common and low != "john" else ""
    if given or surname:
        return common + ("given+surname" if given and surname else "given" if given else "surname")
    if low in lists.place_words:
        return common + "place"
    return "word" if common else "proper" if low in lists.proper else _unknown(low)


def _unknown(low: str) -> str:
    for kind, named in _ENDINGS:
        for ending in _word_kinds()[named]:
            if low.endswith(ending) and len(low) > len(ending) + 2:
                return f"?{kind}"
    if low.isascii():
        return "?short" if len(low) < 4 else "?"
    return "?foreign" if any(ord(char) > 0x24F for char in low) else "?accented"


def class_of(word: str) -> str:
    """Return the class of a token: "word/X", "given/X", "3 digits", ","."""
    first = word[0]
    if first.isdigit():
        return f"{min(len(word), 6)} digits" if word.isdigit() else "digits+"
    if not first.isalpha():
        if first in "\u00a3$\u20ac":
            return "money"
        return "line" if first == "\n" else first if first in ",.:;-/()\"'#!?>&\\@" else "sign"
    if word in _state_codes():
        return "state/XX"
    low = word.lower()
    kind = _kind(low)
    if kind.startswith(("word", "?")) and low.endswith("'s"):
        kind = f"{_kind(low[:-2])}'s"
    return f"{kind}/{shape_of(word)}"
