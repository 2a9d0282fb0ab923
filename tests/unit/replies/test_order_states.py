"""What a reply says of an order is held against how the order stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from recommender.customers import Order, OrderLine
from replies.articles import CannedReply
from replies.assist import Desk, assist
from replies.confidence import Confidence
from replies.contacts import Message, Role
from replies.drafting import Drafter
from replies.gate import Gate
from replies.knowledge import KnowledgeSearch
from replies.order_states import OrderState, is_untrue, state_of
from tests.fakes.encoder import HashingEncoder
from tests.fakes.storage import FakeStorage

from .conftest import ARTICLES, CANNED, NOW, SHOP, a_contact

MakeDesk = Callable[..., Desk]


@pytest.mark.parametrize(
    ("text", "true_of"),
    [
        ("I have cancelled your order. The money follows.", "open stopped"),
        ("Your order LR-1 has been cancelled.", "open stopped"),
        ("Your parcel was sent this morning.", "sent arrived back"),
        ("We've now dispatched your order.", "sent arrived back"),
        ("The parcel is on its way to you.", "open sent"),
        ("Your parcel is later than it should be, so I have asked.", "open sent"),
        ("Your parcel has arrived at the shop next door.", "arrived back"),
        ("Your order is already being packed, so we can no longer stop it.", "open"),
        ("Your order has not been dispatched yet.", "open"),
        ("You can cancel until it is packed. I am asking the warehouse to stop it.", "open sent stopped"),
        ("We'll ask the carrier to intercept your parcel.", "open sent stopped"),
        ("I am cancelling your order.", "open sent stopped"),
    ],
)
def test_a_statement_is_true_of_the_states_it_names_alone(text: str, true_of: str) -> None:
    wrong = {state.value for state in OrderState if is_untrue(text, state, known=True)}
    assert wrong == {state.value for state in OrderState} - set(true_of.split())
    assert is_untrue(text, None, known=False), "nothing can be true of an order nobody knows"
    assert not is_untrue(text, None, known=True), "an unknown status judges nothing"


@pytest.mark.parametrize(
    "text",
    [
        "Once your order has been dispatched you may refuse it at the door.",
        "If your parcel has arrived damaged, tell us.",
        "Has your parcel arrived?",
        "Your order is sent by 18:00 on the day you pay.",
        "The order is delayed if the driver finds nobody in.",
        "The parcel is not left with a neighbour.",
        "You can cancel a single item while the order is open.",
        "Your delivery charge has been refunded.",
    ],
)
def test_conditions_questions_and_rules_state_nothing(text: str) -> None:
    assert not is_untrue(text, None, known=False)


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (("Shipped",), OrderState.SENT),
        (("in transit", "in transit"), OrderState.SENT),
        (("DELIVERED",), OrderState.ARRIVED),
        (("delivered", "processing"), None),
        (("partially shipped",), None),
        (("not shipped",), None),
        (("E7",), None),
        ((None,), None),
    ],
)
def test_a_status_is_read_where_it_is_plain(
    statuses: tuple[str | None, ...], state: OrderState | None
) -> None:
    lines = tuple(OrderLine("O-1", f"S-{n}", 0, 1, NOW, status=one) for n, one in enumerate(statuses))
    assert state_of(Order("O-1", "C-1", NOW, lines)) is state


CANCELLED = CannedReply(
    "cancelled",
    "I have cancelled your order. The tracking link of your parcel is no longer valid.",
    "Where is my parcel, the tracking link?",
    ("delivery_status",),
    approved_by="R",
)


@pytest.mark.parametrize(("status", "offered"), [("processing", True), ("dispatched", False)])
def test_a_reply_for_another_state_of_the_order_is_not_suggested(
    make_desk: MakeDesk, storage: FakeStorage, status: str, offered: bool
) -> None:
    with storage.writing() as unit:
        unit.intake.put_canned_replies([CANCELLED])
        order = unit.customers.order("LR-104233")
        assert order is not None
        unit.intake.add_order_lines([replace(line, status=status) for line in order.lines])
    knows = KnowledgeSearch.fit(ARTICLES, (), HashingEncoder(256), (*CANNED, CANCELLED))
    question = "Where is my parcel of order LR-104233, the tracking link?"
    made = assist(a_contact(question, topic="delivery_status"), make_desk(knowledge=knows))
    assert any("I have cancelled" in one.text for one in made.suggestions) is offered


def test_nothing_is_said_of_an_order_of_somebody_else(make_desk: MakeDesk, storage: FakeStorage) -> None:
    with storage.writing() as unit:
        unit.intake.put_canned_replies([CANCELLED])
    knows = KnowledgeSearch.fit((), (), HashingEncoder(256), (CANCELLED,))
    question = "Where is my parcel of order LR-900001, the tracking link?"
    made = assist(a_contact(question, topic="delivery_status"), make_desk(knowledge=knows))
    assert not any("I have cancelled" in one.text for one in made.suggestions)


def test_a_number_that_no_order_of_theirs_has_is_asked_for_again(make_desk: MakeDesk) -> None:
    silent = Drafter(SHOP, Confidence(low=1.0))
    for number in ("LR-900001", "LR-777777"):  # of another customer, and of nobody
        made = assist(a_contact(f"{number}?", topic="delivery_status"), make_desk(drafter=silent))
        assert made.question is not None
        assert "cannot find an order of yours" in made.question and number not in made.question
    known = assist(a_contact("LR-104233?", topic="delivery_status"), make_desk(drafter=silent))
    assert known.question is not None and "cannot find" not in known.question


def test_of_somebody_we_do_not_know_no_order_is_denied(make_desk: MakeDesk) -> None:
    silent = Drafter(SHOP, Confidence(low=1.0))
    for number in ("LR-104233", "LR-777777"):
        stranger = a_contact(f"{number}?", topic="delivery_status", customer_id=None)
        made = assist(stranger, make_desk(drafter=silent))
        assert made.question is not None and "could you tell me the name on it" in made.question
        assert "cannot find" not in made.question


def test_an_order_named_turns_ago_is_not_called_unknown(make_desk: MakeDesk) -> None:
    messages = (
        Message(Role.CUSTOMER, "Where is LR-104233?", NOW),
        Message(Role.AGENT, "When did you order it?", NOW),
        Message(Role.CUSTOMER, "on Monday I think", NOW),
    )
    contact = a_contact(None, messages=messages, topic="delivery_status")
    made = assist(contact, make_desk(drafter=Drafter(SHOP, Confidence(low=1.0))))
    assert made.question is not None and "cannot find" not in made.question


@pytest.mark.parametrize(
    ("status", "text", "struck"),
    [
        ("dispatched", "I have cancelled your order.", "I have cancelled your order"),
        ("dispatched", "Your order has been dispatched.", ""),
        ("dispatched", "Your order LR-104233 has been cancelled.", "Your order LR-104233 has been cancelled"),
        ("processing", "I have cancelled your order.", ""),
        ("delivered", "Your parcel is on its way to you.", "Your parcel is on its way"),
        ("a remark in many more words", "I have cancelled your order.", ""),
    ],
)
def test_what_an_agent_writes_of_the_order_is_held_against_its_record(
    gate: Gate, storage: FakeStorage, status: str, text: str, struck: str
) -> None:
    contact = a_contact("Please cancel LR-104233, and tell me how it stands.", topic="delivery_status")
    with storage.writing() as unit:
        order = unit.customers.order("LR-104233")
        assert order is not None
        unit.intake.add_order_lines([replace(line, status=status) for line in order.lines])
        unit.contacts.add(contact)
    result = gate.check(text, contact)
    found = [one for one in result.findings if one.rule == "claim.order_state"]
    assert [text[one.span.start : one.span.end] for one in found] == ([struck] if struck else [])
    assert all("LR-104233" in one.message for one in found)
