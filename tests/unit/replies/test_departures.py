"""What the gate lets through all the same, and what it never does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from brand_voice.checker import Checker
from brand_voice.finding import Severity, Span, text_sha256
from brand_voice.setting_aside import put_aside
from replies.assist import Desk, assist
from replies.departures import (
    GateAct,
    GateRecord,
    NotAllowed,
    Word,
    decision,
    holding,
    question,
    set_aside,
)
from replies.gate import Gate
from replies.sending import Blocked, SendRequest, Sent, send
from tests.fakes.storage import FakeStorage

from .conftest import NOW, FakeCarrier, FakeClock, a_contact
from .test_sending import GOOD

PROMISE = GOOD.replace("Your parcel left us on Thursday.", "Your parcel will be delivered within 24 hours.")
SECRET = GOOD.replace("Your parcel left us on Thursday.", "Your card is 4111 1111 1111 1111.")
WARNED = GOOD.replace("Your parcel left us on Thursday.", "You ordered it on 3 October 2026.")
AGENT = Word("ann", "agent", "The courier told me so by phone.", NOW)
BOSS = Word("ruth", "supervisor", "I have the courier's e-mail.", NOW + timedelta(minutes=5))


@pytest.fixture(autouse=True)
def contact(storage: FakeStorage, make_desk: Callable[..., Desk]) -> None:
    made = a_contact(topic="delivery_status")
    with storage.writing() as unit:
        unit.contacts.add(made)
        unit.assists.record(assist(made, make_desk()))


def a_request(text: str, **changes: Any) -> SendRequest:
    return replace(SendRequest("K-1", text, "ann", "k-1", 1), **changes)


def asked(gate: Gate, text: str = PROMISE, word: Word = AGENT) -> GateRecord:
    result = gate.check(text, a_contact(topic="delivery_status"))
    return question("D-1", "K-1", text, holding(result, hold_warnings=False), result.text_sha256, word)


def kept(storage: FakeStorage, *lines: GateRecord) -> None:
    with storage.writing() as unit:
        for line in lines:
            unit.gate.add(line)


def test_a_departure_lets_this_very_text_go_and_stands_in_the_audit(
    gate: Gate, storage: FakeStorage, clock: FakeClock, carrier: FakeCarrier
) -> None:
    first = asked(gate)
    allowed = decision("D-2", first, BOSS, allow=True, blocks=True)
    assert allowed.act is GateAct.DEPARTED
    kept(storage, first, allowed)
    clock.pass_time(minutes=10)
    changed = send(a_request(PROMISE.replace("24 hours", "12 hours")), gate)
    assert isinstance(changed, Blocked)
    sent = send(a_request(PROMISE), gate)
    assert isinstance(sent, Sent) and len(carrier.taken) == 1
    with storage.reading() as unit:
        entries = {entry.act: entry.detail for entry in unit.audit.recent(subject="K-1")}
    assert "departed D-2 by ruth" in entries["sent all the same"]


def test_it_ends_and_a_refusal_or_a_release_lets_no_block_through(
    gate: Gate, storage: FakeStorage, clock: FakeClock
) -> None:
    first = asked(gate)
    kept(storage, first, decision("D-2", first, BOSS, allow=True, blocks=True))
    clock.pass_time(days=2)
    assert isinstance(send(a_request(PROMISE), gate), Blocked)
    again = replace(first, id="D-3")
    kept(storage, again, decision("D-4", again, replace(BOSS, at=clock.now()), allow=False, blocks=True))
    assert isinstance(send(a_request(PROMISE), gate), Blocked)
    once_more = replace(first, id="D-5")
    kept(
        storage,
        once_more,
        decision("D-6", once_more, replace(BOSS, at=clock.now()), allow=True, blocks=False),
    )
    assert isinstance(send(a_request(PROMISE), gate), Blocked)


@pytest.mark.parametrize(
    ("word", "until", "says"),
    [
        (replace(BOSS, actor="ann"), None, "does not decide"),
        (replace(BOSS, role="agent"), None, "supervisor decides"),
        (BOSS, NOW + timedelta(days=30), "within 7 days"),
        (BOSS, NOW - timedelta(hours=1), "within 7 days"),
    ],
)
def test_who_decides_and_for_how_long(gate: Gate, word: Word, until: Any, says: str) -> None:
    with pytest.raises(NotAllowed, match=says):
        decision("D-2", asked(gate), word, allow=True, blocks=True, expires_at=until)


def test_nobody_departs_from_a_card_number_or_from_nothing(gate: Gate) -> None:
    with pytest.raises(NotAllowed, match=r"safety\.card_number"):
        asked(gate, SECRET)
    with pytest.raises(NotAllowed, match="Nothing holds"):
        asked(gate, GOOD)
    with pytest.raises(NotAllowed, match="reason"):
        replace(AGENT, reason="ok")


def test_a_shop_may_hold_warnings_until_a_supervisor_releases_them(
    gate: Gate, storage: FakeStorage, clock: FakeClock
) -> None:
    strict = replace(gate, shop=replace(gate.shop, hold_warnings=True))
    result = gate.check(WARNED, a_contact(topic="delivery_status"))
    warned = [finding for finding in result.findings if finding.severity is Severity.WARN]
    assert warned, "the reply must hold something to warn of"
    assert isinstance(send(a_request(WARNED), strict), Blocked)
    first = question("D-1", "K-1", WARNED, warned, result.text_sha256, AGENT)
    released = decision("D-2", first, BOSS, allow=True, blocks=False)
    assert released.act is GateAct.RELEASED
    kept(storage, first, released)
    clock.pass_time(minutes=10)
    assert isinstance(send(a_request(WARNED), strict), Sent)


def test_a_finding_set_aside_does_not_count_in_this_text_alone(gate: Gate, storage: FakeStorage) -> None:
    here = a_contact(topic="delivery_status")
    found = next(one for one in gate.check(WARNED, here).findings if one.severity is Severity.WARN)
    rule = gate.checker.rulebook.rule(found.rule)
    told = put_aside(WARNED, found, rule, reason="The tracking page says so.", role="agent")
    kept(storage, set_aside("D-1", "K-1", told, AGENT))
    after = gate.check(WARNED, here)
    assert found in after.suppressed and found not in after.findings
    other = WARNED.replace("Joan", "Joan ")
    assert gate.check(other, here).suppressed == ()


def test_without_a_rulebook_or_with_a_broken_check_nothing_leaves(
    gate: Gate, storage: FakeStorage, carrier: FakeCarrier
) -> None:
    empty = Checker(replace(gate.checker.rulebook, rules=()))
    for broken, rule in (
        (replace(gate, checker=empty), "gate.no_rulebook"),
        # a broken collaborator, on purpose
        (replace(gate, articles_say=lambda _day: 1 / 0), "gate.check_failed"),
    ):
        outcome = send(a_request(GOOD), broken)
        assert isinstance(outcome, Blocked)
        assert [finding.rule for finding in outcome.result.findings] == [rule]
        assert outcome.result.findings[0].span == Span(0, len(GOOD))
        assert outcome.result.text_sha256 == text_sha256(GOOD)
        held = outcome.result.findings
        with pytest.raises(NotAllowed, match="Nobody departs"):
            question("D-1", "K-1", GOOD, held, outcome.result.text_sha256, AGENT)
    assert carrier.taken == []
