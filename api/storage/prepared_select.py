"""A look-up that is put together once and then run by the driver alone, in the transaction that is open.

SQLAlchemy writes the statement and names the types; running it anew each time costs several times what the
database takes for a few rows by their keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

from api.storage.columns import is_storable

RawRow = tuple[Any, ...]
"""What the driver gives: on SQLite dates and moments are still text."""


class PreparedSelect:
    """A select whose parameters are texts, for one dialect.

    A text must be storable (`columns.is_storable`); errors are those of the driver.
    """

    def __init__(self, select: sa.Select[Any], dialect: Dialect) -> None:
        compiled = select.compile(dialect=dialect)
        self._text = str(compiled)
        self._order = compiled.positiontup if isinstance(compiled, SQLCompiler) else None

    def rows(self, connection: sa.Connection, parameters: Mapping[str, str]) -> list[RawRow]:
        """Return all rows for the parameters by name."""
        driver: Any = connection.connection.driver_connection
        values: Any = parameters if self._order is None else [parameters[name] for name in self._order]
        found: list[RawRow] = driver.execute(self._text, values).fetchall()
        return found


def is_there(connection: sa.Connection, column: sa.Column[Any], value: str) -> bool:
    """Say whether a row has this value in `column`, a column of texts."""
    if not is_storable(value):
        return False
    return bool(_rows_with(column, connection.dialect).rows(connection, {"value": value}))


@lru_cache(maxsize=64)
def _rows_with(column: sa.Column[Any], dialect: Dialect) -> PreparedSelect:
    return PreparedSelect(sa.select(column).where(column == sa.bindparam("value")), dialect)
