"""CSV and TSV as chunks. A broken row costs that row, not those after it.

A quote that is opened and never closed would swallow the rest of the file; here a row over several lines
must come out with as many cells as the header, or its first line alone is rejected.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from api.importing.chunk import Chunk
from api.importing.report import Fault, NotImported
from api.importing.streams import LONGEST_LINE, Line

_MOST_LINES = 2_000  # of one row


class _Splitter:
    """Puts lines together into rows; a row is the text it was given as and its first line's number."""

    def __init__(self, delimiter: str, width: int) -> None:
        self._delimiter = delimiter
        self._width = width
        self.faults: list[Fault] = []
        self._pending: list[Line] = []

    def rows(self, lines: Sequence[Line], *, at_end: bool = False) -> list[tuple[int, str]]:
        """Return the rows that are whole; a row that may go on is kept for the next call."""
        if not self._pending and not any('"' in line.text or line.fault for line in lines):
            return [(line.number, line.text) for line in lines]
        rows: list[tuple[int, str]] = []
        queue = deque([*self._pending, *lines])
        self._pending = []
        while queue:
            line = queue.popleft()
            if line.fault is not None:
                self.faults.append(Fault(line.number, None, line.fault, line.text))
            elif line.text.count('"') % 2 == 0 or not self._opens(line.text):
                rows.append((line.number, line.text))
            else:
                row = self._gathered(line, queue, at_end)
                if row is not None:
                    rows.append(row)
        return rows

    def _gathered(self, first: Line, queue: deque[Line], at_end: bool) -> tuple[int, str] | None:
        taken, odd, size = [first], True, len(first.text)
        while queue and odd and len(taken) < _MOST_LINES and size < LONGEST_LINE:
            line = queue.popleft()
            taken.append(line)
            size += len(line.text)
            odd = odd != (line.text.count('"') % 2 == 1)
        whole = "\n".join(line.text for line in taken)
        if not odd and self._is_row(whole) and all(line.fault is None for line in taken):
            return first.number, whole
        if odd and not queue and not at_end and len(taken) < _MOST_LINES:
            self._pending = taken
            return None
        queue.extendleft(reversed(taken[1:]))
        self.faults.append(
            Fault(first.number, None, "a quote is opened and not closed as it should be", first.text)
        )
        return None

    def _opens(self, text: str) -> bool:
        try:
            next(csv.reader([text], delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False

    def _is_row(self, text: str) -> bool:
        try:
            return len(next(csv.reader([text], delimiter=self._delimiter))) == self._width
        except csv.Error:
            return False


def delimited_chunks(batches: Iterator[list[Line]], name: str, delimiter: str) -> Iterator[Chunk]:
    """Yield chunks of a CSV or TSV whose first line names the columns.

    Raises NotImported for an empty file or a header that cannot be used.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    header, batches = _header(batches, name, delimiter)
    splitter = _Splitter(delimiter, len(header))
    for lines, at_end in _with_end(batches):
        rows = splitter.rows(lines, at_end=at_end)
        faults, splitter.faults = splitter.faults, []
        yield _chunk(rows, header, delimiter, faults)


def _with_end(batches: Iterator[list[Line]]) -> Iterator[tuple[list[Line], bool]]:
    for lines in batches:
        yield lines, False
    yield [], True


def _header(
    batches: Iterator[list[Line]], name: str, delimiter: str
) -> tuple[tuple[str, ...], Iterator[list[Line]]]:
    lines = next(batches, [])
    while lines and not lines[0].text.strip():
        lines = lines[1:] or next(batches, [])
    if not lines:
        raise NotImported(f"{name} is empty; its first line names the columns")
    first = lines[0]
    if first.fault is not None:
        raise NotImported(f"{name}, line {first.number}: {first.fault}")
    if "\r" in first.text:
        raise NotImported(f"{name} parts its lines by CR alone; save it with LF or CR LF line ends")
    try:
        header = tuple(cell.strip() for cell in next(csv.reader([first.text], delimiter=delimiter)))
    except csv.Error as error:
        raise NotImported(f"{name}, line {first.number}: the header cannot be read ({error})") from error
    doubled = next((cell for cell in header if cell and header.count(cell) > 1), None)
    if doubled is not None:
        raise NotImported(f"{name} has two columns {doubled!r}; rename one")
    return header, chain([lines[1:]], batches)


def _chunk(
    rows: list[tuple[int, str]], header: tuple[str, ...], delimiter: str, faults: list[Fault]
) -> Chunk:
    texts = [text for _, text in rows]
    parsed = _parsed(texts, delimiter)
    good: list[int] = []
    for index, cells in enumerate(parsed):
        if isinstance(cells, str):
            faults.append(Fault(rows[index][0], None, cells, texts[index]))
        elif len(cells) == len(header):
            good.append(index)
        elif cells and (len(cells) > 1 or cells[0].strip()):
            reason = f"the row has {len(cells)} cells, the header {len(header)}"
            faults.append(Fault(rows[index][0], None, reason, texts[index]))
        elif cells and len(header) == 1:
            good.append(index)
    if len(good) < len(rows):
        rows = [rows[index] for index in good]
        parsed = [parsed[index] for index in good]
    columns = zip(*parsed, strict=True) if parsed else ([] for _ in header)
    return Chunk(
        columns=dict(zip(header, columns, strict=True)),
        lines=[number for number, _ in rows],
        row=lambda index: rows[index][1],
        faults=faults,
    )


def _parsed(texts: list[str], delimiter: str) -> list[list[str] | str]:
    """Return the cells of each row, or why there are none."""
    try:
        together: list[list[str] | str] = list(csv.reader(texts, delimiter=delimiter))
        if len(together) == len(texts):
            return together
    except csv.Error:
        pass
    return [_cells(text, delimiter) for text in texts]


def _cells(text: str, delimiter: str) -> list[str] | str:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error as error:
        return f"the row cannot be read: {error}"


def shown_header(columns: Iterable[str]) -> str:
    """Return the columns of a file for a message."""
    named = [column for column in columns if column]
    return ", ".join(named[:20]) + (", …" if len(named) > 20 else "") if named else "none"
