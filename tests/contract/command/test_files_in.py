"""The command against bad files: words, an exit code, what is good is kept."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.contract.command.ended import DONE, FAULTS, WRONG_USE, Ended, Run

LONG_LINE = 10_000_000


BAD_FILES = {
    "empty.jsonl": b"",
    "latin.jsonl": '{"id":"a","text":"caf\xe9"}\n'.encode("latin-1"),
    "utf16.jsonl": '{"id":"a","text":"x"}\n'.encode("utf-16"),
    "broken.jsonl": b'{"id":"a","text":"x"}\n{"id": nope\n',
    "deep.jsonl": b'{"id":"a","text":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    "list.jsonl": b'["id","text"]\n',
    "number.jsonl": b'{"id":"a","text":5}\n',
    "nan.jsonl": b'{"id":NaN,"text":"x"}\n',
    "nothing.jsonl": b'{"id":"a"}\n',
}


@pytest.mark.parametrize("name", [*BAD_FILES, "folder.jsonl", "missing.jsonl"])
@pytest.mark.parametrize(
    "args",
    [
        ("redact", "--texts"),
        ("classify", "--texts"),
        ("search", "--in", "articles", "--queries"),
        ("check", "--drafts"),
        ("recommend", "--baskets"),
        ("suggest", "--contacts"),
    ],
    ids=lambda args: args[0],
)
def test_a_file_that_cannot_be_used_is_named_with_the_line(
    run: Run, tmp_path: Path, args: Sequence[str], name: str
) -> None:
    file = tmp_path / name
    if name in BAD_FILES:
        file.write_bytes(BAD_FILES[name])
    elif name.startswith("folder"):
        file.mkdir()
    ended = run(*args, str(file))
    ended.documents()
    if name == "empty.jsonl":
        assert ended == Ended(DONE, "", "")
        return
    assert name in ended.err or "of 'a'" in ended.err
    assert ended.code == (FAULTS if name in BAD_FILES else WRONG_USE)


@pytest.mark.parametrize(
    ("args", "good", "key"),
    [
        (("redact", "--texts", "-"), '"text":"Hello"', "id"),
        (("classify", "--texts", "-"), '"text":"Hello"', "id"),
        (("search", "--in", "past", "--queries", "-"), '"text":"Hello"', "id"),
        (("check", "--drafts", "-"), '"channel":"chat","text":"Hello there, is that all?"', "id"),
        (("recommend", "--baskets", "-"), '"skus":["A"]', "id"),
        (("suggest", "--contacts", "-"), '"messages":[{"role":"customer","text":"Hello"},'
         '{"role":"agent","text":"Hi","reply_id":"hi"}]', "contact"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_a_broken_line_is_told_and_the_rest_go_on(run: Run, args: Sequence[str], good: str, key: str) -> None:
    lines = f'{{"id":1,{good}}}\nnot json\n{{"id":3}}\n{{"id":4,{good}}}\n'
    ended = run(*args, stdin=lines.encode())
    told = ended.documents()
    ids = [document[key] for document in told]
    assert ids == ([1, None, 3, 4] if key == "id" else ["1", None, 3, "4"])  # ids of contacts are text
    assert [document.get("line") for document in told] == [None, 2, 3, None]
    assert ["error" in document for document in told] == [False, True, True, False]
    assert ended.code == FAULTS
    assert "line 2" in ended.err and "line 3" in ended.err


def test_ids_come_back_as_they_went_in_whatever_they_are(run: Run) -> None:
    ids = ["\ud800", "a\x00b", [1, {"a": None}], "\u202eevil\u200b", 7, None, "é\u2028x"]
    lines = b"".join(json.dumps({"id": one, "text": "x\ud800\x00"}).encode() + b"\n" for one in ids)
    for command in ("redact", "classify"):
        ended = run(command, "--json", "--texts", "-", stdin=lines)
        assert ended.code == DONE
        lines_out = [json.loads(line) for line in ended.out.split("\n") if line]
        assert [document["id"] for document in lines_out] == ids


@pytest.mark.parametrize(
    "args",
    [("redact", "--texts", "-"), ("classify", "--texts", "-"), ("search", "--in", "past", "--queries", "-")],
)
def test_a_line_of_ten_million_characters_is_answered_like_any_other(run: Run, args: Sequence[str]) -> None:
    lines = b'{"id":1,"text":"' + b"x" * LONG_LINE + b'"}\n{"id":2,"text":"Where is my order?"}\n'
    ended = run(*args, stdin=lines)
    assert ended.code == DONE
    assert [document["id"] for document in ended.documents()] == [1, 2]


@pytest.mark.parametrize(
    "messages",
    [
        "null",
        '"x"',
        "[1]",
        '[{"role":"nobody","text":"x"}]',
        '[{"role":["agent"],"text":"x"}]',
        '[{"role":"agent","text":5}]',
    ],
)
def test_messages_that_cannot_be_read_are_refused_not_left_out(run: Run, messages: str) -> None:
    ended = run("suggest", "--contacts", "-", stdin=f'{{"id":"K-1","messages":{messages}}}'.encode())
    assert ended.code == FAULTS
    assert "'K-1'" in ended.err


def rejected(report: dict[str, object]) -> str:
    return Path(str(report["rejects_file"])).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "name", "content", "counts", "reasons"),
    [
        (
            "catalogue",
            "figures.csv",
            b"sku,title,price,currency,stock\nA,x,1e999,GBP,1\nB,x,1,GBP,"
            + b"9" * 4500
            + b"\nC,x,NaN,GBP,1\nD,x,1.00,GBP,1\n",
            (1, 3),
            ("not an amount of money", "out of range", "'NaN'"),
        ),
        (
            "catalogue",
            "strange.csv",
            b"sku,title\nA,caf\xe9\nB,n\x00l\nC," + b"x" * LONG_LINE + b"\nD,fine\n",
            (1, 3),
            ("not UTF-8", "NUL", "10,000,000 characters"),
        ),
        (
            "contacts",
            "far.jsonl",
            b"".join(
                json.dumps({"id": f"F-{at[:4]}", "channel": "email", "messages": [
                    {"role": "customer", "text": "Hello?", "at": at}]}).encode() + b"\n"
                for at in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026-11-01T10:00:00Z")
            ),
            (1, 2),
            ("between 1900 and 2200",),
        ),
        (
            "replies",
            "macros.jsonl",
            b'{"id":"a","text":"Dear you, {{ 7*7 }}"}\n{"id":"b","text":"{{ \'a\'*50000000 }}"}\n'
            b'{"id":"c","text":"{% for x in y %}{% endfor %}"}\n{"id":"d","text":"{{ \'\'.__class__ }}"}\n'
            b'{"id":"e","text":"{{ unclosed"}\n{"id":"f","text":"Dear {{ customer.name }}"}\n',
            (2, 4),
            ("Mul is not among them", "For is not among them", "not a readable reply template"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)  # fmt: skip
def test_bad_rows_are_rejected_with_their_reason_and_the_good_are_kept(
    run: Run, tmp_path: Path, kind: str, name: str, content: bytes,
    counts: tuple[int, int], reasons: tuple[str, ...],
) -> None:  # fmt: skip
    file = tmp_path / name
    file.write_bytes(content)
    ended = run("import", kind, str(file), "--json", at=tmp_path / "home")
    assert ended.code == FAULTS
    report = json.loads(ended.out)
    assert (report["added"], report["rejected"]) == counts
    told = rejected(report)
    for reason in reasons:
        assert reason in told
    strict = run("import", kind, str(file), "--strict", at=tmp_path / "strict")
    assert strict.code == FAULTS
    assert f"{name}, line " in strict.err
    assert "nothing was imported" in strict.err


def test_a_formula_in_a_rejected_row_does_not_run_in_a_spreadsheet(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "formulas.csv"
    file.write_text("sku,title,price\n=cmd|' /C calc'!A0,=1+1,dear\n+1,@SUM(A1),dear\n", encoding="utf-8")
    report = json.loads(run("import", "catalogue", str(file), "--json", at=tmp_path / "home").out)
    rows = list(csv.reader(io.StringIO(rejected(report))))
    assert len(rows) == 3
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("two.csv.gz", b"sku,title\nA,B\n"),
        ("half.csv.gz", gzip.compress(b"sku,title\n" + b"A,B\n" * 1000, mtime=0)[:-20]),
        ("no.parquet", b"PAR1 nothing PAR1"),
        ("name.xyz", b"sku,title\n"),
        ("heads.csv", b"colour\n"),
        ("utf16.csv", "sku,title\nA,B\n".encode("utf-16")),
    ],
)
def test_a_file_that_is_not_what_its_name_says_changes_nothing(
    run: Run, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    ended = run("import", "catalogue", str(file), "--json", at=tmp_path / "home")
    assert (ended.code, ended.out) == (WRONG_USE, "")
    assert name in ended.err
    shown = json.loads(run("doctor", "--json", at=tmp_path / "home").out)
    assert not [one for one in shown if "1 product" in one["detail"]]
