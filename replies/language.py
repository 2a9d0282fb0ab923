"""A cheap guess at the language of a message, so that no reply goes out in the wrong one.

Counts each language's telling words (decision 0155); a text that gives no sign at all is left undecided
rather than guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from babel import Locale

OTHER = "other"
_BOUND = 2_000
_WORD = re.compile(r"[^\W\d_]+")
_HOME = "en"  # wins where signs are equally many: names of products are foreign more often than messages
_CAPITALISING = frozenset({"en", "de"})  # English in headings, German in nouns
_SCRIPTS = {
    "GREEK": ("el",),
    "CYRILLIC": ("ru", "uk", "bg", "sr", "mk", "be"),
    "ARABIC": ("ar", "fa", "ur"),
    "HEBREW": ("he", "yi"),
    "CJK": ("zh", "ja"),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "HANGUL": ("ko",),
    "THAI": ("th",),
    "DEVANAGARI": ("hi", "mr", "ne"),
}


def guess_language(text: str) -> str | None:
    """Return an ISO 639-1 code, "other" for a script that is not Latin, or None when nothing tells.

    Looks at the first 2,000 characters only.
    """
    said = _read(text)
    if _script(said.words) is not None:
        return OTHER
    hits = _hits(said)
    best = max(hits, key=lambda code: hits[code])
    if hits[best] == 0:
        return None
    return _HOME if hits[best] <= hits[_HOME] else best


def language_name(code: str | None) -> str:
    """Return the English name of a language as `guess_language` tells it, for agents to read."""
    if code is None or code == OTHER:
        return "another language"
    return str(Locale.parse(code).get_display_name("en"))


def speaks(text: str, languages: tuple[str, ...]) -> bool:
    """Whether a reply in one of `languages` would be in the language of `text`; undecided counts as yes.

    So does a tie: a word that two languages share ("hallo") is read as the one that the shop serves.
    """
    said, served = _read(text), {_plain_code(language) for language in languages}
    script = _script(said.words)
    if script is not None:
        return not served.isdisjoint(_SCRIPTS.get(script, ()))
    hits = _hits(said)
    most = max(hits.values())
    if most == 0 or not served & hits.keys():
        return most == 0
    return max(hits[code] for code in served & hits.keys()) == most


def _plain_code(language: str) -> str:
    code = language.lower().split("-")[0]
    return "no" if code in {"nb", "nn"} else code


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a text in lower case, and whether each is part of a name such as "Le Creuset"."""

    words: list[str]
    named: list[bool]


def _read(text: str) -> _Said:
    words = _WORD.findall(text[:_BOUND])
    titled = [False, *(word[0].isupper() and not word.isupper() for word in words), False]
    named = [titled[at] and (titled[at - 1] or titled[at + 1]) for at in range(1, len(words) + 1)]
    return _Said([word.lower() for word in words], [False] * len(words) if all(named) else named)


def _script(words: list[str]) -> str | None:
    """Return the script of most letters, as Unicode names it, None for Latin or no letters."""
    letters = "".join(words)
    other = [letter for letter in letters if letter >= "ɐ"]
    if len(other) * 2 <= len(letters):
        return None
    return Counter(unicodedata.name(letter, "unknown").split()[0] for letter in other).most_common(1)[0][0]


def _hits(said: _Said) -> dict[str, int]:
    """Return how many of the words tell of each language; parts of names only of those that write so."""
    telling, codes = _telling()
    hits = dict.fromkeys(codes, 0)
    for word, is_named in zip(said.words, said.named, strict=True):
        for code in telling.get(word, ()):
            hits[code] += not is_named or code in _CAPITALISING
    return hits


@cache
def _telling() -> tuple[Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the languages that each word tells of, and all languages."""
    told: dict[str, str] = yaml.safe_load((files("replies") / "languages.yaml").read_text(encoding="utf-8"))
    found: dict[str, tuple[str, ...]] = {}
    for code, words in told.items():
        for word in set(words.split()):
            found[word] = (*found.get(word, ()), code)
    return found, tuple(told)
