"""Accounts in memory, without slow hashing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class User:
    username: str
    display_name: str
    role: str
    password: str
    disabled: bool = False
    session_epoch: int = 0


@dataclass(frozen=True)
class Outcome:
    user: User | None
    retry_after_s: int | None = None


class FakeAccounts:
    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self.failures = 0

    def add_user(self, username: str, display_name: str, role: str, password: str) -> User:
        if username in self._users:
            raise ValueError(f"there is a user {username!r} already")
        self._users[username] = User(username, display_name, role, password)
        return self._users[username]

    def user(self, username: str) -> User | None:
        return self._users.get(username)

    def sign_in(self, username: str, password: str, address: str) -> Outcome:
        if self.failures >= 5:
            return Outcome(None, 300)
        if self.verify(username, password):
            return Outcome(self._users[username])
        self.failures += 1
        return Outcome(None)

    def verify(self, username: str, password: str) -> bool:
        user = self._users.get(username)
        return user is not None and not user.disabled and user.password == password

    def end_sessions(self, username: str) -> User:
        return self._change(username, session_epoch=self._users[username].session_epoch + 1)

    def users(self) -> list[User]:
        return sorted(self._users.values(), key=lambda user: user.username)

    def set_role(self, username: str, role: str) -> User:
        return self._change(username, role=role)

    def set_disabled(self, username: str, disabled: bool) -> User:
        return self._change(username, disabled=disabled)

    def set_password(self, username: str, new: str) -> User:
        self.end_sessions(username)
        return self._change(username, password=new)

    def _change(self, username: str, **changes: Any) -> User:
        self._users[username] = replace(self._users[username], **changes)
        return self._users[username]
