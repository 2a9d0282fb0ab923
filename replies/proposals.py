"""What an assist is made of: understanding, sources, suggestions, and the whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from brand_voice.finding import CheckResult, Span
from recommender.offers import Offer, Situation


class FactKind(StrEnum):
    ORDER_NUMBER = "order_number"
    PRODUCT = "product"
    DATE = "date"
    AMOUNT = "amount"
    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in the customer's words: `value` normalised (an order id, a SKU, 2026-11-24, 12.50 GBP).

    `span` is its place in the question; `known` whether the shop's records know it.
    """

    kind: FactKind
    value: str
    span: Span
    known: bool = False


class FactAct(StrEnum):
    """What happened to a fact in a contact."""

    NEEDED = "needed"  # the topic needs it
    ASKED = "asked"  # a reply of ours asks for it
    GIVEN = "given"  # a message of the customer's gives it
    ON_RECORD = "on_record"  # the shop's records hold it
    CONFIRMED = "confirmed"  # by a look-up, or by an agent with the customer
    CORRECTED = "corrected"  # put right by an agent
    MISSING = "missing"  # nobody had given it when the contact was closed


@dataclass(frozen=True, slots=True)
class FactLine:
    """One line of a contact's fact record. Lines are added, never changed.

    `message` is the index, in the contact's messages, of the one that asks or gives; `value` the fact as
    `replies.fact_record.masked` leaves it; `how` says by what (the topic whose approved question was asked,
    "look-up"); `topic` what needs it.
    """

    kind: FactKind
    act: FactAct
    at: datetime
    actor: str = ""
    message: int | None = None
    value: str = ""
    how: str = ""
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a contact wants: the question, its topic, the facts given and those still missing.

    `topic` is None where the classifier abstains. `cues` are words for states found in the text
    ("complaint", "bereavement"). `missing` are kinds of fact the topic needs and nobody gave; `record` is
    the contact's whole fact record, with what this reading adds to it.
    """

    question: str
    topic: str | None
    topic_confidence: float
    facts: tuple[Fact, ...]
    missing: tuple[FactKind, ...]
    cues: frozenset[str]
    situation: Situation
    record: tuple[FactLine, ...] = ()


class SourceKind(StrEnum):
    ARTICLE = "article"
    CANNED_REPLY = "canned_reply"
    PAST_QUERY = "past_query"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from: the thing's id and title, and the words relied on."""

    kind: SourceKind
    id: str
    title: str
    quote: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit of the knowledge search: a source and how well it fits (0 to 1, higher is better)."""

    source: Source
    score: float
    topics: tuple[str, ...] = ()


class Band(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    SILENT = "silent"


class SuggestionKind(StrEnum):
    MACRO = "macro"
    PAST_REPLY = "past_reply"
    EXTRACT = "extract"


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply not yet checked: the whole text in the channel's form, and what it rests on.

    `evidence` names the numbers that spoke for it, so that what becomes of it can teach."""

    kind: SuggestionKind
    text: str
    confidence: float
    sources: tuple[Source, ...]
    reasons: tuple[str, ...]
    reply_id: str | None = None
    evidence: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One ranked draft with its confidence band and what the check said of it."""

    id: str
    rank: int
    kind: SuggestionKind
    text: str
    confidence: float
    band: Band
    sources: tuple[Source, ...]
    reasons: tuple[str, ...]
    check: CheckResult
    reply_id: str | None = None
    evidence: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Assist:
    """All that is proposed for one contact at one moment.

    `alternatives` stand in place of products asked for.

    With no suggestion, `question` is the clarifying question to ask. With no offer,
    `no_offer_reason` says why. `contact_version` is how many messages had been read;
    `versions` names the artefacts and the rulebook that made it. `guidelines` are for the agent's eyes
    alone and never quoted to a customer; `notes` say what the agent must know of the drafts.
    """

    id: str
    contact_id: str
    contact_version: int
    made_at: datetime
    understanding: Understanding
    suggestions: tuple[Suggestion, ...]
    question: str | None
    offers: tuple[Offer, ...]
    no_offer_reason: str | None
    versions: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[Offer, ...] = ()
    guidelines: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def all_offers(self) -> tuple[Offer, ...]:
        """Offers and alternatives: whatever can be put into a reply, declined or bought."""
        return (*self.offers, *self.alternatives)
