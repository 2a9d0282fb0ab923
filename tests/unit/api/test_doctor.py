"""The doctor names the extras that are missing and how to get them."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from api.cli.frame import read_settings
from api.doctor import NOTE, examine
from api.settings import Settings


def test_missing_extras_are_named_with_the_fix(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name in {"spylls", "textblob"} else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    extras = [one for one in examine(Settings(home=tmp_path / "none")) if one.what.startswith("extra ")]
    assert [(one.what, one.state, one.fix) for one in extras] == [
        ("extra spelling", NOTE, "pip install 'wellput[spelling]'"),
        ("extra tagger", NOTE, "pip install 'wellput[tagger]'"),
    ]
    assert "spylls" in extras[0].detail and "textblob" in extras[1].detail


def test_the_writer_that_is_set_is_named(tmp_path: Path) -> None:
    def said(settings: Settings) -> list[str]:
        return [one.detail for one in examine(settings) if one.what == "writer"]

    assert said(Settings(home=tmp_path)) == ["none is set: drafts are in approved words alone"]
    settings = Settings(home=tmp_path, writer_address="http://127.0.0.1:9/v1", writer_model="small")
    assert said(settings) == ["small at http://127.0.0.1:9/v1, not asked here"]


@pytest.mark.parametrize(
    "address", ["nonsense", "ftp://host/v1", "http://", "http://host:port/v1", "http://[::1", "http://a@b/v1"]
)
def test_an_address_where_no_writer_can_be_is_refused_in_words_at_once(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WELLPUT_WRITER_ADDRESS", address)
    with pytest.raises(SystemExit) as ended:
        read_settings(tmp_path)
    assert ended.value.code == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "WELLPUT_WRITER_ADDRESS cannot be used" in said
    assert "http://127.0.0.1:8080/v1" in said
