"""Laws of the contact book."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from replies.contacts import Channel, ContactStatus, PastOffer, Role
from replies.ports import StaleContact, UnknownContact
from tests.fakes.values import a_contact, a_message, after

OPEN, WAITING, CLOSED = ContactStatus.OPEN, ContactStatus.WAITING, ContactStatus.CLOSED


def test_an_id_is_taken_once(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
    with pytest.raises(ValueError, match="K-1"), storage.writing() as unit:
        unit.contacts.add(a_contact(topic="other"))
    with storage.reading() as unit:
        assert unit.contacts.get("K-1").topic is None


def test_append_returns_the_contact_with_the_message_at_its_end(storage: Any) -> None:
    reply = a_message("It is on its way.", Role.AGENT, minutes=3)
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
        appended = unit.contacts.append("K-1", reply, expected_version=1)
    assert appended == a_contact(messages=(a_message(), reply))
    with storage.reading() as unit:
        assert unit.contacts.get("K-1") == appended


def test_a_stale_append_changes_nothing(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact())
    with storage.writing() as unit:
        for version in (0, 2):
            with pytest.raises(StaleContact):
                unit.contacts.append("K-1", a_message("late"), expected_version=version)
    with storage.reading() as unit:
        assert unit.contacts.get("K-1").version == 1


def test_an_unknown_contact_is_named(storage: Any) -> None:
    with storage.writing() as unit:
        with pytest.raises(UnknownContact, match="K-9"):
            unit.contacts.append("K-9", a_message())
        with pytest.raises(UnknownContact, match="K-9"):
            unit.contacts.update(a_contact("K-9"))
        with pytest.raises(UnknownContact, match="K-9"):
            unit.contacts.queue([OPEN], after="K-9")


def test_update_stores_everything_but_the_messages(storage: Any) -> None:
    with storage.writing() as unit:
        unit.contacts.add(a_contact(order_ids=("1", "2"), offers=(PastOffer("A", None),)))
        changed = a_contact(
            channel=Channel.FAX,
            customer_id=None,
            order_ids=("3", "1"),
            topic="complaint",
            wrap_up_code="solved",
            offers=(PastOffer("B", False), PastOffer("C", True)),
            status=CLOSED,
            due_at=after(60),
            first_reply_at=after(5),
        )
        unit.contacts.update(replace(changed, messages=()))
    with storage.reading() as unit:
        assert unit.contacts.get("K-1") == changed


def test_the_queue_goes_by_due_time_then_by_id_and_pages_without_gap(storage: Any) -> None:
    dues = {"f": 5, "b": 10, "a": 10, "e": 1, "d": None, "c": None, "x": 3}
    with storage.writing() as unit:
        for name, minutes in dues.items():
            due = None if minutes is None else after(minutes)
            unit.contacts.add(a_contact(name, due_at=due, status=CLOSED if name == "x" else OPEN))
        unit.contacts.add(a_contact("w", due_at=after(2), status=WAITING))
    with storage.reading() as unit:
        whole = [contact.id for contact in unit.contacts.queue([OPEN, WAITING])]
        paged: list[str] = []
        while page := unit.contacts.queue([OPEN, WAITING], after=paged[-1] if paged else None, limit=2):
            paged += [contact.id for contact in page]
        assert [contact.id for contact in unit.contacts.queue([CLOSED])] == ["x"]
        assert list(unit.contacts.queue([])) == []
        assert unit.contacts.queue([OPEN], limit=1)[0].messages == (a_message(),)
    assert whole == ["e", "w", "f", "a", "b", "c", "d"]
    assert paged == whole


def test_a_page_goes_on_after_a_contact_that_left_the_queue(storage: Any) -> None:
    with storage.writing() as unit:
        for minutes, name in enumerate("abc"):
            unit.contacts.add(a_contact(name, due_at=after(minutes)))
        unit.contacts.update(a_contact("b", due_at=after(1), status=CLOSED))
    with storage.reading() as unit:
        assert [contact.id for contact in unit.contacts.queue([OPEN], after="b")] == ["c"]
