"""Who may open what: a kept list of every route with its roles, and the door proved on each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from api.web.access import OPEN_ENDPOINTS, may_do
from tests.pages.conftest import PASSWORD, ROLES
from tests.pages.fake_service import FakeService

DESK = "admin agent supervisor"
ADMIN = "admin"
ALL = "admin agent analyst merchandiser supervisor"
KEPT = {
    "/": ALL,
    "/account": ALL,
    "/admin": ADMIN,
    "/admin/audit": ADMIN,
    "/admin/health": ADMIN,
    "/admin/suggestions": ADMIN,
    "/admin/suggestions/costs": ADMIN,
    "/admin/suggestions/proposals": ADMIN,
    "/admin/suggestions/proposals/<id:proposal_id>": ADMIN,
    "/admin/suggestions/replies/<id:reply_id>": ADMIN,
    "/admin/users": ADMIN,
    "/admin/users/<id:username>": ADMIN,
    "/admin/versions": ADMIN,
    "/admin/versions/<id:name>/rollback": ADMIN,
    "/assets/<path:filename>": "open",
    "/desk": DESK,
    "/desk/contacts/<id:contact_id>": DESK,
    "/desk/contacts/<id:contact_id>/check": DESK,
    "/desk/contacts/<id:contact_id>/close": DESK,
    "/desk/contacts/<id:contact_id>/facts/<kind>": DESK,
    "/desk/contacts/<id:contact_id>/messages": DESK,
    "/desk/contacts/<id:contact_id>/news": DESK,
    "/desk/contacts/<id:contact_id>/offers/<id:offer_id>/decline": DESK,
    "/desk/contacts/<id:contact_id>/offers/<id:offer_id>/text": DESK,
    "/desk/contacts/<id:contact_id>/refresh": DESK,
    "/desk/contacts/<id:contact_id>/send": DESK,
    "/desk/contacts/<id:contact_id>/suggestions/<id:suggestion_id>/dismiss": DESK,
    "/desk/contacts/<id:contact_id>/suggestions/<id:suggestion_id>/inserted": DESK,
    "/desk/messages/<id:message_id>/retry": DESK,
    "/desk/messages/<id:message_id>/settle": DESK,
    "/desk/checkout/<id:walk_id>": DESK,
    "/desk/contacts/<id:contact_id>/checkout": DESK,
    "/desk/contacts/<id:contact_id>/departures": DESK,
    "/desk/contacts/<id:contact_id>/set-aside": DESK,
    "/desk/departures": "admin supervisor",
    "/desk/departures/<id:asked_id>": "admin supervisor",
    "/desk/contacts/<id:contact_id>/letter": DESK,
    "/desk/messages/<id:message_id>/letter": DESK,
    "/desk/new": DESK,
    "/desk/search": DESK,
    "/insight": "admin analyst merchandiser supervisor",
    "/insight/evaluation": "admin analyst merchandiser supervisor",
    "/insight/facts": "admin analyst merchandiser supervisor",
    "/insight/gaps": "admin analyst merchandiser supervisor",
    "/macros": "admin supervisor",
    "/macros/bring-back": "admin supervisor",
    "/macros/edit": "admin supervisor",
    "/macros/history": "admin supervisor",
    "/macros/new": "admin supervisor",
    "/macros/preview": "admin supervisor",
    "/macros/save": "admin supervisor",
    "/merchandising": "admin merchandiser supervisor",
    "/signin": "open",
    "/signout": "open",
    "/voice": "admin supervisor",
    "/voice/drafts": "admin supervisor",
    "/voice/drafts/drop": "admin supervisor",
    "/voice/drafts/force": ADMIN,
    "/voice/edit": "admin supervisor",
    "/voice/edit/try": "admin supervisor",
    "/voice/findings": "admin supervisor",
    "/voice/history": "admin supervisor",
    "/voice/rehearse": "admin supervisor",
    "/voice/rollback": ADMIN,
    "/voice/rule": "admin supervisor",
    "/voice/starter": "admin supervisor",
    "/voice/starter/accept": ADMIN,
    "/voice/starter/again": ADMIN,
    "/voice/starter/dismiss": ADMIN,
    "/voice/try": "admin supervisor",
    "/voice/version": "admin supervisor",
}


def test_no_route_vanishes_or_opens_unnoticed(app: Flask) -> None:
    found = {
        rule.rule: "open"
        if rule.endpoint in OPEN_ENDPOINTS
        else " ".join(role for role in sorted(ROLES) if may_do(role, rule.endpoint))
        for rule in app.url_map.iter_rules()
    }
    assert found == KEPT


@pytest.mark.parametrize("rule", [rule for rule, roles in KEPT.items() if roles != "open"])
def test_nothing_works_without_sign_in(app: Flask, rule: str) -> None:
    path = rule.replace("<id:contact_id>", "K-1").replace("<", "").replace(">", "").replace("path:", "")
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = app.test_client().open(path, method=method)
        assert answer.status_code == 302
        assert answer.location.startswith("/signin")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_and_nothing_else(
    app: Flask, signed_in: Callable[[str], FlaskClient], role: str
) -> None:
    client = signed_in(role)
    for rule, roles in KEPT.items():
        if roles == "open":
            continue
        path = rule.replace("<id:contact_id>", "K-1").replace("<", "").replace(">", "").replace("path:", "")
        for method in ("GET", "POST"):
            status = client.open(path, method=method).status_code
            if role in roles.split():
                assert status != 403, (role, method, path)
            elif status != 405:
                assert status == 403, (role, method, path)


def test_a_forgotten_blueprint_is_shut(service: FakeService, app: Flask) -> None:
    late = Blueprint("late", __name__)
    late.add_url_rule("/late", view_func=lambda: "secret")
    app.register_blueprint(late)
    client = app.test_client()
    client.post("/signin", data={"username": "admin", "password": PASSWORD})
    assert client.get("/late").status_code == 403


def test_front_page_leads_to_the_roles_screen(signed_in: Callable[[str], FlaskClient]) -> None:
    lead = {role: signed_in(role).get("/").location for role in ROLES}
    assert lead == {
        "agent": "/desk",
        "merchandiser": "/merchandising",
        "analyst": "/insight",
        "supervisor": "/desk",
        "admin": "/desk",
    }


def test_an_htmx_call_without_sign_in_leads_the_whole_page_there(app: Flask) -> None:
    answer = app.test_client().get("/desk/contacts/K-1/news?seen=1", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/signin"
