"""Who may come in, changed by someone: every change stands in the audit."""

from __future__ import annotations

from api.storage import SqlStorage
from api.storage.accounts import User
from replies.ports import Clock
from replies.records import AuditEntry


class People:
    """Users and clients; `actor` is who makes the change."""

    def __init__(self, storage: SqlStorage, clock: Clock) -> None:
        self._storage = storage
        self._accounts = storage.accounts
        self._clock = clock

    def add_user(self, username: str, display_name: str, role: str, password: str, *, actor: str) -> User:
        """Add a person. Raises ValueError, in words, for a name taken, a role unknown, a weak password."""
        user = self._accounts.add_user(username, display_name, role, password)
        self._note(actor, "user added", user.username, role)
        return user

    def set_role(self, username: str, role: str, *, actor: str) -> User:
        """Give a person another role. Raises UnknownUser, ValueError."""
        user = self._accounts.set_role(username, role)
        self._note(actor, "role changed", user.username, role)
        return user

    def set_disabled(self, username: str, disabled: bool, *, actor: str) -> User:
        """Shut a person out at once, or let them in again. Raises UnknownUser."""
        user = self._accounts.set_disabled(username, disabled)
        self._note(actor, "user shut out" if disabled else "user let in", user.username)
        return user

    def set_password(self, username: str, password: str, *, actor: str) -> User:
        """Set a new password; all sessions of the person end. Raises UnknownUser, ValueError."""
        user = self._accounts.set_password(username, password)
        self._note(actor, "password changed", user.username)
        return user

    def add_token(self, client: str, *, actor: str) -> str:
        """Make a token for a client and return it; it is stored only as its hash. Raises ValueError."""
        token = self._accounts.add_token(client)
        self._note(actor, "token made", client)
        return token

    def revoke_tokens(self, client: str, *, actor: str) -> int:
        """Make all tokens of a client useless; return how many there were."""
        count = self._accounts.revoke_tokens(client)
        self._note(actor, "tokens revoked", client, str(count))
        return count

    def _note(self, actor: str, act: str, subject: str, detail: str = "") -> None:
        with self._storage.writing() as unit:
            unit.audit.add(AuditEntry(self._clock.now(), actor, act, subject, detail))
