"""What approved replies have in common: greeting, sign-off, lengths, contractions, person, marks, wording."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from brand_voice.reading import Reading, read

_GREETING = re.compile(
    r"\A\s*(dear|hello there|hello|hi there|hiya|hi|hey|good (?:morning|afternoon|evening))\b"
)
_SIGN_OFF = re.compile(
    r"(?:^|\n|[.!?] )[ *]*"
    r"((?:(?:with |very )?(?:kind(?:est)?|warm(?:est)?|best|many) (?:regards|wishes|thanks))"
    r"|yours (?:sincerely|faithfully|truly)|all the best|many thanks|thanks again|thank you again"
    r"|cheers|sincerely|regards|take care)\b[^\n]{0,40}(?:\n[^\n]{0,60}){0,4}\Z"
)
_SHORT = re.compile(
    r"\b(?:\w+n't|(?:i|you|we|they|he|she|it|that|there|here|what|who)'(?:m|re|ve|ll|d|s)|let's)\b"
)
_LONG = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should) ?not|cannot"
    r"|(?:i am|(?:you|we|they) are|(?:i|you|we|they) (?:have|will|would)|(?:it|that|there|here) is|let us))\b"
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_OWN = ("i", "i'm", "i've", "i'll", "my", "me"), ("we", "we're", "we've", "we'll", "our", "us")
_PLAIN_WORDS = 3  # a phrase told apart has this many words at most
_SMALL_WORDS = frozenset(
    word
    for line in """\
a about after all also am an and any are as at back be been before but by can could did do does for from
had has have he her here him his how i if in into is it its just may me more my no not of off on one only
or our out over she should so than that the their them then there they this those to too up us very was we
were what when which who will with would you your""".splitlines()
    for word in line.split()
)


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of` replies (or places) are so; `most_usual` says which form."""

    count: int
    of: int
    most_usual: str = ""

    @property
    def value(self) -> float:
        """The share, 0 when there is nothing to count."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """The habits of `replies` texts. Lengths are in words, at the 95th of 100 sentences or replies."""

    replies: int
    greeting: Share
    sign_off: Share
    longest_sentence: int
    longest_reply: int
    contractions: Share
    as_we: Share
    exclaiming: Share
    avoided: tuple[tuple[str, int], ...]
    """Wordings of general support English that no reply has, with how many general texts have them."""
    favoured: tuple[tuple[str, int], ...]
    """Wordings much more usual here than in general support English, with how many replies have them."""


def house_style(replies: Sequence[str], general: Sequence[str]) -> HouseStyle:
    """Return what `replies` have in common, set against `general` support English. Source of the wordings:
    log-odds with a prior of both together (Monroe et al. 2008)."""
    readings = [read(text) for text in replies if text.strip()]
    sentences = [_word_count(one.low[span.start : span.end]) for one in readings for span in one.sentences]
    low = [one.low for one in readings]
    short, long = (sum(len(look.findall(text)) for text in low) for look in (_SHORT, _LONG))
    own = [sum(_spoken(text, words) for text in low) for words in _OWN]
    favoured, avoided = _wordings(readings, [read(text) for text in general])
    return HouseStyle(
        replies=len(readings),
        greeting=_usual(_GREETING, low),
        sign_off=_usual(_SIGN_OFF, low),
        longest_sentence=_percentile(sentences, 95),
        longest_reply=_percentile([_word_count(text) for text in low], 95),
        contractions=Share(short, short + long),
        as_we=Share(own[1], own[0] + own[1]),
        exclaiming=Share(sum("!" in text for text in low), len(low)),
        avoided=avoided,
        favoured=favoured,
    )


def _usual(look: re.Pattern[str], texts: Sequence[str]) -> Share:
    """Return how many of the texts that have such a wording have the most usual one."""
    found = Counter(" ".join(match.group(1).split()) for text in texts if (match := look.search(text)))
    if not found:
        return Share(0, 0)
    ((wording, count),) = found.most_common(1)
    return Share(count, found.total(), wording)


def _spoken(text: str, words: Iterable[str]) -> int:
    said = Counter(_WORD.findall(text))
    return sum(said[word] for word in words)


def _word_count(text: str) -> int:
    return len(_WORD.findall(text))


def _percentile(counts: Sequence[int], percent: int) -> int:
    ordered = sorted(counts)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0


def _wordings(
    ours: Sequence[Reading], general: Sequence[Reading]
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    """Return (favoured, avoided) wordings, strongest first, each with how many texts have it."""
    here, there = _texts_with(ours), _texts_with(general)
    scale = len(ours) / max(len(general), 1)
    favoured = [
        (_log_odds(count, len(ours), there[wording], len(general)), wording, count)
        for wording, count in here.items()
        if count >= max(5, len(ours) // 20) and " " in wording and _says_something(wording)
    ]
    avoided = [
        (count * scale, wording, count)
        for wording, count in there.items()
        if count >= 2 and not here[wording] and count * scale >= 2 and _says_something(wording)
    ]
    kept = sorted((one for one in favoured if one[0] > 1.5), key=lambda one: (-one[0], one[1]))
    left = sorted(avoided, key=lambda one: (-one[0], -len(one[1]), one[1]))
    return _distinct(kept), _distinct(left)


def _says_something(wording: str) -> bool:
    """Whether it begins and ends with words of weight; contractions are counted on their own."""
    words = wording.split()
    return not {words[0], words[-1]} & _SMALL_WORDS and "'" not in wording


def _log_odds(count: int, of: int, other: int, of_other: int) -> float:
    prior = (count + other + 1) / (of + of_other + 2)
    here = (count + prior) / (of - count + 1 - prior + 1)
    there = (other + prior) / (of_other - other + 1 - prior + 1)
    return log(here / there)


def _texts_with(readings: Sequence[Reading]) -> Counter[str]:
    """Return in how many texts each wording of one to three words of one sentence stands."""
    found: Counter[str] = Counter()
    for reading in readings:
        wordings: set[str] = set()
        for span in reading.sentences:
            words = _WORD.findall(reading.low[span.start : span.end])
            for length in range(1, _PLAIN_WORDS + 1):
                wordings.update(" ".join(words[at : at + length]) for at in range(len(words) - length + 1))
        found.update(wordings)
    return found


def _distinct(ordered: Sequence[tuple[float, str, int]], most: int = 40) -> tuple[tuple[str, int], ...]:
    """Drop a wording that lies within a stronger one, or holds one."""
    kept: list[tuple[str, int]] = []
    for _, wording, count in ordered:
        if not any(f" {wording} " in f" {one} " or f" {one} " in f" {wording} " for one, _ in kept):
            kept.append((wording, count))
        if len(kept) == most:
            break
    return tuple(kept)
