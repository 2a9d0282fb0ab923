"""The macro editor: faults are told in words and never saved; a macro is tried on a real contact."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from recommender.customers import OrderLine
from replies.articles import CannedReply
from tests.fakes.values import NOON
from tests.pages.fake_service import FakeService
from tests.pages.page_audit import faults_of

TYPED = {
    "id": "order_stands",
    "title": "Where the order stands",
    "text": "Your order {{ order.id }} of {{ order.date }} is {{ order.status }}.",
    "channels": ["email"],
    "review_by": "2030-01-01",
    "approved": "yes",
    "examples": "name: last week\ncustomer.first_name = Olive\norder.id = LR-1\n"
    "order.date = 2026-11-03\norder.status = packed\n"
    "says: 3 November",
}


@pytest.fixture
def supervisor(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("supervisor")


def test_a_proved_macro_is_saved_and_stands_in_the_audit(
    app: Flask, supervisor: FlaskClient, service: FakeService
) -> None:
    answer = supervisor.post("/macros/save", data=TYPED, follow_redirects=True)
    assert "is saved and in use" in answer.text
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []
    found = service.macros.one("order_stands")
    assert found is not None
    reply, examples = found
    assert reply.approved_by == "Supervisor" and reply.channels == ("email",)
    assert examples[0].must_say == ("3 November",)
    with service.storage.reading() as unit:
        assert unit.audit.recent(subject="order_stands")[0].act == "macro saved"
    listed = supervisor.get("/macros?q=stands").text
    assert "Where the order stands" in listed and "In use" in listed
    assert "says: 3 November" in supervisor.get("/macros/edit?id=order_stands").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "{{ 'a' * 50000000 }}"}, "Mul is not among them"),
        ({"text": "{{ order.__class__.__mro__ }}"}, "there is no placeholder"),
        ({"text": "{% for i in order.items %}{{ i }}{% endfor %}"}, "For is not among them"),
        ({"text": "{{ order.idd }}"}, "do you mean {{ order.id }}?"),
        ({"examples": ""}, "it needs an example that gives order.date, order.id, order.status"),
        (
            {"examples": "name: x\norder.id = LR-1\norder.date = 2026-11-03"},
            "{{ order.status }} is left open",
        ),
        ({"examples": TYPED["examples"] + "\nsays: by Friday"}, "“by Friday” is not said"),
        ({"examples": "name: x\norder.date = soon"}, "soon"),
        ({"examples": "what is this"}, "is neither"),
        ({"text": "It is cheap.", "examples": ""}, "on email: Do not call our goods cheap"),
        ({"id": "../etc"}, "An id is letters"),
        ({"text": ""}, "nothing to say"),
        ({"review_by": "never"}, "is no date"),
    ],
)
def test_a_macro_with_a_fault_is_refused_in_words(
    app: Flask, supervisor: FlaskClient, service: FakeService, change: dict[str, str], said: str
) -> None:
    answer = supervisor.post("/macros/save", data=TYPED | change)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'").replace("&#34;", '"')
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []
    assert service.macros.all() == []


def test_it_is_tried_on_a_real_contact_and_a_gap_is_seen(
    supervisor: FlaskClient, service: FakeService
) -> None:
    with service.storage.writing() as unit:
        unit.intake.add_order_lines([OrderLine("LR-1", "A", 0, 1, NOON, "C-1", status="")])
    answer = supervisor.post("/macros/preview", data=TYPED | {"contact_id": "K-1"})
    assert "In contact K-1" in answer.text and "Dear Olive," in answer.text
    assert "Left open, and so not to be sent: {{ order.status }}" in answer.text
    assert service.macros.all() == []
    missing = supervisor.post("/macros/preview", data=TYPED | {"contact_id": "K-99"})
    assert "There is no contact K-99." in missing.text


@pytest.mark.parametrize("role", ["agent", "merchandiser", "analyst"])
def test_only_owners_of_macros_come_in(signed_in: Callable[[str], FlaskClient], role: str) -> None:
    client = signed_in(role)
    assert client.get("/macros").status_code == 403
    assert client.post("/macros/save", data=TYPED).status_code == 403


def test_versions_say_who_when_and_what_and_come_back(supervisor: FlaskClient, service: FakeService) -> None:
    with service.storage.writing() as unit:
        unit.intake.put_canned_replies(
            [CannedReply("status", "Your order is on its way.", channels=("email",), approved_by="Ruth")]
        )
    supervisor.post("/macros/save", data=TYPED | {"id": "status"})
    supervisor.post("/macros/save", data=TYPED | {"id": "status", "title": "Another title"})
    page = supervisor.get("/macros/history?id=status").text
    assert "As imported by import" in page and "Saved by supervisor" in page
    assert "<ins>Another " in page and page.index("Version 3") < page.index("Version 1")
    back = supervisor.post(
        "/macros/bring-back", data={"id": "status", "number": "2"}, follow_redirects=True
    ).text
    assert "Version 2 is in its place again" in back and "Brought back from version 2" in back
    reply, examples = service.macros.one("status") or (None, ())
    assert reply is not None and reply.title != "Another title" and examples
    assert supervisor.post("/macros/bring-back", data={"id": "status", "number": "9"}).status_code == 404
    assert supervisor.post("/macros/bring-back", data={"id": "status", "number": "x"}).status_code == 400
    assert supervisor.get("/macros/history?id=nothing").status_code == 404


def test_a_version_that_would_not_be_saved_today_does_not_come_back(
    supervisor: FlaskClient, service: FakeService
) -> None:
    with service.storage.writing() as unit:
        unit.intake.put_canned_replies(
            [CannedReply("status", "It is cheap.", channels=("email",), approved_by="Ruth")]
        )
    supervisor.post("/macros/save", data=TYPED | {"id": "status"})
    told = supervisor.post(
        "/macros/bring-back", data={"id": "status", "number": "1"}, follow_redirects=True
    ).text
    assert "Not brought back" in told and "cheap" in told
