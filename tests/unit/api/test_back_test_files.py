"""Files handed to a back-test and to batch calls: what cannot be used is said with its line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from api.back_testing import contacts_of
from api.cli.batch import read_lines
from api.evaluation_report import EvaluationRefused, json_lines
from tests.pages.fake_service import SetClock

GOOD = json.dumps({"id": "K-1", "messages": [{"role": "customer", "text": "Hello"}]}).encode()
DAMAGED = bytearray(
    gzip.compress(b"".join(json.dumps({"id": n}).encode() + b"\n" for n in range(5000)), mtime=0)
)
DAMAGED[3000:3100] = bytes(100)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", GOOD + b"\n\n{broken", "line 3 is not a JSON object in UTF-8"),
        ("a.jsonl", GOOD + b"\n\xff\xfe\x00", "line 2 is not a JSON object in UTF-8"),
        ("a.jsonl", b"[" * 100_000, "line 1 is not a JSON object in UTF-8"),
        ("a.jsonl", GOOD + b"\n[]\n", "line 2 is not a JSON object"),
        ("a.jsonl", GOOD + b'\n{"id": "K-2"}', "line 2 has no messages"),
        ("a.jsonl", b"\n", "is empty"),
        pytest.param("a.jsonl.gz", bytes(DAMAGED), "is damaged or cut short", id="damaged"),
        pytest.param(
            "a.jsonl.gz", gzip.compress(GOOD * 1000, mtime=0)[:60], "is damaged or cut short", id="cut-short"
        ),
    ],
)
def test_what_cannot_be_used_is_said_with_its_line(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    data = tmp_path / name
    data.write_bytes(content)
    with pytest.raises(EvaluationRefused) as refused:
        json_lines(data, ("id", "messages"), may_be_empty=("messages",))
    assert said in str(refused.value) and name in str(refused.value)


def test_a_contact_without_messages_is_no_fault_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    data = tmp_path / "contacts.jsonl"
    data.write_bytes(GOOD + b'\n{"id": "K-2", "messages": []}\n')
    contacts = contacts_of(data, SetClock())
    assert [contact.id for contact in contacts] == ["K-1", "K-2"]
    data.write_bytes(GOOD + b'\n{"id": "K-2", "messages": "none"}\n')
    with pytest.raises(EvaluationRefused, match="line 2: messages of 'K-2' is not a list"):
        contacts_of(data, SetClock())


def test_batch_calls_read_compressed_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "queries.jsonl.gz"
    data.write_bytes(gzip.compress(GOOD + b"\n" + GOOD))
    assert [line["id"] for line in read_lines(str(data), ("id",))] == ["K-1", "K-1"]
    data.write_bytes(bytes(DAMAGED))
    with pytest.raises(SystemExit) as ended:
        list(read_lines(str(data), ("id",)))
    assert ended.value.code == 2
    assert "damaged or cut short" in capsys.readouterr().err
