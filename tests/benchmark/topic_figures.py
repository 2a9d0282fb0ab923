"""Topics on CLINC150 with the command alone: contacts imported, learned, and its test questions classified.

    python -m tests.benchmark.topic_figures [--draws N] [--minutes M]

Once with all 100 questions a topic, and in N draws of ten a topic, where `learn` may teach the encoder.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import expected_calibration_error
from tests.benchmark.__main__ import DATA, ROOT
from tests.benchmark.report import Figure, show

FEW = 10
IN_SCOPE = 0.93
Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Scores:
    """Accuracy with every question answered, calibration error, and recall of strangers.

    `recall` is at in-scope accuracy .93 (None where that is not reached), a right answer withheld counting
    as wrong; `kept` and `refused` are in-scope accuracy and recall as the product abstains.
    """

    accuracy: float
    calibration_error: float
    recall: float | None
    kept: float
    refused: float


def wellput(home: Path, minutes: float, *words: str | Path) -> str:
    """Return what the command printed; raise CalledProcessError when it failed."""
    environment = {**os.environ, "WELLPUT_TUNING_MINUTES": str(minutes)}
    command = [sys.executable, "-m", "api.cli", "--home", str(home), *map(str, words)]
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def scores(taught: Rows, asked: Rows, strange: Rows, home: Path, minutes: float) -> Scores:
    """Learn `taught` in a new home and classify `asked` and `strange`."""
    home.mkdir(parents=True, exist_ok=True)
    contacts, questions = home / "contacts.jsonl", home / "questions.jsonl"
    contacts.write_text("".join(_contact(place, *row) for place, row in enumerate(taught)), encoding="utf-8")
    lines = [json.dumps({"id": str(at), "text": text}) for at, (text, _) in enumerate((*asked, *strange))]
    questions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    wellput(home, minutes, "import", "contacts", contacts)
    wellput(home, minutes, "learn", "--only", "topics")
    told = [
        json.loads(line) for line in wellput(home, minutes, "classify", "--texts", questions).splitlines()
    ]
    right = np.array([one["topic"] == topic for one, (_, topic) in zip(told, asked, strict=False)])
    sure = np.array([one["confidence"] for one in told])
    silent = np.array([one["abstained"] for one in told])
    inside, outside = sure[: len(asked)], sure[len(asked) :]
    return Scores(
        float(right.mean()),
        expected_calibration_error(inside, right),
        _recall(inside, right, outside),
        float((right & ~silent[: len(asked)]).mean()),
        float(silent[len(asked) :].mean()),
    )


def _contact(place: int, text: str, topic: str) -> str:
    said = {"role": "customer", "text": text, "at": "2026-01-01T10:00:00Z"}
    return json.dumps({"id": f"q{place}", "channel": "chat", "topic": topic, "messages": [said]}) + "\n"


def _recall(
    inside: NDArray[np.float64], right: NDArray[np.bool_], outside: NDArray[np.float64]
) -> float | None:
    falling = np.sort(inside[right])[::-1]
    wanted = math.ceil(IN_SCOPE * len(inside))
    return float((outside < falling[wanted - 1]).mean()) if wanted <= len(falling) else None


def few(rows: Rows, count: int, seed: int) -> list[tuple[str, str]]:
    """Return `count` rows of each topic, drawn."""
    random = np.random.default_rng(seed)
    topics = np.array([topic for _, topic in rows])
    drawn = [
        random.choice(np.flatnonzero(topics == topic), count, replace=False) for topic in np.unique(topics)
    ]
    return [rows[at] for at in np.concatenate(drawn).tolist()]


def _figures(name: str, got: Sequence[Scores]) -> list[Figure]:
    def mean(what: str) -> float:
        return float(np.mean([getattr(one, what) for one in got]))

    spread = ", ".join(f"{one.accuracy:.3f}" for one in got)
    figures = [
        Figure(f"{name}, every question answered", f"{mean('accuracy'):.3f}", f"draws: {spread}"),
        Figure(f"{name}, calibration error", f"{mean('calibration_error'):.3f}", "15 bins"),
        Figure(
            f"{name}, as it abstains",
            f"{mean('kept'):.3f} in scope, {mean('refused'):.3f} of strangers refused",
            "",
        ),
    ]
    if all(one.recall is not None for one in got):
        figures.append(
            Figure(f"{name}, strangers refused", f"{mean('recall'):.3f}", f"at {IN_SCOPE} in scope")
        )
    return figures


def main() -> int:
    """Print the figures; 2 without the data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="seed of the first draw")
    parser.add_argument("--minutes", type=float, default=10.0, help="WELLPUT_TUNING_MINUTES")
    parser.add_argument("--only", choices=("few", "all"))
    asked = parser.parse_args()
    file = DATA / "clinc150" / "data_full.json.gz"
    if not file.is_file():
        print(f"needs {file} (WELLPUT_TEST_DATA)", file=sys.stderr)
        return 2
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        parts: dict[str, Any] = json.load(stream)
    taught, test, strange = (
        [(str(text), str(topic)) for text, topic in parts[name]] for name in ("train", "test", "oos_test")
    )
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        if asked.only != "few":
            got = scores(taught, test, strange, Path(folder) / "all", asked.minutes)
            figures += _figures("CLINC150, 100 a topic", [got])
        if asked.only != "all":
            draws = [
                scores(few(taught, FEW, seed), test, strange, Path(folder) / str(seed), asked.minutes)
                for seed in range(asked.first, asked.first + asked.draws)
            ]
            figures += _figures(f"CLINC150, {FEW} a topic", draws)
    show("Topics, by the command", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
