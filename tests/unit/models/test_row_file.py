"""Rows on disk: what was written comes back one at a time, and a damaged file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.row_file import RowFile, RowFileError, write_rows


def opened(folder: Path) -> RowFile[str]:
    return RowFile(folder, "rows", bytes.decode)


def test_rows_come_back_in_order(tmp_path: Path) -> None:
    write_rows(tmp_path, "rows", (text.encode() for text in ("one", "", "drei ß")))
    rows = opened(tmp_path)
    assert list(rows) == ["one", "", "drei ß"]
    assert (rows[-1], rows[0:2], len(rows)) == ("drei ß", ["one", ""], 3)
    with pytest.raises(IndexError):
        rows[3]


def test_no_rows_are_rows_too(tmp_path: Path) -> None:
    write_rows(tmp_path, "rows", ())
    assert list(opened(tmp_path)) == []


def test_a_line_break_in_a_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="row 1"):
        write_rows(tmp_path, "rows", (b"one", b"t\nwo"))


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    write_rows(tmp_path, "rows", (b"one", b"two"))
    (tmp_path / "rows.jsonl").write_bytes(b"one\ntw")
    with pytest.raises(RowFileError, match=r"rows\.jsonl"):
        opened(tmp_path)
    (tmp_path / "rows.jsonl").unlink()
    with pytest.raises(RowFileError, match="learn"):
        opened(tmp_path)
