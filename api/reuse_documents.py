"""Proposed replies and the costs of silence as documents."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.offer_documents import Document
from replies.reuse import ReplyProposal
from replies.silence import SilenceCosts


class ProposalDocument(Document):
    """Words that agents sent instead of a suggestion, waiting for an owner."""

    id: str
    text: str
    title: str
    topics: list[str]
    channels: list[str]
    articles: list[str] = Field(description="articles that the suggestion rested on")
    instead_of: str | None = Field(description="the canned reply that was changed")
    contacts: int = Field(description="in how many contacts it was sent")
    edit_distance: float = Field(description="mean number of characters changed")
    state: str
    proposed_at: datetime
    decided_at: datetime | None
    decided_by: str | None

    @classmethod
    def of(cls, proposal: ReplyProposal) -> ProposalDocument:
        return cls(
            id=proposal.id,
            text=proposal.text,
            title=proposal.title,
            topics=list(proposal.topics),
            channels=list(proposal.channels),
            articles=list(proposal.articles),
            instead_of=proposal.instead_of,
            contacts=proposal.contacts,
            edit_distance=proposal.edit_distance,
            state=proposal.state.value,
            proposed_at=proposal.proposed_at,
            decided_at=proposal.decided_at,
            decided_by=proposal.decided_by,
        )


class ProposalsDocument(Document):
    """Proposed replies, those sent in the most contacts first."""

    items: list[ProposalDocument]


class CostsDocument(Document):
    """What a wrong suggestion and none cost, and the chance below which silence costs less."""

    wrong: float
    none: float
    silent_below: float

    @classmethod
    def of(cls, costs: SilenceCosts) -> CostsDocument:
        return cls(wrong=costs.wrong, none=costs.none, silent_below=round(costs.threshold, 4))
