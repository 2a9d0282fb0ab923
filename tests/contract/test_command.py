"""The command against bad files, bad arguments and bad manners: words, an exit code, never a traceback."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli import main
from tests.running import ROOT, running

DONE, FAULTS, WRONG_USE = 0, 1, 2
LONG_LINE = 10_000_000


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    def documents(self) -> list[object]:
        """What was printed, as JSON lines."""
        return [json.loads(line, parse_constant=pytest.fail) for line in self.out.splitlines()]


Run = Callable[..., Ended]


@pytest.fixture(scope="module")
def home(learned_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(learned_template, tmp_path_factory.mktemp("commanded") / "home")


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process, as the console script does."""

    def called(*args: str, stdin: bytes = b"", at: Path | None = None) -> Ended:
        monkeypatch.setattr(sys, "argv", ["wellput", "--home", str(at or home), *args])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        try:
            main()
            code: int | str | None = 0
        except SystemExit as ended:
            code = ended.code
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        assert "unforeseen" not in printed.err
        assert isinstance(code, int | None)
        return Ended(code or 0, printed.out, printed.err)

    return called


# --- files that go in


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
    else:
        assert ended.code == WRONG_USE
        assert name in ended.err or "of 'a'" in ended.err


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
    assert ended.code == WRONG_USE
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
        ("half.csv.gz", gzip.compress(b"sku,title\n" + b"A,B\n" * 1000)[:-20]),
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


