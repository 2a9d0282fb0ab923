"""How long an import takes, as a multiple of a bare sqlite3 executemany of the same rows, same tables.

    python -m tests.benchmark.import_peer [--postgres]

Prints one JSON document. The file is the Online Retail export (541,909 lines) of the development data.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from api.importing import import_file
from api.storage import open_storage
from replies.shop import Shop

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("WELLPUT_TEST_DATA", ROOT.parent / "shared" / "data"))
FILE = DATA / "online_retail" / "online_retail.csv.gz"
MAP = ROOT / "api" / "importing" / "maps" / "uci-online-retail.toml"


def measure(folder: Path) -> dict[str, Any]:
    """Import, import again, then write the very rows the bare way; return seconds and the ratio."""
    url = f"sqlite:///{folder / 'wellput.db'}"
    storage = open_storage(url)

    def bring_in() -> Any:
        return import_file("orders", FILE, storage=storage, shop=Shop(), rejects=folder, map_file=MAP)

    first_s, first = _timed(bring_in)
    again_s, again = _timed(bring_in)
    storage.close()
    with closing(sqlite3.connect(folder / "wellput.db")) as connection:
        rows = connection.execute("SELECT * FROM order_lines ORDER BY position").fetchall()
    open_storage(f"sqlite:///{folder / 'bare.db'}").close()
    bare_s, _ = _timed(lambda: _bare(folder / "bare.db", rows))
    return {
        "rows": first.rows,
        "stored": first.added,
        "first_import_s": round(first_s, 2),
        "second_import_s": round(again_s, 2),
        "second_import_changed": again.added + again.changed,
        "bare_executemany_s": round(bare_s, 2),
        "ratio": round(first_s / bare_s, 2),
        "ratio_allowed": 5.0,
        "peak_rss_mb": first_peak_mb(),
        "peak_rss_allowed_mb": 1500,
    }


def _bare(file: Path, rows: list[tuple[Any, ...]]) -> None:
    """What anybody would write: one executemany in one transaction, the database as it comes."""
    marks = ", ".join("?" * len(rows[0]))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(f"INSERT INTO order_lines VALUES ({marks})", rows)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


def first_peak_mb() -> int:
    """Return the peak memory of this process; it includes the rows held for the bare way."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    """Print the figures; 1 when a bound is broken, 2 without the data."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    if not FILE.is_file():
        print(f"needs {FILE} (WELLPUT_TEST_DATA)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder))
    print(json.dumps(figures, indent=2))
    kept = figures["ratio"] <= figures["ratio_allowed"] and figures["peak_rss_mb"] <= 1500
    return 0 if kept and not figures["second_import_changed"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
