"""People, clients and backups over the command, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.contract.command.ended import DONE, Run

PASSWORD = "seven brass kettles on a shelf"


def test_each_of_them_answers_in_json_when_asked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WELLPUT_PASSWORD", PASSWORD)
    home = tmp_path / "home"

    def told(*args: str, at: Path = home) -> dict[str, object]:
        ended = run(*args, "--json", at=at)
        assert ended.code == DONE, ended.err
        return json.loads(ended.out)

    assert told("user", "add", "ada", "--role", "agent") == {"username": "ada", "role": "agent"}
    assert told("user", "role", "ada", "analyst") == {"username": "ada", "role": "analyst"}
    assert told("user", "disable", "ada") == {"username": "ada", "disabled": True}
    made = told("token", "add", "shop")
    assert made["client"] == "shop"
    assert len(str(made["token"])) > 20
    assert told("token", "revoke", "shop") == {"client": "shop", "revoked": 1}
    kept = tmp_path / "kept.backup"
    assert told("backup", str(kept)) == {"file": str(kept)}
    back = told("restore", str(kept), at=tmp_path / "again")
    assert back["home"] == str(tmp_path / "again")
    people = json.loads(run("user", "list", "--json", at=tmp_path / "again").out)
    assert people == [{"username": "ada", "name": "ada", "role": "analyst", "may sign in": "no"}]
    assert run("token", "add", "till", at=home).out.strip()
