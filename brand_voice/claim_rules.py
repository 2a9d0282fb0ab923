"""The kinds that hold a text against its case's sources: claims without support, names of other customers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from brand_voice.claims import Claim, Judged, judged
from brand_voice.finding import CheckContext, Fix, Span
from brand_voice.order_states import untrue_states
from brand_voice.reading import Reading
from brand_voice.rules import Hit, shown
from brand_voice.stated_values import ValueKind

_NAMES = {ValueKind.CODE: "order or parcel number", ValueKind.MEASURE: "size, weight or the like"}


@dataclass(frozen=True, slots=True)
class UnsupportedClaim:
    """Values of the kinds `about` that no source of the case states. `firm` True: those that commit us;
    False: the others; None: all."""

    about: frozenset[ValueKind]
    firm: bool | None = None

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        for claim in _judged(reading, context).unsupported:
            if claim.value.kind in self.about and self.firm in {None, claim.firm}:
                words = reading.raw[claim.value.span.start : claim.value.span.end]
                yield Hit(claim.value.span, message=_message(" ".join(words.split()), claim, context))


@dataclass(frozen=True, slots=True)
class ClaimElsewhere:
    """Values that no source of the case states, but another article does that the reader may see."""

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        for value, titles in _judged(reading, context).elsewhere:
            words = " ".join(reading.raw[value.span.start : value.span.end].split())
            named = ", ".join(f'"{shown(title)}"' for title in titles)
            yield Hit(value.span, message=f'"{words}" stands in another article: {named}.')


@dataclass(frozen=True, slots=True)
class UntrueOrderState:
    """What a text says of an order, named in it or else the one meant, whose record says otherwise."""

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        for span, told in untrue_states(reading.raw, dict(context.orders), context.meant_order):
            words = " ".join(reading.raw[span.start : span.end].split())
            yield Hit(span, message=f'"{words}" is not what the record says ({told}).')


def _judged(reading: Reading, context: CheckContext) -> Judged:
    return reading.once_for(context, "claims", lambda: judged(reading, context))


def _message(words: str, claim: Claim, context: CheckContext) -> str:
    kind = claim.value.kind
    if not (context.source_texts or context.fact_texts):
        return f'"{words}" rests on nothing: this text has no sources.'
    if claim.of_another:
        said = ", ".join(f'"{one}"' for one in claim.sources_say)
        return f'"{words}" stands in the sources, but of something else. What they say of this: {said}.'
    if claim.sources_say:
        said = ", ".join(f'"{one}"' for one in claim.sources_say)
        return f'"{words}" stands in no source of this reply. What they say: {said}.'
    name = _NAMES.get(kind, kind.value)
    return f'"{words}" stands in no source of this reply; they name no {name}.'


_TITLES = r"(?:mr|mrs|ms|miss|mx|dr)\b\.?"
_GREETED = r"\A\s*(?:dear|hello|hi|hey|good (?:morning|afternoon|evening)),?\s+"


@dataclass(frozen=True, slots=True)
class OtherCustomersName:
    """Names of other customers that the case's context tells: whole, a title with the last name, or the
    first name in the greeting, where the customer's own is another."""

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        own = {name.lower() for name in context.greeting_names}
        own |= {part for name in own for part in name.split()}
        found = {span for name in context.other_names for span in _told(name, own, reading.low)}
        for span in sorted(found, key=lambda one: (one.start, -one.end)):
            if not any(_lies_in(span, other) for other in found):
                yield Hit(span, (Fix(span, "another customer"),))


def _told(name: str, own: Collection[str], low: str) -> Iterator[Span]:
    words = [word for word in name.lower().split() if re.fullmatch(_TITLES, word) is None]
    whole = " ".join(name.lower().split())
    if len(whole) < 3 or whole in own:
        return
    shapes = [rf"(?<!\w)(?P<name>{_spaced(whole.split())})(?!\w)"]
    if words and words[-1] not in own:
        shapes.append(rf"(?<!\w)(?P<name>{_TITLES}\s+{re.escape(words[-1])})(?!\w)")
    if words and words[0] not in own:
        shapes.append(rf"{_GREETED}(?P<name>{re.escape(words[0])})(?=\s*(?:[,!.:\n]|\Z))")
    for shape in shapes:
        yield from (Span(*found.span("name")) for found in re.finditer(shape, low))


def _spaced(words: Iterable[str]) -> str:
    return r"\s+".join(map(re.escape, words))


def _lies_in(span: Span, other: Span) -> bool:
    return span != other and other.start <= span.start and span.end <= other.end
