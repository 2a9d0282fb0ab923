from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from brand_voice.vale.pack import load_pack
from brand_voice.vale.running import Alert, run

Told = Callable[..., list[str]]


@pytest.fixture
def style(tmp_path: Path) -> Callable[..., Path]:
    """Writes rules into a style; returns its folder."""

    def write(**rules: dict[str, object]) -> Path:
        folder = tmp_path / "styles" / "Ours"
        folder.mkdir(parents=True, exist_ok=True)
        for name, rule in rules.items():
            told = {"message": "found '%s'", **rule}
            (folder / f"{name}.yml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def alerts(style: Callable[..., Path]) -> Callable[..., list[Alert]]:
    """Runs one rule over a text."""

    def found(rule: dict[str, object], text: str, form: str = "markdown") -> list[Alert]:
        report = run(load_pack(style(Rule=rule)), text, form, ("text.md",))
        assert not report.faults
        return list(report.alerts)

    return found


@pytest.fixture
def told(alerts: Callable[..., list[Alert]]) -> Told:
    """Runs one rule over a text; returns "line:column message" of each alert."""

    def said(rule: dict[str, object], text: str, form: str = "markdown") -> list[str]:
        return [f"{one.line}:{one.columns[0]} {one.message}" for one in alerts(rule, text, form)]

    return said
