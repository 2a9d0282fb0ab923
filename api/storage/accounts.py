"""Who may come in: users with their passwords, clients with their tokens, attempts to sign in.

The attempts are kept in the database, so that the limits hold across workers and restarts.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.engine import Dialect

from api.storage.account_tables import api_tokens, sign_in_attempts, users
from api.storage.columns import equals, is_storable
from api.storage.engine import reading, writing
from api.storage.prepared_select import PreparedSelect

ROLES = ("agent", "merchandiser", "analyst", "supervisor", "admin")
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000

_WINDOW = timedelta(minutes=15)
_FAILURES_FROM_ONE_PLACE = 5  # of one account from one address
_FAILURES_OF_ONE_ACCOUNT = 30  # from wherever: a spread attack is slowed, its victim not shut out at once
_FAILURES_OF_ONE_ADDRESS = 100  # whatever the account: a contact centre sits behind one
_ATTEMPTS_KEPT = timedelta(days=30)


class UnknownUser(LookupError):
    """No user has this name."""


@dataclass(frozen=True, slots=True)
class User:
    """A person who may sign in. A session counts only while `session_epoch` is what it began with."""

    username: str
    display_name: str
    role: str
    disabled: bool
    session_epoch: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """The user when the password was right; else None, with how long to wait after too many tries."""

    user: User | None
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A client's right to call; the token itself is not kept, only its hash."""

    client: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None


def _utc_now() -> datetime:
    return datetime.now(UTC)


_CLIENT_OF = sa.select(api_tokens.c.client).where(
    api_tokens.c.token_sha256 == sa.bindparam("sha256"), api_tokens.c.revoked_at.is_(None)
)


@lru_cache(maxsize=8)
def _client_of(dialect: Dialect) -> PreparedSelect:
    return PreparedSelect(_CLIENT_OF, dialect)


class Accounts:
    """Users, tokens and attempts over one database. User names are kept in lower case."""

    def __init__(self, engine: sa.Engine, *, now: Callable[[], datetime] = _utc_now) -> None:
        self._engine = engine
        self._now = now

    def add_user(self, username: str, display_name: str, role: str, password: str) -> User:
        """Add a person. Raises ValueError, in words, for a name taken, a role unknown, a weak password."""
        name = _username(username)
        _check_role(role)
        hashed = _hashed(password)
        with writing(self._engine) as connection:
            if _find(connection, name) is not None:
                raise ValueError(f"there is a user named {name!r} already")
            user = User(name, display_name, role, False, 0, self._now())
            connection.execute(
                sa.insert(users),
                {
                    "username": name,
                    "display_name": display_name,
                    "role": role,
                    "password_hash": hashed,
                    "disabled": False,
                    "session_epoch": 0,
                    "created_at": user.created_at,
                },
            )
        return user

    def user(self, username: str) -> User | None:
        """Return the user of that name, disabled or not."""
        with reading(self._engine) as connection:
            row = _find(connection, username)
        return None if row is None else _user_of(row)

    def users(self) -> Sequence[User]:
        """Return all users by name."""
        with reading(self._engine) as connection:
            return [_user_of(row) for row in connection.execute(sa.select(users).order_by(users.c.username))]

    def set_role(self, username: str, role: str) -> User:
        """Give another role. Raises UnknownUser, ValueError."""
        _check_role(role)
        return self._change(username, {"role": role})

    def set_disabled(self, username: str, disabled: bool) -> User:
        """Shut a user out at once, or let them in again. Raises UnknownUser."""
        return self._change(username, {"disabled": disabled})

    def set_password(self, username: str, password: str) -> User:
        """Set a new password and end all sessions of the user. Raises UnknownUser, ValueError."""
        return self._change(username, {"password_hash": _hashed(password), **_NEXT_EPOCH})

    def end_sessions(self, username: str) -> User:
        """Make every session begun so far useless. Raises UnknownUser."""
        return self._change(username, _NEXT_EPOCH)

    def verify(self, username: str, password: str) -> bool:
        """Whether the password is that user's, and the user may come in. Takes the same time for all."""
        with reading(self._engine) as connection:
            row = _find(connection, username)
        right = _matches(row.password_hash if row is not None else _nobodys_hash(), password)
        return right and row is not None and not row.disabled

    def sign_in(self, username: str, password: str, address: str) -> SignIn:
        """Check a password unless there were too many wrong ones lately; every try is written down.

        The try is counted as wrong before the password is looked at, so that many at a time do not
        slip past the limit.
        """
        name, place = _clean(username), _clean(address)
        now = self._now()
        with writing(self._engine) as connection:
            wait = _wait(connection, name, place, now)
            if wait is not None:
                return SignIn(None, wait)
            stale = sign_in_attempts.c.at < now - _ATTEMPTS_KEPT
            connection.execute(sa.delete(sign_in_attempts).where(stale))
            attempt = connection.execute(
                sa.insert(sign_in_attempts).values(username=name, address=place, at=now, succeeded=False)
            ).inserted_primary_key
        if attempt is None or not self.verify(name, password):
            return SignIn(None)
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(sign_in_attempts).where(sign_in_attempts.c.n == attempt[0]).values(succeeded=True)
            )
        return SignIn(self.user(name))

    def add_token(self, client: str, scopes: Sequence[str] = ()) -> str:
        """Make a token for a client and return it; only its hash is kept. Raises ValueError."""
        if not client.strip() or len(client) > 100 or not client.isprintable():
            raise ValueError("a client needs a name of 1 to 100 printable characters")
        token = f"wellput_{secrets.token_urlsafe(32)}"
        with writing(self._engine) as connection:
            connection.execute(
                sa.insert(api_tokens),
                {
                    "token_sha256": _token_hash(token),
                    "client": client.strip(),
                    "scopes": list(scopes),
                    "created_at": self._now(),
                    "revoked_at": None,
                },
            )
        return token

    def client_of(self, token: str) -> str | None:
        """Return the client whose valid token this is, else None."""
        with reading(self._engine) as connection:
            found = _client_of(connection.dialect).rows(connection, {"sha256": _token_hash(token)})
        return found[0][0] if found else None

    def tokens(self) -> Sequence[ApiToken]:
        """Return all tokens, by client and age."""
        ordered = sa.select(api_tokens).order_by(api_tokens.c.client, api_tokens.c.created_at)
        with reading(self._engine) as connection:
            rows = connection.execute(ordered).all()
        return [ApiToken(row.client, tuple(row.scopes), row.created_at, row.revoked_at) for row in rows]

    def revoke_tokens(self, client: str) -> int:
        """Make all tokens of a client useless, at once; return how many there were."""
        with writing(self._engine) as connection:
            return connection.execute(
                sa.update(api_tokens)
                .where(equals(api_tokens.c.client, client), api_tokens.c.revoked_at.is_(None))
                .values(revoked_at=self._now())
            ).rowcount

    def _change(self, username: str, values: dict[str, Any]) -> User:
        with writing(self._engine) as connection:
            row = _find(connection, username)
            if row is None:
                raise UnknownUser(f"there is no user named {username!r}; 'wellput user list' names them")
            same = users.c.username == row.username
            connection.execute(sa.update(users).where(same).values(values))
            return _user_of(connection.execute(sa.select(users).where(same)).one())


