"""How an order stands, as its record says, and whether a reply says otherwise.

A reply that fits the question may be untrue of this order: "I have cancelled your order" of one that was
dispatched. A status in words that are not known judges nothing.
"""

from __future__ import annotations

import re

from brand_voice.order_states import OrderState, states_claimed
from recommender.customers import Order

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


def is_untrue(text: str, state: OrderState | None, *, known: bool) -> bool:
    """Whether `text` says of the customer's order what does not hold: `state` is another, or, where it is
    not `known` which order is meant, anything at all."""
    claimed = [true_of for _, true_of in states_claimed(text)]
    if not known:
        return bool(claimed)
    return state is not None and any(state not in true_of for true_of in claimed)
