"""Turns: what the customer said, and the reply that followed; what past queries and ranking learn from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from replies.contacts import Contact, ContactStatus, Message, Role


@dataclass(frozen=True, slots=True)
class Step:
    """One earlier turn of a conversation: what the customer said in it, what was looked up, and the reply of
    ours that ended it (its id "" for a free one)."""

    said: str
    looked_up: str
    reply_id: str
    reply: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The moment before an agent's message: all that could be known then, and nothing later.

    `index` is the place of the agent's message in the contact's messages. `said` is what the customer
    wrote since our last reply, `said_before` what the customer wrote before that, `looked_up` the look-ups
    since our last reply and `looked_up_before` those before, `last_reply_ids` those of our replies, latest
    first ("" for a free one), `reply` and `reply_id` what the agent answered ("" and None when not yet).
    `steps` are the earlier turns, oldest first; `earlier` what the customer said in them, as far as there
    were words; `last_look_up` is the latest look-up, with
    `since_look_up` the ids of our replies after it and `told_since_look_up` their words; `look_ups` is how
    many were made since our last reply.
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
    steps: tuple[Step, ...] = ()
    last_look_up: str = ""
    since_look_up: tuple[str, ...] = ()
    told_since_look_up: str = ""
    look_ups: int = 0

    @property
    def earlier(self) -> tuple[str, ...]:
        """What the customer said in the earlier turns that had words, oldest first."""
        return tuple(step.said for step in self.steps if step.said)


def turns(contact: Contact) -> Iterator[Turn]:
    """Yield one Turn for each message of ours, in order."""
    steps = _steps(contact.messages)
    ours = 0
    for index, message in enumerate(contact.messages):
        if message.role is Role.AGENT:
            yield _turn(contact, index, message, steps[:ours])
            ours += 1


def open_turn(contact: Contact) -> Turn:
    """Return the turn a reply is wanted for now."""
    return _turn(contact, len(contact.messages), None, _steps(contact.messages))


def is_settled(contact: Contact) -> bool:
    """Whether a contact may teach: it is not open, or we had the last word in it."""
    last = contact.messages[-1].role if contact.messages else None
    return contact.status is not ContactStatus.OPEN or last is Role.AGENT


def _turn(contact: Contact, index: int, answer: Message | None, steps: tuple[Step, ...]) -> Turn:
    before = contact.messages[:index]
    ours = [place for place, message in enumerate(before) if message.role is Role.AGENT]
    since = ours[-1] + 1 if ours else 0
    looked = [place for place, message in enumerate(before) if message.role is Role.RECORD]
    told = [before[place] for place in ours if looked and place > looked[-1]]
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
        steps=steps,
        last_look_up=before[looked[-1]].text if looked else "",
        since_look_up=tuple(message.reply_id or "" for message in told),
        told_since_look_up="\n".join(message.text for message in told),
        look_ups=sum(place >= since for place in looked),
    )


def _steps(messages: tuple[Message, ...]) -> tuple[Step, ...]:
    """Return a step for each message of ours, with what came between it and the one before."""
    found: list[Step] = []
    since = 0
    for place, message in enumerate(messages):
        if message.role is Role.AGENT:
            between = messages[since:place]
            said, looked_up = _texts(between, Role.CUSTOMER), _texts(between, Role.RECORD)
            found.append(Step(said, looked_up, message.reply_id or "", message.text))
            since = place + 1
    return tuple(found)


def _texts(messages: tuple[Message, ...], role: Role) -> str:
    return "\n".join(message.text for message in messages if message.role is role)
