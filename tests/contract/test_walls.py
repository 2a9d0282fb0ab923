"""The walls hold: a planted wrong import is refused, and by the right contract."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("models", "brand_voice", "recommender", "replies", "api")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages and the contracts, free to be spoilt."""
    copy = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "*.csv"))
    shutil.copy(ROOT / ".importlinter", copy)
    return copy


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([str(linter), "--no-cache"], cwd=house, capture_output=True, text=True, check=False)


def test_the_house_as_it_stands_keeps_its_contracts(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "wrong_import", "contract"),
    [
        ("recommender/money.py", "import replies.contacts", "The house"),
        ("brand_voice/finding.py", "import recommender.money", "The house"),
        ("replies/contacts.py", "import replies.assist", "Storeys of replies"),
        ("recommender/offers.py", "import faiss", "faiss has one door"),
        ("replies/shop.py", "import flask", "No web framework"),
        ("api/documents.py", "import sqlalchemy", "SQLAlchemy and Alembic"),
    ],
)
def test_a_planted_wrong_import_is_refused(
    house: Path, module: str, wrong_import: str, contract: str
) -> None:
    planted = house / module
    before = planted.read_text(encoding="utf-8")
    planted.write_text(
        before.replace(
            "from __future__ import annotations\n",
            f"from __future__ import annotations\n\n{wrong_import}\n",
            1,
        ),
        encoding="utf-8",
    )
    try:
        result = lint(house)
    finally:
        planted.write_text(before, encoding="utf-8")
    assert result.returncode == 1
    broken = [line for line in result.stdout.splitlines() if " BROKEN" in line]
    assert any(line.startswith(contract) for line in broken), result.stdout


def test_a_module_that_no_storey_names_is_refused(house: Path) -> None:
    stray = house / "replies" / "stray.py"
    stray.write_text('"""A room on no plan."""\n', encoding="utf-8")
    try:
        result = lint(house)
    finally:
        stray.unlink()
    assert result.returncode == 1
    assert "stray" in result.stdout
