"""Capitals: title case (AP, Chicago), sentence case, all small, all capitals, or a pattern of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from brand_voice.vale.blocks import Block
from brand_voice.vale.definition import CapitalizationEntry
from brand_voice.vale.regexps import Regexp, regexp
from brand_voice.vale.strikes import About, Memory, Strike, cased
from brand_voice.vale.tagger import tags_of

_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "en",
        "for",
        "if",
        "in",
        "nor",
        "of",
        "on",
        "or",
        "per",
        "the",
        "to",
        "vs",
        "vs.",
        "via",
        "v",
        "v.",
    ]
)
_PREPOSITIONS = frozenset(
    [
        "with",
        "from",
        "into",
        "during",
        "including",
        "until",
        "against",
        "among",
        "throughout",
        "despite",
        "towards",
        "upon",
        "concerning",
        "about",
        "over",
        "through",
        "before",
        "between",
        "after",
        "since",
        "without",
        "under",
        "within",
        "along",
        "following",
        "across",
        "beyond",
        "around",
        "down",
        "near",
        "above",
    ]
)
_WORD_IN_CASE = r"[\p{N}\p{L}*]+[^\s]*"
_NUMBERED = regexp(r"\d+\.")
_TITLE_WORD = regexp(r"[\p{N}\p{L}]+[^\s\-/]*")
_TO_OR_TO = "\ue001"
"""Stands for the "to" of a title where no tagger can say which it is: both casings will do."""

Casing = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Capitalization:
    """Strikes a block whose words are not cased as the rule wants, a share of them (`threshold`) aside."""

    expected: Casing
    pattern: Regexp | None
    tokens: Regexp
    excepted: Regexp | None
    threshold: float
    whole: bool  # all of the text must be as expected, not a share of its words
    sentence: bool

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return ()

    def strikes(self, about: About, block: Block, _memory: Memory, /) -> Iterable[Strike]:
        text = block.text
        if not text.strip() or self._stands(text):
            return
        expected = self.expected(text).replace(_TO_OR_TO, "to")
        strike = about.strike(block, 0, len(text), (text, expected))
        if about.action.name == "replace" and not about.action.params and not self.whole:
            action = replace(about.action, params=(expected,))
            strike = replace(strike, action=action, wordings=(expected,))
        yield strike

    def _stands(self, text: str) -> bool:
        if self.pattern is not None:
            return self.pattern.matches(text) or self._excepts(text)
        if self.whole:
            return text == self.expected(text) or self._excepts(text)
        wanted = self._words(self.expected(text))
        words = self._words(text)
        right = 0
        for place, word in enumerate(words):
            if place >= len(wanted) or self._right(word, wanted[place]):
                right += 1
            elif self.sentence and place == 0 and word != word[:1].upper() + word[1:].lower():
                return False
        return not words or right / len(words) >= self.threshold

    def _right(self, word: str, wanted: str) -> bool:
        if word == wanted or (wanted.startswith(_TO_OR_TO) and word.lower() == "to") or self._excepts(word):
            return True
        return not self.sentence and word == word.upper()

    def _words(self, text: str) -> list[str]:
        return [text[one.start : one.end] for one in self.tokens.found(text)]

    def _excepts(self, text: str) -> bool:
        return self.excepted is not None and self.excepted.matches(text)


def capitalization(entry: CapitalizationEntry, accepted: tuple[str, ...]) -> Capitalization:
    """Compile a capitalization rule. Raises BrokenPattern."""
    given = (*entry.exceptions, *(accepted if entry.vocab else ()))
    terms = sorted({term for term in given if term.strip()}, key=lambda term: (-len(term), term))
    excepted = rf"\b(?:{'|'.join(map(cased, terms))})\b" if terms else None
    tokens = regexp(f"{excepted}|{_WORD_IN_CASE}" if excepted else _WORD_IN_CASE)
    names = _Names(tuple((term, regexp(term)) for term in terms))
    prefix = regexp(entry.prefix) if entry.prefix else None
    ready = regexp(excepted) if excepted else None
    casings: dict[str, Casing] = {
        "$lower": str.lower,
        "$upper": str.upper,
        "$title": _after(prefix, _Title(names, chicago=entry.style.lower() == "chicago").cased),
        "$sentence": _after(prefix, _Sentence(names, entry.indicators, terms).cased),
    }
    own = None if entry.match in casings else regexp(entry.match)
    expected = casings.get(entry.match, lambda _text: entry.match)
    whole = entry.match not in {"$title", "$sentence"}
    threshold = entry.threshold or 0.8
    return Capitalization(expected, own, tokens, ready, threshold, whole, entry.match == "$sentence")


def _after(prefix: Regexp | None, casing: Casing) -> Casing:
    """Return the casing of what follows a prefix that is left alone."""
    if prefix is None:
        return casing

    def cased_after(text: str) -> str:
        found = prefix.found(text)
        end = found[0].end if found and found[0].start == 0 else 0
        return text[:end] + casing(text[end:])

    return cased_after


@dataclass(frozen=True, slots=True)
class _Names:
    """Words with a casing of their own."""

    terms: tuple[tuple[str, Regexp], ...]

    def casing_of(self, word: str) -> str | None:
        for term, pattern in self.terms:
            if term.casefold() == word.casefold():
                return term
            if pattern.matches(word):
                return word
        return None


@dataclass(frozen=True, slots=True)
class _Sentence:
    names: _Names
    indicators: tuple[str, ...]
    terms: list[str]

    def cased(self, text: str) -> str:
        source = rf"(?i)(?:\b(?:{'|'.join(self.terms)})\b|{_WORD_IN_CASE})" if self.terms else _WORD_IN_CASE
        words = [text[one.start : one.end] for one in regexp(source).found(text)]
        made: list[str] = []
        for place, word in enumerate(words):
            named = self.names.casing_of(word)
            if named is not None:
                made.append(named)
            elif place == 0 or self._indicates(words[place - 1], place - 1):
                made.append(word[:1].upper() + word[1:].lower())
            else:
                made.append(word.lower())
        return " ".join(made)

    def _indicates(self, word: str, place: int) -> bool:
        if any(len(word) > len(one) and word.endswith(one) for one in self.indicators):
            return True
        return place == 0 and _NUMBERED.matches(word)


@dataclass(frozen=True, slots=True)
class _Title:
    names: _Names
    chicago: bool

    def cased(self, text: str) -> str:
        found = _TITLE_WORD.found(text)
        pieces: list[str] = []
        place = 0
        for number, one in enumerate(found):
            word = text[one.start : one.end]
            pieces.append(text[place : one.start])
            after = text[found[number + 1].start : found[number + 1].end] if number + 1 < len(found) else ""
            pieces.append(self._word(text, one.start, word, after))
            place = one.end
        return "".join([*pieces, text[place:]])

    def _word(self, text: str, start: int, word: str, after: str) -> str:
        named = self.names.casing_of(word)
        if named is not None:
            return named
        bounding = start == 0 or start + len(word) == len(text)
        before, further = text[start - 1 : start], text[max(start - 2, 0) : max(start - 1, 0)]
        follows = before in {" ", "-", "/"} and further not in {":", "-"}
        hyphened = text[start + len(word) : start + len(word) + 1] == "-" and before != "-"
        if follows and not hyphened and not bounding and self._is_small(word.lower()):
            return self._to(word, text, after) if word.lower() == "to" and not self.chicago else word.lower()
        return word[:1].upper() + word[1:]

    def _is_small(self, word: str) -> bool:
        return word in _SMALL or (self.chicago and word in _PREPOSITIONS)

    def _to(self, word: str, text: str, after: str) -> str:
        """Return "to" small before a noun, with a capital before what else follows (an infinitive)."""
        tagged = tags_of(text)
        if tagged is None:
            return _TO_OR_TO
        noun = any(one.text == after and one.tag.startswith("NN") for one in tagged)
        return "to" if noun else word[:1].upper() + word[1:].lower()
