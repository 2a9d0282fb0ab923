"""Contacts and messages that an agent types in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from api.web.desk.composing import written_text
from api.web.wording import CHANNEL_NAMES
from replies.contacts import Channel, Contact, Message, Role

LONGEST_MESSAGE = 100_000
"""Characters; longer than any letter, short enough to be read."""


@dataclass(frozen=True, slots=True)
class IntakeForm:
    """A new contact as typed: channel, who, which orders, what was said."""

    channel: str
    customer_id: str
    order_ids: tuple[str, ...]
    text: str

    @classmethod
    def read(cls, form: MultiDict[str, Any]) -> IntakeForm:
        orders = _one_line(form.get("order_ids", "").replace(",", " ")).split()
        return cls(
            channel=form.get("channel", ""),
            customer_id=_one_line(form.get("customer_id", "")).strip()[:100],
            order_ids=tuple(dict.fromkeys(order[:100] for order in orders[:20])),
            text=written_text(form).strip(),
        )

    @property
    def without_ids(self) -> IntakeForm:
        """The form with the customer and the orders left out."""
        return replace(self, customer_id="", order_ids=())

    @property
    def problem(self) -> str | None:
        """What keeps the contact from being taken in, in words; None when nothing does."""
        if self.channel not in CHANNEL_NAMES:
            return "Choose the channel the customer used."
        return _text_problem(self.text)

    def contact(self, contact_id: str, now: datetime) -> Contact:
        """Return the contact, received now, with its one message."""
        return Contact(
            id=contact_id,
            channel=Channel(self.channel),
            received_at=now,
            messages=(Message(Role.CUSTOMER, self.text, now),),
            customer_id=self.customer_id or None,
            order_ids=self.order_ids,
        )


@dataclass(frozen=True, slots=True)
class NoteForm:
    """One more message of a known contact: the customer's words, or a look-up of the agent's."""

    role: str
    text: str

    @classmethod
    def read(cls, form: MultiDict[str, Any]) -> NoteForm:
        return cls(form.get("role", ""), written_text(form).strip())

    @property
    def problem(self) -> str | None:
        """What is wrong with it, in words; None when nothing is."""
        if self.role not in (Role.CUSTOMER, Role.RECORD):
            return "Say whether the customer said it or you looked it up."
        return _text_problem(self.text)

    def message(self, now: datetime) -> Message:
        return Message(Role(self.role), self.text, now)


def _one_line(typed: str) -> str:
    """Return `typed` without what cannot be seen; line breaks count as blanks."""
    return "".join(sign for sign in " ".join(typed.splitlines()) if sign.isprintable())


def _text_problem(text: str) -> str | None:
    if not text:
        return "Write down what was said."
    if len(text) > LONGEST_MESSAGE:
        return f"The message has {len(text):,} characters; at most {LONGEST_MESSAGE:,} can be taken in."
    return None
