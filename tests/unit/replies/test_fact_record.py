"""The fact record: what was needed, asked, given, confirmed, put right, and missing at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.assist import Desk, assist
from replies.contacts import Channel, Contact, Message, Role
from replies.fact_noting import FactRefused, FactWord, note_asked, note_closed, note_understood, note_word
from replies.fact_reading import kinds_asked
from replies.fact_record import FactState, fact_states, joined, masked, read_value, state_of
from replies.proposals import FactAct, FactKind, FactLine
from replies.questions import packaged_questions, question_for
from replies.shop import TopicPolicy
from tests.fakes.storage import FakeStorage
from tests.unit.replies.conftest import NOW, SHOP, a_contact


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


ORDER, PRODUCT = FactKind.ORDER_NUMBER, FactKind.PRODUCT


def said(*turns: tuple[Role, str], **changes: object) -> Contact:
    messages = tuple(Message(role, text, NOW + timedelta(minutes=n)) for n, (role, text) in enumerate(turns))
    return replace(a_contact(None), messages=messages, **changes)


def states_after(contact: Contact, desk: Desk) -> dict[FactKind, FactState]:
    with desk.storage.writing() as unit:
        if contact.id not in unit.contacts._state.contacts:
            unit.contacts.add(contact)
        note_understood(assist(contact, desk), unit)
        return {state.kind: state for state in fact_states(unit.facts.of_contact(contact.id))}


def test_a_given_number_is_kept_with_its_message_and_confirmed_by_look_up(desk: Desk) -> None:
    contact = said((Role.CUSTOMER, "Where is my parcel?"), (Role.CUSTOMER, "It is order LR-104233."))
    order = states_after(contact, desk)[ORDER]
    assert (order.value, order.given, order.confirmed) == ("LR-104233", 1, "look-up")


def test_what_was_given_turns_ago_is_neither_missing_nor_asked_again(desk: Desk) -> None:
    stranger = said(
        (Role.CUSTOMER, "Where is my order LR-555555?"),
        (Role.AGENT, "Let me look. Could you tell me your postcode, please?"),
        (Role.CUSTOMER, "Where is my parcel order tracking?"),
        customer_id=None,
    )
    made = assist(stranger, desk)
    record = {state.kind: state for state in fact_states(made.understanding.record)}
    assert record[ORDER].given == 0 and not record[ORDER].confirmed
    assert all("order number, please" not in suggestion.text for suggestion in made.suggestions)
    assert made.question is None or "order number, please" not in made.question


def test_an_order_put_right_by_an_agent_is_the_one_that_counts(desk: Desk) -> None:
    contact = said((Role.CUSTOMER, "Where is my order LR-104239?"))
    states_after(contact, desk)
    with desk.storage.writing() as unit:
        state = note_word(contact, FactWord(ORDER, "ann", "lr-104233"), unit, NOW)
        assert (state.value, state.confirmed, state.corrected) == ("LR-104233", "ann", True)
    made = assist(contact, desk)
    assert ORDER not in made.understanding.missing
    assert any("LR-104233" in suggestion.text for suggestion in made.suggestions)
    assert not any("not on record" in note for note in made.notes)


def test_our_replies_are_read_for_what_they_ask_and_counted_by_message(desk: Desk) -> None:
    ask = SHOP.topics["delivery_status"].question
    contact = said(
        (Role.CUSTOMER, "Where is my parcel?"), (Role.AGENT, f"Hello. {ask}"),
        (Role.CUSTOMER, "I do not have it"), (Role.AGENT, "Which order is it, please?"),
    )  # fmt: skip
    with desk.storage.writing() as unit:
        unit.contacts.add(contact)
        note_asked(contact, unit, SHOP)
        note_asked(contact, unit, SHOP)
        lines = unit.facts.of_contact(contact.id)
    assert [(line.message, line.how) for line in lines] == [
        (1, "approved question: delivery_status"),
        (3, "own words"),
    ]
    assert state_of(ORDER, lines).asked == (1, 3)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Could you tell me your order number, please?", {ORDER}),
        ("Your order number is LR-1.", set()),
        ("Which item is damaged, and what is your postcode?", {PRODUCT, FactKind.POSTCODE}),
        ("Please send me the date you were expecting it.", {FactKind.DATE}),
        ("Is there anything else I can help you with?", set()),
        ("How much was taken, and which e-mail address do you use?", {FactKind.AMOUNT, FactKind.EMAIL}),
        ("What phone number can we call you on?", {FactKind.PHONE}),
    ],
)
def test_questions_are_told_from_statements(text: str, kinds: set[FactKind]) -> None:
    assert set(kinds_asked(text, ())) == kinds


def test_confirming_needs_a_value_and_ends_with_another_one() -> None:
    storage, contact = FakeStorage(), said((Role.CUSTOMER, "Hello"))
    with storage.writing() as unit:
        unit.contacts.add(contact)
        with pytest.raises(FactRefused, match="order number"):
            note_word(contact, FactWord(ORDER, "ann"), unit, NOW)
        unit.facts.add(contact.id, [FactLine(ORDER, FactAct.GIVEN, NOW, message=0, value="LR-1")])
        assert note_word(contact, FactWord(ORDER, "ann"), unit, NOW).confirmed == "ann"
        unit.facts.add(contact.id, [FactLine(ORDER, FactAct.GIVEN, NOW, message=2, value="LR-2")])
        assert state_of(ORDER, unit.facts.of_contact(contact.id)) == FactState(ORDER, given=2, value="LR-2")


def test_closing_says_what_nobody_gave(desk: Desk) -> None:
    contact = said(
        (Role.CUSTOMER, "Where is my parcel order tracking?"), customer_id=None, topic="delivery_status"
    )
    assert states_after(contact, desk)[ORDER].needed
    with desk.storage.writing() as unit:
        assert note_closed(contact, unit, SHOP, "ann", NOW) == (ORDER,)
        assert state_of(ORDER, unit.facts.of_contact(contact.id)).missing


def test_personal_values_are_masked_and_others_kept() -> None:
    assert masked(FactKind.EMAIL, "joan.hall@mail.example") == "j…@mail.example"
    assert masked(FactKind.PHONE, "01904111222") == "…222"
    assert masked(FactKind.POSTCODE, "YO1 8AS") == "YO1 …"
    assert masked(ORDER, "LR-1") == "LR-1"


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (ORDER, " lr-104233 ", "LR-104233"),
        (FactKind.DATE, "2026-11-24", "2026-11-24"),
        (FactKind.AMOUNT, "£1,250", "1250.00 GBP"),
        (FactKind.PHONE, "01904 111 222", "01904111222"),
        (FactKind.POSTCODE, "yo1 8as", "YO1 8AS"),
    ],
)
def test_typed_values_are_read(kind: FactKind, typed: str, value: str) -> None:
    assert read_value(kind, typed) == value


@given(st.sampled_from(list(FactKind)), st.text(max_size=40))
def test_whatever_is_typed_is_a_value_or_refused_in_words(kind: FactKind, typed: str) -> None:
    try:
        assert read_value(kind, typed).isprintable()
    except ValueError as error:
        assert "read as" in str(error) or "is no " in str(error)


LINES = st.lists(
    st.builds(
        FactLine,
        st.sampled_from([ORDER, PRODUCT]),
        st.sampled_from(list(FactAct)),
        st.just(NOW),
        st.sampled_from(["", "ann"]),
        st.none() | st.integers(0, 4),
        st.sampled_from(["LR-1", "LR-2"]),
        st.sampled_from(["", "look-up"]),
        st.sampled_from(["one", "two"]),
    ),
    max_size=12,
)


@given(LINES, LINES)
def test_reading_the_same_conversation_again_adds_nothing(
    stored: list[FactLine], fresh: list[FactLine]
) -> None:
    once = joined(stored, [line for line in fresh if line.act is not FactAct.NEEDED])
    assert joined(once, [line for line in fresh if line.act is not FactAct.NEEDED]) == once
    assert list(once[: len(stored)]) == stored


@given(LINES)
def test_only_what_has_a_value_is_confirmed(lines: list[FactLine]) -> None:
    for state in fact_states(lines):
        assert state.value or not state.confirmed
        assert len(set(state.asked)) == len(state.asked)


def test_only_the_missing_facts_are_asked_for() -> None:
    policy = TopicPolicy(
        "damaged_item", facts=("order_number", "product"), question="Order number and item, please?",
        questions={"product": "Which item is damaged, please?"},
    )  # fmt: skip
    assert question_for(policy, (ORDER, PRODUCT)) == policy.question
    assert question_for(policy, (PRODUCT,)) == "Which item is damaged, please?"
    assert question_for(policy, (ORDER,)) == packaged_questions()[ORDER]
    assert question_for(policy, ()) == question_for(None, (ORDER,)) == ""
    assert set(packaged_questions()) == set(FactKind)
    for kind, question in packaged_questions().items():
        assert set(kinds_asked(question, ())) <= {kind}


def test_on_the_phone_a_fact_given_later_is_read_back_until_an_agent_confirmed_it(desk: Desk) -> None:
    call = said(
        (Role.CUSTOMER, "Where is my parcel order tracking?"), (Role.AGENT, "Which order is it, please?"),
        (Role.CUSTOMER, "Order LR-104233, the tracking link please"), channel=Channel.PHONE,
        topic="delivery_status",
    )  # fmt: skip
    words = "You mean your order LR-104233, is that right?"
    states_after(call, desk)
    assert any(words in one.text for one in assist(call, desk).suggestions)
    with desk.storage.writing() as unit:
        note_word(call, FactWord(ORDER, "ann"), unit, NOW)
    assert not any(words in one.text for one in assist(call, desk).suggestions)


def test_the_next_step_has_words_of_its_own_on_a_channel() -> None:
    policy = TopicPolicy("t", next_step="Write by {{ due_date }}.", next_steps={"phone": "Ring us again."})
    assert (policy.next_step_on("phone"), policy.next_step_on("email")) == (
        "Ring us again.",
        policy.next_step,
    )


def test_a_turn_of_a_few_words_is_answered_after_what_was_asked_before(desk: Desk) -> None:
    asked = "Wash the cast iron pan by hand, dry it well, rub it with a little oil?"
    running = said(
        (Role.CUSTOMER, asked), (Role.AGENT, "Which one is it, please?"), (Role.CUSTOMER, "The big one.")
    )
    question = desk.read(running)
    assert question.sought == f"{asked}\nThe big one." and question.text == "The big one."
    assert any("by hand" in suggestion.text for suggestion in assist(running, desk).suggestions)
    opening = said((Role.CUSTOMER, "The big one."))
    assert desk.read(opening).sought == "The big one."
