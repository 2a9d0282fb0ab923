"""What the administrator decides on suggestions: costs of silence, proposed replies, replies out of date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.back_testing import held_out_in_use
from replies.articles import CannedReply
from replies.held_out import Effect
from replies.ports import UnknownProposal
from replies.reuse import ReplyProposal
from replies.silence import SilenceCosts

if TYPE_CHECKING:
    from api.wiring import Wellput


@dataclass(frozen=True, slots=True)
class SuggestionsSeen:
    """What the page shows; `effect` is None until replies were learned with rows held out."""

    costs: SilenceCosts
    effect: Effect | None
    proposals: tuple[ReplyProposal, ...]
    out_of_date: tuple[CannedReply, ...]


def suggestions_seen(service: Wellput) -> SuggestionsSeen:
    """Return all of the page; nothing is written."""
    reuse = service.reuse
    costs = reuse.costs
    measured = held_out_in_use(service.artefacts)
    return SuggestionsSeen(
        costs,
        None if measured is None else measured.effect(costs),
        tuple(reuse.proposals()),
        tuple(reuse.out_of_date()),
    )


def state_costs(service: Wellput, wrong: str, none: str, actor: str) -> str:
    """State the costs as they were typed, and return what happened in words."""
    try:
        costs = SilenceCosts(float(wrong), float(none))
    except ValueError as error:
        return f"Nothing was changed: {error}."
    service.reuse.state_costs(costs, actor)
    return f"Suggestions are silent when the chance of being right is below {costs.threshold:.0%}."


def look_now(service: Wellput) -> str:
    """Look for words worth proposing and for replies out of date, as learning does; say what is new."""
    new, stale = service.reuse.look_for_proposals(), service.reuse.sweep()
    return f"{new} newly proposed, {len(stale)} newly out of date."


def decide(service: Wellput, proposal_id: str, act: str, actor: str) -> str:
    """Approve or decline a proposed reply, and return what happened in words."""
    try:
        if act == "approve":
            reply = service.reuse.approve(proposal_id, actor)
            return f"Approved as {reply.id} until {reply.review_by}. It is suggested after the next learning."
        service.reuse.decline(proposal_id, actor)
    except UnknownProposal:
        return "Nothing was changed: the proposal was decided already."
    return "Declined; the same words are not proposed again."
