"""A public Vale style: every alert its own feature file expects, in place and message, and none besides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from brand_voice.vale.pack import load_pack
from brand_voice.vale.running import run

pytestmark = pytest.mark.data
SCENARIO = re.compile(
    r"^ +When I test \"(?P<folder>.*?)\"\n.*?\"\"\"\n(?P<lines>.*?)\"\"\"", re.DOTALL | re.MULTILINE
)


def test_all_and_only_the_expected_alerts(data_folder: Path) -> None:
    style = data_folder / "vale_microsoft"
    features = (style / "features" / "rules.feature").read_text(encoding="utf-8")
    expected: set[str] = set()
    given: set[str] = set()
    for scenario in SCENARIO.finditer(features):
        folder = scenario["folder"]
        expected |= {f"{folder}: {line.strip()}" for line in scenario["lines"].splitlines() if line.strip()}
        text = (style / "fixtures" / folder / "test.md").read_text(encoding="utf-8")
        report = run(load_pack(style / "fixtures" / folder), text, "markdown", ("test.md",))
        assert not report.faults
        given |= {
            f"{folder}: test.md:{one.line}:{one.columns[0]}:{one.check}:{one.message}"
            for one in report.alerts
        }
    assert len(expected) == 127
    assert given == expected
