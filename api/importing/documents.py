"""JSON lines, Parquet and Markdown as chunks."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from api.importing.chunk import ROWS_A_CHUNK, Chunk, ObjectChunk
from api.importing.report import Fault, NotImported
from api.importing.streams import Lines


def json_chunks(batches: Iterator[Lines]) -> Iterator[Chunk]:
    """Yield chunks of JSON lines, one object a line; blank lines are passed over."""
    for lines in batches:
        objects: list[dict[str, Any]] = []
        places: list[int] = []
        faults: list[Fault] = []
        for index, text in enumerate(lines.texts):
            if not text.strip():
                continue
            found = lines.faults.get(index) or _object(text)
            if isinstance(found, str):
                faults.append(Fault(lines.first + index, None, found, text))
            else:
                objects.append(found)
                places.append(index)
        yield _chunk(lines, objects, places, faults)


def _chunk(lines: Lines, objects: list[dict[str, Any]], places: list[int], faults: list[Fault]) -> Chunk:
    return ObjectChunk(
        objects,
        lines=[lines.first + place for place in places],
        row=lambda index: lines.texts[places[index]],
        faults=faults,
    )


def _object(text: str) -> dict[str, Any] | str:
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg} at place {error.pos + 1} of the line"
    except RecursionError:
        return "the JSON is nested too deeply"
    except ValueError as error:
        return f"not JSON that can be kept: {error}"
    return found if isinstance(found, dict) else "a line holds one JSON object {…}"


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def parquet_chunks(stream: BinaryIO, name: str) -> Iterator[Chunk]:
    """Yield chunks of a Parquet file; `lines` count its rows from 1. Raises NotImported."""
    import pyarrow
    from pyarrow import parquet

    with tempfile.TemporaryFile() as file:
        while block := stream.read(1024 * 1024):
            file.write(block)
        file.seek(0)
        try:
            number = 1
            for batch in parquet.ParquetFile(file).iter_batches(ROWS_A_CHUNK):
                columns = batch.to_pydict()
                yield _parquet_chunk(columns, number, batch.num_rows)
                number += batch.num_rows
        except (pyarrow.ArrowException, OSError) as error:
            raise NotImported(f"{name} is no whole Parquet file: {error}") from error


def _parquet_chunk(columns: dict[str, list[Any]], first: int, count: int) -> Chunk:
    def row(index: int) -> str:
        named = {name: cells[index] for name, cells in columns.items()}
        return json.dumps(named, ensure_ascii=False, default=str)

    return Chunk(columns, range(first, first + count), row)


def markdown_chunks(path: Path, name: str, content: bytes | None = None) -> Iterator[Chunk]:
    """Yield one chunk of Markdown articles: one file, or the *.md files of a folder in order of name.

    `content` is the one file's where it is not to be read from `path`. Front matter (YAML between two
    lines of ---) gives the fields; without it the first heading is the title, the file's name the id.
    """
    files = sorted(path.rglob("*.md")) if path.is_dir() else [path]
    if not files:
        raise NotImported(f"{name} holds no .md file")
    kept: list[tuple[Path, dict[str, Any], str]] = []
    faults: list[Fault] = []
    for file in files:
        whole = ""
        try:
            raw = file.read_bytes() if content is None else content
            whole = raw.decode("utf-8-sig").replace("\r\n", "\n")
            kept.append((file, _article(whole, file), whole))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            faults.append(
                Fault(line, None, f"not UTF-8: byte 0x{error.object[error.start]:02X}", "", file.name)
            )
        except OSError as error:
            faults.append(Fault(1, None, f"cannot be read: {error.strerror}", "", file.name))
        except (yaml.YAMLError, ValueError) as error:
            faults.append(Fault(1, None, f"the front matter is not YAML: {error}", whole, file.name))
    yield ObjectChunk(
        [found for _, found, _ in kept],
        lines=[1] * len(kept),
        row=lambda index: kept[index][2],
        faults=faults,
        file=lambda index: kept[index][0].name,
    )


def _article(whole: str, file: Path) -> dict[str, Any]:
    front, body = {}, whole
    if whole.startswith("---\n"):
        head, mark, rest = whole[4:].partition("\n---")
        if not mark:
            raise ValueError("it begins with --- and has no second ---")
        front, body = yaml.safe_load(head) or {}, rest.partition("\n")[2]
        if not isinstance(front, dict):
            raise ValueError("it is not names and values")
    fields = {str(key): value for key, value in front.items()}
    fields.setdefault("id", file.stem)
    if "title" not in fields:
        fields["title"] = next(
            (line.lstrip("# ").strip() for line in body.splitlines() if line.startswith("#")), file.stem
        )
    fields["body"] = body.strip()
    return fields
