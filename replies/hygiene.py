"""Only approved, in-date replies teach: what rests on withdrawn words is left out of learning."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from replies.articles import CannedReply
from replies.contacts import Contact, Message, Role


def not_in_force(library: Iterable[CannedReply], today: date) -> frozenset[str]:
    """Return the ids of canned replies that are not approved, past review, or rest on a changed article."""
    return frozenset(reply.id for reply in library if not reply.in_force(today))


def teaching(
    contacts: Iterable[Contact],
    library: Sequence[CannedReply],
    today: date,
    withdrawn: Collection[tuple[str, str]] = frozenset(),
) -> Iterator[Contact]:
    """Yield the contacts; a message of ours that may not teach keeps its place but loses words and reply id.

    `withdrawn` are (contact, text sent) of replies whose article no longer says what they rested on. Reply
    ids that the library does not know are the agents' own names for what they said, and teach.
    """
    silenced = not_in_force(library, today)
    for contact in contacts:
        messages = tuple(
            replace(message, text="", reply_id=None)
            if message.role is Role.AGENT and _may_not(message, contact.id, silenced, withdrawn)
            else message
            for message in contact.messages
        )
        yield contact if messages == contact.messages else replace(contact, messages=messages)


def _may_not(
    message: Message,
    contact_id: str,
    silenced: frozenset[str],
    withdrawn: Collection[tuple[str, str]],
) -> bool:
    return message.reply_id in silenced or (contact_id, message.text) in withdrawn
