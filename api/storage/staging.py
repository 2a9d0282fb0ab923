"""Many rows at once: gathered in a temporary table, then merged by key in a few statements.

Gathering takes no lock that anybody waits for; merging is short. What is already there with the same
values is not touched, so that a second import of the same file changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from api.storage.columns import Document, Moment, Words, storable

_MEMO = 100_000


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: rows new, rows changed, rows already there as they came; keys given twice."""

    added: int
    changed: int
    unchanged: int
    repeated: int


class Staging:
    """A temporary table shaped like `table`, filled column by column."""

    def __init__(self, connection: sa.Connection, table: sa.Table) -> None:
        self._connection = connection
        self.target = table
        self.names = [column.name for column in table.columns]
        self._keys = [column.name for column in table.primary_key.columns]
        self.table = sa.Table(
            f"staged_{table.name}_{uuid.uuid4().hex[:8]}",
            sa.MetaData(),
            sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
            *(sa.Column(column.name, column.type) for column in table.columns),
            prefixes=["TEMPORARY"],
        )
        self.table.create(connection)
        self._count = 0
        self._writers = [_column_writer(column.type, connection.dialect) for column in table.columns]

    def add(self, columns: Sequence[Sequence[Any]]) -> None:
        """Add rows given as columns in the order of `names`, all of one length.

        Raises UnstorableText (a ValueError) for text that no database can keep.
        """
        ready = [write(values) for write, values in zip(self._writers, columns, strict=True)]
        numbers = range(self._count, self._count + len(columns[0]))
        rows = zip(numbers, *ready, strict=True)
        self._count += len(columns[0])
        names = ", ".join(f'"{column.name}"' for column in self.table.columns)
        cursor: Any = self._connection.connection.cursor()
        if self._connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {self.table.name} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(self.table.columns))
            insert = f"INSERT INTO {self.table.name} ({names}) VALUES ({marks})"  # noqa: S608  our own names
            cursor.executemany(insert, rows)
        cursor.close()

    def add_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows given as mappings from column to value."""
        if rows:
            self.add([[row[name] for row in rows] for name in self.names])

    def settle(self, names: Sequence[str]) -> None:
        """Of keys given more than once, set the columns `names` of the last row to what was given most often.

        The columns are taken together, as amount and currency are. Of equally frequent values those given
        last count. For tables with a key of one column.
        """
        (key,) = (self.table.c[name] for name in self._keys)
        values, seq = [self.table.c[name] for name in names], self.table.c.seq
        repeated = sa.select(key).group_by(key).having(sa.func.count() > 1)
        rows = self._connection.execute(
            sa.select(key, sa.func.count(), sa.func.max(seq), *values)
            .where(key.in_(repeated))
            .group_by(key, *values)
        )
        best: dict[str, tuple[int, int, tuple[Any, ...]]] = {}
        last: dict[str, int] = {}
        for row in rows:
            its_key, times, at, *its_values = tuple(row)
            if (times, at) > best.get(its_key, (0, -1, ()))[:2]:
                best[its_key] = (times, at, tuple(its_values))
            last[its_key] = max(last.get(its_key, -1), at)
        changes = [
            {"at_seq": last[its_key], **{f"settled_{n}": value for n, value in enumerate(its_values)}}
            for its_key, (_, at, its_values) in best.items()
            if at != last[its_key]
        ]
        if changes:
            settled = {name: sa.bindparam(f"settled_{n}") for n, name in enumerate(names)}
            update = sa.update(self.table).where(seq == sa.bindparam("at_seq"))
            self._connection.execute(update.values(settled), changes)

    def drop_repeated(self) -> int:
        """Keep the last row of each key; return how many others there were."""
        last = sa.select(sa.func.max(self.table.c.seq)).group_by(*(self.table.c[key] for key in self._keys))
        gone = self._connection.execute(sa.delete(self.table).where(self.table.c.seq.not_in(last)))
        self._count -= gone.rowcount
        return gone.rowcount

    def merge(
        self,
        given: Collection[str],
        *,
        quiet: Collection[str] = (),
        kept: Collection[str] = (),
        unique: bool = False,
    ) -> Merged:
        """Write the gathered rows to the table.

        Of a row that is there already, the columns in `given` are compared and set. A difference in a
        `quiet` column alone is none; an empty value in a `kept` column does not erase what is known.
        The last row of a key counts; `unique` says that none is there twice.
        """
        repeated = 0 if unique else self.drop_repeated()
        empty = self._connection.execute(sa.select(self.target).limit(1)).first() is None
        changed = 0 if empty else self._update(given, quiet, kept)
        source = sa.select(*(self.table.c[name] for name in self.names)).order_by(self.table.c.seq)
        if not empty:
            source = source.where(~sa.exists().where(self._same_key()).correlate(self.table))
        insert = sa.insert(self.target).from_select(self.names, source).inline()
        added = self._connection.execute(insert.execution_options(preserve_rowcount=True)).rowcount
        return Merged(added, changed, self._count - added - changed, repeated)

    def drop(self) -> None:
        """Take the temporary table away."""
        self.table.drop(self._connection)

    def _same_key(self) -> sa.ColumnElement[bool]:
        return sa.and_(*(self.target.c[key] == self.table.c[key] for key in self._keys))

    def _update(self, given: Collection[str], quiet: Collection[str], kept: Collection[str]) -> int:
        settable = [name for name in self.names if name in given and name not in self._keys]
        values: dict[str, Any] = {}
        differences: list[sa.ColumnElement[bool]] = []
        for name in settable:
            if name in quiet:
                continue
            ours, theirs = self.target.c[name], self.table.c[name]
            values[name] = sa.func.coalesce(theirs, ours) if name in kept else theirs
            differs = _comparable(theirs).is_distinct_from(_comparable(ours))
            differences.append(sa.and_(theirs.is_not(None), differs) if name in kept else differs)
        if not differences:
            return 0
        change = sa.update(self.target).where(self._same_key(), sa.or_(*differences)).values(values)
        return self._connection.execute(change).rowcount


def _comparable(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.cast(column, sa.Text) if isinstance(column.type, Document) else column


def _column_writer(kind: Any, dialect: sa.Dialect) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what turns one column of values into what the driver takes."""
    if isinstance(kind, Words):
        return _storable_column
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return lambda values: values
    if not isinstance(kind, Moment):
        return lambda values: [process(value) for value in values]
    memo: dict[Any, Any] = {}

    def write(values: Sequence[Any]) -> Sequence[Any]:
        if len(memo) > _MEMO:
            memo.clear()
        for value in set(values).difference(memo):
            memo[value] = process(value)
        return [memo[value] for value in values]

    return write


def _storable_column(values: Sequence[Any]) -> Sequence[Any]:
    joined = "".join(filter(None, values))
    if "\x00" in joined or not joined.isascii():
        for value in values:
            if value is not None:
                storable(value)
    return values
