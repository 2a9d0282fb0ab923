"""Users, learned versions, audit and health; the merchandisers' basket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from recommender.catalogue import Product
from recommender.offers import Recommendation
from tests.fakes.values import NOON, an_offer
from tests.pages.conftest import PASSWORD
from tests.pages.fake_service import FakeService


@pytest.fixture
def admin(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("admin")


def _learn(service: FakeService, times: int = 1) -> list[str]:
    """Write and promote some cross-sell versions; return their names."""
    versions: list[str] = []
    for number in range(times):
        writing = service.artefacts.write(
            "cross-sell",
            data_fingerprint=f"data-{number}",
            encoder="",
            dimension=0,
            metrics={"hide_half_cross_sell_recall_at_10": 0.25 + number / 100, "baskets": 1200.0},
            settings={},
            clock_now=NOON + timedelta(days=number),
        )
        with writing as made:
            (made / "part.txt").write_text(str(number))
        service.artefacts.promote("cross-sell", made.version, at=NOON + timedelta(days=number))
        versions.append(made.version)
    return versions


def test_a_new_user_may_sign_in_and_it_is_noted(admin: FlaskClient, app: Flask) -> None:
    data = {"username": "tom.ib", "display_name": "Tom", "role": "agent", "password": "twelve letters"}
    assert admin.post("/admin/users", data=data).status_code == 302
    signed = app.test_client().post("/signin", data={"username": "tom.ib", "password": "twelve letters"})
    assert signed.location == "/"
    assert "user added" in admin.get("/admin/audit").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "a b"}, "letters, digits"),
        ({"username": ""}, "letters, digits"),
        ({"role": "king"}, "Choose a role"),
        ({"password": "short"}, "at least 12"),
        ({"username": "agent"}, "already"),
    ],
)
def test_a_faulty_user_is_not_added(admin: FlaskClient, changes: dict[str, str], words: str) -> None:
    data = {"username": "tom", "display_name": "Tom", "role": "agent", "password": "twelve letters"}
    answer = admin.post("/admin/users", data=data | changes)
    assert answer.status_code == 422
    assert words in answer.text


def test_roles_change_at_once(admin: FlaskClient, agent: FlaskClient) -> None:
    admin.post("/admin/users/agent", data={"role": "analyst", "act": "role"})
    assert agent.get("/desk").status_code == 403
    assert agent.get("/insight").status_code == 200


def test_a_shut_out_user_is_out_and_let_in_again(admin: FlaskClient, agent: FlaskClient, app: Flask) -> None:
    admin.post("/admin/users/agent", data={"role": "agent", "act": "disable"})
    assert agent.get("/desk").status_code == 302
    data = {"username": "agent", "password": PASSWORD}
    assert app.test_client().post("/signin", data=data).status_code == 401
    admin.post("/admin/users/agent", data={"role": "agent", "act": "enable"})
    assert app.test_client().post("/signin", data=data).status_code == 302


def test_administrators_cannot_shut_themselves_out(admin: FlaskClient) -> None:
    answer = admin.post("/admin/users/admin", data={"role": "agent", "act": "role"}, follow_redirects=True)
    assert "another administrator" in answer.text
    assert admin.get("/admin/users").status_code == 200
    assert admin.post("/admin/users/nobody", data={"role": "agent", "act": "role"}).status_code == 404
    assert admin.post("/admin/users/agent", data={"role": "agent", "act": "sack"}).status_code == 400


def test_versions_are_shown_and_rolled_back(admin: FlaskClient, service: FakeService) -> None:
    first, second = _learn(service, 2)
    page = admin.get("/admin/versions").text
    assert f"In use: <code>{second}</code>" in page
    assert "recall at 10 0.26" in page
    answer = admin.post("/admin/versions/cross-sell/rollback", follow_redirects=True)
    assert f"cross-sell is back at version {first}" in answer.text
    assert service.artefacts.current_version("cross-sell") == first
    assert "artefact rolled back" in admin.get("/admin/audit").text
    again = admin.post("/admin/versions/cross-sell/rollback", follow_redirects=True)
    assert "Nothing was changed" in again.text
    assert admin.post("/admin/versions/unheard/rollback").status_code == 404


def test_damaged_version_is_named_with_its_reason(admin: FlaskClient, service: FakeService) -> None:
    (version,) = _learn(service)
    fresh = type(service.artefacts)(service.folder / "artefacts")
    (service.folder / "artefacts" / "cross-sell" / version / "part.txt").write_text("tampered")
    service.artefacts = fresh
    page = admin.get("/admin/versions").text
    assert "no version of it is good" in page
    assert f"cross-sell {version}" in page


def test_health_says_what_is_missing(admin: FlaskClient, service: FakeService) -> None:
    assert "Ready:" in admin.get("/admin/health").text
    service.lacking = ["nothing is learned yet: run 'wellput learn'"]
    assert "nothing is learned yet" in admin.get("/admin/health").text


def test_a_basket_is_tried_with_reasons_and_what_was_ruled_out(
    signed_in: Callable[[str], FlaskClient], service: FakeService
) -> None:
    client = signed_in("merchandiser")
    page = client.get("/merchandising?skus=KIT-0001").text
    assert "No cross-sell is learned yet" in page
    assert "No offers can be made yet" in page
    (version,) = _learn(service)
    with service.storage.writing() as unit:
        unit.intake.put_products([Product("KIT-0001", "Oak tray")])
    asked: list[tuple[str, ...]] = []

    def try_basket(skus: tuple[str, ...], *, n: int = 3) -> SimpleNamespace:
        asked.append(tuple(skus))
        out = SimpleNamespace(sku="KIT-7", title="Sold-out jug", reason="out of stock")
        return SimpleNamespace(recommendation=Recommendation((an_offer(),)), ruled_out=(out,))

    service.lookups.try_basket = try_basket
    page = client.get("/merchandising?skus=KIT-0001,+NOPE%0AKIT-0001").text
    assert asked == [("KIT-0001", "NOPE")]
    expected = (
        version, "Wellput, in use", "Half hidden: found in the first 10", "0.250", "1,200", "Oak tray",
        "not in the catalogue", "Tea cosy", "bought together in 41 of 300 orders", "Sold-out jug",
        "out of stock",
    )  # fmt: skip
    for words in expected:
        assert words in page
