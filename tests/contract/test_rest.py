"""The REST service as an outside program meets it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from apiflask import APIFlask

from api.wiring import Wellput
from tests.contract.conftest import Rest

BAD_REPLY = "Hi there, we guarantee it will arrive tomorrow!!! {{ order.id }}"


def json_of(response: object) -> dict[str, object]:
    document = response.get_json(force=True)
    assert isinstance(document, dict)
    return document


def test_a_message_becomes_an_assist_with_sources_and_the_same_again_when_read(rest: Rest) -> None:
    made = rest.post("/assists", {"channel": "email", "message": "How do I return a mug I do not like?"})
    assert made.status_code == 201
    assist = json_of(made)
    assert len(assist["suggestions"]) <= 3
    first = assist["suggestions"][0]
    assert first["sources"], "every suggestion shows where it comes from"
    assert first["sources"][0]["quote"]
    assert first["band"] in {"high", "medium", "low"}
    assert first["check"]["verdict"] != "blocked"
    assert json_of(rest.get(f"/assists/{assist['id']}")) == assist


def test_a_complaint_gets_no_offer_and_says_why(rest: Rest) -> None:
    message = (
        "I want to make a complaint. The Stoneware Teapot TEA-0101 arrived smashed and nobody answers me. "
        "This is disgraceful."
    )
    assist = json_of(rest.post("/assists", {"channel": "email", "message": message}))
    assert assist["offers"] == []
    assert assist["no_offer_reason"]


def test_a_product_question_gets_offers_with_reason_price_stock_and_where_to_buy(rest: Rest) -> None:
    message = "Is the Stoneware Teapot, 1.2 Litre, Oatmeal (TEA-0101) dishwasher safe? I am about to buy it."
    assist = json_of(rest.post("/assists", {"channel": "email", "message": message}))
    assert 1 <= len(assist["offers"]) <= 3
    for offer in assist["offers"]:
        assert offer["sku"] != "TEA-0101"
        assert offer["reasons"]
        assert offer["price"]["currency"] == "GBP"
        assert offer["buy_at"]


def test_nonsense_gets_no_suggestion_but_the_question_to_ask(rest: Rest) -> None:
    assist = json_of(rest.post("/assists", {"channel": "chat", "message": "qwx zzkp 77"}))
    assert assist["suggestions"] == []
    assert assist["question"].endswith("?")


def test_the_gate_blocks_over_rest_with_the_findings_and_nothing_is_sent(rest: Rest) -> None:
    contact = json_of(rest.post("/contacts", {"channel": "email", "messages": [{"text": "Where is it?"}]}))
    blocked = rest.post(f"/contacts/{contact['id']}/send", {"text": BAD_REPLY, "seen_version": 1})
    assert blocked.status_code == 409
    assert blocked.content_type == "application/problem+json"
    problem = json_of(blocked)
    assert problem["type"] == "/problems/blocked-by-gate"
    blocking = [finding for finding in problem["findings"] if finding["severity"] == "block"]
    assert blocking
    assert all(0 <= f["span"]["start"] <= f["span"]["end"] <= len(BAD_REPLY) for f in blocking)
    after = json_of(rest.get(f"/contacts/{contact['id']}"))
    assert after["version"] == 1
    assert after["status"] == "open"


def test_the_check_gives_the_verdict_the_gate_gives(rest: Rest) -> None:
    contact = json_of(rest.post("/contacts", {"channel": "email", "messages": [{"text": "Where is it?"}]}))
    checked = json_of(
        rest.post("/checks", {"channel": "email", "text": BAD_REPLY, "contact_id": contact["id"]})
    )
    sent = json_of(rest.post(f"/contacts/{contact['id']}/send", {"text": BAD_REPLY, "seen_version": 1}))
    assert checked["verdict"] == "blocked"
    assert checked["findings"] == sent["findings"]


def answered(rest: Rest, key: str | None = None) -> tuple[dict[str, object], dict[str, object]]:
    contact = json_of(
        rest.post(
            "/contacts",
            {"channel": "email", "messages": [{"text": "How long do I have to return something?"}]},
        )
    )
    assist = json_of(rest.post("/assists", {"contact_id": contact["id"]}))
    suggestion = assist["suggestions"][0]
    sent = rest.post(
        f"/contacts/{contact['id']}/send",
        {
            "text": suggestion["text"],
            "seen_version": 1,
            "suggestion_id": suggestion["id"],
            "key": key or uuid4().hex,
        },
    )
    assert sent.status_code == 200, sent.get_json(force=True)
    return contact, json_of(sent)


def test_a_suggestion_is_sent_once_however_often_the_call_is_repeated(rest: Rest) -> None:
    contact, sent = answered(rest, "once")
    assert sent["state"] == "sent"
    again = json_of(rest.get(f"/contacts/{contact['id']}"))
    repeated = rest.post(
        f"/contacts/{contact['id']}/send",
        {"text": again["messages"][-1]["text"], "seen_version": 1, "key": "once"},
    )
    assert json_of(repeated)["message_id"] == sent["message_id"]
    assert json_of(rest.get(f"/contacts/{contact['id']}"))["version"] == 2


def test_the_text_sent_is_the_text_checked(rest: Rest, wellput: Wellput) -> None:
    contact, sent = answered(rest)
    with wellput.storage.reading() as unit:
        message = unit.outbox.get(str(sent["message_id"]))
    assert message is not None
    assert message.check.text_sha256 == sent["text_sha256"]
    files = list(wellput.home.outbox.glob(f"{message.id}*"))
    assert len(files) == 1
    assert str(contact["id"]) in files[0].read_text(encoding="utf-8")


def test_a_reply_to_a_contact_that_moved_on_is_refused(rest: Rest) -> None:
    contact = json_of(rest.post("/contacts", {"channel": "chat", "messages": [{"text": "Hello?"}]}))
    rest.post(f"/contacts/{contact['id']}/messages", {"text": "Are you there?"})
    stale = rest.post(
        f"/contacts/{contact['id']}/send",
        {"text": "Hello, how can I help you today? Larkfield & Rowe Customer Care", "seen_version": 1},
    )
    assert stale.status_code == 409
    assert json_of(stale)["type"] == "/problems/stale-contact"


def test_what_became_of_it_is_recorded_and_the_service_computes_the_distance(rest: Rest) -> None:
    assist = json_of(rest.post("/assists", {"channel": "email", "message": "What are your store hours?"}))
    suggestion = assist["suggestions"][0]
    path = f"/suggestions/{suggestion['id']}/events"
    assert rest.post(path, {"event": "shown"}).status_code == 201
    edited = rest.post(path, {"event": "edited", "final_text": suggestion["text"] + " abc"})
    assert json_of(edited)["edit_distance"] == 4
    assert rest.post(path, {"event": "dismissed"}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/assists"),
        ("POST", "/contacts"),
        ("GET", "/contacts"),
        ("GET", "/contacts/CT-1"),
        ("POST", "/contacts/CT-1/send"),
        ("POST", "/checks"),
        ("POST", "/orders"),
        ("GET", "/reports/uptake"),
        ("POST", "/suggestions/x/events"),
        ("POST", "/offers/x/events"),
    ],
)
def test_nothing_works_without_a_token(rest: Rest, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic dGVzdHM6"}):
        answer = rest.client.open(f"/api/v1{path}", method=method, json={}, headers=headers)
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
        assert "token" in json_of(answer)["detail"]


def test_a_revoked_token_is_useless_at_once(app: APIFlask, wellput: Wellput) -> None:
    leaving = Rest(app.test_client(), wellput.people.add_token("leaving", actor="tests"))
    assert leaving.get("/contacts").status_code == 200
    wellput.people.revoke_tokens("leaving", actor="tests")
    assert leaving.get("/contacts").status_code == 401


def test_orders_that_come_in_later_are_uptake(rest: Rest, wellput: Wellput) -> None:
    message = "Is the Stoneware Teapot, 1.2 Litre, Oatmeal (TEA-0101) dishwasher safe?"
    assist = json_of(
        rest.post("/assists", {"channel": "email", "message": message, "customer_id": "C-99999"})
    )
    offer = assist["offers"][0]
    rest.post(f"/offers/{offer['id']}/events", {"event": "impression"})
    rest.post(f"/offers/{offer['id']}/events", {"event": "presentation"})
    before = json_of(rest.get("/reports/uptake"))["bought_in_open_windows"]
    line = {
        "order_id": "LR-990001",
        "sku": offer["sku"],
        "quantity": 1,
        "ordered_at": wellput.clock.now().isoformat(),
        "customer_id": "C-99999",
        "unit_price": "12.00",
    }
    assert json_of(rest.post("/orders", {"lines": [line]})) == {"changed": 1}
    assert json_of(rest.post("/orders", {"lines": [line]})) == {"changed": 0}
    assert json_of(rest.get("/reports/uptake"))["bought_in_open_windows"] == before + 1


def test_pages_of_contacts_follow_one_another_without_gap_or_repeat(rest: Rest) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = json_of(rest.get(f"/contacts?status=open&limit=4{after}"))
        seen += [contact["id"] for contact in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    whole = json_of(rest.get("/contacts?status=open&limit=200"))
    assert seen == [contact["id"] for contact in whole["items"]]
    assert len(set(seen)) == len(seen)


def test_the_document_is_openapi_3_1_and_describes_the_token(rest: Rest) -> None:
    document = json_of(rest.client.get("/api/v1/openapi.json"))
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_health_pages_need_no_token_and_say_nothing_of_customers(rest: Rest) -> None:
    assert rest.client.get("/healthz").status_code == 200
    assert rest.client.get("/readyz").status_code == 200
    rest.post("/assists", {"channel": "chat", "message": "Where is Gertrude Frobisher's parcel?"})
    metrics = rest.client.get("/metrics").get_data(as_text=True)
    assert "wellput_request_seconds_bucket" in metrics
    assert "Frobisher" not in metrics
