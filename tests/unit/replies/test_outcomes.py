"""What became of suggestions and offers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from replies.assist import Desk, assist
from replies.outcomes import OutcomeRefused, record_offer_event, record_suggestion_event
from replies.ports import UnknownOffer, UnknownSuggestion
from replies.proposals import Assist
from replies.records import OfferAct, SuggestionAct
from tests.fakes.storage import FakeStorage

from .conftest import NOW, FakeClock, a_contact


@pytest.fixture
def made(storage: FakeStorage, make_desk: Callable[..., Desk]) -> Assist:
    contact = a_contact(topic="delivery_status")
    made = assist(contact, make_desk())
    with storage.writing() as unit:
        unit.contacts.add(contact)
        unit.assists.record(made)
    return made


def test_the_service_computes_the_edit_distance(made: Assist, storage: FakeStorage, clock: FakeClock) -> None:
    suggestion = made.suggestions[0]
    event = record_suggestion_event(
        suggestion.id, SuggestionAct.EDITED, "ruth", storage, clock, final_text=suggestion.text + "P.S."
    )
    assert (event.edit_distance, event.at, event.actor) == (4, NOW, "ruth")
    with storage.reading() as unit:
        assert list(unit.assists.suggestion_events("K-1")) == [event]


def test_shown_and_impression_count_once(made: Assist, storage: FakeStorage, clock: FakeClock) -> None:
    suggestion, offer = made.suggestions[0].id, made.offers[0].id
    for _ in range(2):
        record_suggestion_event(suggestion, SuggestionAct.SHOWN, "ruth", storage, clock)
        record_offer_event(offer, OfferAct.IMPRESSION, "ruth", storage, clock)
        record_suggestion_event(suggestion, SuggestionAct.INSERTED, "ruth", storage, clock)
    with storage.reading() as unit:
        acts = [event.act for event in unit.assists.suggestion_events("K-1")]
        assert acts.count(SuggestionAct.SHOWN) == 1 and acts.count(SuggestionAct.INSERTED) == 2
        assert [event.act for event in unit.assists.offer_events("K-1")] == [OfferAct.IMPRESSION]


def test_a_declined_offer_is_remembered_for_the_customer(
    made: Assist, storage: FakeStorage, clock: FakeClock
) -> None:
    record_offer_event(made.offers[0].id, OfferAct.DECLINE, "ruth", storage, clock, reason=" has one ")
    with storage.reading() as unit:
        assert unit.assists.declined_skus("C-1", "K-9", since=NOW) == {"KIT-0500"}
        assert unit.assists.offer_events("K-1")[0].reason == "has one"


def test_events_that_cannot_be_true_are_refused(made: Assist, storage: FakeStorage, clock: FakeClock) -> None:
    suggestion, offer = made.suggestions[0].id, made.offers[0].id
    with pytest.raises(UnknownSuggestion):
        record_suggestion_event("none", SuggestionAct.SHOWN, "ruth", storage, clock)
    with pytest.raises(UnknownOffer):
        record_offer_event("none", OfferAct.DECLINE, "ruth", storage, clock)
    with pytest.raises(OutcomeRefused, match="final text"):
        record_suggestion_event(suggestion, SuggestionAct.EDITED, "ruth", storage, clock)
    with pytest.raises(OutcomeRefused, match="reason"):
        record_suggestion_event(suggestion, SuggestionAct.DISMISSED, "ruth", storage, clock, reason=" ")
    with pytest.raises(OutcomeRefused, match="500"):
        record_offer_event(offer, OfferAct.DECLINE, "ruth", storage, clock, reason="x" * 501)
    with storage.reading() as unit:
        assert unit.assists.suggestion_events("K-1") == []
