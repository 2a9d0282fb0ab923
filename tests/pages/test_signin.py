"""Signing in, idling out, signing out."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.conftest import PASSWORD
from tests.pages.fake_accounts import FakeAccounts
from tests.pages.fake_service import FakeService


def _sign_in(client: FlaskClient, username: str = "agent", password: str = PASSWORD, **data: str) -> object:
    return client.post("/signin", data={"username": username, "password": password, **data})


def test_unknown_user_and_wrong_password_get_the_same_answer(app: Flask) -> None:
    wrong = app.test_client().post("/signin", data={"username": "agent", "password": "no"})
    unknown = app.test_client().post("/signin", data={"username": "agenx", "password": "no"})
    assert wrong.status_code == unknown.status_code == 401
    nonce_free = [
        "\n".join(line for line in answer.text.replace("agenx", "agent").splitlines() if "csrf" not in line)
        for answer in (wrong, unknown)
    ]
    assert nonce_free[0] == nonce_free[1]


def test_too_many_tries_say_how_long_to_wait(app: Flask) -> None:
    client = app.test_client()
    for _ in range(5):
        client.post("/signin", data={"username": "agent", "password": "no"})
    answer = client.post("/signin", data={"username": "agent", "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "300"
    assert "Wait 5 minutes" in answer.text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "javascript:alert(1)",
        "/signout",
        "",
    ],
)
def test_sign_in_never_leads_to_another_site(app: Flask, elsewhere: str) -> None:
    answer = app.test_client().post(
        "/signin", data={"username": "agent", "password": PASSWORD, "next": elsewhere}
    )
    assert answer.location == "/"


def test_sign_in_leads_back_to_the_page_that_was_wanted(app: Flask) -> None:
    client = app.test_client()
    asked = client.get("/desk/contacts/K-1?x=1").location
    assert asked == "/signin?next=/desk/contacts/K-1?x%3D1"
    answer = client.post(asked, data={"username": "agent", "password": PASSWORD})
    assert answer.location == "/desk/contacts/K-1?x=1"


def test_session_is_new_at_sign_in(app: Flask) -> None:
    client = app.test_client()
    client.get("/signin")
    with client.session_transaction() as before:
        before["planted"] = "by someone else"
        token = before["csrf_token"]
    _sign_in(client)
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != token


def test_idle_session_ends_and_polling_does_not_keep_it(app: Flask, service: FakeService) -> None:
    client = app.test_client()
    _sign_in(client)
    service.clock.forward(minutes=50)
    assert client.get("/desk").status_code == 200
    service.clock.forward(minutes=50)
    assert client.get("/desk/contacts/K-1/news?seen=1").status_code == 204
    service.clock.forward(minutes=11)
    assert client.get("/desk").status_code == 302


def test_session_ends_after_a_working_day_however_busy(app: Flask, service: FakeService) -> None:
    client = app.test_client()
    _sign_in(client)
    for _ in range(14):
        assert client.get("/account").status_code == 200
        service.clock.forward(minutes=51)
    service.clock.forward(minutes=7)
    assert client.get("/account").status_code == 302


def test_signing_out_ends_a_stolen_copy_of_the_cookie_too(app: Flask) -> None:
    client, thief = app.test_client(), app.test_client()
    _sign_in(client)
    stolen = client.get_cookie("wellput_session")
    assert stolen is not None
    thief.set_cookie("wellput_session", stolen.value)
    assert thief.get("/desk").status_code == 200
    assert client.post("/signout").location == "/signin"
    assert client.get("/desk").status_code == 302
    assert thief.get("/desk").status_code == 302


def test_disabled_user_is_out_at_once(app: Flask, service: FakeService) -> None:
    client = app.test_client()
    _sign_in(client)
    assert isinstance(service.accounts, FakeAccounts)
    service.accounts.set_disabled("agent", True)
    assert client.get("/desk").status_code == 302


def test_changed_password_ends_other_sessions_and_keeps_this_one(app: Flask) -> None:
    here, elsewhere = app.test_client(), app.test_client()
    for client in (here, elsewhere):
        _sign_in(client)
    new = "a much longer password"
    data = {"password": PASSWORD, "new_password": new, "repeated": new}
    assert here.post("/account", data=data).status_code == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert app.test_client().post("/signin", data={"username": "agent", "password": new}).status_code == 302


@pytest.mark.parametrize(
    ("present", "new", "repeated", "words"),
    [
        ("wrong", "a much longer password", "a much longer password", "present password is not right"),
        (PASSWORD, "short", "short", "at least 12"),
        (PASSWORD, "a much longer password", "another long password", "differ"),
    ],
)
def test_password_is_not_changed_on_a_fault(
    agent: FlaskClient, present: str, new: str, repeated: str, words: str
) -> None:
    answer = agent.post("/account", data={"password": present, "new_password": new, "repeated": repeated})
    assert answer.status_code == 422
    assert words in answer.text


def test_forms_need_their_token(app: Flask, agent: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = agent.post("/desk/contacts/K-1/send", data={"text": "Dear you", "seen_version": "1", "key": "k"})
    assert answer.status_code == 400
    assert "out of date" in answer.text
    assert (
        app.test_client().post("/signin", data={"username": "agent", "password": PASSWORD}).status_code == 400
    )
