"""Icecat electronics (Open Content Licence) as a catalogue; Chorus ratings (Apache-2.0) as rated queries.

python -m tests.converters.icecat products.jsonl.gz catalogue.jsonl
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.converters.jsonl import write_lines


def catalogue(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the products as rows of a catalogue; the model's name stands with the description."""
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        for row in map(json.loads, stream):
            attributes = {key.split("_", 2)[2]: row[key] for key in row if key.startswith("attr_")}
            yield {
                "sku": row["id"],
                "title": row["title"],
                "description": f"{row['name']}. {row.get('short_description', '')}",
                "brand": row["supplier"],
                "price": f"{row['price'] / 100:.2f}",
                "currency": "EUR",
                "attributes": attributes,
            }


def ratings(file: Path) -> dict[str, dict[str, int]]:
    """Return rating (0 to 3) by product, by query; queries without a relevant product are left out."""
    rated: dict[str, dict[str, int]] = {}
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rated.setdefault(row["query"], {})[row["docid"]] = int(row["rating"])
    return {query: own for query, own in rated.items() if any(own.values())}


if __name__ == "__main__":
    write_lines(Path(sys.argv[2]), catalogue(Path(sys.argv[1])))
