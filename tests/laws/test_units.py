"""Laws of units: whole or not at all, one state at a time, writers in turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy.exc import InternalError

from replies.ports import UnknownContact
from tests.fakes.values import a_contact, a_message, after, an_assist


def test_what_is_written_is_read(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
    with storage.reading() as unit:
        assert unit.contacts.get("K-1") == a_contact()


def test_a_unit_that_raises_leaves_nothing(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact("K-0"))
    with pytest.raises(RuntimeError, match="power"), storage.writing() as unit:
        unit.contacts.add(a_contact("K-1"))
        unit.contacts.append("K-0", a_message("and another thing"))
        unit.assists.record(an_assist(contact_id="K-1"))
        raise RuntimeError("power cut")
    with storage.reading() as unit:
        assert unit.contacts.get("K-0").version == 1
        assert unit.assists.get("A-1") is None
        with pytest.raises(UnknownContact, match="K-1"):
            unit.contacts.get("K-1")


def test_a_unit_sees_its_own_writes(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        assert unit.contacts.append("K-1", a_message("more", minutes=1)).version == 2
        assert unit.contacts.get("K-1").version == 2


def test_a_reader_keeps_the_state_it_began_with(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
    with storage.reading() as reader:
        assert reader.contacts.get("K-1").version == 1
        with storage.writing() as writer:
            writer.contacts.append("K-1", a_message("more", minutes=1))
        assert reader.contacts.get("K-1").version == 1
    with storage.reading() as reader:
        assert reader.contacts.get("K-1").version == 2


def test_nothing_written_in_a_reading_unit_is_kept(storage: Any) -> None:
    refused = InternalError if "Sql" in type(storage).__name__ else ()  # PostgreSQL refuses it, as good
    with suppress(refused), storage.reading() as unit:
        unit.contacts.add(a_contact())
    with storage.reading() as unit, pytest.raises(UnknownContact):
        unit.contacts.get("K-1")


def test_writers_take_turns(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact(messages=()))

    def write(name: str) -> None:
        for number in range(10):
            with storage.writing() as unit:
                version = unit.contacts.get("K-1").version
                message = a_message(f"{name}{number}", minutes=number)
                unit.contacts.append("K-1", message, expected_version=version)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "abcd"))
    with storage.reading() as unit:
        contact = unit.contacts.get("K-1")
    assert contact.version == 40
    for name in "abcd":
        texts = [message.text for message in contact.messages if message.text.startswith(name)]
        assert texts == [f"{name}{number}" for number in range(10)]


def test_a_time_without_zone_is_refused(storage: Any) -> None:
    with pytest.raises(ValueError, match="zone"), storage.writing() as unit:
        unit.contacts.add(a_contact(received_at=after(0).replace(tzinfo=None)))


@pytest.mark.parametrize("text", ["a\x00b", "half a character \ud83d"])
def test_text_no_database_can_keep_is_refused(storage: Any, text: str) -> None:
    with pytest.raises(ValueError, match=r"NUL|half|surrogate"), storage.writing() as unit:
        unit.contacts.add(a_contact(messages=(a_message(text),)))
    with storage.reading() as unit, pytest.raises(UnknownContact):
        unit.contacts.get("K-1")


@pytest.mark.parametrize("strange", ["", "a\x00b", "\ud83d", "'; DROP TABLE contacts; --", "%", "x" * 10_000])
def test_a_look_up_by_a_strange_id_finds_nothing(storage: Any, strange: str) -> None:
    with storage.reading() as unit:
        with pytest.raises(LookupError):
            unit.contacts.get(strange)
        with pytest.raises(LookupError):
            unit.assists.suggestion(strange)
        with pytest.raises(LookupError):
            unit.assists.assist_of_offer(strange)
        assert unit.assists.get(strange) is None
        assert unit.assists.latest(strange) is None
        assert unit.outbox.get(strange) is None
        assert unit.outbox.by_key(strange) is None
        assert unit.customers.customer(strange) is None
        assert unit.customers.order(strange) is None
        assert list(unit.customers.orders_of(strange)) == []
        assert dict(unit.catalogue.products([strange])) == {}
        assert dict(unit.knowledge.articles([strange])) == {}
        assert list(unit.assists.suggestion_events(strange)) == []
        assert list(unit.assists.offer_events(strange)) == []
        assert list(unit.outbox.of_contact(strange)) == []
        assert list(unit.audit.recent(subject=strange)) == []
        assert unit.assists.declined_skus(strange, strange, since=after(0)) == frozenset()
