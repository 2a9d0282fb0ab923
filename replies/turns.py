"""Turns: what the customer said, and the reply that followed; what past queries and ranking learn from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from replies.contacts import Contact, ContactStatus, Message, Role


@dataclass(frozen=True, slots=True)
class Turn:
    """The moment before an agent's message: all that could be known then, and nothing later.

    `index` is the place of the agent's message in the contact's messages. `said` is what the customer
    wrote since our last reply, `said_before` what the customer wrote before that, `looked_up` the look-ups
    since our last reply and `looked_up_before` those before, `last_reply_ids` those of our replies, latest
    first ("" for a free one), `reply` and `reply_id` what the agent answered ("" and None when not yet).
    """

    contact_id: str
    index: int
    said: str
    said_before: str
    looked_up: str
    looked_up_before: str
    previous_reply: str
    last_reply_ids: tuple[str, ...]
    reply: str = ""
    reply_id: str | None = None


def turns(contact: Contact) -> Iterator[Turn]:
    """Yield one Turn for each message of ours, in order."""
    for index, message in enumerate(contact.messages):
        if message.role is Role.AGENT:
            yield _turn(contact, index, message)


def open_turn(contact: Contact) -> Turn:
    """Return the turn a reply is wanted for now."""
    return _turn(contact, len(contact.messages), None)


def is_settled(contact: Contact) -> bool:
    """Whether a contact may teach: it is not open, or we had the last word in it."""
    last = contact.messages[-1].role if contact.messages else None
    return contact.status is not ContactStatus.OPEN or last is Role.AGENT


def _turn(contact: Contact, index: int, answer: Message | None) -> Turn:
    before = contact.messages[:index]
    ours = [place for place, message in enumerate(before) if message.role is Role.AGENT]
    since = ours[-1] + 1 if ours else 0
    return Turn(
        contact_id=contact.id,
        index=index,
        said=_texts(before[since:], Role.CUSTOMER),
        said_before=_texts(before[:since], Role.CUSTOMER),
        looked_up=_texts(before[since:], Role.RECORD),
        looked_up_before=_texts(before[:since], Role.RECORD),
        previous_reply=before[ours[-1]].text if ours else "",
        last_reply_ids=tuple(before[place].reply_id or "" for place in reversed(ours)),
        reply=answer.text if answer is not None else "",
        reply_id=answer.reply_id if answer is not None else None,
    )


def _texts(messages: tuple[Message, ...], role: Role) -> str:
    return "\n".join(message.text for message in messages if message.role is role)
