"""Files as bad as they come: a clear word or a named row, and never anything good lost."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from api.importing import NotImported
from recommender.catalogue import Product
from tests.fakes.bringing_in import BringingIn

GOOD = "sku,title\nA,Tray\n"


def titles(bring_in: BringingIn) -> dict[str, str]:
    with bring_in.storage.reading() as unit:
        found = unit.catalogue.products([chr(code) for code in range(65, 91)])
    return {sku: product.title for sku, product in found.items()}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "", "is empty"),
        ("a.csv", "\n\n \n", "is empty"),
        ("a.csv", b"\xff\xfes\x00k\x00u\x00", "UTF-16"),
        ("a.csv", "sku,title,sku\nA,b,c\n", "two columns 'sku'"),
        (
            "a.csv",
            "StockCode,Description\nA,Tray\n",
            r"no column 'sku'.*StockCode, Description.*\[columns\] sku =",
        ),
        ("a.csv", b"sku,t\xeftle\nA,b\n", "line 1.*0xEF"),
        ("a.csv", "sku,title\rA,Tray\rB,Jug", "CR alone"),
        ("a.jsonl", '{"name": "Tray"}\n', "no column 'sku'"),
        ("a.parquet", "PAR1 and nothing else", "no whole Parquet"),
        ("a.parquet", "", "no whole Parquet"),
        ("a.csv.gz", gzip.compress(GOOD.encode() * 1000, mtime=0)[:-20], "cut off"),
        ("a.csv.gz", b"\x1f\x8b" + b"nonsense" * 20, "damaged"),
        ("a.xlsx", "PK", "does not tell its format"),
        ("a", "sku,title\n", "does not tell its format"),
        ("a.md", "# Tray", "Markdown holds articles"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained_and_changes_nothing(
    bring_in: BringingIn, name: str, content: str | bytes, words: str
) -> None:
    bring_in("catalogue", GOOD)
    with pytest.raises(NotImported, match=words):
        bring_in("catalogue", content, name=name)
    assert titles(bring_in) == {"A": "Tray"}


def test_a_file_that_is_not_there(bring_in: BringingIn) -> None:
    with pytest.raises(NotImported, match="no file"):
        bring_in.file("catalogue", Path("missing.csv"))
    with pytest.raises(NotImported, match="no kind"):
        bring_in("prices", GOOD)
    with pytest.raises(NotImported, match="no format"):
        bring_in("catalogue", GOOD, file_format="xml")


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", "sku,title\n"), ("a.jsonl", ""), ("a.jsonl", "\n\n")]
)
def test_a_file_without_rows_is_no_fault(bring_in: BringingIn, name: str, content: str) -> None:
    report = bring_in("catalogue", content, name=name)
    assert (report.rows, report.rejected) == (0, 0)
    assert "no rows" in report.warnings[0]


def test_a_line_in_another_encoding_is_named_by_line_and_byte(bring_in: BringingIn) -> None:
    content = "sku,title\nA,Tray\nB,Café\nC,Jug\n".encode("cp1252")
    report = bring_in("catalogue", content)
    assert titles(bring_in) == {"A": "Tray", "C": "Jug"}
    (row,) = bring_in.rejects(report)
    assert row["line"] == "3"
    assert "0xE9 at place 6" in row["reason"]
    assert 'encoding = "cp1252"' in row["reason"]
    bring_in("catalogue", content, fields='[file]\nencoding = "cp1252"\n')
    assert titles(bring_in)["B"] == "Café"


def test_a_quote_that_is_never_closed_costs_its_row_alone(bring_in: BringingIn) -> None:
    text = 'sku,title\nA,Tray\nB,"never closed\nC,Jug\nD,"two\nlines"\nE,12" RULER\nF,Cup\n'
    report = bring_in("catalogue", text)
    expected = {"A": "Tray", "C": "Jug", "D": "two\nlines", "E": '12" RULER', "F": "Cup"}
    assert titles(bring_in) == expected
    assert [(row["line"], row["row"]) for row in bring_in.rejects(report)] == [("3", 'B,"never closed')]


def test_a_broken_row_early_in_a_long_file_costs_itself(bring_in: BringingIn) -> None:
    rows = [f'{chr(65 + n % 26)},"Row {n}, good"' for n in range(60_000)]
    rows[10] = 'K,"open'
    report = bring_in("catalogue", "sku,title\n" + "\n".join(rows) + "\n")
    assert (report.rows, report.rejected) == (60_000, 1)
    assert bring_in.rejects(report)[0]["line"] == "12"


def test_a_line_of_ten_megabytes(bring_in: BringingIn) -> None:
    report = bring_in("catalogue", f"sku,title\nA,Tray\nB,{'x' * 10_000_000}\nC,Jug\n")
    assert titles(bring_in) == {"A": "Tray", "C": "Jug"}
    (row,) = bring_in.rejects(report)
    assert "10,000,000 characters" in row["reason"]
    assert len(row["row"]) < 200_000


def test_a_line_longer_than_any_row_does_not_fill_the_memory(
    bring_in: BringingIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.importing.streams.LONGEST_LINE", 3 * 1024 * 1024)
    report = bring_in("catalogue", f"sku,title\nA,Tray\nB,{'x' * 9_000_000}\nC,Jug\n")
    assert titles(bring_in) == {"A": "Tray", "C": "Jug"}
    assert "longer than" in bring_in.rejects(report)[0]["reason"]


def test_nul_characters(bring_in: BringingIn) -> None:
    report = bring_in("catalogue", "sku,title\nA,Tr\x00ay\nB\x00,Jug\nC,Cup\n")
    assert titles(bring_in) == {"C": "Cup"}
    rows = bring_in.rejects(report)
    assert ["NUL" in row["reason"] for row in rows] == [True, True]
    assert [row["row"] for row in rows] == ["A,Tr␀ay", "B␀,Jug"]


def test_formulas_are_kept_as_text_and_made_harmless_in_the_rejects(bring_in: BringingIn) -> None:
    formula = '=HYPERLINK(""http://evil.example"")'
    report = bring_in("catalogue", f'sku,title,stock\nA,"{formula}",1\n"=cmd()","x",many\n+1,x,many\n')
    assert titles(bring_in) == {"A": '=HYPERLINK("http://evil.example")'}
    assert [row["row"][:2] for row in bring_in.rejects(report)] == ['"=', "'+"]


HUGE = ["1e999", "10" * 40, "-5", "NaN", "Infinity", "1e-999", "9" * 5000, "٣٣x", "0x10", "1_0"]


@pytest.mark.parametrize("number", HUGE)
def test_numbers_that_are_none_or_too_many(bring_in: BringingIn, number: str) -> None:
    report = bring_in("catalogue", f"sku,title,stock\nA,Tray,1\nB,Jug,{number}\nC,Cup,2\n")
    assert set(titles(bring_in)) >= {"A", "C"}
    assert report.rejected + report.added == 3
    with bring_in.storage.reading() as unit:
        for product in unit.catalogue.products(["B"]).values():
            assert product.stock in {0, 10}


BAD_LINES = [
    "not JSON",
    "[1, 2]",
    '{"sku": "B", "title": ',
    '{"sku": "B", "title": "x", "stock": NaN}',
    '{"sku": "B", "title": "x", "stock": 1e999}',
    '{"sku": "B", "title": "x", "stock": ' + "9" * 5000 + "}",
    '{"sku": "B", "title": ["x"]}',
    '{"sku": {"a": 1}, "title": "x"}',
    '{"sku": "B", "title": "x", "attributes": [1]}',
    '{"sku": "B", "title": "x", "attributes": {"a": {"b": 1}}}',
    '{"sku": "B", "title": "\\ud800"}',
    '{"sku": "B", "title": "a\\u0000b"}',
    '{"sku": "B", "title": "x", "stock": true}',
    '{"sku": "B", "title": "x", "buy_at": [{"channel": "web"}]}',
    '{"sku": "B", "title": "x", "price": {"amount": 1}}',
    '{"sku": "B", "title": "x", "currency": "POUND", "price": "1"}',
    '{"title": "x"}',
    "[" * 100_000,
    '{"sku": "B", "title": "x", "attributes": ' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}",
]


@pytest.mark.parametrize("bad", BAD_LINES, ids=lambda line: line[:40])
def test_bad_json_lines(bring_in: BringingIn, bad: str) -> None:
    good = [json.dumps({"sku": sku, "title": sku}) for sku in "AC"]
    report = bring_in("catalogue", f"{good[0]}\n{bad}\n{good[1]}\n", name="a.jsonl")
    assert titles(bring_in) == {"A": "A", "C": "C"}
    assert [row["line"] for row in bring_in.rejects(report)] == ["2"]


def test_cards_do_not_reach_the_rejects(bring_in: BringingIn) -> None:
    report = bring_in("customers", "customer_id,name,marketing_consent\nC-1,4111 1111 1111 1111,perhaps\n")
    assert report.rejects_file is not None
    assert "1111 1111" not in report.rejects_file.read_text("utf-8")


def test_two_imports_at_the_same_second_keep_their_rejects_apart(bring_in: BringingIn) -> None:
    reports = [bring_in("catalogue", "sku,title,stock\nA,x,y\n") for _ in range(2)]
    assert len({report.rejects_file for report in reports}) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("[columns", "is not TOML"),
        ("[colums]\nsku = 'a'", r"\[colums\] is no section"),
        ("[columns]\nskew = 'sku'", "no.*'skew'|'skew'"),
        ("[columns]\nsku = 'nowhere'", "'nowhere', which"),
        ("[columns]\nsku = 1.5", "does not have"),
        ("[columns]\nsku = ['a']", "not text"),
        ("[skip]\nsku = '^('", r"\[skip\] sku"),
        ("[[skip]]\nreason = 'x'", "every row"),
        ("[skip]\nbrandt = 'x'", "'brandt', neither"),
        ("[dates]\nzone = 'Europe/Nowhere'", "no time zone"),
        ("[values.sku]\n'/(/' = 'x'", r"\[values.sku\]"),
        ("[file]\nencoding = 'klingon'", "encoding"),
        ("[file]\ndelimiter = ';;'", "one character"),
        ("[case]\nsku = 'title'", "upper or lower"),
    ],
)
def test_a_map_that_cannot_be_used_is_explained(bring_in: BringingIn, fields: str, words: str) -> None:
    with pytest.raises(NotImported, match=words):
        bring_in("catalogue", GOOD, fields=fields)
    assert titles(bring_in) == {}


def test_an_interrupted_import_leaves_everything_as_it_was(bring_in: BringingIn) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    bring_in("catalogue", GOOD)
    with pytest.raises(KeyboardInterrupt):
        bring_in("catalogue", "sku,title\nA,Changed\nB,New\n", on_progress=stop)
    assert titles(bring_in) == {"A": "Tray"}
    assert bring_in("catalogue", "sku,title\nB,New\n").added == 1
    with bring_in.storage.reading() as unit:
        assert unit.catalogue.products(["A"]) == {"A": Product("A", "Tray")}
