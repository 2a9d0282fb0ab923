"""Card numbers never reach the disk, whichever way they come in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.settings import Settings
from api.wiring import Wellput, open_wellput
from tests.contract.conftest import Rest

CARDS = ("4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "4111111111111111")


def files_holding(folder: Path, digits: str) -> list[str]:
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and digits in path.read_bytes().decode("latin-1").replace(" ", "").replace("-", "")
    ]


@pytest.mark.parametrize("card", CARDS)
def test_over_rest(rest: Rest, wellput: Wellput, card: str) -> None:
    text = f"My card is {card}, please charge it. Where is my order?"
    made = rest.post("/contacts", {"channel": "email", "messages": [{"text": text}]})
    contact = made.get_json(force=True)["id"]
    rest.post(f"/contacts/{contact}/messages", {"text": text})
    assist = rest.post("/assists", {"channel": "email", "message": text}).get_json(force=True)
    rest.post("/assists", {"contact_id": contact})
    for suggestion in assist["suggestions"]:
        rest.post(f"/suggestions/{suggestion['id']}/events", {"event": "edited", "final_text": text})
    blocked = rest.post(f"/contacts/{contact}/send", {"text": text, "seen_version": 2})
    assert blocked.status_code == 409
    wellput.storage.close()
    assert files_holding(wellput.home.root, card.replace(" ", "").replace("-", "")) == []


@pytest.mark.parametrize("card", CARDS)
def test_at_import_and_in_the_rejects(tmp_path: Path, card: str) -> None:
    good = {
        "id": "A-1",
        "channel": "email",
        "messages": [{"role": "customer", "text": f"Card {card}", "at": "2026-11-01T10:00:00Z"}],
    }
    bad = {**good, "id": "A-2", "channel": "telegram"}
    file = tmp_path / "contacts.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in (good, bad)) + "\n", encoding="utf-8")
    home = tmp_path / "home"
    with open_wellput(Settings(home=home)) as wellput:
        report = wellput.import_file("contacts", file)
    assert (report.added, report.rejected) == (1, 1)
    assert files_holding(home, card.replace(" ", "").replace("-", "")) == []
    assert report.rejects_file is not None
    rejected = report.rejects_file.read_text(encoding="utf-8")
    assert card.replace(" ", "").replace("-", "") not in rejected.replace(" ", "").replace("-", "")
