"""What learning from use keeps, in the database: costs, proposals, replies and the articles they rest on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.clock import SystemClock
from api.reuse import Reuse
from api.storage import SqlStorage
from replies.articles import Article, CannedReply
from replies.ports import UnknownProposal
from replies.proposals import Source, SourceKind
from replies.records import SuggestionAct, SuggestionEvent
from replies.reuse import ProposalState
from replies.shop import Shop
from replies.silence import SilenceCosts
from tests.fakes.values import NOON, a_contact, a_suggestion, an_assist

ARTICLE = Article("returns", "Returns", "You have 30 days to return a thing.")
REPLY = CannedReply("r-30", "You have thirty days.", "Returns", approved_by="Rowe", articles=("returns",))
SENT = "You have thirty days to send it back to us, from the day it came."


@pytest.fixture
def reuse(storage: SqlStorage) -> Reuse:
    with storage.writing() as unit:
        unit.intake.put_articles([ARTICLE])
        unit.intake.put_canned_replies([REPLY])
    made = Reuse(storage, SystemClock(), Shop())
    assert made.sweep() == ()
    return made


def test_a_reply_goes_out_of_date_with_its_article_until_somebody_says_otherwise(
    storage: SqlStorage, reuse: Reuse
) -> None:
    with storage.writing() as unit:
        unit.intake.put_articles([replace(ARTICLE, body="You have 14 days to return a thing.")])
    assert reuse.sweep() == ("r-30",) and reuse.sweep() == ()
    assert [reply.id for reply in reuse.out_of_date()] == ["r-30"]
    with storage.reading() as unit:
        (held,) = unit.knowledge.all_canned_replies()
        assert held == replace(REPLY, stale=True) and not held.in_force(NOON.date())
        assert list(unit.frames.canned_replies()) == [held]
        assert unit.knowledge.canned_replies({"r-30"}) == {"r-30": held}
    assert reuse.still_right("r-30", "rowe") and not reuse.still_right("r-30", "rowe")
    assert reuse.sweep() == () and reuse.out_of_date() == []


def test_a_reply_imported_anew_with_other_words_is_right_again(storage: SqlStorage, reuse: Reuse) -> None:
    with storage.writing() as unit:
        unit.intake.put_articles([replace(ARTICLE, body="You have 14 days.")])
    reuse.sweep()
    with storage.writing() as unit:
        unit.intake.put_canned_replies([replace(REPLY, text="You have fourteen days.")])
    assert reuse.sweep() == () and reuse.out_of_date() == []


def test_costs_are_kept_and_noted(storage: SqlStorage, reuse: Reuse) -> None:
    assert reuse.costs == SilenceCosts()
    reuse.state_costs(SilenceCosts(10, 2), "ann")
    reuse.state_costs(SilenceCosts(8, 2), "ann")
    assert reuse.costs == SilenceCosts(8, 2)
    with storage.reading() as unit:
        assert [entry.act for entry in unit.audit.recent(subject="suggestions")] == [
            "suggestion costs stated"
        ] * 2


def _send_edited(storage: SqlStorage, number: int) -> None:
    """Send SENT instead of the suggestion that rests on the article."""
    source = Source(SourceKind.ARTICLE, "returns", "Returns", "You have 30 days to return a thing.")
    made = a_suggestion(
        f"S-{number}", text="You have thirty days to send it back to us.", sources=(source,), reply_id=None
    )
    made = replace(made, evidence=(("cosine", 0.5),))
    with storage.writing() as unit:
        unit.contacts.add(a_contact(f"K-{number}", topic="returns"))
        unit.assists.record(an_assist(f"A-{number}", f"K-{number}", suggestions=(made,), offers=()))
        for act, text, distance in (
            (SuggestionAct.SHOWN, None, None),
            (SuggestionAct.SENT, SENT, 23),
        ):
            unit.assists.add_suggestion_event(
                SuggestionEvent(made.id, act, NOON, "jo", final_text=text, edit_distance=distance)
            )


def test_edits_become_a_proposal_and_an_owner_makes_it_a_reply(storage: SqlStorage, reuse: Reuse) -> None:
    for number in range(3):
        _send_edited(storage, number)
    assert reuse.look_for_proposals() == 1 and reuse.look_for_proposals() == 0
    (proposal,) = reuse.proposals()
    assert (proposal.text, proposal.contacts, proposal.topics) == (SENT, 3, ("returns",))
    reply = reuse.approve(proposal.id, "rowe")
    with storage.reading() as unit:
        assert unit.knowledge.canned_replies({reply.id})[reply.id] == reply
    assert reply.approved_by == "rowe" and reply.articles == ("returns",) and reply.review_by is not None
    assert reuse.proposals() == [] and reuse.look_for_proposals() == 0
    assert [one.state for one in reuse.proposals(None)] == [ProposalState.APPROVED]
    with pytest.raises(UnknownProposal, match="no open proposal"):
        reuse.decline(proposal.id, "rowe")


def test_what_was_sent_on_words_withdrawn_does_not_teach(storage: SqlStorage, reuse: Reuse) -> None:
    _send_edited(storage, 1)
    with storage.reading() as unit:
        (seen,) = unit.learning.seen_suggestions()
        assert seen.was_taken and seen.suggestion.evidence == (("cosine", 0.5),)
        assert (seen.agent, seen.question, seen.reason) == ("jo", "Where is my order?", "")
        before = unit.frames.fingerprint("suggestions")
        assert unit.frames.learning.withdrawn_texts() == frozenset()
    with storage.writing() as unit:
        unit.intake.put_articles([replace(ARTICLE, body="Ask us.")])
    with storage.reading() as unit:
        assert unit.frames.learning.withdrawn_texts() == {("K-1", SENT)}
    _send_edited(storage, 2)
    with storage.reading() as unit:
        assert unit.frames.fingerprint("suggestions") != before


def test_the_reason_of_a_dismissal_is_read_with_it(storage: SqlStorage) -> None:
    made = an_assist("A-1", "K-1")
    with storage.writing() as unit:
        unit.contacts.add(a_contact("K-1"))
        unit.assists.record(made)
        for act, reason in ((SuggestionAct.SHOWN, ""), (SuggestionAct.DISMISSED, "out of date")):
            event = SuggestionEvent(made.suggestions[0].id, act, NOON, "jo", reason=reason)
            unit.assists.add_suggestion_event(event)
    with storage.reading() as unit:
        (seen,) = unit.learning.seen_suggestions()
    assert (seen.reason, seen.was_wrong, seen.was_taken) == ("out of date", True, False)
