"""Pages over a small service, and clients signed in with each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.web.site import register_web
from recommender.customers import Customer
from replies.contacts import Channel
from tests.fakes.values import a_contact, a_message
from tests.pages.fake_accounts import FakeAccounts
from tests.pages.fake_service import FakeService
from tests.pages.fake_voice import VoicedService

PASSWORD = "correct horse battery"
ROLES = ("agent", "merchandiser", "analyst", "supervisor", "admin")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VoicedService]:
    """A shop with one customer and one contact that waits."""
    accounts = FakeAccounts()
    for role in ROLES:
        accounts.add_user(role, role.capitalize(), role, PASSWORD)
    service = VoicedService(accounts, tmp_path)
    with service.storage.writing() as unit:
        unit.intake.put_customers(
            [Customer("C-1", "Olive Hall", "hall@example.org", "01904 555 0100", "YO1 8AS")]
        )
    service.contacts.receive(a_contact("K-1", messages=(a_message("Where is my order LR-1?"),)), "import")
    service.contacts.receive(
        replace(a_contact("K-2", channel=Channel.CHAT, customer_id=None), messages=(a_message("Hello?"),)),
        "import",
    )
    yield service
    if "books" in vars(service):
        service.books.close()


@pytest.fixture
def app(service: FakeService) -> Flask:
    app = Flask("wellput", static_folder=None)
    app.secret_key = "for tests"
    app.extensions["wellput"] = service
    register_web(app)
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
    return app


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a client that is signed in with a role."""

    def sign_in(role: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/signin", data={"username": role, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client

    return sign_in


@pytest.fixture
def agent(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("agent")
