"""Laws of carriers: a message is taken whole and once, or surely not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.carriers import FolderCarrier
from replies.ports import NotDelivered
from tests.fakes.carrier import FakeCarrier
from tests.fakes.values import an_outbox_message


@dataclass
class Desk:
    """A carrier, the texts it took by message id, and a way to shut it."""

    carrier: Any
    texts: Callable[[], dict[str, str]]
    shut: Callable[[], object]


@pytest.fixture(params=["memory", "folder"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    if request.param == "memory":
        fake = FakeCarrier()
        return Desk(
            fake,
            lambda: {it.id: it.text for it in fake.taken.values()},
            lambda: setattr(fake, "closed", True),
        )
    folder = tmp_path / "outbox"

    def texts() -> dict[str, str]:
        documents = [json.loads(file.read_text("utf-8")) for file in folder.iterdir()]
        return {document["id"]: document["text"] for document in documents}

    return Desk(FolderCarrier(folder), texts, lambda: folder.write_text("a file stands where the folder was"))


def test_what_is_delivered_is_there_as_it_was(desk: Desk) -> None:
    text = "Dear Ms Håll,\n\n“Thank you” — 100 %\u2028"
    receipt = desk.carrier.deliver(an_outbox_message(text=text))
    assert receipt
    assert desk.texts() == {"M-1": text}


def test_the_same_id_twice_is_one_message(desk: Desk) -> None:
    first = desk.carrier.deliver(an_outbox_message())
    assert desk.carrier.deliver(an_outbox_message(text="another text")) == first
    assert desk.texts() == {"M-1": "Dear Ms Hall"}


def test_ids_do_not_leave_the_folder_nor_meet(desk: Desk) -> None:
    ids = ["../../up", "a/b", "a%2Fb", "..", "A b", "M-1"]
    for message_id in ids:
        desk.carrier.deliver(an_outbox_message(message_id, key=message_id))
    assert set(desk.texts()) == set(ids)


def test_a_shut_carrier_surely_took_nothing(desk: Desk) -> None:
    desk.shut()
    with pytest.raises(NotDelivered):
        desk.carrier.deliver(an_outbox_message())


def test_a_write_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(NotDelivered, match="No space left"):
        FolderCarrier(tmp_path).deliver(an_outbox_message())
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_never_seen_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    real = Path.replace

    def watched(self: Path, target: Path) -> Path:
        seen.append([file.name for file in tmp_path.iterdir() if not file.name.startswith(".")])
        return real(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    FolderCarrier(tmp_path).deliver(an_outbox_message())
    assert seen == [[]]
    assert [file.name for file in tmp_path.iterdir()] == ["M-1.json"]
