"""Sentences and words of prose, split as Vale's segmenter and tokenizer split them."""

from __future__ import annotations

import re

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sr",
        "jr",
        "st",
        "rev",
        "gen",
        "col",
        "capt",
        "lt",
        "sgt",
        "hon",
        "messrs",
        "mme",
        "mlle",
        "vs",
        "v",
        "etc",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "cf",
        "al",
        "ca",
        "approx",
        "no",
        "nos",
        "vol",
        "vols",
        "fig",
        "figs",
        "p",
        "pp",
        "ed",
        "eds",
        "est",
        "dept",
        "univ",
        "inc",
        "ltd",
        "co",
        "corp",
        "bros",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "a.m",
        "p.m",
        "u.s",
        "u.k",
        "u.n",
        "d.c",
        "ph.d",
        "m.d",
        "b.a",
        "m.a",
        "tel",
        "ext",
        "min",
        "max",
        "ref",
    ]
)
_END = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019)\]]*(?=\s)|\n[ \t]*\n\s*")
_LAST_WORD = re.compile(r"[\w.]+$")
_NUMBER_IN_LIST = re.compile(r"^\d{1,3}$")
_SPECIAL = re.compile(r"^(?:[A-Za-z]\.){2,}$|^[A-Z][a-z]{1,2}\.$")
_BOUND = ("$", "(", '"', "[", "'")
_CLOSING = (",", ")", '"', "]", "!", ";", ".", "?", ":", "'")
_SAME_LENGTH = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})
_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[\w']+(?:[-\u2010][\w']+)*", re.UNICODE)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the places of the sentences, without the white space around them."""
    places: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(text):
        if found.group()[0] != "\n" and not _ends(text, start, found):
            continue
        _append(places, text, start, found.end())
        start = found.end()
    _append(places, text, start, len(text))
    return places


def _ends(text: str, start: int, found: re.Match[str]) -> bool:  # noqa: PLR0911 - one cue after the other
    after = text[found.end() : found.end() + 40].lstrip().lstrip("\"'\u201c\u2018([*_")
    if not found.group().startswith("."):
        return True
    if not after:
        return False
    if found.group().startswith(".") and after[0].islower():
        return False
    if len(found.group().rstrip("\"'\u201d\u2019)]")) > 1:
        return after[0].isupper()
    word = _LAST_WORD.search(text, max(start, found.start() - 24), found.start())
    if word is None:
        return True
    bare = word.group().lower().strip(".")
    if bare in _ABBREVIATIONS:
        return False
    if len(bare) == 1 and bare.isalpha() and word.group().isupper() and bare != "i":
        return False
    return not (_NUMBER_IN_LIST.match(bare) and word.start() == start)


def _append(places: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        places.append((start, end))


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the places of the paragraphs of prose: an empty line stands between two."""
    places: list[tuple[int, int]] = []
    start = 0
    for piece in text.split("\n\n"):
        end = start + len(piece)
        if piece.strip():
            places.append((start, end))
        start = end + 2
    return places


def tokens(text: str) -> list[tuple[int, int]]:
    """Return the places of the words a spelling rule looks at: punctuation off both ends, letters in them."""
    plain = text.translate(_SAME_LENGTH)
    places: list[tuple[int, int]] = []
    for chunk in _CHUNK.finditer(plain):
        start, end = chunk.span()
        while start < end and _SPECIAL.match(plain[start:end]) is None:
            if plain[start] in _BOUND:
                start += 1
            elif plain[end - 1] in _CLOSING:
                end -= 1
            else:
                break
        if any(char.isalpha() for char in plain[start:end]):
            places.append((start, end))
    return places


def words(text: str) -> list[str]:
    """Return the words as readability formulas count them."""
    return _WORD.findall(text)
