"""The sample shop, made ready: loaded, learned, people who may sign in, one contact assisted."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from api.sample_shop.orders import write_orders
from api.settings import Home, Settings
from api.wiring import Wellput, open_wellput
from replies.contacts import Contact, ContactStatus
from replies.proposals import Assist
from replies.working_time import local_day

_SAMPLE = Path(__file__).parent / "sample_shop"
_MARK = "demo.txt"
_FILES = (
    ("catalogue", "catalogue.csv"),
    ("customers", "customers.csv"),
    ("stores", "stores.csv"),
    ("store_stock", "store_stock.csv"),
    ("articles", "articles"),
    ("replies", "replies.jsonl"),
    ("contacts", "contacts.jsonl"),
    ("contacts", "queries.jsonl"),
    ("orders", "orders_after_contacts.csv"),
)
_ACTOR = "demo"


class DemoRefused(Exception):
    """The home holds something that is not the sample shop; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The sample shop, ready to be served, with one contact and what was proposed for it."""

    contact: Contact
    assist: Assist
    usernames: tuple[str, ...]
    password: str


def prepare(settings: Settings, *, tell: Callable[[str], None]) -> Ready:
    """Make the sample shop in the home; again, it only takes in what is new and sets a new password.

    Raises DemoRefused when the home holds another shop.
    """
    home = Home(settings.home)
    if home.exists and any(home.root.iterdir()) and not (home.root / _MARK).is_file():
        raise DemoRefused(f"{home.root} holds a shop already; the demo wants a home of its own: --home DIR.")
    home.make()
    (home.root / _MARK).write_text(
        "The sample shop of 'wellput demo'; delete the folder freely.\n", encoding="utf-8"
    )
    shutil.copy(_SAMPLE / "shop.toml", home.shop_file)
    with open_wellput(settings) as wellput:
        load_sample_shop(wellput, tell)
        wellput.learn(tell=tell)
        usernames, password = _let_people_in(wellput)
        contact, assist = _one_assisted(wellput)
    return Ready(contact, assist, usernames, password)


def load_sample_shop(wellput: Wellput, tell: Callable[[str], None]) -> None:
    """Import the files of the sample shop and the orders its generator writes up to today."""
    with tempfile.TemporaryDirectory() as aside:
        orders = Path(aside) / "orders.csv"
        write_orders(orders, until=local_day(wellput.clock.now(), wellput.shop))
        files = [(kind, _SAMPLE / name) for kind, name in _FILES]
        for kind, file in (*files, ("orders", orders)):
            report = wellput.import_file(kind, file, strict=True)
            tell(f"{kind}: {report.rows:,} rows, {report.added:,} new")


def _let_people_in(wellput: Wellput) -> tuple[tuple[str, ...], str]:
    """Give the sample shop's people one new password; return their names, by role, and the password."""
    people = tomllib.loads((_SAMPLE / "users.toml").read_text(encoding="utf-8"))["users"]
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    known = {user.username for user in wellput.accounts.users()}
    for person in people:
        if person["username"] in known:
            wellput.people.set_password(person["username"], password, actor=_ACTOR)
        else:
            wellput.people.add_user(
                person["username"], person["display_name"], person["role"], password, actor=_ACTOR
            )
    return tuple(f"{person['username']} ({person['role']})" for person in people), password


def _one_assisted(wellput: Wellput) -> tuple[Contact, Assist]:
    """Assist the waiting contact that shows most: both a suggestion and an offer, the surest of those."""
    made = [(contact, wellput.assisting.propose(contact)) for contact in _waiting(wellput)]
    contact, _ = max(made, key=lambda pair: _shows(pair[1]))
    return contact, wellput.assisting.assist(contact.id, _ACTOR)


def _shows(assist: Assist) -> tuple[int, float]:
    surest = max((suggestion.confidence for suggestion in assist.suggestions), default=0.0)
    return bool(assist.suggestions) + bool(assist.offers), surest


def _waiting(wellput: Wellput) -> Iterator[Contact]:
    with wellput.storage.reading() as unit:
        yield from unit.contacts.queue([ContactStatus.OPEN], limit=50)
