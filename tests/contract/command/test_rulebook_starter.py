"""A rulebook begun from approved replies, over the command."""

from __future__ import annotations

import json
from pathlib import Path

from tests.contract.command.ended import DONE, WRONG_USE, Run
from tests.running import ROOT

CONTACTS = ROOT / "api" / "sample_shop" / "contacts.jsonl"
REPLY = "Hello Sam,\n\nWe can't send it before Friday.\n\nKind regards,\nAnn"


def test_propose_accept_check(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert "too few" in run("rulebook", "propose", at=home).err
    run("import", "contacts", str(CONTACTS), at=home)
    proposed = json.loads(run("rulebook", "propose", "--json", at=home).out)
    assert "style.short_forms" in [one["id"] for one in proposed]
    text = tmp_path / "reply.txt"
    text.write_text(REPLY, encoding="utf-8")
    assert "style.short_forms" not in run("check", str(text), "--channel", "email", at=home).out
    accepted = run("rulebook", "accept", "style.short_forms", "--by", "ruth", "--json", at=home)
    assert accepted.code == DONE, accepted.err
    assert "style.short_forms" in run("check", str(text), "--channel", "email", at=home).out
    left = json.loads(run("rulebook", "propose", "--json", at=home).out)
    assert [one["id"] for one in left] == [one["id"] for one in proposed if one["id"] != "style.short_forms"]


def test_replies_from_a_file_and_what_is_not_proposed(run: Run, tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "replies.jsonl"
    run("doctor", at=home)
    lines = [json.dumps({"text": f"Dear Ann, thank you for order {n}. It is on its way."}) for n in range(60)]
    file.write_text("\n".join(lines), encoding="utf-8")
    proposed = json.loads(run("rulebook", "propose", str(file), "--json", at=home).out)
    assert "style.greeting" in [one["id"] for one in proposed]
    refused = run("rulebook", "accept", "style.nothing", "--replies", str(file), at=home)
    assert refused.code == WRONG_USE
    assert "no rule 'style.nothing'" in refused.err
    assert not (home / "rulebook").exists()
    assert run("rulebook", "propose", str(tmp_path / "none.jsonl"), at=home).code == WRONG_USE
