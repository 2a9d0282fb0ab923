"""What the storage in memory holds, and what it refuses to hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from recommender.catalogue import Product, Store, StoreStock
from recommender.customers import Customer, OrderLine
from replies.articles import Article, CannedReply
from replies.contacts import Contact
from replies.departures import GateRecord
from replies.macro_versions import MacroVersion
from replies.proposals import Assist, FactLine
from replies.records import AuditEntry, OfferEvent, OutboxMessage, SuggestionEvent


@dataclass(slots=True)
class State:
    """All that is stored; values are frozen, so copying the containers copies everything."""

    contacts: dict[str, Contact] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    canned_replies: dict[str, CannedReply] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    store_stock: dict[tuple[str, str], StoreStock] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    order_lines: dict[tuple[str, str, int], tuple[int, OrderLine]] = field(default_factory=dict)
    assists: dict[str, Assist] = field(default_factory=dict)
    suggestion_events: list[SuggestionEvent] = field(default_factory=list)
    offer_events: list[OfferEvent] = field(default_factory=list)
    outbox: dict[str, OutboxMessage] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)
    examples: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    walks: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, tuple[MacroVersion, ...]] = field(default_factory=dict)
    gate: list[GateRecord] = field(default_factory=list)
    facts: list[tuple[str, FactLine]] = field(default_factory=list)
    rulebooks: list[str] = field(default_factory=list)

    def copy(self) -> State:
        """Return the same with containers of its own."""
        return State(*(getattr(self, name).copy() for name in State.__slots__))


def storable(*texts: str | None) -> None:
    """Raise ValueError for a text that no database can hold."""
    for text in texts:
        if text is None:
            continue
        if "\x00" in text:
            raise ValueError("the text holds a NUL character")
        text.encode("utf-8")  # raises UnicodeEncodeError, a ValueError, for half a character


def aware(*moments: datetime | None) -> None:
    """Raise ValueError for a moment without a zone."""
    if any(moment is not None and moment.tzinfo is None for moment in moments):
        raise ValueError("a time without zone")
