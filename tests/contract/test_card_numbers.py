"""Card numbers never reach the disk, whichever way they come in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from api.wiring import Wellput, open_wellput
from tests.contract.conftest import Rest

CARDS = ("4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "4111111111111111")
ORDER_BOOKED = "4012888888881881"
"""A number that passes for a card's, and is an order's on record."""


def bare(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def files_holding(folder: Path, digits: str) -> list[str]:
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and digits in bare(path.read_bytes().decode("latin-1"))
    ]


@pytest.fixture(params=CARDS)
def card(request: pytest.FixtureRequest, wellput: Wellput) -> Iterator[str]:
    """A card number that must not be anywhere in the home when the test is over."""
    yield request.param
    wellput.storage.close()
    assert files_holding(wellput.home.root, bare(request.param)) == []


def test_in_messages_drafts_and_final_texts(rest: Rest, card: str) -> None:
    text = f"My card is {card}, please charge it. Where is my order?"
    made = rest.post("/contacts", {"channel": "email", "messages": [{"text": text}]})
    contact = made.get_json(force=True)["id"]
    rest.post(f"/contacts/{contact}/messages", {"text": text})
    rest.post(f"/contacts/{contact}/messages", {"text": text, "role": "record"})
    assist = rest.post("/assists", {"channel": "email", "message": text}).get_json(force=True)
    rest.post("/assists", {"contact_id": contact})
    for suggestion in assist["suggestions"]:
        rest.post(f"/suggestions/{suggestion['id']}/events", {"event": "edited", "final_text": text})
    assert rest.post("/checks", {"channel": "email", "text": text}).status_code == 200
    blocked = rest.post(f"/contacts/{contact}/send", {"text": text, "seen_version": 3})
    assert blocked.status_code == 409


def test_in_reasons_and_codes(rest: Rest, card: str) -> None:
    question = "Is the Stoneware Teapot, 1.2 Litre, Oatmeal (TEA-0101) dishwasher safe? I want to buy it."
    assist = rest.post("/assists", {"channel": "email", "message": question}).get_json(force=True)
    told = f"paid by card {card}"
    dismissed = rest.post(
        f"/suggestions/{assist['suggestions'][0]['id']}/events", {"event": "dismissed", "reason": told}
    )
    assert dismissed.get_json(force=True)["reason"] == "paid by card [card number removed]"
    declined = rest.post(f"/offers/{assist['offers'][0]['id']}/events", {"event": "decline", "reason": told})
    assert declined.status_code == 201
    path = f"/contacts/{assist['contact_id']}"
    assert rest.post(f"{path}/close", {"wrap_up_code": told}).status_code == 422
    line = {"order_id": "LR-990777", "sku": "TEA-0101", "quantity": 1, "ordered_at": "2026-11-01T10:00:00Z"}
    assert rest.post("/orders", {"lines": [{**line, "status": told}]}).status_code == 422
    assert rest.post("/orders", {"lines": [{**line, "channel": card}]}).status_code == 422


def test_in_ids_and_keys(rest: Rest, card: str) -> None:
    for field in ({"id": card}, {"customer_id": card}, {"order_ids": ["LR-1", card]}):
        refused = rest.post("/contacts", {"channel": "chat", **field})
        assert refused.status_code == 422
        assert bare(card) not in bare(refused.get_data(as_text=True))
    for field in ({"customer_id": card}, {"order_ids": [card]}):
        assisted = rest.post("/assists", {"channel": "chat", "message": "Where is it?", **field})
        assert assisted.status_code == 422
    message = {"text": "Hello?", "reply_id": card}
    assert rest.post("/contacts", {"channel": "chat", "messages": [message]}).status_code == 422
    assist = rest.post(
        "/assists", {"channel": "email", "message": "How long do I have to return something?"}
    ).get_json(force=True)
    send = {"text": assist["suggestions"][0]["text"], "seen_version": 1, "key": f"k {card}"}
    sent = [rest.post(f"/contacts/{assist['contact_id']}/send", send) for _ in range(2)]
    assert [one.status_code for one in sent] == [200, 200]
    assert sent[0].get_json()["message_id"] == sent[1].get_json()["message_id"]


def test_an_order_on_record_may_have_a_number_like_a_card(rest: Rest) -> None:
    contact = {"channel": "chat", "order_ids": [ORDER_BOOKED]}
    assert rest.post("/contacts", contact).status_code == 422
    line = {"order_id": ORDER_BOOKED, "sku": "TEA-0101", "quantity": 1, "ordered_at": "2026-11-01T10:00:00Z"}
    assert rest.post("/orders", {"lines": [line]}).status_code == 200
    assert rest.post("/contacts", contact).status_code == 201


@pytest.mark.parametrize("number", CARDS)
def test_at_import_and_in_the_rejects(tmp_path: Path, number: str) -> None:
    good = {
        "id": "A-1",
        "channel": "email",
        "messages": [{"role": "customer", "text": f"Card {number}", "at": "2026-11-01T10:00:00Z"}],
        "topic": f"card {number}",
        "wrap_up_code": f"charged {number}",
    }
    bad = {**good, "id": "A-2", "channel": "telegram"}
    file = tmp_path / "contacts.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in (good, bad)) + "\n", encoding="utf-8")
    customers = tmp_path / "customers.csv"
    customers.write_text(f"customer_id,name\nC-1,Ann Hall {number}\n", encoding="utf-8")
    home = tmp_path / "home"
    with open_wellput(Settings(home=home)) as wellput:
        report = wellput.import_file("contacts", file)
        assert wellput.import_file("customers", customers).added == 1
    assert (report.added, report.rejected) == (1, 1)
    assert files_holding(home, bare(number)) == []
    assert report.rejects_file is not None
    assert bare(number) not in bare(report.rejects_file.read_text(encoding="utf-8"))
