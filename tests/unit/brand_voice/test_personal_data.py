from __future__ import annotations

import pytest

from brand_voice.personal_data import CARD_REMOVED, DataKind, find_personal_data, mask_card_numbers, redact


def kinds(text: str, *known: str) -> list[str]:
    return [item.kind.value for item in find_personal_data(text, known_ids=frozenset(known))]


@pytest.mark.parametrize(
    "card",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111\n1111\n1111\n1111",
        "4111 1111\r\n1111 1111",
        "４１１１１１１１１１１１１１１１",
        "٤١١١١١١١١١١١١١١١",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4111\u200b1111\u200b1111\u200b1111",
        "378282246310005",
        "3782 822463 10005",
        "5555555555554444",
        "2223003122003222",
        "6011111111111117",
        "30569309025904",
        "3530111333300000",
        "6759649826438453",
        "4111–1111–1111–1111",
    ],
)
def test_cards_are_masked_in_any_spelling(card: str) -> None:
    assert mask_card_numbers(f"My card is {card}, please.") == f"My card is {CARD_REMOVED}, please."
    assert mask_card_numbers(card) == CARD_REMOVED


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "Order 104233",
        "ring +44 7911 123456",
        "+49 1512 3456789",
        "01632 960142",
        "barcode 5012345678900",
        "tracking JD0002238459003451",
        "1234567812345670",
        "2026-11-23 14:05:11",
        "0000 0000 0000 0000",
        "£4,111,111.11",
    ],
)
def test_what_is_no_card_stays(text: str) -> None:
    assert mask_card_numbers(text) == text


def test_known_order_numbers_are_no_cards() -> None:
    text = "order 4111111111111111"
    assert mask_card_numbers(text, frozenset({"4111111111111111"})) == text


def test_a_card_between_other_numbers_is_found() -> None:
    assert mask_card_numbers("order 104233 4111 1111 1111 1111 12/28") == f"order 104233 {CARD_REMOVED} 12/28"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to jo.bloggs+x@mail.example now", ["email address"]),
        ("ring me on 07700 900123", ["phone number"]),
        ("ring me on +44 (0)1632 960142", ["phone number"]),
        ("call 020 7946 0018", ["phone number"]),
        ("Box 12\n0910-587767 office\n(978)645-9740x11144 fax", ["phone number", "phone number"]),
        ("sort code 20-00-00, account number 12345678", ["bank account", "bank account"]),
        ("NI number AB 12 34 56 C", ["national insurance number"]),
        ("my NHS number is 943 476 5919", ["nhs number"]),
        ("passport no. 123456789", ["passport number"]),
        ("IBAN GB82 WEST 1234 5698 7654 32", ["iban"]),
        ("the CVV is 123", ["card security code"]),
        ("I live at 27 James Street, Harrogate HG1 1QY", ["address"]),
        ("postcode YO1 8AS", ["postcode"]),
        ("born on 3 May 1961", ["date of birth"]),
        ("from 192.168.10.14", ["ip address"]),
    ],
)
def test_kinds_are_told_in_plain_words(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "order LR-104233",
        "order number 01234567890",
        "tracking number 15501234567890",
        "the SKU is KIT-0412",
        "35 days, 3-5 working days",
        "on 24/11/2026 at 14:00",
        "£1,234.56",
        "the 20-11-26 delivery",
        "our hours are 9:00-17:00",
        "a 60 x 120 cm rug",
        "943 476 5919 is my order",
        "order 104233 arrived, account settled",
        "open 24 hours a day",
        "please call us before 24.11.2026",
        "ring us by 2026-11-24",
        "call us from 9.00 - 17.00",
        "version 1.2.3",
    ],
)
def test_numbers_of_the_trade_are_no_personal_data(text: str) -> None:
    assert kinds(text) == []


def test_known_ids_are_left_alone() -> None:
    assert kinds("about 07700900123", "07700900123") == []
    assert kinds("ring 07700900123") == ["phone number"]


def test_redact_names_the_kind_and_gives_the_places() -> None:
    text = "😀: a@b.example, 4111 1111 1111 1111"
    clean, found = redact(text)
    assert clean == "😀: [email address], [card number]"
    assert [(item.kind, text[item.span.start : item.span.end]) for item in found] == [
        (DataKind.EMAIL, "a@b.example"),
        (DataKind.CARD, "4111 1111 1111 1111"),
    ]
