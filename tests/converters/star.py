"""STAR (MIT) comes in the form of `contacts` already; here it is only thinned out, for tests and back-tests.

python -m tests.converters.star contacts.jsonl.gz some.jsonl [EVERY]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from tests.converters.jsonl import read_lines, write_lines


def contacts(file: Path, *, every: int = 1, others: bool = False) -> Iterator[dict[str, Any]]:
    """Yield each `every`th contact as it stands; with `others`, all but those."""
    for place, contact in enumerate(read_lines(file)):
        if (place % every == 0) != others:
            yield contact


def write_contacts(file: Path, target: Path, most: int) -> Path:
    """Write the first `most` contacts as JSON lines and return the file."""
    write_lines(target, islice(contacts(file), most))
    return target


if __name__ == "__main__":
    write_lines(Path(sys.argv[2]), contacts(Path(sys.argv[1]), every=int((sys.argv[3:] or ["1"])[0])))
