"""Laws of the assist log."""

from __future__ import annotations

from typing import Any

import pytest

from replies.contacts import PastOffer
from replies.ports import UnknownContact, UnknownOffer, UnknownSuggestion
from replies.records import OfferAct, OfferEvent, SuggestionAct, SuggestionEvent
from tests.fakes.values import a_contact, a_suggestion, after, an_assist, an_offer


def test_an_assist_comes_back_as_it_was(storage: Any) -> None:
    suggestions = (a_suggestion("S-2", rank=1), a_suggestion("S-1", rank=2, reply_id="r"))
    offers = (an_offer("O-2"), an_offer("O-1", price=None, stock=None, sku="SVC-GIFTWRAP"))
    assist = an_assist(suggestions=suggestions, offers=offers)
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        unit.assists.record(assist)
    with storage.reading() as unit:
        assert unit.assists.get("A-1") == assist
        assert unit.assists.suggestion("S-1") == (assist, suggestions[1])
        assert unit.assists.assist_of_offer("O-2") == assist
        assert unit.assists.get("A-2") is None


def test_the_latest_assist_is_the_newest(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        unit.contacts.add(a_contact("K-2"))
        unit.assists.record(an_assist("A-1", made_at=after(5)))
        unit.assists.record(an_assist("A-2", made_at=after(1)))
        unit.assists.record(an_assist("A-3", contact_id="K-2", made_at=after(9)))
    with storage.writing() as unit:
        assert unit.assists.latest("K-1").id == "A-1"
        unit.assists.record(an_assist("A-4", made_at=after(5)))
        assert unit.assists.latest("K-1").id == "A-4"  # of equal times the one recorded last
        assert unit.assists.latest("K-3") is None


def test_an_assist_needs_its_contact_and_an_id_of_its_own(storage: Any) -> None:
    with storage.writing() as unit:
        with pytest.raises(UnknownContact, match="K-1"):
            unit.assists.record(an_assist())
        unit.contacts.add(a_contact())
        unit.assists.record(an_assist())
        with pytest.raises(ValueError, match="A-1"):
            unit.assists.record(an_assist())


def test_events_are_kept_in_the_order_they_came(storage: Any) -> None:
    shown = SuggestionEvent("A-1-S1", SuggestionAct.SHOWN, after(2), "ann")
    sent = SuggestionEvent("A-1-S1", SuggestionAct.SENT, after(1), "ann", "because", "Dear Mr Hall", 2)
    seen = OfferEvent("A-1-O1", OfferAct.IMPRESSION, after(2), "ann")
    declined = OfferEvent("A-1-O1", OfferAct.DECLINE, after(1), "ann", "has one")
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        unit.contacts.add(a_contact("K-2"))
        unit.assists.record(an_assist())
        unit.assists.record(an_assist("A-2", contact_id="K-2"))
        for event in (shown, sent):
            unit.assists.add_suggestion_event(event)
        for event in (seen, declined):
            unit.assists.add_offer_event(event)
    with storage.reading() as unit:
        assert list(unit.assists.suggestion_events("K-1")) == [shown, sent]
        assert list(unit.assists.offer_events("K-1")) == [seen, declined]
        assert list(unit.assists.suggestion_events("K-2")) == []
        assert list(unit.assists.offer_events("K-2")) == []


def test_an_event_needs_what_it_is_about(storage: Any) -> None:
    with storage.writing() as unit:
        with pytest.raises(UnknownSuggestion, match="S-9"):
            unit.assists.add_suggestion_event(SuggestionEvent("S-9", SuggestionAct.SHOWN, after(0), "ann"))
        with pytest.raises(UnknownOffer, match="O-9"):
            unit.assists.add_offer_event(OfferEvent("O-9", OfferAct.IMPRESSION, after(0), "ann"))


def test_declined_here_counts_always_and_elsewhere_for_a_time(storage: Any) -> None:
    def offered(assist_id: str, contact_id: str, sku: str) -> None:
        offer = an_offer(f"{assist_id}-O1", sku=sku)
        unit.assists.record(an_assist(assist_id, contact_id=contact_id, offers=(offer,)))

    def said(assist_id: str, act: OfferAct, minutes: float) -> None:
        unit.assists.add_offer_event(OfferEvent(f"{assist_id}-O1", act, after(minutes), "ann"))

    with storage.writing() as unit:
        unit.contacts.add(a_contact("here", offers=(PastOffer("past-here", False), PastOffer("taken", True))))
        unit.contacts.add(a_contact("there", received_at=after(50), offers=(PastOffer("past-new", False),)))
        unit.contacts.add(a_contact("then", received_at=after(-50), offers=(PastOffer("past-old", False),)))
        unit.contacts.add(a_contact("stranger", customer_id="C-2", offers=(PastOffer("not-mine", False),)))
        for assist_id, contact_id, sku, act, minutes in (
            ("A-1", "here", "here-old", OfferAct.DECLINE, -99),
            ("A-2", "there", "there-old", OfferAct.DECLINE, -1),
            ("A-3", "there", "there-new", OfferAct.DECLINE, 0),
            ("A-4", "there", "accepted", OfferAct.ACCEPT, 9),
            ("A-5", "stranger", "theirs", OfferAct.DECLINE, 9),
        ):
            offered(assist_id, contact_id, sku)
            said(assist_id, act, minutes)
    with storage.reading() as unit:
        here = {"past-here", "here-old"}
        mine = unit.assists.declined_skus("C-1", "here", since=after(0))
        assert mine == here | {"there-new", "past-new"}
        assert unit.assists.declined_skus(None, "here", since=after(0)) == here
        assert unit.assists.declined_skus("C-1", "nowhere", since=after(100)) == frozenset()
