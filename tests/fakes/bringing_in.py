"""A storage and a short way to import texts into it, for tests of importing."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.importing import ImportReport, import_file
from api.storage import SqlStorage
from replies.shop import Shop

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class BringingIn:
    """Imports what a test states as text or bytes."""

    storage: SqlStorage
    folder: Path
    shop: Shop

    def __call__(
        self, kind: str, content: str | bytes, *, name: str = "given.csv", fields: str = "", **options: Any
    ) -> ImportReport:
        """Write `content` to a file called `name` and import it, with the map `fields`."""
        file = self.folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.file(kind, file, fields=fields, **options)

    def file(self, kind: str, file: Path, *, fields: str = "", **options: Any) -> ImportReport:
        """Import a file that is there."""
        if fields:
            options["map_file"] = self.folder / "map.toml"
            options["map_file"].write_text(fields, encoding="utf-8")
        return import_file(
            kind,
            file,
            storage=self.storage,
            shop=self.shop,
            rejects=self.folder / "rejects",
            now=NOW,
            **options,
        )

    @staticmethod
    def rejects(report: ImportReport) -> list[dict[str, str]]:
        """Return the rows of the rejects file."""
        assert report.rejects_file is not None
        with report.rejects_file.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
