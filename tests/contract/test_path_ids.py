"""Ids as other systems write them are reached over REST and at the desk, wherever an id stands in a path."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from apiflask import APIFlask

from api.wiring import Wellput
from tests.contract.conftest import Rest
from tests.contract.visitor import Visitor

ODD = ["A/1", "/lead", "a//b", "trail/", "x/departures", "50%", "a%2Fb", "a b?c#d&e", "é ü", "ref:1;v=2"]


@pytest.mark.parametrize("contact_id", ODD)
def test_a_contact_of_any_id_is_read_and_written(rest: Rest, contact_id: str) -> None:
    said = {"id": contact_id, "channel": "email", "messages": [{"role": "customer", "text": "Hello"}]}
    assert rest.post("/contacts", said).status_code == 201
    place = f"/contacts/{quote(contact_id, safe='')}"
    assert rest.get(place).get_json()["id"] == contact_id
    assert rest.get(f"{place}/departures").status_code == 200
    more = rest.post(f"{place}/messages", {"role": "customer", "text": "And more"})
    assert (more.status_code, more.get_json()["id"]) == (201, contact_id)
    assert rest.post(f"{place}/close", {"wrap_up_code": "done"}).get_json()["id"] == contact_id


def test_a_slash_may_stand_as_it_is_and_nul_reaches_nobody(rest: Rest) -> None:
    said = {"id": "B/2", "channel": "email", "messages": [{"role": "customer", "text": "Hello"}]}
    assert rest.post("/contacts", said).status_code == 201
    assert rest.get("/contacts/B/2").get_json()["id"] == "B/2"
    assert rest.get("/contacts/B%002").status_code == 404
    assert rest.get("/contacts/B%002%2F").status_code == 404


def test_the_desk_leads_to_a_contact_of_any_id_and_back_after_signing_in(
    app: APIFlask, rest: Rest, wellput: Wellput
) -> None:
    wellput.people.add_user("ada", "Ada", "agent", "a password for tests", actor="tests")
    said = {"id": "C/3?x", "channel": "email", "messages": [{"role": "customer", "text": "Hello"}]}
    assert rest.post("/contacts", said).status_code == 201
    visitor = Visitor(app)
    away = visitor.client.get("/desk/contacts/C%2F3%3Fx?tab=1")
    assert away.location.endswith("next=/desk/contacts/C%252F3%253Fx?tab%3D1")
    visitor.sign_in("ada", "a password for tests")
    page = visitor.client.get("/desk/contacts/C%2F3%3Fx")
    assert page.status_code == 200
    assert "/desk/contacts/C%2F3%3Fx/check" in page.get_data(as_text=True)
