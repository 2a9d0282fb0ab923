"""What agents make of suggestions, as proposals for new canned replies that an owner approves.

A near miss is a suggestion that was sent with changes. When agents in several contacts change a suggestion
into almost the same words, those words are worth approving.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from brand_voice.personal_data import find_personal_data
from replies.composing import without_form
from replies.edit_distance import edit_distance
from replies.proposals import SourceKind, Suggestion

LEAST_CONTACTS = 3
_NEAR = 0.5  # of the characters, at most, may change for an edit to be a near miss
_ALIKE = 0.15  # of the characters, at most, may differ between edits that say the same
_MAX_GROUP = 200  # edits of one source that are compared; the latest
_FIGURE = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[.,]\d{1,2})?(?![\w/-])")
_PRIVATE = re.compile(r"\d|@|https?:", re.IGNORECASE)


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class SentEdit:
    """A suggestion as it was made, and the text that the agent sent instead of it."""

    contact_id: str
    channel: str
    topic: str | None
    suggestion: Suggestion
    final_text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplyProposal:
    """Words that agents sent again and again, for an owner to approve as a canned reply.

    `instead_of` is the canned reply that they were changed from, `articles` those the suggestion rested on,
    `contacts` in how many contacts they were sent, `edit_distance` the mean of characters changed.
    """

    id: str
    text: str
    title: str
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    articles: tuple[str, ...]
    instead_of: str | None
    contacts: int
    edit_distance: float
    state: ProposalState
    proposed_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None


def proposals_from(edits: Iterable[SentEdit], now: datetime) -> list[ReplyProposal]:
    """Return what at least LEAST_CONTACTS contacts agree on, the most sent first.

    Words that may tell of one customer (numbers, addresses, personal data) are never proposed.
    """
    by_source: dict[tuple[SourceKind, str], list[SentEdit]] = {}
    for edit in edits:
        if _is_near_miss(edit) and edit.suggestion.sources:
            source = edit.suggestion.sources[0]
            by_source.setdefault((source.kind, source.id), []).append(edit)
    found = [
        proposal
        for alike in by_source.values()
        for group in _groups(sorted(alike, key=lambda one: one.at)[-_MAX_GROUP:])
        if (proposal := _proposal(group, now)) is not None
    ]
    return sorted(found, key=lambda one: (-one.contacts, one.id))


def proposal_id(text: str) -> str:
    """Return the id of a proposal: the same words are one proposal, however often they come."""
    plain = " ".join(re.findall(r"\w+", text.lower()))
    return f"proposal-{hashlib.sha256(plain.encode()).hexdigest()[:16]}"


def _is_near_miss(edit: SentEdit) -> bool:
    before, after = without_form(edit.suggestion.text), without_form(edit.final_text)
    if not after.strip() or before == after:
        return False
    return edit_distance(before, after) <= _NEAR * max(len(before), len(after))


def _groups(edits: Sequence[SentEdit]) -> Iterable[list[SentEdit]]:
    """Put each edit to the first group whose first words are almost its own."""
    groups: list[tuple[str, list[SentEdit]]] = []
    for edit in edits:
        answer = without_form(edit.final_text)
        home = next((held for first, held in groups if _alike(first, answer)), None)
        if home is None:
            groups.append((answer, [edit]))
        else:
            home.append(edit)
    return (held for _, held in groups)


def _alike(one: str, other: str) -> bool:
    return edit_distance(one, other) <= _ALIKE * max(len(one), len(other))


def _proposal(group: Sequence[SentEdit], now: datetime) -> ReplyProposal | None:
    contacts = {edit.contact_id for edit in group}
    shared = frozenset[str].intersection(*(_figures(edit) for edit in group))
    fit = Counter(answer for edit in group if _tells_of_nobody(answer := _answer(edit), shared))
    if len(contacts) < LEAST_CONTACTS or not fit:
        return None
    text = fit.most_common(1)[0][0]
    first = group[0].suggestion
    distances = [edit_distance(edit.suggestion.text, edit.final_text) for edit in group]
    return ReplyProposal(
        id=proposal_id(text),
        text=text,
        title=first.sources[0].title,
        topics=tuple(sorted({edit.topic for edit in group if edit.topic is not None})),
        channels=tuple(sorted({edit.channel for edit in group})),
        articles=tuple(sorted({s.id for s in first.sources if s.kind is SourceKind.ARTICLE})),
        instead_of=first.reply_id,
        contacts=len(contacts),
        edit_distance=sum(distances) / len(distances),
        state=ProposalState.PROPOSED,
        proposed_at=now,
    )


def _answer(edit: SentEdit) -> str:
    """Return the agent's words without what every draft puts around an answer and nobody changed:
    acknowledgement, question, next step with its day."""
    drafted = set(_paragraphs(edit.suggestion.text))
    quotes = " ".join(source.quote for source in edit.suggestion.sources)
    kept = (
        words
        for words in _paragraphs(without_form(edit.final_text))
        if words not in drafted or words in quotes
    )
    return "\n\n".join(kept)


def _paragraphs(text: str) -> list[str]:
    return [words.strip() for words in text.split("\n\n") if words.strip()]


def _figures(edit: SentEdit) -> frozenset[str]:
    return frozenset(found for source in edit.suggestion.sources for found in _FIGURE.findall(source.quote))


def _tells_of_nobody(text: str, shared: frozenset[str]) -> bool:
    """Say whether no customer is told of: figures that the sources state in every contact are nobody's."""
    plain = _FIGURE.sub(lambda found: "" if found[0] in shared else found[0], text)
    return (
        bool(text) and _PRIVATE.search(plain) is None and not find_personal_data(text, known_ids=frozenset())
    )
