"""Batch calls: a line of JSONL in, its answer out; a line that cannot be used is told and the rest go on."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

import click
from pydantic import BaseModel

from api.cli.frame import FAULTS_FOUND, emit_line, fail, warn

_MOST_TOLD = 10

Line = dict[str, Any]
Answer = Callable[[Line], Iterable[BaseModel | dict[str, Any]]]


class BadLine(ValueError):
    """A line cannot be used; the message says why."""


def answer_lines(source: str, needed: Iterable[str], answer: Answer, *, key: str = "id") -> None:
    """Print the answers to each object of a JSONL file ("-" is standard input), in order.

    A line that cannot be used is answered with `{key, "line", "error"}` and told on standard error; the
    command then ends with FAULTS_FOUND after the last line. A file that cannot be read ends it at once.
    """
    wanted, faults = tuple(needed), 0
    for number, raw in _raw_lines(source):
        line: Line = {}
        try:
            line = _object(raw)
            _hold_to(line, wanted)
            for document in answer(line):
                emit_line(document)
        except BadLine as error:
            faults += 1
            emit_line({key: line.get("id"), "line": number, "error": str(error)})
            if faults <= _MOST_TOLD:
                warn(f"{_name(source)}, line {number}: {error}; the other lines go on")
    if faults > _MOST_TOLD:
        warn(f"{faults - _MOST_TOLD:,} more lines could not be used; each has its error in the output")
    if faults:
        raise SystemExit(FAULTS_FOUND)


def read_lines(source: str, needed: Iterable[str]) -> Iterator[Line]:
    """Yield the objects of a JSONL file of which every line counts, each with the fields `needed`.

    Ends the command with exit code 2 naming file and line where a line cannot be used.
    """
    wanted = tuple(needed)
    for number, raw in _raw_lines(source):
        try:
            line = _object(raw)
            _hold_to(line, wanted)
            yield line
        except BadLine as error:
            fail(f"{_name(source)}, line {number}: {error}")


def text_of(line: Line, field: str = "text") -> str:
    """Return a text field. Raises BadLine when it is no text."""
    value = line[field]
    if not isinstance(value, str):
        raise BadLine(f"{field} of {line.get('id')!r} is not text")
    return value.encode("utf-8", errors="replace").decode("utf-8")


def _raw_lines(source: str) -> Iterator[tuple[int, bytes]]:
    try:
        with gzip.open(source) if source.endswith(".gz") else click.open_file(source, "rb") as stream:
            yield from ((number, raw) for number, raw in enumerate(stream, start=1) if raw.strip())
    except OSError as error:
        fail(f"{_name(source)} cannot be read: {error.strerror or error}")
    except (EOFError, zlib.error):
        fail(f"{_name(source)} is damaged or cut short; copy it here once more")


def _name(source: str) -> str:
    return "standard input" if source == "-" else source


def _object(raw: bytes) -> Line:
    try:
        found = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadLine("it is not a JSON object in UTF-8") from error
    if not isinstance(found, dict):
        raise BadLine("it is not a JSON object")
    return found


def _hold_to(line: Line, wanted: tuple[str, ...]) -> None:
    missing = [field for field in wanted if field not in line]
    if missing:
        raise BadLine(f"it has no field {', '.join(missing)}")


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
