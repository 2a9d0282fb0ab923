"""What the shop makes of its agents' use: what silence costs, words worth approving, replies out of date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from api.storage import SqlStorage
from replies.articles import CannedReply
from replies.ports import Clock
from replies.records import AuditEntry
from replies.reuse import ProposalState, ReplyProposal, proposals_from
from replies.shop import Shop
from replies.silence import SilenceCosts
from replies.working_time import local_day

REVIEWED_EVERY = timedelta(days=365)


class Reuse:
    """Decisions of owners and administrators on what agents' use has taught; each is in the audit."""

    def __init__(self, storage: SqlStorage, clock: Clock, shop: Shop) -> None:
        self._storage = storage
        self._clock = clock
        self._shop = shop

    @property
    def costs(self) -> SilenceCosts:
        """What a wrong suggestion and none cost, as the shop says."""
        with self._storage.reading() as unit:
            return unit.learning.silence_costs()

    def state_costs(self, costs: SilenceCosts, actor: str) -> None:
        """Keep what they cost; the next suggestion follows it."""
        now = self._clock.now()
        with self._storage.writing() as unit:
            unit.learning.state_costs(costs, actor, now)
            told = f"wrong {costs.wrong:g}, none {costs.none:g}: silent below {costs.threshold:.2f}"
            unit.audit.add(AuditEntry(now, actor, "suggestion costs stated", "suggestions", told))

    def look_for_proposals(self) -> int:
        """Propose what agents in several contacts have made of suggestions; return how many are new."""
        with self._storage.reading() as unit:
            found = proposals_from(unit.learning.sent_edits(), self._clock.now())
        with self._storage.writing() as unit:
            return unit.learning.add_proposals(found)

    def proposals(self, state: ProposalState | None = ProposalState.PROPOSED) -> Sequence[ReplyProposal]:
        """Return proposed replies, those sent in the most contacts first."""
        with self._storage.reading() as unit:
            return unit.learning.proposals(state)

    def approve(self, proposal_id: str, actor: str) -> CannedReply:
        """Make a proposal a canned reply, approved by `actor` and to be reviewed within a year.

        Raises UnknownProposal.
        """
        now = self._clock.now()
        with self._storage.writing() as unit:
            proposal = unit.learning.decide(proposal_id, ProposalState.APPROVED, actor, now)
            reply = CannedReply(
                id=proposal.id.removeprefix("proposal-"),
                text=proposal.text,
                title=proposal.title,
                topics=proposal.topics,
                channels=proposal.channels,
                approved_by=actor,
                review_by=local_day(now + REVIEWED_EVERY, self._shop),
                articles=proposal.articles,
            )
            unit.intake.put_canned_replies([reply])
            unit.drafting.add_version(reply, (), actor, now, "approved as proposed")
            unit.learning.sweep_grounds(now)
            unit.audit.add(AuditEntry(now, actor, "proposed reply approved", proposal_id, reply.id))
        return reply

    def decline(self, proposal_id: str, actor: str) -> ReplyProposal:
        """Turn a proposal down for good: the same words are not proposed again. Raises UnknownProposal."""
        now = self._clock.now()
        with self._storage.writing() as unit:
            proposal = unit.learning.decide(proposal_id, ProposalState.DECLINED, actor, now)
            unit.audit.add(AuditEntry(now, actor, "proposed reply declined", proposal_id))
        return proposal

    def out_of_date(self) -> list[CannedReply]:
        """Return canned replies that rest on an article which has changed since they were right for it."""
        with self._storage.reading() as unit:
            return [reply for reply in unit.knowledge.all_canned_replies() if reply.stale]

    def sweep(self) -> tuple[str, ...]:
        """Look for articles that changed under canned replies; return the replies newly out of date."""
        now = self._clock.now()
        with self._storage.writing() as unit:
            newly = unit.learning.sweep_grounds(now)
            for reply_id in newly:
                unit.audit.add(
                    AuditEntry(now, "wellput", "canned reply out of date", reply_id, "an article changed")
                )
        return newly

    def still_right(self, reply_id: str, actor: str) -> bool:
        """An owner read the changed article and says the reply holds; return whether it was in doubt."""
        now = self._clock.now()
        with self._storage.writing() as unit:
            was_doubted = unit.learning.still_right(reply_id)
            if was_doubted:
                unit.learning.sweep_grounds(now)
                unit.audit.add(AuditEntry(now, actor, "canned reply still right", reply_id))
        return was_doubted
