"""The examples and versions of macros and the walks through the checkout, bound to one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from api.storage.columns import equals
from api.storage.documents import DocumentOf
from api.storage.drafting_tables import checkout_walks, macro_examples, macro_versions
from replies.articles import CannedReply
from replies.checkout import CheckoutWalk, UnknownWalk, WalkOutcome
from replies.macro_editing import MacroExample
from replies.macro_versions import MacroVersion

_REPLY = DocumentOf[CannedReply](CannedReply)
_EXAMPLES = DocumentOf[tuple[MacroExample, ...]](tuple[MacroExample, ...])


class SqlDraftingBook:
    """What macro owners and agents at the checkout keep."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def examples(self, reply_id: str) -> tuple[MacroExample, ...]:
        """Return the examples that prove a canned reply; none for one that came in without."""
        wanted = sa.select(macro_examples.c.examples).where(equals(macro_examples.c.reply_id, reply_id))
        row = self._connection.execute(wanted).one_or_none()
        return () if row is None else _EXAMPLES.load(row.examples)

    def put_examples(self, reply_id: str, examples: Sequence[MacroExample], actor: str, at: datetime) -> None:
        """Keep these examples instead of those there."""
        self._connection.execute(sa.delete(macro_examples).where(equals(macro_examples.c.reply_id, reply_id)))
        row = {
            "reply_id": reply_id,
            "examples": _EXAMPLES.dump(tuple(examples)),
            "saved_by": actor,
            "saved_at": at,
        }
        self._connection.execute(sa.insert(macro_examples), row)

    def versions(self, reply_id: str) -> Sequence[MacroVersion]:
        """Return the versions of a canned reply that were kept, oldest first."""
        rows = self._connection.execute(
            sa.select(macro_versions)
            .where(equals(macro_versions.c.reply_id, reply_id))
            .order_by(macro_versions.c.n)
        )
        return [
            MacroVersion(
                number, _REPLY.load(row.reply), _EXAMPLES.load(row.examples), row.actor, row.at, row.act
            )
            for number, row in enumerate(rows, 1)
        ]

    def add_version(
        self, reply: CannedReply, examples: Sequence[MacroExample], actor: str, at: datetime, act: str
    ) -> None:
        """Keep a canned reply as it is saved now; versions are added, never changed."""
        row = {
            "reply_id": reply.id,
            "reply": _REPLY.dump(reply),
            "examples": _EXAMPLES.dump(tuple(examples)),
            "actor": actor,
            "at": at,
            "act": act,
        }
        self._connection.execute(sa.insert(macro_versions), row)

    def add_walk(self, walk: CheckoutWalk) -> None:
        """Store a new walk."""
        self._connection.execute(sa.insert(checkout_walks), _walk_row(walk))

    def update_walk(self, walk: CheckoutWalk) -> None:
        """Store how far a walk has come. Raises UnknownWalk."""
        changed = self._connection.execute(
            sa.update(checkout_walks).where(checkout_walks.c.id == walk.id).values(_walk_row(walk))
        )
        if changed.rowcount == 0:
            raise UnknownWalk(f"no walk through the checkout has the id {walk.id!r}")

    def walk(self, walk_id: str) -> CheckoutWalk:
        """Return the walk. Raises UnknownWalk."""
        wanted = sa.select(checkout_walks).where(equals(checkout_walks.c.id, walk_id))
        row = self._connection.execute(wanted).one_or_none()
        if row is None:
            raise UnknownWalk(f"no walk through the checkout has the id {walk_id!r}")
        return _walk_of(row)

    def walks_of(self, contact_id: str) -> Sequence[CheckoutWalk]:
        """Return the walks of a contact, oldest first."""
        rows = self._connection.execute(
            sa.select(checkout_walks)
            .where(equals(checkout_walks.c.contact_id, contact_id))
            .order_by(checkout_walks.c.started_at, checkout_walks.c.id)
        )
        return [_walk_of(row) for row in rows]


def _walk_row(walk: CheckoutWalk) -> dict[str, Any]:
    return {
        "id": walk.id,
        "contact_id": walk.contact_id,
        "sku": walk.sku,
        "actor": walk.actor,
        "started_at": walk.started_at,
        "done": list(walk.done),
        "outcome": None if walk.outcome is None else walk.outcome.value,
        "ended_at": walk.ended_at,
    }


def _walk_of(row: sa.Row[Any]) -> CheckoutWalk:
    return CheckoutWalk(
        id=row.id,
        contact_id=row.contact_id,
        sku=row.sku,
        actor=row.actor,
        started_at=row.started_at,
        done=tuple(int(place) for place in row.done),
        outcome=None if row.outcome is None else WalkOutcome(row.outcome),
        ended_at=row.ended_at,
    )
