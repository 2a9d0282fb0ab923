"""What an evaluation says: a table, a document, pictures; and the files it can be written to."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast


class EvaluationRefused(Exception):
    """There is nothing to score on, or the file cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome as a table, as a document and as pictures (SVG by file name); `faults` when what was scored
    is itself at fault."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    document: Mapping[str, Any]
    faults: bool = False
    pictures: Mapping[str, str] = field(default_factory=dict[str, str])

    def write_to(self, folder: Path) -> None:
        """Write table (CSV), document (JSON) and pictures into `folder`, which is made where missing."""
        name = str(self.document["what"])
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows((self.columns, *self.rows))
        (folder / f"{name}.json").write_text(
            json.dumps(self.document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        for file_name, picture in self.pictures.items():
            (folder / file_name).write_text(picture, encoding="utf-8")


def json_lines(
    data: Path, needed: Sequence[str], *, may_be_empty: Sequence[str] = ()
) -> list[tuple[int, dict[str, Any]]]:
    """Return the objects of a JSONL file, plain or .gz, each with its line; it has every field `needed`, and
    a value in those but the ones that `may_be_empty`. Raises EvaluationRefused naming file and line."""
    found: list[tuple[int, dict[str, Any]]] = []
    try:
        with gzip.open(data) if data.suffix == ".gz" else data.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    found.append((number, _object(line, f"{data}, line {number}")))
    except OSError as error:
        raise EvaluationRefused(f"{data} cannot be read: {error.strerror or error}") from error
    except (EOFError, zlib.error) as error:
        raise EvaluationRefused(f"{data} is damaged or cut short; copy it here once more") from error
    for number, one in found:
        lacking = [name for name in needed if not (one.get(name) or (name in may_be_empty and name in one))]
        if lacking:
            raise EvaluationRefused(f"{data}, line {number} has no {' and no '.join(lacking)}")
    if not found:
        raise EvaluationRefused(f"{data} is empty")
    return found


def _object(line: bytes, place: str) -> dict[str, Any]:
    try:
        one = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise EvaluationRefused(f"{place} is not a JSON object in UTF-8") from error
    if not isinstance(one, dict):
        raise EvaluationRefused(f"{place} is not a JSON object")
    return cast("dict[str, Any]", one)
