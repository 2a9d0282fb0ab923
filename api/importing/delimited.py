"""CSV and TSV as chunks. A broken row costs that row, not those after it.

A quote that is opened and never closed would swallow the rest of the file; here a row over several lines
must come out with as many cells as the header, or its first line alone is rejected.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from api.importing.chunk import Chunk
from api.importing.report import Fault, NotImported
from api.importing.streams import LONGEST_LINE, Lines

_MOST_LINES = 2_000  # of one row


class _Line(NamedTuple):
    number: int
    text: str
    fault: str | None


class _Splitter:
    """Puts lines together into rows; a row is the text it was given as and its first line's number."""

    def __init__(self, delimiter: str, width: int) -> None:
        self._delimiter = delimiter
        self._width = width
        self.faults: list[Fault] = []
        self._pending: list[_Line] = []

    def rows(self, lines: Lines, *, at_end: bool = False) -> tuple[Sequence[int], list[str]]:
        """Return the rows that are whole: the number of their first line, and their text.

        A row that may go on in lines to come is kept for the next call.
        """
        texts = lines.texts
        broken = lines.faults or any('"' in text and text.count('"') % 2 for text in texts)
        if not self._pending and not broken:
            return range(lines.first, lines.first + len(texts)), texts
        new = (_Line(lines.first + at, text, lines.faults.get(at)) for at, text in enumerate(texts))
        queue = deque([*self._pending, *new])
        self._pending = []
        rows: list[tuple[int, str]] = []
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
        return [number for number, _ in rows], [text for _, text in rows]

    def _gathered(self, first: _Line, queue: deque[_Line], at_end: bool) -> tuple[int, str] | None:
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
        reason = "a quote is opened and not closed as it should be"
        self.faults.append(Fault(first.number, None, reason, first.text))
        return None

    def _opens(self, text: str) -> bool:
        try:
            next(csv.reader([text], delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False

    def _is_row(self, text: str) -> bool:
        try:
            return len(next(csv.reader([text], delimiter=self._delimiter, strict=True))) == self._width
        except csv.Error:
            return False


def delimited_chunks(batches: Iterator[Lines], name: str, delimiter: str) -> Iterator[Chunk]:
    """Yield chunks of a CSV or TSV whose first line names the columns.

    Raises NotImported for an empty file or a header that cannot be used.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    header, batches = _header(batches, name, delimiter)
    splitter = _Splitter(delimiter, len(header))
    last = Lines(0, [])
    for lines in chain(batches, [last]):
        numbers, texts = splitter.rows(lines, at_end=lines is last)
        faults, splitter.faults = splitter.faults, []
        yield _chunk(numbers, texts, header, delimiter, faults)


def _header(batches: Iterator[Lines], name: str, delimiter: str) -> tuple[tuple[str, ...], Iterator[Lines]]:
    for lines in batches:
        for index, text in enumerate(lines.texts):
            if index in lines.faults:
                raise NotImported(f"{name}, line {lines.first + index}: {lines.faults[index]}")
            if text.strip():
                header = _columns(text, name, delimiter, lines.first + index)
                faults = {at - index - 1: fault for at, fault in lines.faults.items()}
                rest = Lines(lines.first + index + 1, lines.texts[index + 1 :], faults)
                return header, chain([rest], batches)
    raise NotImported(f"{name} is empty; its first line names the columns")


def _columns(text: str, name: str, delimiter: str, number: int) -> tuple[str, ...]:
    if "\r" in text:
        raise NotImported(f"{name} parts its lines by CR alone; save it with LF or CR LF line ends")
    try:
        header = tuple(cell.strip() for cell in next(csv.reader([text], delimiter=delimiter)))
    except csv.Error as error:
        raise NotImported(f"{name}, line {number}: the header cannot be read ({error})") from error
    doubled = next((cell for cell in header if cell and header.count(cell) > 1), None)
    if doubled is not None:
        raise NotImported(f"{name} has two columns {doubled!r}; rename one")
    return header


def _chunk(
    numbers: Sequence[int], texts: list[str], header: tuple[str, ...], delimiter: str, faults: list[Fault]
) -> Chunk:
    parsed = _parsed(texts, delimiter)
    if parsed is None or not {len(header)}.issuperset(map(len, parsed)):
        each = [_cells(text, delimiter) for text in texts]
        good: list[int] = []
        for index, cells in enumerate(each):
            reason = _wrong(cells, len(header))
            if reason:
                faults.append(Fault(numbers[index], None, reason, texts[index]))
            elif reason is None:
                good.append(index)
        numbers, texts = [numbers[index] for index in good], [texts[index] for index in good]
        parsed = [cells for index in good if not isinstance(cells := each[index], str)]
    columns = zip(*parsed, strict=True) if parsed else ([] for _ in header)
    return Chunk(
        columns=dict(zip(header, columns, strict=True)),
        lines=numbers,
        row=lambda index: texts[index],
        faults=faults,
    )


def _wrong(cells: list[str] | str, width: int) -> str | None:
    """Return what is wrong with a row, None when nothing is, "" for a blank line."""
    if isinstance(cells, str):
        return cells
    if not any(cell.strip() for cell in cells):
        return ""
    return None if len(cells) == width else f"the row has {len(cells)} cells, the header {width}"


def _parsed(texts: list[str], delimiter: str) -> list[list[str]] | None:
    """Return the cells of all rows read at one go, None where they have to be read one by one."""
    try:
        together = list(csv.reader(texts, delimiter=delimiter))
    except csv.Error:
        return None
    return together if len(together) == len(texts) else None


def _cells(text: str, delimiter: str) -> list[str] | str:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error as error:
        return f"the row cannot be read: {error}"


def shown_header(columns: Iterable[str]) -> str:
    """Return the columns of a file for a message."""
    named = [column for column in columns if column]
    return ", ".join(named[:20]) + (", …" if len(named) > 20 else "") if named else "none"
