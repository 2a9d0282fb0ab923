"""The command against bad arguments and strange messages: words, an exit code, never a traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.contract.command.ended import DONE, FAULTS, WRONG_USE, Run


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