_NEXT_EPOCH: dict[str, Any] = {"session_epoch": users.c.session_epoch + 1}


def _find(connection: sa.Connection, username: str) -> sa.Row[Any] | None:
    wanted = sa.select(users).where(equals(users.c.username, username.strip().lower()))
    return connection.execute(wanted).one_or_none()


def _user_of(row: sa.Row[Any]) -> User:
    return User(row.username, row.display_name, row.role, row.disabled, row.session_epoch, row.created_at)


def _wait(connection: sa.Connection, username: str, address: str, now: datetime) -> int | None:
    """Return how many seconds to wait, None when there is no need to."""
    a, since = sign_in_attempts.c, now - _WINDOW
    last_success = connection.execute(
        sa.select(sa.func.max(a.at)).where(a.username == username, a.address == address, a.succeeded)
    ).scalar_one()
    from_here = since if last_success is None else max(since, last_success)
    limits = (
        (sa.and_(a.username == username, a.address == address, a.at > from_here), _FAILURES_FROM_ONE_PLACE),
        (sa.and_(a.username == username, a.at > since), _FAILURES_OF_ONE_ACCOUNT),
        (sa.and_(a.address == address, a.at > since), _FAILURES_OF_ONE_ADDRESS),
    )
    waits: list[int] = []
    for which, most in limits:
        failed = connection.scalars(
            sa.select(a.at).where(which, sa.not_(a.succeeded)).order_by(a.at.desc()).limit(most)
        ).all()
        if len(failed) == most:
            waits.append(int((failed[-1] + _WINDOW - now).total_seconds()) + 1)
    return max(waits, default=None)


def _username(username: str) -> str:
    name = username.strip().lower()
    if not 1 <= len(name) <= 100 or not is_storable(name) or not name.isprintable():
        raise ValueError("a user name has 1 to 100 printable characters")
    return name


def _clean(text: str) -> str:
    return text.strip().lower()[:200].encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise ValueError(f"{role!r} is no role; there are {', '.join(ROLES)}")


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


_hasher = PasswordHasher()


def _hashed(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValueError(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters")
    return _hasher.hash(password)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
