"""What agents' use proposes, and what a wrong suggestion costs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from api.rest.caller import actor, service
from api.rest.problems import problem
from api.reuse_documents import CostsDocument, ProposalDocument, ProposalsDocument
from replies.ports import UnknownProposal
from replies.reuse import ProposalState
from replies.silence import SilenceCosts


class ProposalsQuery(BaseModel):
    """Which proposals to list."""

    model_config = ConfigDict(extra="forbid")
    state: ProposalState = ProposalState.PROPOSED


class Decision(BaseModel):
    """What an owner decides on a proposed reply."""

    model_config = ConfigDict(extra="forbid")
    decision: Literal["approve", "decline"]


class StatedCosts(BaseModel):
    """What they cost, in any unit: only the ratio counts."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    wrong: float = Field(gt=0, le=1e6)
    none: float = Field(ge=0, le=1e6)


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.get("/reply-proposals")
    @blueprint.input(ProposalsQuery, location="query")
    @blueprint.output(ProposalsDocument)
    def list_proposals(query_data: ProposalsQuery) -> ProposalsDocument:
        """Return the words that agents sent instead of suggestions, from the most contacts first.

        What was sent since the last learning comes in by learning, or by a POST here.
        """
        return _listed(query_data.state)

    @blueprint.post("/reply-proposals")
    @blueprint.output(ProposalsDocument)
    def look_for_proposals() -> ProposalsDocument:
        """Look now for words that several agents sent instead of a suggestion; return what waits."""
        service().reuse.look_for_proposals()
        return _listed(ProposalState.PROPOSED)

    @blueprint.post("/reply-proposals/<id:proposal_id>/decision")
    @blueprint.input(Decision, location="json")
    @blueprint.output(ProposalDocument)
    def decide_on_proposal(proposal_id: str, json_data: Decision) -> ProposalDocument:
        """Approve a proposed reply (it becomes a canned reply) or decline it for good."""
        reuse = service().reuse
        try:
            if json_data.decision == "approve":
                reuse.approve(proposal_id, actor())
            else:
                reuse.decline(proposal_id, actor())
        except UnknownProposal as error:
            raise problem(
                HTTPStatus.NOT_FOUND, "unknown-proposal", f"No open proposal has the id {proposal_id!r}."
            ) from error
        return next(ProposalDocument.of(one) for one in reuse.proposals(None) if one.id == proposal_id)

    @blueprint.get("/suggestion-costs")
    @blueprint.output(CostsDocument)
    def suggestion_costs() -> CostsDocument:
        """Return what a wrong suggestion and none cost, and where silence begins."""
        return CostsDocument.of(service().reuse.costs)

    @blueprint.post("/suggestion-costs")
    @blueprint.input(StatedCosts, location="json")
    @blueprint.output(CostsDocument)
    def state_suggestion_costs(json_data: StatedCosts) -> CostsDocument:
        """State what a wrong suggestion and none cost; the next suggestion follows it."""
        costs = SilenceCosts(json_data.wrong, json_data.none)
        service().reuse.state_costs(costs, actor())
        return CostsDocument.of(costs)


def _listed(state: ProposalState) -> ProposalsDocument:
    return ProposalsDocument(items=[ProposalDocument.of(one) for one in service().reuse.proposals(state)])
