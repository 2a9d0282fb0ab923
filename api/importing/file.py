"""Importing one file: opened, read in chunks, checked, and written in one transaction."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from api.importing.chunk import Chunk
from api.importing.conversations import FIELDS as CONTACT_FIELDS
from api.importing.conversations import ContactImport
from api.importing.delimited import delimited_chunks
from api.importing.documents import json_chunks, markdown_chunks, parquet_chunks
from api.importing.kinds import Context, kinds
from api.importing.mapping import FieldMap, read_map
from api.importing.rejects import Rejects
from api.importing.report import ImportReport, NotImported
from api.importing.streams import GZIP_SUFFIXES, lines_of, opened
from api.importing.tabular import TableImport
from api.storage import SqlStorage
from replies.shop import Shop

KINDS = ("catalogue", "orders", "customers", "articles", "replies", "contacts", "stores", "store_stock")
FORMATS = ("csv", "tsv", "jsonl", "parquet", "markdown")
_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".md": "markdown",
    ".markdown": "markdown",
}
_DELIMITERS = {"csv": ",", "tsv": "\t"}


def import_file(  # noqa: PLR0913  one keyword for each thing the command line may state
    kind: str,
    file: Path,
    *,
    storage: SqlStorage,
    shop: Shop,
    rejects: Path,
    map_file: Path | None = None,
    file_format: str | None = None,
    strict: bool = False,
    on_progress: Callable[[int], None] | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Bring one file in, in one transaction; the same file again changes nothing.

    `kind` is one of KINDS; `file` a path, "-" for standard input (then `file_format` is needed), or for
    articles a folder of Markdown. Rows that cannot be taken are written to a file in the folder `rejects`.
    `on_progress` is told how many rows were read so far.

    Raises NotImported, in words, when the file cannot be used or, with `strict`, at the first bad row;
    then nothing is changed.
    """
    name = "standard input" if str(file) == "-" else str(file)
    if kind not in KINDS:
        raise NotImported(f"{kind!r} is no kind of file; there are {', '.join(KINDS)}")
    fields = FieldMap() if map_file is None else read_map(map_file)
    form = _format(file, name, file_format)
    if form == "markdown" and kind != "articles":
        raise NotImported(f"Markdown holds articles, not {kind}")
    moment = now or datetime.now(UTC)
    set_aside = Rejects(rejects, "stdin" if str(file) == "-" else file.name, moment, strict=strict)
    with ExitStack() as stack:
        stack.callback(set_aside.close)
        stack.enter_context(_collector_paused())
        chunks = _chunks(stack, file, name, form, fields)
        if kind == "contacts":
            return _contacts(storage, shop, fields, chunks, set_aside, name, moment, on_progress)
        return _table(kind, storage, shop, fields, chunks, set_aside, name, on_progress)


@contextmanager
def _collector_paused() -> Generator[None]:
    """Rows hold no cycles; looking for some among millions of cells doubles the time of an import."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _format(file: Path, name: str, stated: str | None) -> str:
    if stated is not None:
        if stated not in FORMATS:
            raise NotImported(f"{stated!r} is no format; there are {', '.join(FORMATS)}")
        return stated
    if str(file) != "-" and not file.exists():
        raise NotImported(f"there is no file {file}")
    if file.is_dir():
        return "markdown"
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in GZIP_SUFFIXES:
        suffixes.pop()
    form = _SUFFIXES.get(suffixes[-1]) if suffixes else None
    if form is None:
        raise NotImported(f"the name of {name} does not tell its format; say --format {'|'.join(FORMATS)}")
    return form


def _chunks(stack: ExitStack, file: Path, name: str, form: str, fields: FieldMap) -> Iterator[Chunk]:
    if file.is_dir():
        return markdown_chunks(file, name)
    stream = stack.enter_context(opened(file, name))
    if form == "parquet":
        return parquet_chunks(stream, name)
    if form == "markdown":
        return markdown_chunks(file, name, stream.read())
    lines = lines_of(stream, name, fields.encoding)
    if form == "jsonl":
        return json_chunks(lines)
    return delimited_chunks(lines, name, fields.delimiter or _DELIMITERS[form])


def _table(
    kind: str,
    storage: SqlStorage,
    shop: Shop,
    fields: FieldMap,
    chunks: Iterator[Chunk],
    rejects: Rejects,
    name: str,
    on_progress: Callable[[int], None] | None,
) -> ImportReport:
    every = kinds(fields.zone or shop.zone, fields.formats_of)
    spec = every[kind]
    names = frozenset(one.name for other in every.values() for one in other.fields).union(CONTACT_FIELDS)
    context = Context(shop.currency, storage.known_keys, names)
    taken = TableImport(spec, fields, context, rejects, name)
    with storage.bulk_loading(spec.table) as load:
        for columns in taken.ready(chunks, load.names):
            load.add(columns)
            if on_progress is not None:
                on_progress(taken.rows)
        merged = load.merge(taken.given, settle=spec.settled(fields.usual))
    return ImportReport(
        kind=kind,
        file=name,
        rows=taken.rows,
        added=merged.added,
        changed=merged.changed,
        unchanged=merged.unchanged,
        rejected=rejects.count,
        rejects_file=rejects.path,
        warnings=(*taken.unmet, *_warnings(taken.rows, taken.unknown, merged.repeated, name)),
        skipped=taken.skipped,
        repeated=merged.repeated,
    )


def _contacts(
    storage: SqlStorage,
    shop: Shop,
    fields: FieldMap,
    chunks: Iterator[Chunk],
    rejects: Rejects,
    name: str,
    now: datetime,
    on_progress: Callable[[int], None] | None,
) -> ImportReport:
    taken = ContactImport(fields, shop, rejects, now)
    with storage.writing() as unit:
        taken.take(unit, chunks, on_progress or (lambda _: None))
    tally = taken.tally
    return ImportReport(
        kind="contacts",
        file=name,
        rows=tally.rows,
        added=tally.added,
        changed=tally.changed,
        unchanged=tally.unchanged,
        rejected=rejects.count,
        rejects_file=rejects.path,
        warnings=_warnings(tally.rows, tally.unknown, tally.repeated, name),
        repeated=tally.repeated,
    )


def _warnings(rows: int, unknown: set[str], repeated: int, name: str) -> tuple[str, ...]:
    found: list[str] = []
    if not rows:
        found.append(f"{name} holds no rows")
    if unknown:
        named = ", ".join(sorted(one or "(without name)" for one in unknown)[:10])
        found.append(f"{name}: not used are the columns {named}{', …' if len(unknown) > 10 else ''}")
    if repeated:
        found.append(f"{name}: {repeated:,} rows have the key of a later row, which counts")
    return tuple(found)
