"""What an import says at its end, and how it stops."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class NotImported(ValueError):
    """The file was not imported and nothing was changed; the message says why and the way out."""


class RowRefused(NotImported):
    """A strict import met a bad row."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the rows of one file.

    `rows` = `added` + `changed` + `unchanged` + `rejected` + `skipped` (by the map's [skip]) +
    `repeated` (a later row of the file has the same key; the later one counts). `rejects_file` names
    each rejected row with its line, column and reason; None when there is none.
    """

    kind: str
    file: str
    rows: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    rejects_file: Path | None = None
    warnings: tuple[str, ...] = ()
    skipped: int = 0
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that could not be taken: where, which column (None: the whole row), why, as it was given."""

    line: int
    column: str | None
    reason: str
    row: str
    file: str | None = None
