"""A copy of a SQLite database while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa


def copy_database(url: str, target: Path) -> None:
    """Write a consistent copy of the SQLite database at `url` to `target`, readers and writers going on."""
    source = sa.make_url(url).database or ""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
