"""Contacts: one conversation over a channel, and its messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"
    CHAT = "chat"
    PHONE = "phone"
    FAX = "fax"
    POST = "post"


class Role(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    RECORD = "record"


class ContactStatus(StrEnum):
    OPEN = "open"  # waits for a reply of ours
    WAITING = "waiting"  # answered; the customer may write again
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `record` messages are look-ups the agent made. `at` is UTC."""

    role: Role
    text: str
    at: datetime
    reply_id: str | None = None


@dataclass(frozen=True, slots=True)
class PastOffer:
    """An offer made in a contact that was imported with its outcome."""

    sku: str
    accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """One conversation over a channel. Times are UTC; `messages` are in order."""

    id: str
    channel: Channel
    received_at: datetime
    messages: tuple[Message, ...] = ()
    customer_id: str | None = None
    order_ids: tuple[str, ...] = ()
    topic: str | None = None
    wrap_up_code: str | None = None
    offers: tuple[PastOffer, ...] = ()
    status: ContactStatus = ContactStatus.OPEN
    due_at: datetime | None = None
    first_reply_at: datetime | None = None

    @property
    def version(self) -> int:
        """How many messages there are: what a draft was written against."""
        return len(self.messages)

    @property
    def last_turn(self) -> tuple[Message, ...]:
        """The customer's messages since the last reply of ours; a burst is one turn."""
        turn: list[Message] = []
        for message in reversed(self.messages):
            if message.role is Role.AGENT:
                break
            if message.role is Role.CUSTOMER:
                turn.append(message)
        return tuple(reversed(turn))

    @property
    def question(self) -> str:
        """The text of the last turn, messages joined by line breaks."""
        return "\n".join(message.text for message in self.last_turn)

    @property
    def answered(self) -> bool:
        """Whether we have replied at least once."""
        return any(message.role is Role.AGENT for message in self.messages)
