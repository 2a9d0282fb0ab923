"""Suggestions for the agent turns of given contacts, each from what came before it: a back-test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from api.learned import Learned
from api.storage import SqlStorage
from replies.articles import CannedReply
from replies.contacts import Channel, Contact, Message, Role
from replies.ports import Clock
from replies.proposals import SourceKind
from replies.reply_features import turn_vectors
from replies.reply_ranking import RankedReply
from replies.silence import SilenceCosts
from replies.turns import Turn, turns


class WrongContact(ValueError):
    """A contact that was handed in cannot be read; the message says which and why."""


def suggest_turns(
    contacts: Iterable[Mapping[str, Any]], limit: int, learned: Learned, storage: SqlStorage, clock: Clock
) -> Iterator[dict[str, Any]]:
    """Yield, for each agent message that carries a reply_id, a document with up to `limit` suggestions."""
    ranker, encoder = learned.ranker, learned.encoder
    if ranker is None or encoder is None:
        return
    with storage.reading() as unit:
        library = {reply.id: reply for reply in unit.knowledge.all_canned_replies()}
        costs = unit.learning.silence_costs()
    for stated in contacts:
        contact = as_contact(stated, clock)
        asked = [turn for turn in turns(contact) if turn.reply_id]
        for turn, vectors in zip(asked, turn_vectors(asked, encoder), strict=True):
            yield _document(turn, ranker.rank(turn, vectors, limit), library, learned, costs)


def _document(
    turn: Turn,
    ranked: tuple[RankedReply, ...],
    library: Mapping[str, CannedReply],
    learned: Learned,
    costs: SilenceCosts,
) -> dict[str, Any]:
    abstained = not costs.speaks([reply.confidence for reply in ranked])
    suggestions = [] if abstained else [_suggestion(reply, library, learned) for reply in ranked]
    return {
        "contact": turn.contact_id,
        "turn": turn.index,
        "suggestions": suggestions,
        "abstained": abstained,
    }


def _suggestion(reply: RankedReply, library: Mapping[str, CannedReply], learned: Learned) -> dict[str, Any]:
    canned = library.get(reply.reply_id)
    source = (
        {"kind": SourceKind.PAST_QUERY.value, "id": reply.contact_id, "title": ""}
        if canned is None
        else {"kind": SourceKind.CANNED_REPLY.value, "id": canned.id, "title": canned.title}
    )
    return {
        "reply_id": reply.reply_id,
        "text": reply.text if canned is None else canned.text,
        "confidence": round(reply.confidence, 4),
        "band": learned.confidence.band_shown(reply.confidence).value,
        "sources": [source] if source["id"] else [],
    }


def as_contact(stated: Mapping[str, Any], clock: Clock) -> Contact:
    """Read the parts of a contact that a suggestion may rest on; times do not matter here.

    Raises WrongContact: a message left out would shift the turns.
    """
    contact_id, messages = str(stated["id"]), stated["messages"]
    if not isinstance(messages, list):
        raise WrongContact(f"messages of {contact_id!r} is not a list")
    now = clock.now()
    return Contact(
        id=contact_id,
        channel=_channel(stated.get("channel")),
        topic=_topic(stated.get("topic")),
        received_at=now,
        messages=tuple(
            _message(message, f"message {index} of {contact_id!r}", now)
            for index, message in enumerate(messages)
        ),
    )


def _message(stated: object, place: str, now: datetime) -> Message:
    if not isinstance(stated, Mapping):
        raise WrongContact(f"{place} is not an object")
    role, text, reply_id = stated.get("role"), stated.get("text") or "", stated.get("reply_id")
    if not isinstance(text, str):
        raise WrongContact(f"the text of {place} is not text")
    if not isinstance(role, str) or role not in set(Role):
        raise WrongContact(f"the role of {place} is {role!r}; it is one of {', '.join(Role)}")
    readable = text.encode("utf-8", errors="replace").decode("utf-8")
    return Message(Role(role), readable, now, None if reply_id is None else str(reply_id))


def _topic(stated: object) -> str | None:
    first = stated[0] if isinstance(stated, list) and stated else stated
    return first if isinstance(first, str) and first.strip() else None


def _channel(stated: object) -> Channel:
    return Channel(stated) if isinstance(stated, str) and stated in set(Channel) else Channel.CHAT
