"""Who gets in where, on the real application: sessions, form tokens, roles, limits, two doors apart."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask

from api.app import create_app
from api.settings import Settings
from api.storage.accounts import ROLES
from api.web.access import OPEN_ENDPOINTS, SCREENS
from api.wiring import Wellput, open_wellput
from tests.contract.conftest import Rest
from tests.contract.visitor import Visitor

PASSWORD = "a password for tests"
OWN_DOORS = ("rest_v1.", "health.", "openapi.")


@pytest.fixture(scope="module")
def wellput(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wellput]:
    """An empty shop with one person in each role: who gets in does not depend on what is sold."""
    with open_wellput(Settings(home=tmp_path_factory.mktemp("doors") / "home")) as opened:
        for role in ROLES:
            opened.people.add_user(role, role.capitalize(), role, PASSWORD, actor="tests")
        yield opened


@pytest.fixture(scope="module")
def app(wellput: Wellput) -> APIFlask:
    return create_app(wellput)


@pytest.fixture(scope="module")
def signed_in(app: APIFlask) -> Callable[[str], Visitor]:
    """Return the one visitor of a role, signed in once."""
    visitors: dict[str, Visitor] = {}

    def visitor(role: str) -> Visitor:
        if role not in visitors:
            visitors[role] = Visitor(app)
            assert visitors[role].sign_in(role, PASSWORD).status_code == 302
        return visitors[role]

    return visitor


def web_routes(app: APIFlask) -> list[tuple[str, str, str]]:
    """Every (method, path, blueprint) of the screens, places filled with something."""
    found: list[tuple[str, str, str]] = []
    for rule in app.url_map.iter_rules():
        if (
            rule.endpoint in OPEN_ENDPOINTS
            or rule.endpoint.startswith(OWN_DOORS)
            or rule.endpoint == "openapi"
        ):
            continue
        if "." not in rule.endpoint:
            continue
        path = rule.rule.replace("path:", "").replace("<", "").replace(">", "")
        methods = sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
        found += [(method, path, rule.endpoint.partition(".")[0]) for method in methods]
    return found


# --- roles


FOR_FEWER = {("GET", "/desk/departures")}
"""Pages that fewer may open than their screen; other tests hold who (tests/pages/test_departures.py)."""


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_own_screens_by_get_and_by_post_and_no_other(
    app: APIFlask, signed_in: Callable[[str], Visitor], role: str
) -> None:
    visitor = signed_in(role)
    token = visitor.token()
    routes = web_routes(app)
    assert len(routes) > 25
    for method, path, blueprint in routes:
        if method == "POST" and role in SCREENS[blueprint]:
            continue  # what it then does is other tests' matter
        answer = visitor.get(path) if method == "GET" else visitor.post(path, token=token)
        if role in SCREENS[blueprint] and (method, path) not in FOR_FEWER:
            assert answer.status_code != 403, (method, path)
        elif role not in SCREENS[blueprint]:
            assert answer.status_code == 403, (method, path)


def test_nobody_makes_themselves_an_admin(signed_in: Callable[[str], Visitor], wellput: Wellput) -> None:
    for role in ("agent", "merchandiser", "analyst", "supervisor"):
        visitor = signed_in(role)
        for path, fields in (
            (f"/admin/users/{role}", {"role": "admin", "act": "role"}),
            (
                "/admin/users",
                {"username": "mole", "display_name": "M", "role": "admin", "password": PASSWORD},
            ),
            ("/account", {"role": "admin", "username": "admin", "password": "x"}),
        ):
            visitor.post(path, **fields)
        user = wellput.accounts.user(role)
        assert user is not None
        assert user.role == role
    assert wellput.accounts.user("mole") is None


def test_without_sign_in_every_screen_leads_to_the_form(app: APIFlask) -> None:
    visitor = Visitor(app)
    token = visitor.token()
    for method, path, _ in web_routes(app):
        answer = visitor.get(path) if method == "GET" else visitor.post(path, token=token)
        assert answer.status_code == 302, (method, path)
        assert answer.location.startswith("/signin"), (method, path)


# --- form tokens


def test_a_form_without_its_token_or_with_anothers_does_nothing(
    app: APIFlask, signed_in: Callable[[str], Visitor], wellput: Wellput
) -> None:
    agent, admin = signed_in("agent"), signed_in("admin")
    user = {"username": "forged", "display_name": "F", "role": "admin", "password": PASSWORD}
    for token in ("", "x", agent.token(), Visitor(app).token(), admin.token()[:-1] + "!"):
        answer = admin.post("/admin/users", token=token, **user)
        assert answer.status_code == 400, token
    assert wellput.accounts.user("forged") is None
    assert (
        admin.post("/admin/users/analyst", token=agent.token(), role="agent", act="role").status_code == 400
    )
    assert Visitor(app).post("/signin", token="x", username="agent", password=PASSWORD).status_code == 400


def test_a_get_changes_nothing(app: APIFlask, signed_in: Callable[[str], Visitor], wellput: Wellput) -> None:
    admin = signed_in("admin")
    admin.get("/desk")
    with wellput.storage.reading() as unit:
        before = unit.audit.recent(limit=1000)
    for method, path, _ in web_routes(app):
        if method == "GET":
            admin.get(path)
    admin.get("/signout")
    admin.get("/admin/users", query_string={"username": "x", "role": "admin", "password": PASSWORD})
    with wellput.storage.reading() as unit:
        assert unit.audit.recent(limit=1000) == before
    assert admin.get("/desk").status_code == 200


# --- sessions


def cookie_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("wellput_session")
    assert cookie is not None
    return cookie.value


def test_a_planted_session_is_not_the_one_that_gets_signed_in(app: APIFlask) -> None:
    victim, attacker = Visitor(app), Visitor(app)
    known_token = attacker.token()
    planted = cookie_of(attacker)
    victim.client.set_cookie("wellput_session", planted)
    victim.sign_in("agent", PASSWORD)
    assert cookie_of(victim) != planted
    assert victim.post("/signout", token=known_token).status_code == 400, "the planted token counts no more"
    assert attacker.get("/desk").status_code == 302


@pytest.mark.parametrize("forge", ["", "x", "{}", "eyJ1c2VybmFtZSI6ImFkbWluIn0.x.y", "A" * 3000])
def test_a_forged_cookie_opens_nothing(app: APIFlask, forge: str) -> None:
    visitor = Visitor(app)
    visitor.client.set_cookie("wellput_session", forge)
    assert visitor.get("/desk").status_code == 302


def test_a_cookie_signed_by_another_shop_opens_nothing(app: APIFlask, tmp_path: Path) -> None:
    with open_wellput(Settings(home=tmp_path / "other")) as other:
        other.people.add_user("admin", "A", "admin", PASSWORD, actor="tests")
        foreign = Visitor(create_app(other))
        foreign.sign_in("admin", PASSWORD)
    visitor = Visitor(app)
    visitor.client.set_cookie("wellput_session", cookie_of(foreign))
    assert visitor.get("/admin/users").status_code == 302


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: APIFlask) -> None:
    visitor = Visitor(app)
    plain = visitor.sign_in("agent", PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Domain=" not in plain
    safe = app.test_client().get("/signin", base_url="https://desk.example")
    assert "Secure" in safe.headers["Set-Cookie"]
    assert "max-age" in safe.headers["Strict-Transport-Security"]


def test_who_is_shut_out_or_loses_a_role_feels_it_at_once(app: APIFlask, wellput: Wellput) -> None:
    wellput.people.add_user("leaver", "L", "admin", PASSWORD, actor="tests")
    visitor = Visitor(app)
    visitor.sign_in("leaver", PASSWORD)
    assert visitor.get("/admin/users").status_code == 200
    wellput.people.set_role("leaver", "analyst", actor="tests")
    assert visitor.get("/admin/users").status_code == 403
    wellput.people.set_disabled("leaver", True, actor="tests")
    assert visitor.get("/insight").status_code == 302
    assert visitor.sign_in("leaver", PASSWORD).status_code == 401


# --- signing in


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "http:///evil.example",
        "/%09/evil.example",
        "/signout",
        "/\x00/evil",
        "//evil.example/%2f..",
        "//[",
        "http://[::1",
        "/desk\r\nSet-Cookie: a=b",
    ],
)
def test_sign_in_never_leads_to_another_site(app: APIFlask, elsewhere: str) -> None:
    answer = Visitor(app, "127.0.0.9").sign_in("analyst", PASSWORD, next=elsewhere)
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    cleaned = "".join(sign for sign in location if sign not in "\t\r\n")  # as browsers read addresses
    assert not cleaned.startswith(("//", "/\\"))
    assert "a=b" not in answer.headers.get("Set-Cookie", "")


def test_guessing_is_slowed_and_costs_nobody_else_their_way_in(app: APIFlask, wellput: Wellput) -> None:
    wellput.people.add_user("target", "T", "agent", PASSWORD, actor="tests")
    thief = Visitor(app, "203.0.113.7")
    statuses = [thief.sign_in("target", f"guess number {n}").status_code for n in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    assert thief.sign_in("target", PASSWORD).status_code == 429
    assert thief.sign_in("TARGET ", PASSWORD).status_code == 429, "another spelling is the same account"
    assert Visitor(app, "203.0.113.8").sign_in("target", PASSWORD).status_code == 302


def test_the_limit_does_not_believe_what_the_caller_says_of_its_address(
    app: APIFlask, wellput: Wellput
) -> None:
    wellput.people.add_user("target2", "T", "agent", PASSWORD, actor="tests")
    thief = Visitor(app, "203.0.113.9")
    for n in range(6):
        thief.client.environ_base.update(
            {"HTTP_X_FORWARDED_FOR": f"198.51.100.{n}", "HTTP_X_REAL_IP": f"{n}"}
        )
        last = thief.sign_in("target2", "wrong again")
    assert last.status_code == 429


def test_the_answer_and_its_time_do_not_tell_who_exists(wellput: Wellput) -> None:
    def took(username: str) -> float:
        began = time.perf_counter()
        assert not wellput.accounts.verify(username, "not the password")
        return time.perf_counter() - began

    took("nobody at all")
    known = statistics.median(took("agent") for _ in range(5))
    unknown = statistics.median(took("nobody at all") for _ in range(5))
    assert 0.4 < known / unknown < 2.5


# --- two doors apart


def test_a_session_does_not_open_rest_and_a_token_does_not_open_the_desk(
    app: APIFlask, signed_in: Callable[[str], Visitor], rest: Rest
) -> None:
    admin = signed_in("admin")
    for path in ("/api/v1/contacts", "/api/v1/reports/uptake"):
        assert admin.get(path).status_code == 401
    made = admin.client.post("/api/v1/contacts", json={"channel": "chat"})
    assert made.status_code == 401
    for path in ("/desk", "/admin/users", "/insight"):
        assert app.test_client().get(path, headers=rest.headers).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../site.py",
        "/assets/..%2fsite.py",
        "/assets/%2e%2e/site.py",
        "/assets/..%5csite.py",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/....//site.py",
        "/assets/",
        "/assets/%00",
        "/static/../wellput.db",
        "/secret.key",
    ],
)
def test_nothing_but_assets_is_served_as_a_file(
    signed_in: Callable[[str], Visitor], app: APIFlask, path: str
) -> None:
    for visitor in (Visitor(app), signed_in("admin")):
        answer = visitor.get(path)
        assert answer.status_code in (302, 308, 404), answer.text[:200]
        assert "root:" not in answer.text
        assert "register_web" not in answer.text


def test_the_health_pages_take_nothing_in_and_tell_nothing_of_people(app: APIFlask) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        answer = app.test_client().get(path)
        assert "Analyst" not in answer.text
        assert app.test_client().post(path).status_code in (302, 405)


def test_the_key_of_sessions_is_whole_and_its_owners_alone(wellput: Wellput, tmp_path: Path) -> None:
    from api.secret_key import secret_key

    assert wellput.home.secret_key_file.stat().st_mode & 0o077 == 0
    assert wellput.home.root.stat().st_mode & 0o077 == 0
    assert len(wellput.secret_key) == 32
    for damaged in ("", "00", "no key at all"):
        file = tmp_path / "secret.key"
        file.write_text(damaged, encoding="ascii")
        with pytest.raises(ValueError, match="remove it"):
            secret_key(file)
