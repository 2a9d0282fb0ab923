"""JSON lines, plain or .gz."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSONL file."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open() as stream:
        for line in stream:
            yield json.loads(line)


def write_lines(file: Path, lines: Iterable[Mapping[str, Any]]) -> int:
    """Write one object a line; return how many."""
    count = 0
    with file.open("w", encoding="utf-8") as stream:
        for line in lines:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count
