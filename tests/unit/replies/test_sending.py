"""The gate and what follows from a reply that passed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from brand_voice.finding import CheckContext, CheckResult, Severity, Verdict, text_sha256
from replies.assist import Desk, assist
from replies.contacts import ContactStatus, Message, Role
from replies.gate import Gate
from replies.outbox import SYSTEM
from replies.ports import StaleContact, UnknownContact, UnknownOffer, UnknownSuggestion
from replies.proposals import Assist
from replies.records import OfferAct, OutboxState, SuggestionAct
from replies.sending import Blocked, KeyTaken, SendRequest, Sent, names_offer, send
from tests.fakes.storage import FakeStorage

from .conftest import NOW, FakeCarrier, FakeClock, a_contact, an_offer

GOOD = (
    "Dear Joan,\n\nThank you for asking about your delivery. Your parcel left us on Thursday.\n\n"
    "I will look at the tracking again by Wednesday 25 November 2026 and tell you what I find.\n\n"
    "Kind regards,\nCustomer Care\nLarkfield & Rowe"
)
BAD = GOOD.replace("Your parcel left us on Thursday.", "Your card is 4111 1111 1111 1111, {{ order.id }}.")


@pytest.fixture
def made(storage: FakeStorage, make_desk: Callable[..., Desk]) -> Assist:
    contact = a_contact(topic="delivery_status")
    made = assist(contact, make_desk())
    with storage.writing() as unit:
        unit.contacts.add(contact)
        unit.assists.record(made)
    return made


def a_request(text: str = GOOD, key: str = "k-1", **changes: Any) -> SendRequest:
    return replace(SendRequest("K-1", text, "agent:ruth", key, 1), **changes)


def test_a_good_reply_goes_out_once_with_all_its_records(
    gate: Gate, made: Assist, storage: FakeStorage, carrier: FakeCarrier
) -> None:
    suggestion = made.suggestions[0]
    text = suggestion.text.replace("Kind regards", "Also: a brush that fits, the Pan brush. Kind regards")
    request = a_request(GOOD.replace("Thursday.", "Thursday. The Pan brush is £6.50, order it online."))
    request = replace(request, suggestion_id=suggestion.id, offer_ids=(made.offers[0].id,))
    sent = send(request, gate)
    assert isinstance(sent, Sent), sent
    assert sent.message.state is OutboxState.SENT
    assert [message.text for message in carrier.taken] == [request.text]
    assert sent.message.check.text_sha256 == text_sha256(request.text)
    assert sent.message.recipient == "joan.hall@mail.example"
    with storage.reading() as unit:
        contact = unit.contacts.get("K-1")
        events = unit.assists.suggestion_events("K-1")
        offers = unit.assists.offer_events("K-1")
        acts = [entry.act for entry in unit.audit.recent(subject="K-1")]
    assert contact.messages[-1] == Message(Role.AGENT, request.text, NOW, suggestion.reply_id)
    assert (contact.status, contact.first_reply_at) == (ContactStatus.WAITING, NOW)
    assert [(event.act, event.suggestion_id) for event in events] == [(SuggestionAct.SENT, suggestion.id)]
    assert events[0].edit_distance is not None and 0 < events[0].edit_distance < len(text)
    assert [(event.act, event.offer_id) for event in offers] == [(OfferAct.PRESENTATION, made.offers[0].id)]
    assert {"reply queued", "message sent"} <= set(acts)


def test_the_same_key_is_the_same_message(
    gate: Gate, made: Assist, storage: FakeStorage, carrier: FakeCarrier
) -> None:
    first = send(a_request(), gate)
    again = send(a_request(), gate)
    assert isinstance(first, Sent) and isinstance(again, Sent)
    assert first.message.id == again.message.id
    assert len(carrier.taken) == 1
    with storage.reading() as unit:
        assert unit.contacts.get("K-1").version == 2


def test_a_key_is_not_taken_for_another_reply(gate: Gate, made: Assist) -> None:
    send(a_request(), gate)
    with pytest.raises(KeyTaken, match="k-1"):
        send(a_request(GOOD.replace("Thursday", "Friday")), gate)
    with pytest.raises(ValueError, match="key"):
        send(a_request(key=" "), gate)


def test_a_blocked_reply_leaves_nothing_but_an_audit_entry(
    gate: Gate, made: Assist, storage: FakeStorage, carrier: FakeCarrier
) -> None:
    blocked = send(a_request(BAD, suggestion_id=made.suggestions[0].id), gate)
    assert isinstance(blocked, Blocked)
    assert blocked.result.verdict is Verdict.BLOCKED and blocked.result.findings
    assert carrier.taken == []
    with storage.reading() as unit:
        assert unit.contacts.get("K-1") == a_contact(topic="delivery_status")
        assert unit.outbox.by_key("k-1") is None
        assert unit.assists.suggestion_events("K-1") == []
        entries = unit.audit.recent(subject="K-1")
    assert [entry.act for entry in entries] == ["reply blocked"]
    assert "4111" not in entries[0].detail


def test_the_composer_and_the_gate_say_the_same(gate: Gate, made: Assist) -> None:
    contact = a_contact(topic="delivery_status")
    for text in (BAD, "", "x" * 1000):
        blocked = send(a_request(text, key=f"k-{len(text)}"), gate)
        assert isinstance(blocked, Blocked)
        assert gate.check(text, contact) == blocked.result


def test_no_day_of_our_next_step_lets_a_promised_day_of_delivery_pass(gate: Gate, made: Assist) -> None:
    text = GOOD.replace("left us on Thursday", "will be with you by Wednesday 25 November 2026")
    blocked = send(a_request(text), gate)
    assert isinstance(blocked, Blocked)
    assert [finding.rule for finding in blocked.result.findings if finding.severity is Severity.BLOCK] == [
        "claim.outcome_date"
    ]


def test_the_products_own_drafts_pass_the_gate(gate: Gate, made: Assist) -> None:
    contact = a_contact(topic="delivery_status")
    assert made.suggestions
    for suggestion in made.suggestions:
        assert gate.check(suggestion.text, contact).findings == suggestion.check.findings


def test_a_customer_who_wrote_again_withdraws_the_reply(
    gate: Gate, made: Assist, storage: FakeStorage
) -> None:
    with storage.writing() as unit:
        unit.contacts.append("K-1", Message(Role.CUSTOMER, "It has just come, thanks.", NOW))
    with pytest.raises(StaleContact, match="2 messages"):
        send(a_request(), gate)
    with storage.reading() as unit:
        assert unit.outbox.by_key("k-1") is None


def test_a_message_that_slips_in_while_checking_withdraws_it_too(
    gate: Gate, made: Assist, storage: FakeStorage
) -> None:
    check = gate.checker.check

    class SlowChecker:
        rulebook = gate.checker.rulebook

        def check(self, text: str, context: CheckContext, _aside: object = ()) -> CheckResult:
            with storage.writing() as unit:
                unit.contacts.append("K-1", Message(Role.CUSTOMER, "Never mind", NOW))
            return check(text, context)

    with pytest.raises(StaleContact):
        send(a_request(), replace(gate, checker=SlowChecker()))
    with storage.reading() as unit:
        assert unit.outbox.by_key("k-1") is None
        assert unit.contacts.get("K-1").version == 2


def test_a_rulebook_that_comes_in_force_while_checking_withdraws_it_until_it_is_checked_again(
    gate: Gate, made: Assist, storage: FakeStorage
) -> None:
    check = gate.checker.check

    class SlowChecker:
        rulebook = gate.checker.rulebook

        def check(self, text: str, context: CheckContext, _aside: object = ()) -> CheckResult:
            with storage.writing() as unit:
                unit.gate.put_in_force("own@2")
            return check(text, context)

    outcome = send(a_request(), replace(gate, checker=SlowChecker(), rulebook_number=0))
    assert isinstance(outcome, Blocked) and outcome.outdated and outcome.result.verdict is Verdict.BLOCKED
    with storage.reading() as unit:
        assert unit.outbox.by_key("k-1") is None and unit.contacts.get("K-1").version == 1
    assert isinstance(send(a_request(), replace(gate, rulebook_number=1)), Sent)


def test_foreign_suggestions_and_offers_are_refused(gate: Gate, made: Assist, storage: FakeStorage) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact(id="K-2", customer_id="C-2"))
    with pytest.raises(UnknownContact):
        send(a_request(contact_id="K-404"), gate)
    with pytest.raises(UnknownSuggestion):
        send(a_request(contact_id="K-2", suggestion_id=made.suggestions[0].id), gate)
    with pytest.raises(UnknownSuggestion):
        send(a_request(suggestion_id="nothing"), gate)
    with pytest.raises(UnknownOffer):
        send(a_request(contact_id="K-2", offer_ids=(made.offers[0].id,)), gate)


def test_an_offer_cut_from_the_text_was_not_presented(gate: Gate, made: Assist, storage: FakeStorage) -> None:
    without = GOOD.replace("Thursday.", "Thursday. You can order more online.")
    assert isinstance(send(a_request(without, offer_ids=(made.offers[0].id,)), gate), Sent)
    with storage.reading() as unit:
        assert unit.assists.offer_events("K-1") == []
    assert names_offer("The pan BRUSH fits", an_offer()) and names_offer("kit-0500", an_offer())


def test_a_later_reply_keeps_the_time_of_the_first(
    gate: Gate, made: Assist, storage: FakeStorage, clock: FakeClock
) -> None:
    send(a_request(), gate)
    clock.pass_time(hours=1)
    with storage.writing() as unit:
        unit.contacts.append("K-1", Message(Role.CUSTOMER, "And the second parcel?", clock.now()))
    assert isinstance(send(a_request(key="k-2", seen_version=3), gate), Sent)
    with storage.reading() as unit:
        assert unit.contacts.get("K-1").first_reply_at == clock.now() - timedelta(hours=1)
        assert unit.audit.recent(subject="K-1")[0].actor in {SYSTEM, "agent:ruth"}


def test_a_withdrawn_products_price_backs_no_figure_at_the_gate(
    gate: Gate, made: Assist, storage: FakeStorage
) -> None:
    priced = GOOD.replace("Thursday.", "Thursday. The cast iron frying pan costs £45.00.")
    with storage.writing() as unit:
        pan = unit.catalogue.products(["KIT-0412"])["KIT-0412"]
        unit.intake.put_products([replace(pan, available_to=NOW.date() - timedelta(days=1))])
    blocked = send(a_request(priced), gate)
    assert isinstance(blocked, Blocked)
    assert "claim.amount" in {one.rule for one in blocked.result.findings}
    with storage.writing() as unit:
        unit.intake.put_products([replace(pan, available_to=NOW.date())])
    assert isinstance(send(a_request(priced), gate), Sent)


@pytest.mark.parametrize(
    ("told", "attributes"),
    [
        ("The cast iron frying pan costs £45.00.", {"hidden": True}),
        ("We buy the cast iron frying pan for £17.35.", {"cost_price": "£17.35"}),
        ("Our margin on the cast iron frying pan is 61%.", {"margin": "61%"}),
    ],
)
def test_what_customers_never_hear_backs_no_figure_at_the_gate(
    gate: Gate, made: Assist, storage: FakeStorage, told: str, attributes: dict[str, str | bool]
) -> None:
    with storage.writing() as unit:
        pan = unit.catalogue.products(["KIT-0412"])["KIT-0412"]
        unit.intake.put_products([replace(pan, attributes=attributes)])
    blocked = send(a_request(GOOD.replace("Thursday.", f"Thursday. {told}")), gate)
    assert isinstance(blocked, Blocked)
    assert {"claim.amount", "claim.percentage"} & {one.rule for one in blocked.result.findings}


def test_an_article_that_is_out_of_date_backs_no_figure_at_the_gate(
    gate: Gate, storage: FakeStorage, make_desk: Callable[..., Desk]
) -> None:
    contact = a_contact("Is standard delivery free, and what does it cost?", topic="delivery_status")
    made = assist(contact, make_desk())
    assert any(source.id == "delivery" for one in made.suggestions for source in one.sources)
    with storage.writing() as unit:
        unit.contacts.add(contact)
        unit.assists.record(made)
    priced = GOOD.replace("Thursday.", "Thursday. Standard delivery costs £3.95.")
    assert "claim.amount" not in {one.rule for one in gate.check(priced, contact).findings}
    with storage.writing() as unit:
        article = unit.knowledge.articles(["delivery"])["delivery"]
        unit.intake.put_articles([replace(article, review_by=NOW.date() - timedelta(days=1))])
    assert "claim.amount" in {one.rule for one in gate.check(priced, contact).findings}


def test_a_verdict_on_another_text_lets_nothing_out(gate: Gate, made: Assist, carrier: FakeCarrier) -> None:
    check = gate.checker.check

    class OtherTextChecker:
        rulebook = gate.checker.rulebook

        def check(self, text: str, context: CheckContext, _aside: object = ()) -> CheckResult:
            return check(f"{text} ", context)

    blocked = send(a_request(), replace(gate, checker=OtherTextChecker()))
    assert isinstance(blocked, Blocked) and carrier.taken == []
    assert [one.rule for one in blocked.result.findings] == ["gate.text_changed"]


def test_one_word_of_a_title_presents_no_offer() -> None:
    offer = replace(an_offer(), title="Pan brush with beech handle")
    assert not names_offer("Your pan is on its way.", offer)
    assert names_offer("The brush for a pan has a beech handle.", offer)