# --- arguments


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("nonsense",),
        ("--nonsense",),
        ("import",),
        ("import", "nonsense", "x.csv"),
        ("import", "catalogue", "-"),
        ("import", "catalogue", "missing.csv"),
        ("assist",),
        ("assist", "--text", "x", "--channel", "sms"),
        ("search", "x"),
        ("search", "--in", "articles"),
        ("search", "--in", "articles", " "),
        ("search", "--in", "articles", "x", "-n", "0"),
        ("search", "--in", "articles", "x", "-n", "9" * 30),
        ("recommend",),
        ("recommend", "--skus", " , "),
        ("recommend", "--skus", "A", "--baskets", "b.jsonl"),
        ("check",),
        ("check", "-"),
        ("check", "--channel", "email", "--contact", "nobody", "-"),
        ("check", "--channel", "email", "--rulebook", "/nowhere", "-"),
        ("learn", "--only", "nonsense"),
        ("evaluate",),
        ("evaluate", "search", "missing.jsonl"),
        ("report",),
        ("report", "uptake", "--since", "yesterday"),
        ("report", "uptake", "--out", "/proc/nowhere"),
        ("user", "add", "someone", "--role", "king"),
        ("user", "role", "nobody", "agent"),
        ("user", "disable", "nobody"),
        ("token", "add", ""),
        ("token", "add", "a\nb"),
        ("token", "add", "x" * 101),
        ("backup", "/nowhere/file"),
        ("restore", "missing"),
        ("serve", "--port", "99999"),
        ("serve", "--workers", "0"),
        ("serve", "--host", "999.999.999.999", "--port", "0"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_answered_in_words_with_exit_code_2(run: Run, args: Sequence[str]) -> None:
    ended = run(*args)
    assert (ended.code, ended.out) == (WRONG_USE, "")
    assert ended.err.strip()


@pytest.mark.parametrize(
    "args",
    [
        ("assist", "--text", "Hello"),
        ("search", "--in", "articles", "returns"),
        ("recommend", "--skus", "A"),
        ("learn",),
    ],
    ids=" ".join,
)
def test_a_home_with_nothing_in_it_says_what_to_do(run: Run, tmp_path: Path, args: Sequence[str]) -> None:
    ended = run(*args, at=tmp_path / "new")
    assert ended.code == WRONG_USE
    assert "import" in ended.err or "wellput learn" in ended.err


@pytest.mark.parametrize("args", [("serve",), ("backup", "b.gz")], ids=" ".join)
def test_what_needs_a_home_makes_none(run: Run, tmp_path: Path, args: Sequence[str]) -> None:
    assert run(*args, at=tmp_path / "none").code == WRONG_USE
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("setting", ["mysql://root:hunter2@db/x", "sqlite:////proc/nowhere/x.db", "garbage"])
def test_a_database_that_cannot_be_used_is_named_without_its_password(
    run: Run, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("WELLPUT_DATABASE_URL", setting)
    ended = run("search", "--in", "articles", "returns")
    assert ended.code == WRONG_USE
    assert "hunter2" not in ended.err


# --- messages


STRANGE = {
    "empty": "",
    "blank": " \n\t ",
    "long": "Where is my order? " * 5300,
    "one word": "x" * 100_000,
    "emoji": "🎁" * 2000 + "👩‍🚀",
    "right to left": "مرحبا، أين طلبي؟ \u202eevil\u202c שלום",
    "zero width": "w\u200bh\u200be\u200br\u200be i\u00ads m\u2060y order",
    "german": "Wo ist meine Bestellung LR-104233? Ich warte seit zwei Wochen.",
    "japanese": "注文した商品がまだ届きません。",
    "template": "{{ 7*7 }} {% for x in range(10**9) %}x{% endfor %} {{ ''.__class__ }}",
    "markup": "[bold red]x[/] [/] [link=javascript:1]y[/link] <script>alert(1)</script>",
    "escapes": "\x1b[2J\x1b]0;owned\x07 Where is \x9b31m TEA-0101? \x00",
    "half": "half a character",
    "sql": "'; DROP TABLE contacts; -- LR-104233' OR '1'='1",
}


@pytest.mark.parametrize("name", STRANGE)
def test_any_message_is_answered(run: Run, name: str) -> None:
    text = STRANGE[name].encode() + (b"\xed\xa0\x80" if name == "half" else b"")
    as_json = run("assist", "--json", "--text", "-", stdin=text)
    as_text = run("assist", "--text", "-", stdin=text)
    if name == "half":
        assert as_json.code == as_text.code == WRONG_USE
        return
    assert as_json.code == as_text.code == DONE
    document = json.loads(as_json.out)
    assert document["suggestions"] or document["question"] or "other language" in document["cues"]
    assert document["offers"] or document["no_offer_reason"]
    assert "49" not in (document["question"] or "")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", as_text.out)


def test_what_is_not_known_is_said_on_standard_error(run: Run) -> None:
    assisted = run("assist", "--json", "--text", "Hello", "--customer", "C-nobody", "--order", "LR-0")
    assert "C-nobody" in assisted.err
    assert "LR-0" in assisted.err
    json.loads(assisted.out)
    offered = run("recommend", "--json", "--skus", "NOPE,TEA-0101")
    assert offered.code == DONE
    assert "NOPE" in offered.err
    assert json.loads(offered.out)["offers"]
    assert run("recommend", "--skus", "TEA-0101").err == ""


def test_findings_quote_text_without_letting_it_steer_the_terminal(run: Run) -> None:
    text = "Dear you,\n\x1b[31mred\x1b]0;title\x07 \x9b31m cheapest [bold]{{ x }}[/bold]"
    ended = run("check", "--channel", "email", "-", stdin=text.encode())
    assert ended.code == FAULTS
    assert "␛" in ended.out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", ended.out)


# --- processes


def begun(home: Path, *args: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", "--home", str(home), *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"}, **options,
    )  # fmt: skip


def state_of(home: Path) -> dict[str, object]:
    """Every file of the home but the database's, with its content; the database with its rows."""
    import sqlite3

    with sqlite3.connect(home / "wellput.db") as connection:
        dump = list(connection.iterdump())
    connection.close()
    files = {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.startswith("wellput.db")
    }
    return {"database": dump, **files}


def test_a_reader_that_goes_away_is_no_fault(home: Path, tmp_path: Path) -> None:
    texts = tmp_path / "many.jsonl"
    texts.write_text('{"id":1,"text":"' + "Where is my order? " * 100 + '"}\n', encoding="utf-8")
    texts.write_text(texts.read_text(encoding="utf-8") * 500, encoding="utf-8")
    process = begun(home, "redact", "--texts", str(texts))
    assert process.stdout is not None and process.stderr is not None
    first = process.stdout.readline()
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert json.loads(first)["id"] == 1
    assert (process.wait(timeout=60), error) == (DONE, "")


def interrupted(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted; the home is as it was." in error
    assert "Traceback" not in error


def test_ctrl_c_during_an_import_leaves_the_home_as_it_was(home: Path) -> None:
    before = state_of(home)
    process = begun(home, "import", "orders", "-", "--format", "csv", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write("order_id,sku,quantity,ordered_at\n")
    for number in range(100_000):  # far more than a pipe holds: it is being read
        process.stdin.write(f"X-{number},TEA-0101,1,2026-11-01T10:00:00Z\n")
    process.stdin.flush()
    assert process.poll() is None
    interrupted(process)
    assert state_of(home) == before


def test_ctrl_c_during_learning_leaves_the_home_as_it_was(home: Path, tmp_path: Path) -> None:
    unlearned = shutil.copytree(home, tmp_path / "home", ignore=shutil.ignore_patterns("artefacts"))
    before = state_of(unlearned)
    process = begun(unlearned, "learn")
    assert process.stderr is not None
    process.stderr.readline()  # it has begun
    time.sleep(0.5)
    assert process.poll() is None
    interrupted(process)
    assert state_of(unlearned) == before


def test_two_learn_at_once_and_the_home_stays_sound(run: Run, home: Path, tmp_path: Path) -> None:
    shared = shutil.copytree(home, tmp_path / "home", ignore=shutil.ignore_patterns("search"))
    both = [begun(shared, "learn", "--only", "search", "--json") for _ in range(2)]
    for process in both:
        printed, error = process.communicate(timeout=120)
        assert process.returncode == DONE, error
        json.loads(printed)
    found = run("search", "--in", "articles", "returning something", "--json", at=shared)
    assert json.loads(found.out)["hits"]
    assert run("doctor", at=shared).code == DONE


def assisted(url: str, token: str, message: str) -> dict[str, object]:
    request = urllib.request.Request(
        f"{url}/api/v1/assists",
        json.dumps({"channel": "email", "message": message}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_a_served_home_takes_files_in_and_uses_what_is_learned_then(
    run: Run, home: Path, tmp_path: Path
) -> None:
    served = shutil.copytree(home, tmp_path / "home")
    token = run("token", "add", "outside", at=served).out.strip()
    article = tmp_path / "zeppelin.md"
    article.write_text(
        "---\nid: zeppelin-mooring\ntitle: Mooring a zeppelin at the York store\n---\n"
        "A zeppelin may be moored at the York store on Tuesdays. Ask for the mast key at the till.\n",
        encoding="utf-8",
    )
    question = "May I moor my zeppelin at the York store, and who has the mast key?"
    with running(served) as server:
        before = assisted(server.url, token, question)
        assert "zeppelin-mooring" not in json.dumps(before)
        assert run("import", "articles", str(article), at=served).code == DONE
        assert run("learn", "--only", "search", at=served).code == DONE
        after = assisted(server.url, token, question)
    assert "zeppelin-mooring" in json.dumps(after)
    assert before["versions"] != after["versions"]
