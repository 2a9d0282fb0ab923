"""What use proposes and what silence costs, over REST: reading writes nothing, owners decide once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from api.wiring import Wellput, open_wellput
from replies.proposals import Source, SourceKind
from replies.records import SuggestionAct, SuggestionEvent
from tests.fakes.values import NOON, a_contact, a_suggestion, an_assist

from .conftest import Rest

SUGGESTED = "You have thirty days to send it back to us."
SENT = "You have thirty days to send it back to us, from the day it came."


@pytest.fixture
def wellput(tmp_path: Path) -> Iterator[Wellput]:
    """The product over an empty home: nothing here rests on what was learned."""
    with open_wellput(Settings(home=tmp_path / "home")) as opened:
        yield opened


@pytest.fixture
def rest(wellput: Wellput) -> Rest:
    return Rest(create_app(wellput).test_client(), wellput.people.add_token("tests", actor="tests"))


def _send_edited(wellput: Wellput, number: int) -> None:
    source = Source(SourceKind.ARTICLE, "returns", "Returns", "You have 30 days to return a thing.")
    made = a_suggestion(f"S-{number}", text=SUGGESTED, sources=(source,), reply_id=None)
    with wellput.storage.writing() as unit:
        unit.contacts.add(a_contact(f"K-{number}", topic="returns"))
        unit.assists.record(an_assist(f"A-{number}", f"K-{number}", suggestions=(made,), offers=()))
        sent = SuggestionEvent(made.id, SuggestionAct.SENT, NOON, "jo", final_text=SENT, edit_distance=23)
        unit.assists.add_suggestion_event(sent)


def test_reading_proposes_nothing_and_looking_does(rest: Rest, wellput: Wellput) -> None:
    for number in range(3):
        _send_edited(wellput, number)
    assert rest.get("/reply-proposals").json == {"items": []}
    assert wellput.reuse.proposals(None) == []
    looked = rest.post("/reply-proposals", {}).json
    assert looked is not None and looked == rest.get("/reply-proposals").json
    (proposal,) = looked["items"]
    assert (proposal["text"], proposal["contacts"], proposal["state"]) == (SENT, 3, "proposed")
    path = f"/reply-proposals/{proposal['id']}/decision"
    approved = rest.post(path, {"decision": "approve"})
    assert approved.status_code == 200 and approved.json is not None
    assert (approved.json["state"], approved.json["decided_by"]) == ("approved", "client:tests")
    again = rest.post(path, {"decision": "decline"})
    assert again.status_code == 404 and again.json is not None
    assert again.json["type"].endswith("unknown-proposal")
    listed = rest.get("/reply-proposals?state=approved").json
    assert listed is not None and [one["id"] for one in listed["items"]] == [proposal["id"]]
    with wellput.storage.reading() as unit:
        assert SENT in [reply.text for reply in unit.knowledge.all_canned_replies()]
    assert rest.post(path, {"decision": "eat"}).status_code == 422


def test_costs_are_stated_and_read_back(rest: Rest) -> None:
    assert rest.get("/suggestion-costs").json == {"wrong": 5.0, "none": 3.0, "silent_below": 0.4}
    stated = rest.post("/suggestion-costs", {"wrong": 10, "none": 2})
    assert stated.json == {"wrong": 10.0, "none": 2.0, "silent_below": 0.8}
    assert rest.get("/suggestion-costs").json == stated.json
    assert rest.post("/suggestion-costs", {"wrong": 0, "none": 2}).status_code == 422
