"""What owners decide on, kept in memory for the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from replies.articles import CannedReply
from replies.ports import UnknownProposal
from replies.reuse import ProposalState, ReplyProposal
from replies.silence import SilenceCosts
from tests.fakes.values import NOON

PROPOSED = ReplyProposal(
    id="proposal-1",
    text="Your parcel is on its way <b>today</b>.",
    title="Where is my order?",
    topics=("delivery_status",),
    channels=("email",),
    articles=("delivery",),
    instead_of="R-1",
    contacts=4,
    edit_distance=12.0,
    state=ProposalState.PROPOSED,
    proposed_at=NOON.replace(tzinfo=UTC),
)


class FakeReuse:
    """One proposal that waits, one reply out of date."""

    def __init__(self) -> None:
        self.costs = SilenceCosts()
        self.waiting = [PROPOSED]
        self.stale = [CannedReply("R-9", "Old words.", "Returns", articles=("returns",), stale=True)]
        self.decided: list[ReplyProposal] = []
        self.looked = 0

    def state_costs(self, costs: SilenceCosts, actor: str) -> None:
        self.costs = costs

    def look_for_proposals(self) -> int:
        self.looked += 1
        return 2

    def proposals(self) -> list[ReplyProposal]:
        return self.waiting

    def approve(self, proposal_id: str, actor: str) -> CannedReply:
        proposal = self._decide(proposal_id, ProposalState.APPROVED)
        return CannedReply("new-1", proposal.text, approved_by=actor)

    def decline(self, proposal_id: str, actor: str) -> ReplyProposal:
        return self._decide(proposal_id, ProposalState.DECLINED)

    def _decide(self, proposal_id: str, state: ProposalState) -> ReplyProposal:
        for proposal in self.waiting:
            if proposal.id == proposal_id:
                self.waiting = [one for one in self.waiting if one is not proposal]
                self.decided.append(replace(proposal, state=state))
                return proposal
        raise UnknownProposal(proposal_id)

    def sweep(self) -> tuple[str, ...]:
        return ()

    def out_of_date(self) -> list[CannedReply]:
        return self.stale

    def still_right(self, reply_id: str, actor: str) -> bool:
        was = any(reply.id == reply_id for reply in self.stale)
        self.stale = [reply for reply in self.stale if reply.id != reply_id]
        return was
