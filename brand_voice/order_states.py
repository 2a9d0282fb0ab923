"""What a text says of how the customer's order stands.

Read are plain statements in English about the order; questions and what is said under a condition ("if",
"once", "after …") state nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import lru_cache

from brand_voice.finding import Span


class OrderState(Enum):
    OPEN = "open"  # taken, and perhaps being packed: still with the shop
    SENT = "sent"
    ARRIVED = "arrived"
    STOPPED = "stopped"
    BACK = "back"


_THING = (
    r"(?:your|the|this) (?:\w+ )?(?:order|parcel|package|delivery|goods|items?)\b"
    r"(?! (?:number|confirmation|line|note|date|status|charge|address|service)s?\b)"
)
_NOW = r"(?:now|already|just|currently|still)"
_BE = rf"(?:is|are|was|were|has been|have been)(?: {_NOW})?"
# "Your order is sent by noon" tells how it goes, not how it stands.
_IS_DONE = rf"(?:was|were|(?:has|have)(?: {_NOW})? been|(?:is|are) {_NOW})(?: {_NOW})?"
_WITHIN = r"[^.?!;:]{0,60}?\b"
_CLAIMS: tuple[tuple[re.Pattern[str], frozenset[OrderState]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), frozenset(true_of))
    for pattern, true_of in (
        (
            rf"\b(?:i|we)(?:['’]ve| have)(?: (?:now|already|just))? (?:cancelled|canceled|stopped) {_THING}"
            rf"|\b{_THING}{_WITHIN}{_BE} (?:cancelled|canceled|stopped)\b",
            {OrderState.OPEN, OrderState.STOPPED},
        ),
        (
            r"\b(?:i am|i['’]m|we are|we['’]re|i will|i['’]ll|we will|we['’]ll|i|we) (?:now )?ask(?:ing)?\b"
            rf"[^.?!;:]{{0,40}}? to (?:stop|cancel|hold(?: back)?|intercept) (?:it|them|{_THING})"
            rf"|\b(?:i am|i['’]m|we are|we['’]re) (?:now )?(?:stopping|cancelling|canceling) (?:it|{_THING})",
            {OrderState.OPEN, OrderState.SENT, OrderState.STOPPED},
        ),
        (
            rf"\b{_THING}{_WITHIN}{_IS_DONE} (?:dispatched|shipped|sent|posted|handed to the carrier)\b"
            rf"|\b(?:i|we)(?:['’]ve| have)(?: (?:now|already|just))? (?:dispatched|shipped|posted) {_THING}"
            rf"|\b{_THING}{_WITHIN}(?:has|have)(?: (?:now|already|just))? left (?:us|our)\b",
            {OrderState.SENT, OrderState.ARRIVED, OrderState.BACK},
        ),
        (
            rf"\b{_THING}{_WITHIN}{_BE} (?:on (?:its|their) way|in transit|with the carrier|late\b|delayed"
            r"|later than)",
            {OrderState.OPEN, OrderState.SENT},
        ),
        (
            rf"\b{_THING}{_WITHIN}{_IS_DONE} delivered\b"
            rf"|\b{_THING}{_WITHIN}(?:has|have)(?: {_NOW})? (?:arrived|reached you)\b",
            {OrderState.ARRIVED, OrderState.BACK},
        ),
        (
            rf"\b{_THING}{_WITHIN}(?:is|are)(?: {_NOW})? being"
            r" (?:packed|prepared|picked|processed|put together)"
            rf"|\b{_THING}{_WITHIN}(?:(?:has|have|is|are|was|were) not|(?:has|have|is|are|was|were)n['’]t)"
            r" (?:yet )?(?:been )?(?:dispatched|shipped|sent|left (?:us|our))\b",
            {OrderState.OPEN},
        ),
    )
)
_REMEMBERED = 1_000  # texts
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|once|until|unless|whether|after|before|while|as soon as|in case|should|where)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=_REMEMBERED)
def states_claimed(text: str) -> tuple[tuple[Span, frozenset[OrderState]], ...]:
    """Return the place of each statement of `text` about the customer's order, and the states in which it is
    true. Remembered for a while: most candidates for a reply say the same to every customer."""
    return tuple(_claims(text))


def untrue_states(text: str, orders: Mapping[str, str], meant: str) -> Iterator[tuple[Span, str]]:
    """Yield the place of each statement of `text` that the record of its order denies, and what the record
    says: of the orders named in the text, else of the one `meant`. `orders` are numbers with states."""
    for span, true_of in states_claimed(text) if orders else ():
        told = [number for number in orders if _names(text, number)] or [meant]
        known = {number: orders[number] for number in told if number in orders}
        if known and not set(known.values()) & {state.value for state in true_of}:
            yield span, " and ".join(f"{number}: {state}" for number, state in known.items())


def _names(text: str, number: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(number)}(?!\w)", text, re.IGNORECASE) is not None


def _claims(text: str) -> Iterator[tuple[Span, frozenset[OrderState]]]:
    for sentence in _SENTENCE.finditer(text):
        said = sentence.group()
        if said.rstrip().endswith("?"):
            continue
        for pattern, true_of in _CLAIMS:
            found = pattern.search(said)
            if found is not None and not _is_conditional(said, found):
                yield Span(sentence.start() + found.start(), sentence.start() + found.end()), true_of


def _is_conditional(sentence: str, found: re.Match[str]) -> bool:
    """Whether a condition stands before the statement, or at once after it ("is delayed if …")."""
    return (
        _CONDITION.search(sentence[: found.end()]) is not None
        or _CONDITION.match(sentence[found.end() :].lstrip(" ,")) is not None
    )
