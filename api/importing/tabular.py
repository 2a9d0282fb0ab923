"""Files whose rows go into one table: read column by column, gathered, merged in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from api.importing import cells
from api.importing.cells import BadCell, Read
from api.importing.chunk import Chunk
from api.importing.delimited import shown_header
from api.importing.kinds import Context, Field, Kind, Problems, Values
from api.importing.mapping import FieldMap, Pattern
from api.importing.rejects import Rejects
from api.importing.report import Fault, NotImported

_MEMO = 200_000
_PLAIN = frozenset({str, type(None)})


@dataclass(slots=True)
class _Column:
    """Reads the cells of one field, each distinct text once."""

    read: Read
    memo: dict[Any, Any] = field(default_factory=dict[Any, Any])

    def values(self, given: Sequence[Any]) -> tuple[Sequence[Any], bool]:
        """Return the values in order, BadCell for bad ones, and whether there is any."""
        if not _PLAIN.issuperset(map(type, given)):
            found = [self._try(cell) for cell in given]
            return found, any(type(value) is BadCell for value in found)
        if len(self.memo) > _MEMO:
            self.memo.clear()
        distinct = set(given)
        for cell in distinct.difference(self.memo):
            self.memo[cell] = self._try(cell)
        is_bad = any(type(self.memo[cell]) is BadCell for cell in distinct)
        return list(map(self.memo.__getitem__, given)), is_bad

    def _try(self, cell: Any) -> Any:
        try:
            return self.read(cell)
        except BadCell as error:
            return BadCell(*error.args)


class TableImport:
    """One file of one kind on its way into its table.

    `counts` after `chunks` have gone through: rows read, and rows left out by the map.
    """

    def __init__(self, kind: Kind, fields: FieldMap, context: Context, rejects: Rejects, name: str) -> None:
        self._kind = kind
        self._map = fields
        self._context = context
        self._rejects = rejects
        self._name = name
        self._columns = {one.name: _Column(self._reader(one)) for one in kind.fields}
        self._matchers: dict[tuple[str, str], _Column] = {}
        self._present: set[str] = set()
        self.unknown: set[str] = set()
        self.rows = 0
        self.skipped = 0
        self._first = True

    @property
    def unmet(self) -> list[str]:
        """What the map reads from columns that no row had, in words."""
        return [
            f"the map reads {one!r} from {source!r}, which no row has"
            for one, source in self._map.columns.items()
            if one in self._columns and one not in self._present
        ]

    @property
    def given(self) -> set[str]:
        """The table's columns that the file (or the map's defaults) had a field for."""
        found: set[str] = set()
        for one in self._kind.fields:
            if one.name in self._present:
                found.update(one.columns or (one.name,))
        return found

    def ready(self, chunks: Iterator[Chunk], names: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield the table's columns, in the order of `names`, chunk by chunk; bad rows are set aside."""
        for chunk in chunks:
            for fault in chunk.faults:
                self._rejects.add(fault)
            self.rows += len(chunk) + len(chunk.faults)
            if not len(chunk):
                if self._first and chunk.has_header:  # a file of a header alone may be the wrong file
                    self._raw(chunk)
                continue
            values = self._read(chunk)
            if values:
                yield [values[name] for name in names]

    def _reader(self, one: Field) -> Read:
        """Return what reads a raw cell of the field: value replaced, default put in, then read."""
        replace = self._map.replacement(one.name)
        default = self._map.defaults.get(one.name)

        def read(cell: Any) -> Any:
            if replace is not None and isinstance(cell, str):
                cell = replace(cell.strip())
            if default is not None and (cell is None or (isinstance(cell, str) and not cell.strip())):
                cell = default
            value = one.read(cell)
            if value is None and one.required:
                raise BadCell("is empty; it is needed")
            return value

        return read

    def _read(self, chunk: Chunk) -> Values:
        raw = self._raw(chunk)
        problems: Problems = {}
        values: Values = {}
        for one in self._kind.fields:
            column, is_bad = self._columns[one.name].values(raw[one.name])
            if is_bad:
                for index, value in enumerate(column):
                    if type(value) is BadCell:
                        problems.setdefault(index, (one.name, str(value)))
                column = [None if type(value) is BadCell else value for value in column]
            values[one.name] = column
        self._gather_attributes(chunk, values, problems)
        skipped = self._skipped(chunk, raw)
        self.skipped += len(skipped)
        return self._without(skipped, values, problems, chunk)

    def _without(self, skipped: set[int], values: Values, problems: Problems, chunk: Chunk) -> Values:
        """Leave out skipped rows, finish the others, set the bad ones aside."""
        places: Sequence[int] = range(len(chunk))
        if skipped:
            places = [index for index in places if index not in skipped]
            at = {index: place for place, index in enumerate(places)}
            values = {name: [column[index] for index in places] for name, column in values.items()}
            problems = {at[index]: problem for index, problem in problems.items() if index in at}
        values = self._kind.finish(values, problems, self._context)
        if not problems:
            return values if places else {}
        for place in sorted(problems):
            column, reason = problems[place]
            index = places[place]
            self._rejects.add(Fault(chunk.lines[index], column, reason, chunk.row(index), chunk.file(index)))
        good = [place for place in range(len(places)) if place not in problems]
        return {name: [column[place] for place in good] for name, column in values.items()} if good else {}

    def _raw(self, chunk: Chunk) -> Mapping[str, Sequence[Any]]:
        """Return the cells by field; a column that is not there is a column of None."""
        found = _resolved(chunk.columns, self._kind, self._map)
        if self._first:
            self._first = False
            self._check(chunk, found)
        used = set(found.values())
        prefix = self._map.attribute_prefix
        for name in chunk.columns:
            if name not in used and not (prefix and name.startswith(prefix)):
                self.unknown.add(name)
        nothing = [None] * len(chunk)
        self._present.update(found, (one.name for one in self._kind.fields if one.name in self._map.defaults))
        return {
            one.name: chunk.columns[found[one.name]] if one.name in found else nothing
            for one in self._kind.fields
        }

    def _check(self, chunk: Chunk, found: Mapping[str, str]) -> None:
        for one, source in self._map.columns.items():
            if one not in self._columns:
                if one in self._context.all_fields:  # one map may serve several kinds
                    continue
                raise NotImported(
                    f"the map names a field {one!r}; {self._kind.name} has {', '.join(self._columns)}"
                )
            if one not in found and chunk.has_header:
                raise NotImported(
                    f"the map reads {one!r} from the column {source!r}, which {self._name} does not have; "
                    f"its columns are {shown_header(chunk.columns)}"
                )
        for one in self._kind.fields:
            if one.required and one.name not in found and one.name not in self._map.defaults:
                some = next(iter(chunk.columns), "…") or "…"
                raise NotImported(
                    f"{self._name} has no column {one.name!r}, which {self._kind.name} need; its columns are "
                    f"{shown_header(chunk.columns)}. Name it in a map (--map FILE.toml): "
                    f'[columns] {one.name} = "{some}"'
                )

    def _gather_attributes(self, chunk: Chunk, values: Values, problems: Problems) -> None:
        prefix = self._map.attribute_prefix
        if prefix is None or "attributes" not in values:
            return
        self._present.add("attributes")
        gathered = [dict(named) if isinstance(named, dict) else {} for named in values["attributes"]]
        for index, name, cell in chunk.gathered(prefix):
            try:
                value = cells.scalar(cell)
            except BadCell as error:
                problems.setdefault(index, (prefix + name, str(error)))
                continue
            if value is not None:
                gathered[index][name] = value
        values["attributes"] = gathered

    def _skipped(self, chunk: Chunk, raw: Mapping[str, Sequence[Any]]) -> set[int]:
        """Return the places of the rows that the map leaves out."""
        skipped: set[int] = set()
        for rule in self._map.skips:
            fitting: set[int] | None = None
            for name, pattern in rule.patterns:
                given = raw.get(name, chunk.columns.get(self._map.columns.get(name, name)))
                if given is None and (name in self._context.all_fields or not chunk.has_header):
                    given = [None] * len(chunk)
                if given is None:
                    raise NotImported(
                        f"the map's [skip] looks at {name!r}, neither a field nor a column of {self._name}"
                    )
                fits, _ = self._matcher(name, pattern).values(given)
                places = set(compress(range(len(chunk)), fits))
                fitting = places if fitting is None else fitting & places
            skipped |= fitting or set()
        return skipped

    def _matcher(self, name: str, pattern: Pattern) -> _Column:
        replace = self._map.replacement(name)

        def fits(cell: Any) -> bool:
            text = "" if cell is None else str(cell).strip()
            return pattern.fits(text if replace is None else replace(text))

        return self._matchers.setdefault((name, pattern.written), _Column(fits))


def _resolved(columns: Mapping[str, Any], kind: Kind, fields: FieldMap) -> dict[str, str]:
    """Return the file's column of each field that has one: by the map, by name, by name in any case.

    A column that the map gives to one field is not taken for another that happens to have its name.
    """
    claimed = set(fields.columns.values())
    loose = {name.strip().casefold().replace(" ", "_"): name for name in reversed(list(columns))}
    found: dict[str, str] = {}
    for one in kind.fields:
        wanted = fields.columns.get(one.name, one.name)
        source = wanted if wanted in columns else None
        if source is None and one.name not in fields.columns:
            source = loose.get(wanted.casefold())
        if source in claimed and one.name not in fields.columns:
            source = None
        if source is not None:
            found[one.name] = source
    return found
