"""The doctor names the extras that are missing and how to get them."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

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
