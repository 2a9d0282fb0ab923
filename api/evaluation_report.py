"""What an evaluation says: a table, a document, pictures; and the files it can be written to."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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


def json_lines(data: Path, needed: Sequence[str]) -> list[dict[str, Any]]:
    """Return the objects of a JSONL file, plain or .gz. Raises EvaluationRefused naming file and entry."""
    found: list[dict[str, Any]] = []
    try:
        with gzip.open(data) if data.suffix == ".gz" else data.open("rb") as stream:
            found += [json.loads(line) for line in stream if line.strip()]
    except (OSError, EOFError, ValueError) as error:
        raise EvaluationRefused(f"{data} cannot be read as JSONL: {error}") from error
    for place, one in enumerate(found, start=1):
        if not isinstance(one, dict) or not all(one.get(name) for name in needed):
            raise EvaluationRefused(f"{data}, entry {place} has no {' or no '.join(needed)}")
    if not found:
        raise EvaluationRefused(f"{data} is empty")
    return found
