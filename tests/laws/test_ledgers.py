"""Laws of the outbox and the audit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from replies.ports import UnknownContact
from replies.records import AuditEntry, OutboxState
from tests.fakes.values import a_contact, after, an_outbox_message

QUEUED, SENDING, SENT = OutboxState.QUEUED, OutboxState.SENDING, OutboxState.SENT


def test_a_message_comes_in_as_queued_and_comes_back(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        stored = unit.outbox.add(an_outbox_message(state=SENT))
    assert stored == an_outbox_message(state=QUEUED, state_at=after(0))
    with storage.reading() as unit:
        assert unit.outbox.get("M-1") == stored
        assert unit.outbox.by_key("key-1") == stored
        assert list(unit.outbox.of_contact("K-1")) == [stored]


def test_the_same_key_is_the_same_message(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        first = unit.outbox.add(an_outbox_message())
        assert unit.outbox.add(an_outbox_message("M-2", text="other")) == first
    with storage.writing() as unit:
        unit.outbox.move("M-1", QUEUED, SENT, after(1))
        again = unit.outbox.add(an_outbox_message("M-3"))
        assert (again.id, again.state) == ("M-1", SENT)
        assert unit.outbox.get("M-2") is None
        with pytest.raises(ValueError, match="M-1"):
            unit.outbox.add(an_outbox_message("M-1", key="key-2"))
        with pytest.raises(UnknownContact):
            unit.outbox.add(an_outbox_message("M-4", key="key-4", contact_id="K-9"))


def test_a_state_changes_only_from_where_it_is(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        queued = unit.outbox.add(an_outbox_message())
        assert not unit.outbox.move("M-1", SENDING, SENT, after(1))
        assert unit.outbox.get("M-1") == queued
        assert unit.outbox.move("M-1", QUEUED, SENDING, after(2), "first try")
        assert not unit.outbox.move("M-1", QUEUED, SENDING, after(3))
        assert not unit.outbox.move("M-9", QUEUED, SENDING, after(3))
    with storage.reading() as unit:
        assert unit.outbox.get("M-1") == replace(queued, state=SENDING, state_at=after(2), note="first try")


def test_of_many_who_move_a_message_one_succeeds(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        for number in range(5):
            unit.outbox.add(an_outbox_message(f"M-{number}", key=f"key-{number}"))
    won: list[str] = []
    gate = threading.Barrier(4)

    def move() -> None:
        gate.wait()
        for number in range(5):
            with storage.writing() as unit:
                moved = unit.outbox.move(f"M-{number}", QUEUED, SENDING, after(1))
            if moved:
                won.append(f"M-{number}")

    with ThreadPoolExecutor(4) as pool:
        for running in [pool.submit(move) for _ in range(4)]:
            running.result()
    assert sorted(won) == [f"M-{number}" for number in range(5)]


def test_a_state_lists_its_messages_oldest_first(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        for name, minutes in (("a", 3), ("b", 1), ("c", 2), ("d", 0)):
            unit.outbox.add(an_outbox_message(name, key=name))
            unit.outbox.move(name, QUEUED, SENT if name == "d" else SENDING, after(minutes))
    with storage.reading() as unit:
        assert [it.id for it in unit.outbox.in_state(SENDING)] == ["b", "c", "a"]
        assert [it.id for it in unit.outbox.in_state(SENDING, before=after(3))] == ["b", "c"]
        assert [it.id for it in unit.outbox.in_state(QUEUED)] == []


def test_the_audit_lists_newest_first(storage: Any) -> None:
    entries = [AuditEntry(after(n), "ann", "sent", f"contact:{n % 2}", f"{n}") for n in (3, 1, 2)]
    with storage.writing() as unit:
        for entry in entries:
            unit.audit.add(entry)
    with storage.reading() as unit:
        assert list(unit.audit.recent()) == entries[::-1]
        assert list(unit.audit.recent(limit=2)) == entries[:0:-1]
        assert list(unit.audit.recent(subject="contact:1")) == [entries[1], entries[0]]
