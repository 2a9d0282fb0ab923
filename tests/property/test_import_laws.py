"""Laws of importing: what is written comes in, twice is once, a bad row costs itself."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.importing import NotImported
from api.storage import open_storage
from replies.shop import Shop
from tests.fakes.bringing_in import BringingIn

law = settings(max_examples=25, deadline=None)

# Text as a file can hold it; what stands at its ends is trimmed on the way in.
TEXT = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
SKU = st.text("ABCabc019-_é", min_size=1, max_size=4)
ROWS = st.dictionaries(SKU, TEXT, min_size=1, max_size=12)


@contextmanager
def bringing_in() -> Iterator[BringingIn]:
    with tempfile.TemporaryDirectory() as folder:
        storage = open_storage(f"sqlite:///{folder}/wellput.db")
        try:
            yield BringingIn(storage, Path(folder), Shop())
        finally:
            storage.close()


def titles(bring_in: BringingIn, rows: dict[str, str]) -> dict[str, str]:
    with bring_in.storage.reading() as unit:
        return {sku: product.title for sku, product in unit.catalogue.products(rows).items()}


def as_csv(rows: dict[str, str], delimiter: str = ",", end: str = "\n") -> str:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, lineterminator=end)
    writer.writerow(("sku", "title"))
    writer.writerows(rows.items())
    return target.getvalue()


@law
@given(rows=ROWS, name=st.sampled_from(["a.csv", "a.tsv", "a.jsonl"]), end=st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_comes_in_and_twice_is_once(rows: dict[str, str], name: str, end: str) -> None:
    if name == "a.jsonl":
        text = end.join(json.dumps({"sku": sku, "title": title}) for sku, title in rows.items())
    else:
        text = as_csv(rows, "," if name == "a.csv" else "\t", end)
    with bringing_in() as bring_in:
        first = bring_in("catalogue", text, name=name)
        assert (first.added, first.rejected) == (len(rows), 0)
        # A line end inside a cell is read as \n, however the file ends its lines.
        assert titles(bring_in, rows) == {sku: title.replace("\r\n", "\n") for sku, title in rows.items()}
        second = bring_in("catalogue", text, name=name)
        assert (second.added, second.changed, second.unchanged) == (0, 0, len(rows))


@law
@given(
    rows=ROWS,
    bad=st.sampled_from(["x", "a,b,c", 'q,"open', "a\x00,b", '"', ',"x"y"', "\udce9"]),
    at=st.integers(0, 12),
)
def test_a_bad_row_costs_itself(rows: dict[str, str], bad: str, at: int) -> None:
    plain = {sku: title.replace("\n", " ").replace('"', "") or "x" for sku, title in rows.items()}
    plain = {sku: title.strip() or "x" for sku, title in plain.items()}
    lines = as_csv(plain).split("\n")[:-1]
    lines.insert(1 + min(at, len(plain)), bad)
    with bringing_in() as bring_in:
        report = bring_in("catalogue", "\n".join(lines).encode("utf-8", "surrogateescape"))
        assert titles(bring_in, plain) == plain
        assert report.rejected == 1
        assert report.rows == len(plain) + 1


@law
@given(
    content=st.binary(max_size=300),
    name=st.sampled_from(["a.csv", "a.tsv", "a.jsonl", "a.parquet", "a.csv.gz", "a.md"]),
)
@example(content=b"\x1f\x8b", name="a.csv")
@example(content=b"sku,title\n" + b'"' * 99, name="a.csv")
def test_no_bytes_do_more_than_be_refused(content: bytes, name: str) -> None:
    with bringing_in() as bring_in:
        bring_in("catalogue", "sku,title\nkept,Kept\n")
        try:
            report = bring_in("articles" if name == "a.md" else "catalogue", content, name=name)
        except NotImported as error:
            assert str(error)
        else:
            left_out = report.rejected + report.skipped + report.repeated
            assert report.rows == report.added + report.changed + report.unchanged + left_out
        assert titles(bring_in, {"kept": ""})["kept"]


@law
@given(st.lists(st.tuples(st.sampled_from("12"), st.sampled_from("AB"), st.integers(-3, 5)), max_size=12))
def test_order_lines_are_what_the_file_says_in_any_pieces(rows: list[tuple[str, str, int]]) -> None:
    def text(part: list[tuple[str, str, int]]) -> str:
        head = "order_id,sku,quantity,ordered_at,customer_id\n"
        return head + "".join(f"{order},{sku},{n},2026-01-0{order}T00:00:00Z,C\n" for order, sku, n in part)

    with bringing_in() as bring_in:
        report = bring_in("orders", text(rows))
        assert report.added == len(rows)
        assert bring_in("orders", text(rows)).unchanged == len(rows)
        for order_id in "12":
            given_lines = [(sku, n) for order, sku, n in rows if order == order_id]
            with bring_in.storage.reading() as unit:
                order = unit.customers.order(order_id)
            stored = [] if order is None else [(line.sku, line.quantity) for line in order.lines]
            assert stored == given_lines
            whole = bring_in("orders", text([row for row in rows if row[0] == order_id]))
            assert (whole.added, whole.changed) == (0, 0), "one order's rows alone are the same rows"
