"""Suggestions for the agent turns of given contacts, each from what came before it: a back-test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.learned import Learned
from replies.articles import CannedReply
from replies.contacts import Channel, Contact, Message, Role
from replies.ports import Clock, Storage
from replies.proposals import Band, SourceKind
from replies.reply_ranking import RankedReply
from replies.turns import Turn, turns

_SILENT_BELOW = 0.1  # of a calibrated probability over all replies: less is a guess


def suggest_turns(
    contacts: Iterable[Mapping[str, Any]], limit: int, learned: Learned, storage: Storage, clock: Clock
) -> Iterator[dict[str, Any]]:
    """Yield, for each agent message that carries a reply_id, a document with up to `limit` suggestions."""
    ranker, encoder = learned.ranker, learned.encoder
    if ranker is None or encoder is None:
        return
    with storage.reading() as unit:
        library = {reply.id: reply for reply in unit.knowledge.all_canned_replies()}
    for stated in contacts:
        contact = as_contact(stated, clock)
        asked = [turn for turn in turns(contact) if turn.reply_id]
        vectors = encoder.encode([turn.said for turn in asked])
        for turn, vector in zip(asked, vectors, strict=True):
            yield _document(turn, ranker.rank(turn, vector, limit), library, learned)


def _document(
    turn: Turn,
    ranked: tuple[RankedReply, ...],
    library: Mapping[str, CannedReply],
    learned: Learned,
) -> dict[str, Any]:
    abstained = not ranked or ranked[0].confidence < _SILENT_BELOW
    suggestions = [] if abstained else [_suggestion(reply, library, learned) for reply in ranked]
    return {
        "contact": turn.contact_id,
        "turn": turn.index,
        "suggestions": suggestions,
        "abstained": abstained,
    }


def _suggestion(reply: RankedReply, library: Mapping[str, CannedReply], learned: Learned) -> dict[str, Any]:
    canned = library.get(reply.reply_id)
    band = learned.confidence.band(reply.confidence)
    kind = SourceKind.PAST_QUERY if canned is None else SourceKind.CANNED_REPLY
    return {
        "reply_id": reply.reply_id,
        "text": reply.text if canned is None else canned.text,
        "confidence": round(reply.confidence, 4),
        "band": (Band.LOW if band is Band.SILENT else band).value,
        "sources": [
            {"kind": kind.value, "id": reply.reply_id, "title": "" if canned is None else canned.title}
        ],
    }


def as_contact(stated: Mapping[str, Any], clock: Clock) -> Contact:
    """Read the parts of a contact that a suggestion may rest on; times do not matter here."""
    now = clock.now()
    messages = tuple(
        Message(
            _role(message.get("role")),
            str(message.get("text", "")),
            now,
            _text_or_none(message.get("reply_id")),
        )
        for message in stated["messages"]
        if isinstance(message, Mapping)
    )
    return Contact(
        id=str(stated["id"]), channel=_channel(stated.get("channel")), received_at=now, messages=messages
    )


def _role(stated: object) -> Role:
    return Role(stated) if stated in set(Role) else Role.CUSTOMER


def _channel(stated: object) -> Channel:
    return Channel(stated) if stated in set(Channel) else Channel.CHAT


def _text_or_none(stated: object) -> str | None:
    return None if stated is None else str(stated)
