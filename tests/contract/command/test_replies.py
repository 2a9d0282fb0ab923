"""The commands of whoever owns the approved replies, over an empty home: words, exit codes, what is kept."""

from __future__ import annotations

import json
from pathlib import Path

from tests.contract.command.ended import DONE, WRONG_USE, Run


def test_costs_are_stated_together_and_kept(run: Run, tmp_path: Path) -> None:
    shown = run("replies", "costs", "--json", at=tmp_path)
    assert json.loads(shown.out) == {"wrong": 5.0, "none": 3.0, "silent_below": 0.4}
    assert run("replies", "costs", "--wrong", "4", at=tmp_path).code == WRONG_USE
    assert run("replies", "costs", "--wrong", "0", "--none", "1", at=tmp_path).code == WRONG_USE
    assert run("replies", "costs", "--wrong", "nan", "--none", "1", at=tmp_path).code == WRONG_USE
    assert run("replies", "costs", "--wrong", "4", "--none", "1", at=tmp_path).code == DONE
    assert json.loads(run("replies", "costs", "--json", at=tmp_path).out)["silent_below"] == 0.75


def test_what_nobody_proposed_cannot_be_decided(run: Run, tmp_path: Path) -> None:
    assert json.loads(run("replies", "proposals", "--json", at=tmp_path).out) == []
    for words in (("approve", "x"), ("decline", "x"), ("still-right", "x")):
        ended = run("replies", *words, at=tmp_path)
        assert ended.code == WRONG_USE and "'x'" in ended.err


def test_a_reply_waits_for_a_look_when_its_article_changes(run: Run, tmp_path: Path) -> None:
    home, replies, articles = tmp_path / "home", tmp_path / "replies.jsonl", tmp_path / "articles.jsonl"
    reply = {"id": "r1", "text": "You have 30 days.", "approved_by": "Rowe", "articles": ["returns"]}
    replies.write_text(json.dumps(reply), encoding="utf-8")
    for body in ("You have 30 days.", "You have 14 days."):
        article = {"id": "returns", "title": "Returns", "body": body}
        articles.write_text(json.dumps(article), encoding="utf-8")
        assert run("import", "articles", str(articles), at=home).code == DONE
        if body.startswith("You have 30"):
            assert run("import", "replies", str(replies), at=home).code == DONE
            assert json.loads(run("replies", "stale", "--json", at=home).out) == []
    (waiting,) = json.loads(run("replies", "stale", "--json", at=home).out)
    assert waiting == {"id": "r1", "title": "", "articles": "returns"}
    assert run("replies", "still-right", "r1", at=home).code == DONE
    assert json.loads(run("replies", "stale", "--json", at=home).out) == []
