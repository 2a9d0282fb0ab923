"""A whole file into one table: gathered aside, then written in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from api.storage.engine import writing_turn
from api.storage.returns import mark_returned
from api.storage.shop_tables import order_lines
from api.storage.staging import Merged, Staging


class BulkLoad:
    """Rows for one table of what the shop tells us, given column by column."""

    def __init__(self, connection: sa.Connection, staging: Staging) -> None:
        self._connection = connection
        self._staging = staging

    @property
    def names(self) -> list[str]:
        """The columns to give, in order."""
        return self._staging.names

    def add(self, columns: Sequence[Sequence[Any]]) -> None:
        """Gather rows: the columns in the order of `names`, all of one length."""
        with self._connection.begin():
            self._staging.add(columns)

    def merge(self, given: Collection[str], *, settle: Sequence[Sequence[str]] = ()) -> Merged:
        """Write all that was gathered, in one transaction, durable at its end.

        Of rows known already only the columns in `given` are compared and set. The last of equal keys
        counts; each group of `settle` columns takes the values that were given most often for the key.
        """
        with writing_turn(self._connection):
            for names in settle:
                self._staging.settle(names)
            if self._staging.target is not order_lines:
                return self._staging.merge(given)
            mark_returned(self._connection, self._staging.table)
            kept = ("returned_at",)
            return self._staging.merge({*given, *kept}, quiet=("position",), kept=kept, unique=True)


@contextmanager
def bulk_loading(engine: sa.Engine, table: sa.Table) -> Generator[BulkLoad]:
    """Gather rows for `table` on a connection of its own; without `merge` nothing is written."""
    with engine.connect() as connection:
        with connection.begin():
            staging = Staging(connection, table)
        try:
            yield BulkLoad(connection, staging)
        finally:
            connection.rollback()
            with connection.begin():
                staging.drop()
