"""The rejects file: every row that was not taken, where it stood, why, and the row as it was given."""

from __future__ import annotations

import csv
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import IO, Any

from api.importing.report import Fault, NotImported, RowRefused
from brand_voice.personal_data import mask_card_numbers

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_ROW = 100_000


class Rejects:
    """Counts rejected rows and writes them to a CSV that is made when the first one comes.

    Cells that a spreadsheet would run as a formula get an apostrophe before them; card numbers are masked.
    """

    def __init__(self, folder: Path, source: str, now: datetime, *, strict: bool) -> None:
        self._folder = folder
        self._source = source
        self._now = now
        self._strict = strict
        self._file: IO[str] | None = None
        self._writer: Any = None
        self.path: Path | None = None
        self.count = 0

    def add(self, fault: Fault) -> None:
        """Write one down. Raises RowRefused when the import is strict."""
        where = fault.file or self._source
        if self._strict:
            column = "" if fault.column is None else f", column {fault.column}"
            raise RowRefused(
                f"{where}, line {fault.line}{column}: {fault.reason}; nothing was imported (--strict)"
            )
        if self._writer is None:
            self._writer = self._opened()
        row = fault.row
        if len(row) > _LONGEST_ROW:
            row = f"{row[:_LONGEST_ROW]}… ({len(row):,} characters)"
        cells = (where, str(fault.line), fault.column or "", fault.reason, mask_card_numbers(row))
        self._writer.writerow([_harmless(cell) for cell in cells])
        self.count += 1

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _opened(self) -> Any:
        stem = Path(self._source).name.split(".")[0] or "stdin"
        base = f"{stem}-{self._now:%Y%m%dT%H%M%S}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            names = (f"{base}-{number}.rejects.csv" for number in count(1))
            path = next(path for name in names if not (path := self._folder / name).exists())
            self._file = path.open("x", encoding="utf-8", newline="")
        except OSError as error:
            raise NotImported(
                f"the rejects file in {self._folder} cannot be written: {error.strerror}"
            ) from error
        self.path = path
        writer = csv.writer(self._file)
        writer.writerow(("file", "line", "column", "reason", "row"))
        return writer


def _harmless(cell: str) -> str:
    visible = cell.replace("\x00", "␀").encode("utf-8", "replace").decode("utf-8")
    return f"'{visible}" if visible.startswith(_FORMULA) else visible
