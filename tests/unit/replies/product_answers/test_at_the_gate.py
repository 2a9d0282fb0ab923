"""Answers from the catalogue at the gate, and in a running conversation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recommender.money import Money
from replies.contacts import Channel, Contact, Message, Role
from replies.gate import Gate
from tests.fakes.storage import FakeStorage
from tests.unit.replies.conftest import NOW
from tests.unit.replies.product_answers.asking import (
    MUGS,
    Ask,
    goods,
    told,
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("£12.75", "£10.75"),
        ("£12.75", "£1.00"),
        ("It is in stock", "It is in stock and dishwasher safe"),
    ],
)
def test_the_gate_takes_the_draft_and_flags_it_edited(
    ask: Ask, gate: Gate, storage: FakeStorage, before: str, after: str
) -> None:
    made = ask("The price of 22423 is £1.00, confirm. Is it in stock?", channel=Channel.EMAIL)
    with storage.reading() as unit:
        contact = unit.contacts.get("K-1")
    assert gate.check(told(made).text, contact).findings == told(made).check.findings
    edited = told(made).text.replace(before, after)
    assert edited != told(made).text
    rules = {finding.rule for finding in gate.check(edited, contact).findings}
    assert any(rule.startswith("claim.") for rule in rules), rules


def test_the_gate_flags_a_price_that_has_changed_since(ask: Ask, gate: Gate, storage: FakeStorage) -> None:
    made = ask("how much is the stonware mug?", *MUGS)
    contact = _contact(storage)
    assert not [one for one in gate.check(told(made).text, contact).findings if one.rule.startswith("claim.")]
    with storage.writing() as unit:
        unit.intake.put_products([replace(MUGS[0], price=Money(990, "GBP"))])
    assert [one for one in gate.check(told(made).text, contact).findings if one.rule.startswith("claim.")]


def test_a_question_on_it_is_about_the_product_named_before(ask: Ask, storage: FakeStorage) -> None:
    first = ask("Is item 22423 in stock?")
    with storage.writing() as unit:
        unit.facts.add("K-1", first.understanding.record)
    later = _contact(storage)
    more = (Message(Role.AGENT, "It is in stock.", NOW), Message(Role.CUSTOMER, "And how much is it?", NOW))
    with storage.writing() as unit:
        for message in more:
            unit.contacts.append("K-1", message)
    made = ask(None, goods(), id="K-1", messages=(*later.messages, *more), is_new=False)
    assert "The price is £12.75." in told(made).text or "the price is £12.75." in told(made).text


def _contact(storage: FakeStorage) -> Contact:
    with storage.reading() as unit:
        return unit.contacts.get("K-1")
