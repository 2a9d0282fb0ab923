"""What several kinds of tests share: the sample shop, loaded and learned once a session."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from api.demo import load_sample_shop
from api.settings import Settings
from api.wiring import Wellput, open_wellput

ROOT = Path(__file__).resolve().parents[1]

_FOLDERS_KEPT_TOGETHER = ("real", "browser", "notebooks")
"""Folders of tests that share a costly fixture of their own, the longest first."""

# Minutes that teaching an encoder may take while learning: none where hundreds of homes are learned.
os.environ.setdefault("WELLPUT_TUNING_MINUTES", "0")

# A shell's background job ignores Ctrl-C, and so would every process that a test starts from there.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the long ones first, so that no process is left with them at the end."""
    items.sort(key=lambda item: _place(item.path))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Where several processes run the tests, share them out by file, or by folder."""
    return _ByFileOrFolder(config, log)


class _ByFileOrFolder(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.split("/")[1]
        return folder if folder in _FOLDERS_KEPT_TOGETHER else file


def _place(path: Path) -> int:
    order = (*_FOLDERS_KEPT_TOGETHER, "contract")
    folder = path.relative_to(ROOT / "tests").parts[0]
    return order.index(folder) if folder in order else len(order)


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
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _learned(tmp_path_factory.mktemp("learned") / "home")
    shared = tmp_path_factory.getbasetemp().parent / "learned"
    with FileLock(shared.with_suffix(".lock")):
        home = shared / "home"
        if not home.is_dir():
            shared.mkdir(exist_ok=True)
            _learned(shared / "unfinished").rename(home)
    return home


def _learned(home: Path) -> Path:
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
