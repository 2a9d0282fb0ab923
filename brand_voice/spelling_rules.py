"""The kinds that look at single words: the other side's spelling, unknown words, words that are disguised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from brand_voice.finding import CheckContext, Fix, Span
from brand_voice.passages import own_words
from brand_voice.patterns import Pattern
from brand_voice.reading import Reading
from brand_voice.rules import Hit, Triggers


@dataclass(frozen=True, slots=True)
class Spelling:
    """Words of `respelt` are written as it says; told `knows`, a word that it does not know is found as well.

    Names of the case, words with digits and capitals within, and what is quoted are left alone.
    """

    respelt: Mapping[str, str]
    knows: Callable[[str], bool] | None
    names: frozenset[str]

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        if self.knows is None and self.respelt.keys().isdisjoint(_stems(reading)):
            return
        text = own_words(reading, context, reading.low)
        names = self.names | {part.lower() for name in context.greeting_names for part in name.split()}
        for start, end in reading.words():
            word = text[start:end]
            stem, _, ending = word.partition("'")
            if stem in names or word in names:
                continue
            better = self.respelt.get(stem)
            if better is not None:
                span = Span(start, end)
                written = _as_written(reading, span, better)
                yield Hit(span, (Fix(span, f"{written}'{ending}" if ending else written),))
            elif self._is_unknown(word, reading.plain[start:end]):
                yield Hit(Span(start, end))

    def _is_unknown(self, word: str, written: str) -> bool:
        return self.knows is not None and "\x1a" not in word and _is_plain(written) and not self.knows(word)


def _stems(reading: Reading) -> frozenset[str]:
    """Return the words of a text without what follows an apostrophe in them."""
    return reading.once("stems", lambda: frozenset(word.partition("'")[0] for word in set(reading.wording())))


def _as_written(reading: Reading, span: Span, word: str) -> str:
    written = reading.plain[span.start : span.end]
    if len(written) > 1 and written.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if written[0].isupper() else word


def _is_plain(word: str) -> bool:
    """Say whether a dictionary can judge a word: letters only, no capital among them."""
    return (
        word.replace("'", "").replace("-", "").isalpha()
        and word[1:] == word[1:].lower()
        and word[0].islower()
    )


@dataclass(frozen=True, slots=True)
class Disguised:
    """Words under a disguise as well: stars or digits for letters, letters drawn out or spaced apart."""

    known_by: Pattern
    unless: Pattern | None

    def triggers(self) -> Triggers:
        """Return the words."""
        return Triggers("folded", (self.known_by,))

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        text = own_words(reading, context, reading.low)
        for match in self.known_by.matches(text):
            sentence = reading.sentence_at(match.start())
            if (
                self.unless is None
                or self.unless.search(text, sentence.start, max(sentence.end, match.end())) is None
            ):
                yield Hit(Span(match.start(), match.end()))


_FOR_LETTERS = {
    "a": "a@4", "b": "b8", "c": "ck", "e": "e3", "g": "g9", "i": "i1!|", "o": "o0", "s": "s$5", "t": "t7+",
    "u": "uv",
}  # fmt: skip
_HIDING = "*#@%$"


def disguises(word: str) -> str:
    """Return the source of a pattern for a word and its disguises; whole words only.

    The first letter stays a letter; within, a letter may be starred out where the word has four or more.
    """
    hiding = _HIDING if len(word) >= 4 else "*"
    letters: list[str] = []
    for place, letter in enumerate(word):
        like = _FOR_LETTERS.get(letter, letter)
        inner = 0 < place < len(word) - (len(word) <= 4)
        members = "".join(dict.fromkeys(letter + like + (hiding if inner else "")))
        letters.append(f"[{_in_set(members)}]+" if inner else f"[{_in_set(letter + like)}]")
    close = "".join(letters)
    apart = r"[ .\-_]".join(_one(letter) for letter in word) if len(word) >= 3 and " " not in word else ""
    return f"{close}|{apart}" if apart else close


def _one(letter: str) -> str:
    return f"[{_in_set(letter + ''.join(c for c in _FOR_LETTERS.get(letter, '') if c != letter))}]"


def _in_set(members: str) -> str:
    return "".join(f"\\{one}" if one in r"\]^-|[" else one for one in dict.fromkeys(members))
