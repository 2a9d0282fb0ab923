"""`wellput evaluate cross-sell ORDERS` on files of strangers: odd, tiny, and with columns of their own."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from api.evaluation_report import EvaluationRefused
from api.offers_evaluating import OrdersFile, evaluate_orders
from api.storage import SqlStorage, open_storage
from recommender import comparison
from replies.shop import Shop

COLUMNS = "order_id,sku,quantity,ordered_at"


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqlStorage]:
    opened = open_storage(f"sqlite:///{tmp_path / 'wellput.db'}")
    yield opened
    opened.close()


def file_of(tmp_path: Path, rows: list[str], columns: str = COLUMNS) -> Path:
    file = tmp_path / "orders.csv"
    file.write_text("\n".join((columns, *rows)) + "\n", encoding="utf-8")
    return file


def shopping(orders: int, size: int = 5, products: int = 12) -> list[str]:
    """Orders of `size` products of a few, four a day."""
    drawn = random.Random(5)
    return [
        f"o{at},s{sku},1,2026-{1 + at // 112:02d}-{1 + at // 4 % 28:02d}T{10 + at % 4}:00:00Z"
        for at in range(orders)
        for sku in drawn.sample(range(products), size)
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "there are no orders to measure on"),
        (["o1,s1,1,2026-01-01T10:00:00Z"], "1 orders were read, none with two products"),
        (shopping(60, size=1), "60 orders were read, none with two products"),
        ([row[: row.rindex(",")] + ",2026-01-01T10:00:00Z" for row in shopping(30)], "bear one time"),
        (shopping(60, size=2), "no order can be asked about: of 60 orders 60 hold two products or more"),
        (["o1,s1,1,yesterday"], "1 of 1 rows could not be read"),
    ],
)
def test_what_cannot_be_measured_is_said_in_numbers(
    rows: list[str], words: str, storage: SqlStorage, tmp_path: Path
) -> None:
    with pytest.raises(EvaluationRefused, match=words):
        evaluate_orders(storage, OrdersFile(file_of(tmp_path, rows)), Shop())


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_args: object) -> tuple[dict[str, object], tuple[str, ...]]:
        return {}, ("implicit is not installed: 'pip install implicit' compares with it too",)

    monkeypatch.setattr(comparison, "library_peers", none)


@pytest.mark.usefixtures("no_library")
def test_a_small_file_with_faults_is_measured_and_what_was_left_out_is_said(
    storage: SqlStorage, tmp_path: Path
) -> None:
    rows = ["o-1,s1,1,yesterday", "o9999,s1,1,2999-01-01T00:00:00Z", *shopping(60)]
    found = evaluate_orders(storage, OrdersFile(file_of(tmp_path, rows)), Shop())
    assert "2 of 302 rows could not be read" in found.title
    assert "pip install implicit" in found.title
    assert "only 12 baskets could be asked about" in found.title
    assert {row[1] for row in found.rows} == {
        "wellput", "popularity", "confidence", "cosine", "rp3beta", "rp3beta_plain", "ease",
    }  # fmt: skip
    json.dumps(found.document, allow_nan=False)
    assert all(picture.startswith("<svg") for picture in found.pictures.values())
    assert len(found.document["notes"]) == 3


@pytest.mark.usefixtures("no_library")
def test_columns_of_a_stranger_are_named_by_a_map(tmp_path: Path) -> None:
    file = file_of(tmp_path, shopping(60), "Invoice,Code,Number,Moment")
    names = tmp_path / "map.toml"
    names.write_text(
        '[columns]\norder_id = "Invoice"\nsku = "Code"\nquantity = "Number"\nordered_at = "Moment"\n',
        encoding="utf-8",
    )

    def run(*args: str) -> Result:
        return CliRunner().invoke(cli, ["--home", str(tmp_path / "home"), "evaluate", *args])

    ended = run("cross-sell", str(file), "--map", str(names), "--json", "--out", str(tmp_path / "out"))
    assert ended.exit_code == 0, ended.output
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written >= {"cross-sell.csv", "cross-sell.json", "cross-sell-hide_half.svg"}
    assert isinstance(run("search", "--map", str(names)).exception, EvaluationRefused)
