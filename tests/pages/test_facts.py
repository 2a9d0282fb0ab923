"""The fact record beside a contact: shown, confirmed, put right, and told at closing."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from replies.proposals import FactAct, FactKind, FactLine
from tests.fakes.values import NOON
from tests.pages.fake_service import FakeService

CONTACT = "/desk/contacts/K-1"
NEEDED = (
    FactLine(FactKind.ORDER_NUMBER, FactAct.NEEDED, NOON, topic="delivery_status"),
    FactLine(FactKind.EMAIL, FactAct.NEEDED, NOON, topic="delivery_status"),
)


def _given(service: FakeService, *lines: FactLine) -> None:
    with service.storage.writing() as unit:
        unit.facts.add("K-1", lines)


def test_facts_are_shown_and_confirmed(agent: FlaskClient, service: FakeService) -> None:
    _given(service, *NEEDED, FactLine(FactKind.ORDER_NUMBER, FactAct.GIVEN, NOON, message=0, value="LR-1"))
    page = agent.get(CONTACT).text
    assert "Facts asked, given and confirmed" in page
    assert "needed for this topic" in page and "not confirmed" in page and "not known yet" in page
    answer = agent.post(f"{CONTACT}/facts/order_number", data={"act": "confirm"}, follow_redirects=True)
    assert "Order number confirmed." in answer.text and "confirmed by agent" in answer.text
    assert service.facts.states("K-1")[0].confirmed == "agent"


def test_a_fact_is_put_right_in_words_that_can_be_read(agent: FlaskClient, service: FakeService) -> None:
    _given(service, *NEEDED)
    there = f"{CONTACT}/facts/email"
    assert "cannot be read as an e-mail address" in agent.post(
        there, data={"value": "nobody"}, follow_redirects=True
    ).text.replace("&#39;", "'")
    page = agent.post(there, data={"value": "Olive.Hall@mail.example"}, follow_redirects=True).text
    assert "O…@mail.example" in page and "put right by an agent" in page
    assert "Type what is right first." in agent.post(there, data={"value": ""}, follow_redirects=True).text
    assert agent.post(f"{CONTACT}/facts/shoe_size", data={"act": "confirm"}).status_code == 404
    unknown = agent.post("/desk/contacts/K-9/facts/email", data={"value": "a@b.example"})
    assert unknown.status_code == 404


def test_confirming_nothing_is_refused_in_words(agent: FlaskClient, service: FakeService) -> None:
    answer = agent.post(f"{CONTACT}/facts/phone", data={"act": "confirm"}, follow_redirects=True)
    assert "Not noted: nobody has given the phone yet." in answer.text


def test_closing_tells_what_nobody_gave(agent: FlaskClient, service: FakeService) -> None:
    _given(service, *NEEDED)
    told = agent.post(f"{CONTACT}/close", data={"wrap_up_code": "resolved"}, follow_redirects=True).text
    assert "Never given: order number, e-mail address." in told
    assert "missing when the contact was closed" in agent.get(CONTACT).text


def test_analysts_see_by_topic_how_facts_were_come_by(
    signed_in: Callable[[str], FlaskClient], service: FakeService
) -> None:
    analyst = signed_in("analyst")
    assert "No contact of this period has a fact record yet." in analyst.get("/insight/facts").text
    number = FactKind.ORDER_NUMBER
    asked = (FactLine(number, FactAct.ASKED, NOON, message=place) for place in (1, 3))
    _given(service, *NEEDED, *asked, FactLine(number, FactAct.GIVEN, NOON, message=4, value="LR-1"))
    page = analyst.get("/insight/facts?days=30").text
    row = page[page.index("Delivery status") :]
    counts = re.findall(r">(\d+)</td>", row[: row.index("</tr>")])
    heads = re.findall(r'class="number">([^<]+)</th>', page)
    assert dict(zip(heads, counts, strict=True)) == {
        "Contacts": "1",
        "Needed": "2",
        "On record": "0",
        "Given unasked": "0",
        "Asked": "1",
        "Asked twice": "1",
        "Confirmed": "0",
        "Missing": "0",
    }
    assert "/insight/facts" in analyst.get("/insight").text
    assert signed_in("agent").get("/insight/facts").status_code == 403
