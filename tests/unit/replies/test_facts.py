"""Facts in customers' words, each at its place."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from replies.facts import MAX_ORDER_LOOKUPS, find_facts
from replies.proposals import FactKind

WEDNESDAY = date(2026, 11, 25)


def facts_of(text: str, known: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
    found = find_facts(text, written_on=WEDNESDAY, order_known=lambda number: number in known)
    return [(fact.kind.value, fact.value, text[fact.span.start : fact.span.end]) for fact in found]


@pytest.mark.parametrize(
    ("text", "kind", "value", "words"),
    [
        ("my order LR-104233 is late", "order_number", "LR-104233", "LR-104233"),
        ("lr-104233?", "order_number", "LR-104233", "lr-104233"),
        ("order number is 536365", "order_number", "536365", "536365"),
        ("paid £1,250.50 for it", "amount", "1250.50 GBP", "£1,250.50"),
        ("it was 12 pounds", "amount", "12.00 GBP", "12 pounds"),
        ("on 24/11/2026", "date", "2026-11-24", "24/11/2026"),
        ("on 24.11.26", "date", "2026-11-24", "24.11.26"),
        ("since the 3rd of November", "date", "2026-11-03", "3rd of November"),
        ("since Nov 3", "date", "2026-11-03", "Nov 3"),
        ("on 2 January", "date", "2027-01-02", "2 January"),
        ("it came yesterday", "date", "2026-11-24", "yesterday"),
        ("last Friday", "date", "2026-11-20", "last Friday"),
        ("next Wednesday", "date", "2026-12-02", "next Wednesday"),
        ("two weeks ago", "date", "2026-11-11", "two weeks ago"),
        ("write to Jo.Hall@Mail.example please", "email", "jo.hall@mail.example", "Jo.Hall@Mail.example"),
        ("ring 01904 555 0142", "phone", "019045550142", "01904 555 0142"),
        ("or +44 (0)7700 900123", "phone", "+447700900123", "+44 (0)7700 900123"),
        ("I live at yo1 8as", "postcode", "YO1 8AS", "yo1 8as"),
    ],
)
def test_a_fact_is_found_with_its_value_and_place(text: str, kind: str, value: str, words: str) -> None:
    assert (kind, value, words) in facts_of(text)


@pytest.mark.parametrize(
    "text", ["31/02/2026", "2026-13-45", "no facts here", "", "a 4 b 5", "the 5th element"]
)
def test_nothing_is_made_up(text: str) -> None:
    assert facts_of(text) == []


def test_an_order_number_is_known_only_when_the_records_say_so() -> None:
    text = "LR-1042 and LR-2042"
    found = find_facts(text, written_on=WEDNESDAY, order_known=lambda number: number == "LR-2042")
    assert [(fact.value, fact.known) for fact in found] == [("LR-1042", False), ("LR-2042", True)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("it is rf53785", "rf53785"),
        ("it is RF 53785 thanks", "RF 53785"),
        ("RF-53785", "RF-53785"),
        ("order no. 53785 please", "53785"),
        ("53785", "53785"),
        ("the number is 53785.", "53785"),
    ],
)
def test_ones_own_order_is_known_however_its_number_is_written(text: str, words: str) -> None:
    found = find_facts(
        text, written_on=WEDNESDAY, order_known=lambda _: False, own_orders=["RF-53785", "RF-50001"]
    )
    assert [(fact.value, fact.known, text[fact.span.start : fact.span.end]) for fact in found] == [
        ("RF-53785", True, words)
    ]


@pytest.mark.parametrize("text", ["QX53785", "QX-53785", "£53785", "53785 001", "5378", "53785.50"])
def test_another_number_with_digits_of_ones_own_order_is_not_it(text: str) -> None:
    own = ["RF-53785"] if text != "53785 001" else ["RF-53785001"]
    found = find_facts(text, written_on=WEDNESDAY, order_known=lambda _: False, own_orders=own)
    assert all(fact.value not in own for fact in found)


def test_an_order_on_record_is_known_without_its_hyphen() -> None:
    assert facts_of("where is lr104233?", frozenset({"LR-104233"})) == [
        ("order_number", "LR-104233", "lr104233")
    ]
    assert facts_of("where is LR 104233?", frozenset({"LR104233"})) == [
        ("order_number", "LR104233", "LR 104233")
    ]
    assert facts_of("in 2026 we met 104233 people") == []


def test_look_ups_are_bounded() -> None:
    asked: list[str] = []

    def known(number: str) -> bool:
        asked.append(number)
        return False

    find_facts(" ".join(f"LR-{n}" for n in range(10_000, 10_500)), written_on=WEDNESDAY, order_known=known)
    assert len(asked) == MAX_ORDER_LOOKUPS


def test_no_two_facts_overlap() -> None:
    text = "order 12345678 £12.50 on 12/12/2026 or 01904 555014, jo@x.example YO1 8AS, order #01904555014"
    spans = [fact.span for fact in find_facts(text, written_on=WEDNESDAY, order_known=lambda number: True)]
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert {FactKind.AMOUNT.value, FactKind.DATE.value} <= {kind for kind, _, _ in facts_of(text)}
