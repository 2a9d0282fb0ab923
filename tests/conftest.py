"""What several kinds of tests share: the sample shop, loaded and learned once a session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.demo import load_sample_shop
from api.settings import Settings
from api.wiring import Wellput, open_wellput

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The development data sets; tests marked `data` skip where they are not to be had."""
    folder = Path(os.environ.get("WELLPUT_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the development data sets are not at {folder}; set WELLPUT_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def learned_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A learned home of the sample shop. Do not change it: copy it, or use `learned_home`."""
    home = tmp_path_factory.mktemp("learned") / "home"
    home.mkdir()
    shutil.copy(ROOT / "api" / "sample_shop" / "shop.toml", home)
    with open_wellput(Settings(home=home)) as wellput:
        load_sample_shop(wellput, lambda _line: None)
        wellput.learn()
    return home


@pytest.fixture
def learned_home(learned_template: Path, tmp_path: Path) -> Path:
    """A learned home of one's own."""
    return shutil.copytree(learned_template, tmp_path / "home")


@pytest.fixture
def wellput(learned_home: Path) -> Iterator[Wellput]:
    """The product over a learned home of one's own."""
    with open_wellput(Settings(home=learned_home)) as opened:
        yield opened
