"""A learned home that commands run on, and the command itself."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import pytest

from api.cli import main
from tests.contract.command.ended import Ended, Run


@pytest.fixture(scope="module")
def home(learned_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(learned_template, tmp_path_factory.mktemp("commanded") / "home")


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process, as the console script does."""

    def called(*args: str, stdin: bytes = b"", at: Path | None = None) -> Ended:
        monkeypatch.setattr(sys, "argv", ["wellput", "--home", str(at or home), *args])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        try:
            main()
            code: int | str | None = 0
        except SystemExit as ended:
            code = ended.code
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        assert "unforeseen" not in printed.err
        assert isinstance(code, int | None)
        return Ended(code or 0, printed.out, printed.err)

    return called
