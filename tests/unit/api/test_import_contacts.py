"""Importing contacts: past ones to learn from, open ones for the queue, nothing of ours undone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from api.importing import ImportReport
from replies.contacts import Channel, Contact, ContactStatus, Message, PastOffer, Role
from tests.fakes.bringing_in import NOW, BringingIn

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday
QUESTION = {"role": "customer", "text": "Where is my order?", "at": "2026-11-20T09:00:00Z"}
ANSWER = {"role": "agent", "text": "On its way.", "at": "2026-11-20T09:30:00Z", "reply_id": "tracking"}
THANKS = {"role": "customer", "text": "Thanks!", "at": "2026-11-20T10:00:00Z"}


def a_row(contact_id: str = "K-1", **fields: Any) -> dict[str, Any]:
    return {"id": contact_id, "channel": "email", "messages": [QUESTION], **fields}


def take(bring_in: BringingIn, *rows: dict[str, Any]) -> ImportReport:
    return bring_in("contacts", "\n".join(json.dumps(row) for row in rows), name="contacts.jsonl")


def stored(bring_in: BringingIn, contact_id: str = "K-1") -> Contact:
    with bring_in.storage.reading() as unit:
        return unit.contacts.get(contact_id)


def test_a_past_contact(bring_in: BringingIn) -> None:
    row = a_row(
        messages=[
            QUESTION,
            {"role": "record", "text": "order 1: sent", "at": "2026-11-20T09:10:00+00:00"},
            ANSWER,
        ],
        customer_id="C-1",
        order_ids=["1", "2"],
        topic=["delivery_status", "other"],
        wrap_up_code="solved",
        offers=[{"sku": "A", "accepted": True}, {"sku": "B"}],
        happy=True,
    )
    report = take(bring_in, row)
    assert (report.rows, report.added) == (1, 1)
    assert "not used are the columns happy" in report.warnings[0]
    assert stored(bring_in) == Contact(
        "K-1",
        Channel.EMAIL,
        AT,
        (
            Message(Role.CUSTOMER, "Where is my order?", AT),
            Message(Role.RECORD, "order 1: sent", AT + timedelta(minutes=10)),
            Message(Role.AGENT, "On its way.", AT + timedelta(minutes=30), "tracking"),
        ),
        customer_id="C-1",
        order_ids=("1", "2"),
        topic="delivery_status",
        wrap_up_code="solved",
        offers=(PastOffer("A", True), PastOffer("B", None)),
        status=ContactStatus.CLOSED,
        first_reply_at=AT + timedelta(minutes=30),
    )
    again = take(bring_in, row)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)


def test_who_waits_enters_the_queue(bring_in: BringingIn) -> None:
    take(
        bring_in,
        a_row("waits"),
        a_row("waits-again", messages=[QUESTION, ANSWER, THANKS]),
        a_row("answered", messages=[QUESTION, ANSWER]),
        a_row("wrapped-up", wrap_up_code="spam"),
        a_row("labelled", topic="delivery_status"),
        a_row("empty", messages=[]),
    )
    with bring_in.storage.reading() as unit:
        queue = unit.contacts.queue([ContactStatus.OPEN, ContactStatus.WAITING])
    assert [contact.id for contact in queue] == ["waits", "waits-again"]
    assert [contact.due_at for contact in queue] == [AT + timedelta(hours=8), AT + timedelta(hours=9)]
    assert stored(bring_in, "empty").received_at == NOW


def test_what_happened_here_since_is_kept(bring_in: BringingIn) -> None:
    take(bring_in, a_row())
    ours = Message(Role.AGENT, "On its way.", NOW)
    with bring_in.storage.writing() as unit:
        contact = unit.contacts.append("K-1", ours)
        unit.contacts.update(replace(contact, status=ContactStatus.CLOSED, wrap_up_code="solved"))
    before = stored(bring_in)
    report = take(bring_in, a_row())
    assert (report.changed, report.unchanged) == (0, 1)
    assert stored(bring_in) == before


def test_messages_at_the_end_and_a_topic_are_taken(bring_in: BringingIn) -> None:
    take(bring_in, a_row())
    report = take(bring_in, a_row(messages=[QUESTION, ANSWER], topic="delivery_status"))
    assert report.changed == 1
    contact = stored(bring_in)
    assert (contact.version, contact.topic, contact.status) == (2, "delivery_status", ContactStatus.CLOSED)
    assert contact.first_reply_at == AT + timedelta(minutes=30)
    assert take(bring_in, a_row(messages=[QUESTION, ANSWER, THANKS])).changed == 1
    assert stored(bring_in).status is ContactStatus.OPEN


def test_other_messages_under_a_known_id_are_rejected(bring_in: BringingIn) -> None:
    take(bring_in, a_row())
    report = take(bring_in, a_row(messages=[{**QUESTION, "text": "Something else"}]), a_row("K-2"))
    assert (report.rejected, report.added) == (1, 1)
    assert "known with other messages" in bring_in.rejects(report)[0]["reason"]
    assert stored(bring_in).question == "Where is my order?"


def test_the_last_of_a_repeated_id_counts(bring_in: BringingIn) -> None:
    rows = [a_row(messages=[{**QUESTION, "text": f"Version {n}"}]) for n in range(3)]
    others = [a_row(f"other-{n}") for n in range(600)]
    report = take(bring_in, rows[0], rows[1], *others, rows[2])
    assert (report.rows, report.added, report.repeated) == (603, 601, 2)
    assert stored(bring_in).question == "Version 2"


def test_cards_never_reach_the_disk(bring_in: BringingIn) -> None:
    said = {**QUESTION, "text": "My card is 4111 1111 1111 1111, charge it."}
    report = take(bring_in, a_row(messages=[said]), a_row("K-2", messages=[said], channel="pigeon"))
    assert (report.added, report.rejected) == (1, 1)
    assert "[card number removed]" in stored(bring_in).question
    for file in bring_in.folder.rglob("*"):
        if file.is_file() and file.name != "contacts.jsonl":
            assert b"4111 1111" not in file.read_bytes(), file


def test_bad_contacts_are_named_by_message(bring_in: BringingIn) -> None:
    bad = {
        "no-channel": a_row("a", channel=""),
        "role": a_row("b", messages=[QUESTION, {"role": "robot", "text": "x"}]),
        "time": a_row("c", messages=[{**QUESTION, "at": "yesterday"}]),
        "list": a_row("d", messages={"role": "customer"}),
        "nul": a_row("e", messages=[{**QUESTION, "text": "a\x00b"}]),
        "half": a_row("f", messages=[{**QUESTION, "text": "\ud83d"}]),
        "offer": a_row("g", offers=[{"accepted": True}]),
        "id": a_row(""),
        "text": a_row("h", messages=[{**QUESTION, "text": {"html": "x"}}]),
    }
    report = take(bring_in, *bad.values(), a_row("good"))
    assert (report.added, report.rejected) == (1, len(bad))
    found = bring_in.rejects(report)
    columns = [
        "channel",
        "messages",
        "messages",
        "messages",
        "messages",
        "messages",
        "offers",
        "id",
        "messages",
    ]
    assert [row["column"] for row in found] == columns
    assert "message 2" in found[1]["reason"]
    assert "'robot'" in found[1]["reason"]


def test_messages_of_any_length_and_language(bring_in: BringingIn) -> None:
    texts = [
        "",
        "x" * 100_000,
        "Où est ma commande ? 我的订单在哪里 🎁",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "  a \n",
    ]
    take(bring_in, a_row(messages=[{**QUESTION, "text": text} for text in texts]))
    assert [message.text for message in stored(bring_in).messages] == texts


def test_messages_without_time_take_the_one_before(bring_in: BringingIn) -> None:
    silent = {"role": "agent", "text": "Yes"}
    take(
        bring_in,
        a_row(messages=[QUESTION, silent]),
        a_row("K-2", messages=[silent], received_at="2026-01-01"),
    )
    assert stored(bring_in).messages[1].at == AT
    assert stored(bring_in, "K-2").messages[0].at == datetime(2026, 1, 1, tzinfo=UTC)
    assert take(bring_in, a_row(messages=[QUESTION, silent])).unchanged == 1
