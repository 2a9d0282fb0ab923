"""What is written down of an assist's life: events, sent messages, who did what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from brand_voice.finding import CheckResult


class SuggestionAct(StrEnum):
    SHOWN = "shown"
    INSERTED = "inserted"
    EDITED = "edited"
    SENT = "sent"
    DISMISSED = "dismissed"


class DismissalReason(StrEnum):
    """Why an agent put a suggestion aside, as far as a reason says it in one of these words."""

    WRONG_TOPIC = "wrong_topic"
    WRONG_FACT = "wrong_fact"
    OUT_OF_DATE = "out_of_date"
    TONE = "tone"
    INCOMPLETE = "incomplete"
    WROTE_OWN = "wrote_own"

    @classmethod
    def said_in(cls, reason: str) -> DismissalReason | None:
        """Return the reason that the words name ("out of date", "WRONG_FACT"); None for other words."""
        named = "_".join(reason.lower().replace("_", " ").split())
        return cls(named) if named in set(cls) else None

    @property
    def is_against_the_answer(self) -> bool:
        """Whether it says that the answer was wrong; the others are about style, or this moment."""
        return self in _AGAINST_THE_ANSWER


_AGAINST_THE_ANSWER = frozenset(
    {DismissalReason.WRONG_TOPIC, DismissalReason.WRONG_FACT, DismissalReason.OUT_OF_DATE}
)


@dataclass(frozen=True, slots=True)
class SuggestionEvent:
    """What became of a suggestion. `edit_distance` is computed by the service from the final text."""

    suggestion_id: str
    act: SuggestionAct
    at: datetime
    actor: str
    reason: str = ""
    final_text: str | None = None
    edit_distance: int | None = None


class OfferAct(StrEnum):
    IMPRESSION = "impression"  # an agent saw it
    PRESENTATION = "presentation"  # it was in what was sent or said
    ACCEPT = "accept"  # the customer said yes
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class OfferEvent:
    """What became of an offer."""

    offer_id: str
    act: OfferAct
    at: datetime
    actor: str
    reason: str = ""


class OutboxState(StrEnum):
    QUEUED = "queued"  # committed, no attempt made yet: safe to try
    SENDING = "sending"  # an attempt was begun
    SENT = "sent"
    REFUSED = "refused"  # the carrier surely did not take it; may be sent again
    IN_DOUBT = "in_doubt"  # nobody knows: a person decides, never repeated by itself


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A reply on its way out. `text` is the checked text, held to it by `check.text_sha256`.

    `key` is the sender's own: the same key is the same message, so that a repeated click sends once.
    """

    id: str
    key: str
    contact_id: str
    channel: str
    recipient: str
    text: str
    check: CheckResult
    actor: str
    created_at: datetime
    state: OutboxState = OutboxState.QUEUED
    state_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what. `detail` holds ids and versions, never what customers said."""

    at: datetime
    actor: str
    act: str
    subject: str
    detail: str = ""
