"""The wheel holds exactly the five packages, with the data they read."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BESIDES = ("pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY.md")
PACKAGES = ("models", "brand_voice", "recommender", "replies", "api")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files in a wheel built from what git would give a stranger."""
    source = tmp_path_factory.mktemp("source")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *PACKAGES, *BESIDES],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--wheel-dir",
            str(target),
            str(source),
        ],
        check=True,
    )
    with zipfile.ZipFile(next(target.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


def test_the_five_packages_and_nothing_else(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == set(PACKAGES)


@pytest.mark.parametrize(
    "name",
    [
        "brand_voice/rulebooks/house/courtesy.yaml",
        "replies/phrasebook/email.yaml",
        "replies/phrasebook/cues.yaml",
        "api/sample_shop/catalogue.csv",
        "api/sample_shop/contacts.jsonl",
        "api/sample_shop/shop.toml",
        "api/sample_shop/articles/delivery-tracking.md",
        "api/importing/maps/uci-online-retail.toml",
        "api/web/templates/desk/contact.html",
        "api/web/static/css/base.css",
        "api/storage/migrations/env.py",
    ],
)
def test_what_the_product_reads_is_in(names: set[str], name: str) -> None:
    assert name in names


def test_every_data_file_of_the_packages_is_in(names: set[str]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {name for name in listed.stdout.split() if (ROOT / name).is_file()} - names == set()


def test_licence_and_notice_of_the_model_are_in(names: set[str]) -> None:
    ends = {name.rsplit("/", 1)[-1] for name in names if ".dist-info/" in name}
    assert {"LICENSE", "THIRD_PARTY.md"} <= ends
