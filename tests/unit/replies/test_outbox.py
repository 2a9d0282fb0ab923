"""One message through the outbox: delivered once, refused, lost, settled by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from brand_voice.finding import CheckResult, Verdict, text_sha256
from replies.outbox import (
    DoubtOutcome,
    NotInState,
    UnknownMessage,
    deliver,
    deliver_queued,
    park_lost,
    resolve_doubt,
    retry_refused,
)
from replies.records import OutboxMessage, OutboxState
from tests.fakes.storage import FakeStorage

from .conftest import NOW, FakeCarrier, FakeClock, a_contact


def queue(
    storage: FakeStorage, message_id: str = "M-1", text: str = "Dear Joan", checked: str | None = None
) -> None:
    check = CheckResult(Verdict.PASS, (), "house@1", text_sha256(checked if checked is not None else text))
    message = OutboxMessage(message_id, message_id, "K-1", "email", "j@x.example", text, check, "ruth", NOW)
    with storage.writing() as unit:
        if message_id == "M-1":
            unit.contacts.add(a_contact())
        unit.outbox.add(message)


def state(storage: FakeStorage, message_id: str = "M-1") -> OutboxState:
    with storage.reading() as unit:
        message = unit.outbox.get(message_id)
    assert message is not None
    return message.state


def test_what_waits_is_delivered_oldest_first_and_once(
    storage: FakeStorage, carrier: FakeCarrier, clock: FakeClock
) -> None:
    queue(storage)
    queue(storage, "M-2")
    assert [message.state for message in deliver_queued(storage, carrier, clock)] == [OutboxState.SENT] * 2
    assert deliver_queued(storage, carrier, clock) == ()
    assert deliver("M-1", storage, carrier, clock).note == "receipt 1"
    assert [message.id for message in carrier.taken] == ["M-1", "M-2"]


def test_what_was_surely_not_taken_waits_for_a_persons_word(
    storage: FakeStorage, carrier: FakeCarrier, clock: FakeClock
) -> None:
    queue(storage)
    carrier.refuse()
    refused = deliver("M-1", storage, carrier, clock)
    assert (refused.state, refused.note) == (OutboxState.REFUSED, "the folder is full")
    assert deliver_queued(storage, carrier, clock) == ()
    carrier.fault = None
    assert retry_refused("M-1", "ruth", storage, clock).state is OutboxState.QUEUED
    deliver_queued(storage, carrier, clock)
    assert state(storage) is OutboxState.SENT
    with pytest.raises(NotInState, match="sent, not refused"):
        retry_refused("M-1", "ruth", storage, clock)


@pytest.mark.parametrize("outcome", list(DoubtOutcome))
def test_an_error_on_the_way_leaves_it_in_doubt_for_a_person(
    storage: FakeStorage, carrier: FakeCarrier, clock: FakeClock, outcome: DoubtOutcome
) -> None:
    queue(storage)
    carrier.fault = TimeoutError("joan.hall@mail.example did not answer")
    doubtful = deliver("M-1", storage, carrier, clock)
    assert doubtful.state is OutboxState.IN_DOUBT
    assert "joan" not in doubtful.note
    assert deliver_queued(storage, carrier, clock) == ()
    resolved = resolve_doubt("M-1", outcome, "ruth", storage, clock)
    assert resolved.state is (OutboxState.SENT if outcome is DoubtOutcome.SENT else OutboxState.REFUSED)
    assert resolved.note == "by ruth"
    with storage.reading() as unit:
        assert unit.audit.recent(subject="K-1")[0].actor == "ruth"


def test_a_process_that_died_while_sending_is_never_repeated(
    storage: FakeStorage, carrier: FakeCarrier, clock: FakeClock
) -> None:
    queue(storage)
    carrier.fault, carrier.takes_before_fault = KeyboardInterrupt(), True
    with pytest.raises(KeyboardInterrupt):
        deliver("M-1", storage, carrier, clock)
    carrier.fault = None
    assert state(storage) is OutboxState.SENDING
    clock.pass_time(seconds=59)
    assert park_lost(storage, clock) == ()
    clock.pass_time(seconds=2)
    assert [message.state for message in park_lost(storage, clock)] == [OutboxState.IN_DOUBT]
    assert deliver_queued(storage, carrier, clock) == ()
    assert len(carrier.taken) == 1


def test_two_workers_at_the_same_message_hand_it_over_once(
    storage: FakeStorage, carrier: FakeCarrier, clock: FakeClock
) -> None:
    class OvertakenClock(FakeClock):
        """Looked at between reading the message and claiming it: then the other worker is quicker."""

        def now(self) -> datetime:
            deliver("M-1", storage, carrier, clock)
            return clock.now()

    queue(storage)
    assert deliver("M-1", storage, carrier, OvertakenClock()).state is OutboxState.SENT
    assert len(carrier.taken) == 1


def test_a_text_that_is_not_the_checked_one_is_refused(
    storage: FakeStorage, carrier: FakeCarrier, clock: FakeClock
) -> None:
    queue(storage, text="Dear Joan, all is well", checked="Dear Joan")
    refused = deliver("M-1", storage, carrier, clock)
    assert refused.state is OutboxState.REFUSED and "not the text" in refused.note
    assert carrier.taken == []


def test_unknown_messages_are_named(storage: FakeStorage, carrier: FakeCarrier, clock: FakeClock) -> None:
    with pytest.raises(UnknownMessage, match="M-404"):
        deliver("M-404", storage, carrier, clock)
    queue(storage)
    with pytest.raises(NotInState, match="queued, not in_doubt"):
        resolve_doubt("M-1", DoubtOutcome.SENT, "ruth", storage, clock)
    assert replace(carrier).taken == []
