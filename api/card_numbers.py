"""Payment card numbers are kept off the disk on whichever way they come in.

In words they are masked. An id cannot be masked: two orders would become one. So an id that is nothing
but a card number is refused, unless it is the id of something on record: what a shop's own systems
brought in is theirs, and one in ten long numbers passes for a card number by chance.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from brand_voice.personal_data import mask_card_numbers
from replies.contacts import Contact, Message
from replies.ports import Unit
from replies.sending import SendRequest


class CardNumberRefused(Exception):
    """An id that was handed in is a payment card number; the message does not repeat it."""


def holds_card(text: str) -> bool:
    """Whether a payment card number stands anywhere in `text`."""
    return mask_card_numbers(text) != text


def is_card(identifier: str) -> bool:
    """Whether an id is a payment card number and nothing else; ids with letters (UUIDs) are none."""
    return not any(sign.isalpha() for sign in identifier) and holds_card(identifier)


def masked(message: Message) -> Message:
    """Return the message with card numbers masked."""
    return replace(message, text=mask_card_numbers(message.text))


def without_card_in_key(request: SendRequest) -> SendRequest:
    """Return the request with a key that holds a card number replaced by its hash: it is as good a key."""
    if not holds_card(request.key):
        return request
    return replace(request, key=hashlib.sha256(request.key.encode("utf-8")).hexdigest())


def refuse_cards(contact: Contact, unit: Unit) -> None:
    """Raise CardNumberRefused when a customer or order of a new contact is a card number not on record."""
    customer = contact.customer_id
    if customer is not None and is_card(customer) and unit.customers.customer(customer) is None:
        raise CardNumberRefused("customer_id: it reads as a payment card number, which is never stored")
    for order in contact.order_ids:
        if is_card(order) and unit.customers.order(order) is None:
            raise CardNumberRefused("order_ids: one reads as a payment card number, which is never stored")
