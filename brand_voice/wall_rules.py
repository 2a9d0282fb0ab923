"""The identity wall: what a text gives away of an account while nobody knows who is asking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brand_voice.finding import CheckContext, Span
from brand_voice.passages import own_words
from brand_voice.patterns import Pattern
from brand_voice.personal_data import DataKind, personal_data_of
from brand_voice.reading import Reading
from brand_voice.rules import Hit


@dataclass(frozen=True, slots=True)
class IdentityWall:
    """Facts of an account (`reveals`), personal data and the ids of the case.

    What the customer wrote first gives nothing away. A sentence that `unless` matches (it asks, it explains,
    it speaks of anybody's order) counts as none.
    """

    reveals: tuple[Pattern, ...]
    data: frozenset[DataKind]
    unless: Pattern | None

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        text = own_words(reading, context, reading.low)
        said = tuple(words.lower() for words in context.customer_words)
        found: list[Span] = []
        for shape in self.reveals:
            for match in shape.matches(text):
                sentence = reading.sentence_at(match.start())
                end = max(sentence.end, match.end())
                if self.unless is None or self.unless.search(text, sentence.start, end) is None:
                    found.append(Span(match.start(), match.end()))
        found += [
            item.span
            for item in personal_data_of(reading, frozenset())
            if item.kind in self.data and not _said(text[item.span.start : item.span.end], said)
        ]
        found += list(_ids(text, context.known_ids, said))
        yield from (Hit(span) for span in sorted(set(found), key=lambda one: (one.start, one.end)))


def _said(words: str, said: tuple[str, ...]) -> bool:
    return any(words in message for message in said)


def _ids(text: str, known_ids: frozenset[str], said: tuple[str, ...]) -> Iterable[Span]:
    for known in sorted(known_ids):
        place = text.find(known.lower())
        if place >= 0 and not _said(known.lower(), said):
            yield Span(place, place + len(known))
