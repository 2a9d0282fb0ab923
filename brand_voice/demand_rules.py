"""Kinds that ask for something: wordings that must stand in a place, a dated next step, a fitting length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from brand_voice.dates import DATES
from brand_voice.finding import CheckContext, Fix, Span
from brand_voice.patterns import Match, Pattern, pattern
from brand_voice.reading import Reading
from brand_voice.revealing import seen
from brand_voice.rules import Hit, View
from brand_voice.wording_rules import view_of

Place = Literal["opening", "closing", "after_greeting", "anywhere"]

_OPENING_REACH = 400
_CLOSING_REACH = 700
_NEAR_THE_END = 120
"""Where most replies close: looked at first."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One of `any_of` must stand in `place`, where `cues` (if told) occur in the text.

    `add` is the wording to put there, per channel or "default"; `{name}` in it is the customer's name.
    """

    any_of: tuple[Pattern, ...]
    place: Place
    cues: Pattern | None = None
    reads: View = "folded"
    add: Mapping[str, str] = field(default_factory=dict[str, str])

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        text = view_of(reading, self.reads)
        start, end = _window(reading, self.place)
        near = text.rfind("\n", start, max(start, end - _NEAR_THE_END)) + 1 if self.place == "closing" else 0
        for begin in (near, start) if near > start else (start,):
            if any(one.search(text, begin, end) is not None for one in self.any_of):
                return
        if self.cues is not None and self.cues.search(reading.low) is None:
            return
        spot = _spot(reading, self.place)
        add = self.add.get(context.channel, self.add.get("default", ""))
        name = context.greeting_names[0] if context.greeting_names else ""
        wording = add.replace(" {name}", f" {name}" if name else "")
        yield Hit(spot, (Fix(spot, _laid_out(reading, self.place, wording)),) if wording else ())


def _window(reading: Reading, place: Place) -> tuple[int, int]:
    size = len(reading.raw.rstrip())
    if place == "opening":
        return 0, min(size, _OPENING_REACH)
    if place == "closing":
        return max(0, size - _CLOSING_REACH), size
    return 0, size


_GREETING_LINE = pattern(
    r"\A\s*(?:dear|hello|hi|good (?:morning|afternoon|evening)|thank you for (?:calling|contacting))\b"
    r"[^\n.,!]*[,.!]?"
)


def _spot(reading: Reading, place: Place) -> Span:
    begin = len(reading.raw) - len(reading.raw.lstrip())
    if place == "opening":
        return Span(begin, begin)
    if place == "after_greeting":
        greeting = _GREETING_LINE.search(reading.low)
        spot = greeting.end() if greeting is not None else begin
        return Span(spot, spot)
    end = len(reading.raw.rstrip())
    return Span(end, end)


def _laid_out(reading: Reading, place: Place, wording: str) -> str:
    if place == "opening":
        return f"{wording} " if wording.endswith((".", "?")) else f"{wording}\n\n"
    if place == "after_greeting":
        begins = _spot(reading, place).start == 0
        return f"{wording} " if begins else f"\n\n{wording}"
    spoken = "\n" not in wording
    return f" {wording}" if spoken else f"\n\n{wording}"


_DOES = pattern(
    r"(?:\b(?:will|shall|going to|can expect|should|is due|are due|(?<!was )(?<!were )due (?:to|on|by|for)"
    r"|expected|please|aim to|ready"
    r"|takes?|may take|allow|leaves?|arrives?|booked|arranged|scheduled|ordered|reserved|requested|asked"
    r"|set up|(?:am|are|is|'m|'re|being) \w+ing|let (?:me|us) know"
    r"|to be (?:delivered|with you|refunded|collected))\b|'ll\b)"
)
_SOMEBODY = pattern(r"\b(?:i|we|you|our|us|team|colleagues?|courier)\b")
_BY = pattern(r"\b(?:by|within|before|no later than)\b")
_DEADLINE_FIRST = pattern(r"(?:^|[,;:(]|\band|\bthen|\bso)\s*(?:(?:from|on|in|after)(?: the)?(?: \w+)?)?\s*$")


@dataclass(frozen=True, slots=True)
class NextStep:
    """One sentence must say what happens and by when; told `cues`, only in a text that has one."""

    cues: Pattern | None = None

    def hits(self, reading: Reading, _context: CheckContext, /) -> Iterable[Hit]:
        if self.cues is not None and self.cues.search(reading.low) is None:
            return
        if any(_is_next_step(reading, sentence) for sentence in reading.sentences):
            return
        end = len(reading.raw.rstrip())
        cue = self.cues.search(reading.low) if self.cues is not None else None
        yield Hit(Span(cue.start(), cue.end()) if cue is not None else Span(end, end))


def _is_next_step(reading: Reading, sentence: Span) -> bool:
    low = reading.low[sentence.start : sentence.end]
    does = _DOES.search(low)
    somebody = does is not None or _SOMEBODY.search(low) is not None
    if not somebody:
        return False
    dates = list(DATES.matches(low))
    if does is not None and any(date.start() >= does.start() for date in dates):
        return True
    return any(_is_deadline(low, date, does is not None) for date in dates)


def _is_deadline(low: str, date: Match, does: bool) -> bool:
    """Say whether a date stands as a deadline, and not as the day on which something was."""
    before = low[max(0, date.start() - 18) : date.start()]
    if _BY.search(f"{before}{date.group()}") is not None:
        return True
    return does and _DEADLINE_FIRST.search(before) is not None


@dataclass(frozen=True, slots=True)
class Length:
    """How many words a whole text or one sentence may have at most (or must have at least), per channel."""

    of: Literal["text", "sentence"]
    most: Mapping[str, int] = field(default_factory=dict[str, int])
    least: Mapping[str, int] = field(default_factory=dict[str, int])

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        most = self.most.get(context.channel, self.most.get("default"))
        least = self.least.get(context.channel, self.least.get("default"))
        words = reading.words()
        if least is not None and len(words) < least:
            yield Hit(Span(0, len(reading.raw)), found=f"{len(words)} words")
        if most is None or len(words) <= most:
            return
        if self.of == "text":
            yield Hit(Span(words[most][0], words[-1][1]), found=f"{len(words)} words")
            return
        yield from _long_sentences(reading, words, most)


def _long_sentences(reading: Reading, words: list[tuple[int, int]], most: int) -> Iterable[Hit]:
    place = 0
    for sentence in reading.sentences:
        first = place
        while place < len(words) and words[place][0] < sentence.end:
            place += 1
        if place - first > most:
            yield Hit(sentence, found=f"{place - first} words")


_ADDRESSED = pattern(
    r"\A\s*(?:dear|hello|hi|hey|good (?:morning|afternoon|evening)),?[ \t]{1,4}"
    r"(?P<name>\p{L}[\p{L}'. -]{0,60}?)"
    r"\s*(?:[,!.:\n]|$)"
)
_ANYBODY = frozenset(
    {
        "there",
        "all",
        "both",
        "everyone",
        "team",
        "sir",
        "madam",
        "sir or madam",
        "sir/madam",
        "customer",
        "again",
        "valued customer",
        "and welcome",
        "to you",
    }
)
_TITLES = frozenset(
    {
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "professor",
        "prof",
        "sir",
        "lady",
        "lord",
        "rev",
        "reverend",
        "and",
    }
)


@dataclass(frozen=True, slots=True)
class AddressedName:
    """The greeting names somebody who is not the customer of this case."""

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        if not context.greeting_names:
            return
        found = _ADDRESSED.search(reading.low)
        if found is None or (found.group("name") or "") in _ANYBODY:
            return
        parts = {seen(part.strip(".")) for part in (found.group("name") or "").split()} - _TITLES
        known = {seen(part.lower().strip(".,")) for name in context.greeting_names for part in name.split()}
        if parts and not parts & known:
            span = Span(found.start("name"), found.end("name"))
            yield Hit(span, (Fix(span, context.greeting_names[0]),))
