"""The outbox under crashes: whatever dies whenever, nothing is handed over twice by itself."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from brand_voice.finding import CheckResult, Verdict, text_sha256
from replies.contacts import Channel, Contact
from replies.outbox import (
    DoubtOutcome,
    NotInState,
    deliver,
    deliver_queued,
    park_lost,
    resolve_doubt,
    retry_refused,
)
from replies.ports import NotDelivered
from replies.records import OutboxMessage, OutboxState
from tests.fakes.storage import FakeStorage


class Crash(BaseException):
    """The process dies."""


FAULTS = st.sampled_from(["none", "refuses", "loses", "dies before", "dies after"])


class Carrier:
    """Takes messages, or fails in one of the ways carriers fail."""

    def __init__(self) -> None:
        self.handed: Counter[str] = Counter()
        self.fault = "none"

    def deliver(self, message: OutboxMessage) -> str:
        if self.fault == "refuses":
            raise NotDelivered("full")
        if self.fault == "dies before":
            raise Crash
        self.handed[message.id] += 1
        if self.fault == "dies after":
            raise Crash
        if self.fault == "loses":
            raise ConnectionError("reset")
        return "receipt"


class OutboxUnderCrashes(RuleBasedStateMachine):
    messages: Bundle[str] = Bundle("messages")

    def __init__(self) -> None:
        super().__init__()
        self.storage = FakeStorage()
        self.carrier = Carrier()
        self.moment = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
        self.allowed: Counter[str] = Counter()
        with self.storage.writing() as unit:
            unit.contacts.add(Contact("K-1", Channel.EMAIL, self.moment))

    def now(self) -> datetime:
        return self.moment

    @rule(target=messages)
    def queue(self) -> str:
        message_id = f"M-{len(self.allowed)}"
        text = f"Dear Joan {message_id}"
        check = CheckResult(Verdict.PASS, (), "house@1", text_sha256(text))
        message = OutboxMessage(
            message_id, message_id, "K-1", "email", "j@x.example", text, check, "ruth", self.moment
        )
        with self.storage.writing() as unit:
            unit.outbox.add(message)
            unit.outbox.add(message)
        self.allowed[message_id] = 1
        return message_id

    @rule(message=messages, fault=FAULTS)
    def try_one(self, message: str, fault: str) -> None:
        self.carrier.fault = fault
        with suppress(Crash):
            deliver(message, self.storage, self.carrier, self)

    @rule(fault=FAULTS)
    def start_again_and_try_all(self, fault: str) -> None:
        self.carrier.fault = fault
        with suppress(Crash):
            park_lost(self.storage, self)
            deliver_queued(self.storage, self.carrier, self)

    @rule(seconds=st.integers(0, 120))
    def wait(self, seconds: int) -> None:
        self.moment += timedelta(seconds=seconds)

    @rule(message=messages, was_sent=st.booleans())
    def a_person_looks(self, message: str, was_sent: bool) -> None:
        truth = DoubtOutcome.SENT if self.carrier.handed[message] and was_sent else DoubtOutcome.NOT_SENT
        with suppress(NotInState):
            resolve_doubt(message, truth, "ruth", self.storage, self)

    @rule(message=messages)
    def a_person_sends_again(self, message: str) -> None:
        try:
            retry_refused(message, "ruth", self.storage, self)
        except NotInState:
            return
        self.allowed[message] += 1

    @invariant()
    def nothing_is_handed_over_more_often_than_people_asked(self) -> None:
        for message, times in self.carrier.handed.items():
            assert times <= self.allowed[message]

    @invariant()
    def what_is_sent_was_handed_over_and_nothing_is_lost(self) -> None:
        with self.storage.reading() as unit:
            for message_id in self.allowed:
                message = unit.outbox.get(message_id)
                assert message is not None
                if message.state is OutboxState.SENT:
                    assert self.carrier.handed[message_id] >= 1
                if message.state is OutboxState.QUEUED:
                    assert self.carrier.handed[message_id] < self.allowed[message_id]


OutboxUnderCrashes.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestOutboxUnderCrashes = OutboxUnderCrashes.TestCase
