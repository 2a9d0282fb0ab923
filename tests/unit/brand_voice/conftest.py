from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from brand_voice.checker import Checker
from brand_voice.finding import CheckContext, CheckResult
from brand_voice.rulebook import Rulebook, load_rulebook

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def house() -> Rulebook:
    return load_rulebook()


@pytest.fixture(scope="session")
def checker(house: Rulebook) -> Checker:
    return Checker(house)


@pytest.fixture
def check(checker: Checker) -> Callable[..., CheckResult]:
    def run(text: str, channel: str = "email", flags: tuple[str, ...] = (), **facts: object) -> CheckResult:
        context = CheckContext(channel=channel, today=TODAY, flags=frozenset(flags), **facts)
        return checker.check(text, context)

    return run


@pytest.fixture
def rulebook_of(tmp_path: Path) -> Callable[[str], Rulebook]:
    def write(text: str, name: str = "rules.yaml") -> Rulebook:
        folder = tmp_path / "own"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        return load_rulebook(folder)

    return write
