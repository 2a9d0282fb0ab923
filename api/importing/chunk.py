"""Rows on their way in: a few thousand at a time, column by column, with their places in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.importing.report import Fault

ROWS_A_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """n rows: `columns` by their name in the file, each of n cells (None: not given).

    `lines` are their places (lines of text, counted from 1; rows of Parquet). `row(i)` is row i as it was
    given, `file(i)` the file it stands in where there are several. `faults` are rows that could not
    even be read; they are not among the n.
    """

    columns: Mapping[str, Sequence[Any]]
    lines: Sequence[int]
    row: Callable[[int], str]
    faults: Sequence[Fault] = ()
    file: Callable[[int], str | None] = lambda _: None

    def __len__(self) -> int:
        return len(self.lines)
