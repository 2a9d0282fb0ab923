"""Rows on their way in: a few thousand at a time, column by column, with their places in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from api.importing.report import Fault

ROWS_A_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """n rows: `columns` by their name in the file, each of n cells (None: not given).

    `lines` are their places (lines of text, counted from 1; rows of Parquet). `row(i)` is row i as it was
    given, `file(i)` the file it stands in where there are several. `faults` are rows that could not
    even be read; they are not among the n. `has_header` says that every row has every column; without, a
    column that is not here may come in a later chunk.
    """

    columns: Mapping[str, Sequence[Any]]
    lines: Sequence[int]
    row: Callable[[int], str]
    faults: Sequence[Fault] = ()
    file: Callable[[int], str | None] = lambda _: None
    has_header: bool = True

    def __len__(self) -> int:
        return len(self.lines)

    def gathered(self, prefix: str) -> Iterator[tuple[int, str, Any]]:
        """Yield (row, rest of the name, cell) of the cells that are given in columns of that prefix."""
        for name, column in self.columns.items():
            if name.startswith(prefix) and name != prefix:
                for index, cell in enumerate(column):
                    if cell is not None and cell != "":
                        yield index, name.removeprefix(prefix), cell


class ObjectColumns(Mapping[str, Sequence[Any]]):
    """JSON objects seen as columns, each put together only when it is asked for."""

    def __init__(self, objects: Sequence[dict[str, Any]]) -> None:
        self._objects = objects
        self._names = dict.fromkeys(name for one in objects for name in one)

    def __getitem__(self, name: str) -> Sequence[Any]:
        if name not in self._names:
            raise KeyError(name)
        return [one.get(name) for one in self._objects]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class ObjectChunk(Chunk):
    """A chunk of JSON objects, of which each may have other names."""

    __slots__ = ("_objects",)

    def __init__(self, objects: Sequence[dict[str, Any]], **more: Any) -> None:
        super().__init__(columns=ObjectColumns(objects), has_header=False, **more)
        object.__setattr__(self, "_objects", objects)

    @override
    def gathered(self, prefix: str) -> Iterator[tuple[int, str, Any]]:
        for index, one in enumerate(self._objects):
            for name, cell in one.items():
                if cell is not None and name.startswith(prefix) and name != prefix:
                    yield index, name.removeprefix(prefix), cell
