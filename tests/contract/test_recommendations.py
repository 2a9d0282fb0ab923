"""Offers over REST for what no contact holds, and the receipts of offers that were made."""

from __future__ import annotations

import pytest

from api.wiring import Wellput
from tests.contract.conftest import Rest

LAMP = "LIG-0101"  # its cap is E27; bulbs of both caps are in the catalogue


def test_a_basket_gets_offers_with_reasons_relations_and_receipts(rest: Rest) -> None:
    answer = rest.post("/recommendations", {"skus": [LAMP], "n": 4, "receipts": True, "postcode": "LS1 4AP"})
    assert answer.status_code == 200
    made = answer.get_json()
    assert "LIG-0201" in {offer["sku"] for offer in made["offers"]}
    assert "LIG-0202" not in {offer["sku"] for offer in made["offers"]}
    assert [receipt["sku"] for receipt in made["receipts"]] == [offer["sku"] for offer in made["offers"]]
    assert [receipt["place"] for receipt in made["receipts"]] == list(range(1, len(made["offers"]) + 1))
    near = next(offer for offer in made["offers"] if offer["sku"] == "LIG-0201")["store_stock"][0]
    assert "Harrogate" in near["name"]
    assert near["nearness"].startswith("about")


def test_an_oak_side_table_is_never_offered_a_bulb(rest: Rest, wellput: Wellput) -> None:
    tables = [hit for hit in wellput.lookups.search("products", "oak side table", 5) if "Table" in hit.title]
    assert tables
    for table in tables:
        made = rest.post("/recommendations", {"skus": [table.id], "n": 20}).get_json()
        offered = {offer["sku"] for offer in made["offers"]}
        assert "Lamp" in table.title or not {"LIG-0201", "LIG-0202"} & offered


def test_an_order_a_customer_and_nothing_are_situations_too(rest: Rest, wellput: Wellput) -> None:
    with wellput.storage.reading() as unit:
        lines = [row.sku for row in unit.customers.orders_of("C-01119")[0].lines]
        order = unit.customers.orders_of("C-01119")[0].order_id
    by_order = rest.post("/recommendations", {"order_id": order, "n": 10}).get_json()
    assert not set(lines) & {offer["sku"] for offer in by_order["offers"]}
    assert rest.post("/recommendations", {"customer_id": "C-01119"}).status_code == 200
    popular = rest.post("/recommendations", {}).get_json()
    assert [offer["relation"] for offer in popular["offers"]] == ["popular"] * 3


def test_words_that_hold_offers_back_do(rest: Rest) -> None:
    said = "My stoneware table lamp in chalk arrived broken and I want to complain."
    made = rest.post("/recommendations", {"skus": [LAMP], "text": said}).get_json()
    assert made["offers"] == made["alternatives"] == []
    assert made["no_offer_reason"] == "open complaint"


@pytest.mark.parametrize("body", [{"order_id": "NOPE"}, {"customer_id": "NOBODY"}])
def test_who_is_not_on_record_is_not_found(rest: Rest, body: dict[str, str]) -> None:
    assert rest.post("/recommendations", body).status_code == 404


def test_the_receipt_of_an_offer_is_kept_with_it(rest: Rest) -> None:
    message = "Do you have the stoneware table lamp in chalk, LIG-0101? I would like to buy one."
    assist = rest.post("/assists", {"channel": "email", "message": message}).get_json()
    assert assist["offers"], assist["no_offer_reason"]
    for place, offer in enumerate(assist["offers"], start=1):
        receipt = rest.get(f"/offers/{offer['id']}/receipt").get_json()
        assert (receipt["sku"], receipt["place"], receipt["model_version"]) == (
            offer["sku"],
            place,
            offer["model_version"],
        )
        assert [one["text"] for one in receipt["evidence"]] == offer["reasons"]
        assert receipt["asked_about"] == [LAMP]
    assert rest.get("/offers/nope/receipt").status_code == 404


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("My hours have been cut and I can't keep up the instalments.", "likely payment difficulty"),
        ("The zip came off the cushion cover the first time I used it.", "likely open fault"),
        ("I'm sorting out my grandmother's affairs after her death.", "bereavement"),
    ],
)
def test_what_a_message_says_as_a_whole_holds_offers_back_too(rest: Rest, said: str, reason: str) -> None:
    made = rest.post("/recommendations", {"skus": [LAMP], "text": said}).get_json()
    assert (made["offers"], made["no_offer_reason"]) == ([], reason)


@pytest.mark.parametrize(
    "said",
    ["Which bulb fits this lamp, and is it dimmable?", "My old lamp died, do you still sell this one?"],
)
def test_an_ordinary_question_holds_nothing_back(rest: Rest, said: str) -> None:
    assert rest.post("/recommendations", {"skus": [LAMP], "text": said}).get_json()["offers"]
