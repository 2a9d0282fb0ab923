"""What a reply says of how an order stands, held against how it does stand.

A reply that fits the question may be untrue of this order: "I have cancelled your order" of one that was
dispatched. Read are plain statements in English about the customer's order; questions and what is said under
a condition ("if", "once", "after …") state nothing. A status in words that are not known judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from recommender.customers import Order


class OrderState(Enum):
    OPEN = "open"  # taken, and perhaps being packed: still with the shop
    SENT = "sent"
    ARRIVED = "arrived"
    STOPPED = "stopped"
    BACK = "back"


_STATUS_WORDS = {
    OrderState.OPEN: """new placed pending processing confirmed paid open packing packed picking picked
        preparing awaiting backorder backordered""",
    OrderState.SENT: "dispatched shipped sent transit",
    OrderState.ARRIVED: "delivered collected",
    OrderState.STOPPED: "cancelled canceled void voided",
    OrderState.BACK: "returned",
}
_STATE_OF = {word: state for state, words in _STATUS_WORDS.items() for word in words.split()}
_MANY_WORDS = 4  # a longer status is a remark: "delivered to neighbour, customer says not received"

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
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|once|until|unless|whether|after|before|while|as soon as|in case|should|where)\b",
    re.IGNORECASE,
)


def state_of(order: Order) -> OrderState | None:
    """Return how all of an order stands; None where its lines differ or the words are not known."""
    states = {_state_in(line.status or "") for line in order.lines}
    return states.pop() if len(states) == 1 else None


def _state_in(status: str) -> OrderState | None:
    words = re.findall(r"[^\W\d_]+", status.casefold())
    if len(words) > _MANY_WORDS or "not" in words or "partially" in words or "partly" in words:
        return None
    found = {_STATE_OF[word] for word in words if word in _STATE_OF}
    return found.pop() if len(found) == 1 else None


def states_claimed(text: str) -> Iterator[frozenset[OrderState]]:
    """Yield, for each statement of `text` about the customer's order, the states in which it is true."""
    for sentence in _SENTENCE.findall(text):
        if sentence.rstrip().endswith("?"):
            continue
        for pattern, true_of in _CLAIMS:
            found = pattern.search(sentence)
            if found is not None and not _is_conditional(sentence, found):
                yield true_of


def _is_conditional(sentence: str, found: re.Match[str]) -> bool:
    """Whether a condition stands before the statement, or at once after it ("is delayed if …")."""
    return (
        _CONDITION.search(sentence[: found.end()]) is not None
        or _CONDITION.match(sentence[found.end() :].lstrip(" ,")) is not None
    )


def is_untrue(text: str, state: OrderState | None, *, known: bool) -> bool:
    """Whether `text` says of the customer's order what does not hold: `state` is another, or, where it is
    not `known` which order is meant, anything at all."""
    claimed = list(states_claimed(text))
    if not known:
        return bool(claimed)
    return state is not None and any(state not in true_of for true_of in claimed)
