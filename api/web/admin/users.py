"""Adding and changing users, each act noted in the audit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

if TYPE_CHECKING:
    from api.wiring import Wellput


@dataclass(frozen=True, slots=True)
class NewUserForm:
    """A new user as typed."""

    username: str = ""
    display_name: str = ""
    role: str = "agent"
    password: str = ""

    @classmethod
    def read(cls, form: MultiDict[str, Any]) -> NewUserForm:
        return cls(
            username=form.get("username", "").strip(),
            display_name=form.get("display_name", "").strip()[:200],
            role=form.get("role", ""),
            password=form.get("password", ""),
        )

    def problem(self, roles: Collection[str]) -> str | None:
        """Return what is wrong with it, in words; None when nothing is."""
        if (
            not (1 <= len(self.username) <= 100)
            or not self.username.replace(".", "").replace("-", "").isalnum()
        ):
            return "A user name is letters, digits, dots and hyphens, 100 at most."
        return None if self.role in roles else "Choose a role."

    def add_to(self, service: Wellput, actor: str) -> str | None:
        """Add the user; return why it could not be done, None when it was."""
        name = self.display_name or self.username
        try:
            service.people.add_user(self.username, name, self.role, self.password, actor=actor)
        except ValueError as error:
            return f"{error}."[:1].upper() + f"{error}."[1:]
        return None


def change_user(service: Wellput, username: str, act: str, role: str, actor: str) -> bool:
    """Set the role, or shut or open the account; return whether there is such a user."""
    if service.accounts.user(username) is None:
        return False
    if act == "role":
        service.people.set_role(username, role, actor=actor)
    else:
        service.people.set_disabled(username, act == "disable", actor=actor)
    return True
