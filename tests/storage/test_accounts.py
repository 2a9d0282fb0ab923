"""Who may come in, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from api.storage import SqlStorage
from api.storage.accounts import Accounts, UnknownUser
from tests.fakes.values import NOON

RIGHT = "correct horse battery"


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(storage: SqlStorage, clock: Clock) -> Accounts:
    made = Accounts(storage.engine, now=clock)
    made.add_user("nadia", "Nadia Walsh", "agent", RIGHT)
    return made


def test_the_right_password_lets_in(accounts: Accounts) -> None:
    signed_in = accounts.sign_in("Nadia ", RIGHT, "192.0.2.1")
    assert signed_in.user is not None
    assert (signed_in.user.display_name, signed_in.user.role) == ("Nadia Walsh", "agent")
    assert accounts.sign_in("nadia", RIGHT + "!", "192.0.2.1").user is None
    assert accounts.sign_in("nobody", RIGHT, "192.0.2.1").user is None
    assert accounts.sign_in("nadia\x00\ud800", RIGHT, "x\x00").user is None
    assert accounts.verify("nadia", RIGHT)
    assert not accounts.verify("nadia", "")


def test_no_password_is_kept(accounts: Accounts, storage: SqlStorage) -> None:
    token = accounts.add_token("till", ["assists"])
    with storage.engine.connect() as connection:
        for table in ("users", "api_tokens", "sign_in_attempts"):
            rows = repr(connection.execute(sa.text(f"SELECT * FROM {table}")).all())
            assert RIGHT not in rows
            assert token not in rows


@pytest.mark.parametrize(
    ("username", "role", "password", "words"),
    [
        ("nadia", "agent", RIGHT, "already"),
        ("NADIA", "agent", RIGHT, "already"),
        ("tom", "king", RIGHT, "role"),
        ("tom", "agent", "short", "12"),
        ("tom", "agent", "x" * 2000, "1,000"),
        ("", "agent", RIGHT, "name"),
        ("a\nb", "agent", RIGHT, "name"),
        ("a\x00b", "agent", RIGHT, "name"),
    ],
)
def test_a_bad_user_is_refused_in_words(
    accounts: Accounts, username: str, role: str, password: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        accounts.add_user(username, "Somebody", role, password)
    assert [user.username for user in accounts.users()] == ["nadia"]


def test_changes_count_at_once(accounts: Accounts) -> None:
    assert accounts.set_role("nadia", "supervisor").role == "supervisor"
    assert accounts.set_disabled("nadia", True).disabled
    assert accounts.sign_in("nadia", RIGHT, "192.0.2.1").user is None
    assert not accounts.verify("nadia", RIGHT)
    accounts.set_disabled("nadia", False)
    changed = accounts.set_password("nadia", "another long password")
    assert changed.session_epoch == 1
    assert accounts.end_sessions("nadia").session_epoch == 2
    assert accounts.user("nadia") == accounts.sign_in("nadia", "another long password", "192.0.2.1").user
    for change in (
        lambda: accounts.set_role("tom", "agent"),
        lambda: accounts.set_disabled("tom", True),
        lambda: accounts.set_password("tom", RIGHT),
        lambda: accounts.end_sessions("tom"),
    ):
        with pytest.raises(UnknownUser, match="tom"):
            change()


def test_after_five_wrong_tries_one_waits(accounts: Accounts, storage: SqlStorage, clock: Clock) -> None:
    for _ in range(5):
        assert accounts.sign_in("nadia", "wrong", "192.0.2.1").retry_after_s is None
        clock.now += timedelta(seconds=10)
    elsewhere = Accounts(storage.engine, now=clock)  # another worker, or after a restart
    refused = elsewhere.sign_in("nadia", RIGHT, "192.0.2.1")
    assert refused.user is None
    assert refused.retry_after_s == 15 * 60 - 50 + 1
    assert elsewhere.sign_in("nadia", RIGHT, "192.0.2.2").user is not None, "she is not shut out herself"
    clock.now += timedelta(seconds=refused.retry_after_s)
    assert elsewhere.sign_in("nadia", RIGHT, "192.0.2.1").user is not None


def test_a_right_password_begins_the_count_anew(accounts: Accounts, clock: Clock) -> None:
    for _ in range(3):
        for _ in range(4):
            assert accounts.sign_in("nadia", "wrong", "192.0.2.1").retry_after_s is None
        clock.now += timedelta(seconds=1)
        assert accounts.sign_in("nadia", RIGHT, "192.0.2.1").user is not None
        clock.now += timedelta(seconds=1)


def test_one_address_cannot_try_many_accounts(accounts: Accounts) -> None:
    waits = [accounts.sign_in(f"user-{n}", "wrong", "192.0.2.9").retry_after_s for n in range(101)]
    assert waits[:100] == [None] * 100
    assert waits[100] is not None


def test_many_tries_at_once_do_not_slip_past_the_limit(accounts: Accounts) -> None:
    with ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(lambda _: accounts.sign_in("nadia", "wrong", "192.0.2.1"), range(12)))
    assert sum(one.retry_after_s is None for one in tries) == 5


def test_tokens(accounts: Accounts) -> None:
    first, second = accounts.add_token("till", ["assists"]), accounts.add_token("till")
    other = accounts.add_token("shop")
    assert len({first, second, other}) == 3
    assert [accounts.client_of(token) for token in (first, second, other)] == ["till", "till", "shop"]
    assert [(token.client, token.scopes) for token in accounts.tokens()][1:] == [
        ("till", ("assists",)),
        ("till", ()),
    ]
    assert accounts.revoke_tokens("till") == 2
    assert accounts.revoke_tokens("till") == 0
    assert accounts.client_of(first) is None
    assert accounts.client_of(other) == "shop"
    for wrong in ("", "wellput_", other + "x", "\x00", "\ud800"):
        assert accounts.client_of(wrong) is None
    with pytest.raises(ValueError, match="name"):
        accounts.add_token(" ")
