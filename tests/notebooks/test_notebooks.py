"""Every notebook runs from top to bottom, and says what it should."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAID = {"uptake": "presented", "cross_sell_evaluation": "ours ahead"}
"""Words of the outcome that a notebook must print."""
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert {path.name for path in NOTEBOOKS} >= {f"{name}.ipynb" for name in SAID}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    executed = tmp_path / path.name
    environment = {name: value for name, value in os.environ.items() if name != "WELLPUT_HOME"}
    done = subprocess.run(
        [
            sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", str(executed),
            "--ExecutePreprocessor.timeout=300", str(path),
        ],
        cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    printed = "".join(
        output.get("text", "")
        for cell in nbformat.read(executed, as_version=4).cells
        for output in cell.get("outputs", ())
    )
    assert SAID.get(path.stem, "") in printed


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    assert not any(cell.get("outputs") for cell in cells)
