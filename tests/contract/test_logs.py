"""Logs hold ids and times; nothing a customer or an agent wrote."""

from __future__ import annotations

import json
from io import StringIO

import pytest

from api.logs import configure_logs
from tests.contract.conftest import Rest


def test_a_request_leaves_a_line_without_anything_personal(
    rest: Rest, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs()
    rest.post(
        "/assists", {"channel": "email", "message": "I am Gertrude Frobisher, gf@example.com, 07700 900123"}
    )
    rest.get("/contacts/gertrude@example.com")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert {"/api/v1/assists", "/api/v1/contacts/<id:contact_id>"} <= {line["route"] for line in lines}
    for line in lines:
        assert set(line) <= {
            "event",
            "level",
            "timestamp",
            "request_id",
            "method",
            "route",
            "status",
            "took_ms",
        }
    assert "robisher" not in json.dumps(lines).lower()
    assert "gertrude" not in json.dumps(lines).lower()


def test_a_fault_is_logged_by_its_kind_and_place_only(
    rest: Rest, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_logs()

    def explode(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("Gertrude Frobisher's secret")

    monkeypatch.setattr(rest.client.application.extensions["wellput"].storage, "reading", explode)
    answer = rest.client.get("/readyz")
    assert answer.status_code == 500
    printed = capsys.readouterr()
    assert "Frobisher" not in printed.err + printed.out + answer.get_data(as_text=True)
    assert '"error_type": "RuntimeError"' in printed.err


def test_an_answer_does_not_fail_for_want_of_a_log(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    configure_logs()
    closed = StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    made = rest.post("/contacts", {"channel": "email", "messages": [{"text": "Hello?"}]})
    assert made.status_code == 201
