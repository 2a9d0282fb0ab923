"""Every page is whole: title, one heading, labels, forms that lead somewhere, scripts with a nonce."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from recommender.uptake import OfferRecord
from tests.fakes.values import NOON
from tests.pages.fake_service import FakeService
from tests.pages.page_audit import faults_of

PAGES = (
    ("admin", "/desk"),
    ("admin", "/desk?show=waiting&channel=chat"),
    ("admin", "/desk/contacts/K-1"),
    ("admin", "/desk/contacts/K-2"),
    ("admin", "/desk/new"),
    ("admin", "/desk/departures"),
    ("admin", "/desk/search"),
    ("admin", "/merchandising"),
    ("admin", "/merchandising?skus=KIT-0412,NOPE"),
    ("admin", "/insight"),
    ("admin", "/insight?days=7"),
    ("admin", "/insight/evaluation"),
    ("admin", "/insight/facts?days=30"),
    ("admin", "/insight/gaps"),
    ("admin", "/admin/suggestions"),
    ("admin", "/macros"),
    ("admin", "/macros?q=nothing"),
    ("admin", "/macros/new"),
    ("admin", "/admin/users"),
    ("admin", "/admin/versions"),
    ("admin", "/admin/audit"),
    ("admin", "/admin/audit?subject=K-1"),
    ("admin", "/admin/health"),
    ("admin", "/account"),
    ("admin", "/nowhere"),
    ("analyst", "/desk"),
)


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_page_is_whole(app: Flask, signed_in: Callable[[str], FlaskClient], role: str, path: str) -> None:
    answer = signed_in(role).get(path)
    assert answer.status_code == {"/nowhere": 404}.get(path, 403 if role == "analyst" else 200)
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []


def test_sign_in_page_is_whole(app: Flask) -> None:
    answer = app.test_client().get("/signin")
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []


def test_answered_contact_is_whole(app: Flask, agent: FlaskClient) -> None:
    agent.post("/desk/contacts/K-1/send", data={"text": "Dear you", "seen_version": "1", "key": "k"})
    answer = agent.get("/desk/contacts/K-1")
    assert "What went out" in answer.text
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []


def test_measured_funnel_is_whole(
    app: Flask, signed_in: Callable[[str], FlaskClient], service: FakeService
) -> None:
    service.offer_records = [
        OfferRecord(f"O-{number}", f"K-{number}", "C-1", "KIT-0412", NOON, NOON, NOON if number < 3 else None)
        for number in range(9)
    ]
    service.clock.forward(days=60)
    answer = signed_in("analyst").get("/insight")
    assert "33.3 %" in answer.text
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []


def test_no_answer_comes_without_its_guards(agent: FlaskClient, app: Flask) -> None:
    for path in ("/desk", "/signin", "/assets/css/base.css", "/nowhere"):
        with agent.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "*" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    assert agent.get("/desk").headers["Cache-Control"] == "no-store"
    assert (
        agent.get("/desk").headers["Content-Security-Policy"]
        != agent.get("/desk").headers["Content-Security-Policy"]
    )


def test_cookie_is_secure_over_https_only(app: Flask) -> None:
    for scheme, secure in (("http", False), ("https", True)):
        answer = app.test_client().get("/signin", base_url=f"{scheme}://localhost")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure
        assert ("Strict-Transport-Security" in answer.headers) is secure


def test_a_fault_of_ours_is_told_in_words_and_shows_no_inside(
    app: Flask, agent: FlaskClient, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise RuntimeError("olive@example.org is in here")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(service, "in_doubt", fails)
    answer = agent.get("/desk")
    assert answer.status_code == 500
    assert "wrong on our side" in answer.text
    assert "olive" not in answer.text
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []
