"""Next replies on STAR: five folds by contact, beside plain peers of the same run.

    python -m tests.benchmark.reply_figures [FOLD ...]

A turn counts when its reply is in the library (neither free text nor `custom`); an abstention is a miss. As
`learn` does, each fold teaches a reader within ten minutes on all cores; MINUTES=0 leaves it out.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from api.clock import SystemClock
from api.learning.taught_reader import teach_reader
from api.learning.wishes import LearningMeans
from api.suggesting import as_contact
from models.embedding import OnnxEncoder
from models.encoder_export import export_encoder
from models.remembering import RememberingEncoder
from replies.contacts import Contact
from replies.held_out import HeldOut
from replies.reply_features import turn_vectors
from replies.reply_figures import SHOWN, Ranking
from replies.reply_ranking import ReplyRanker, labelled_turns
from replies.reply_systems import LEARNED, systems_of
from replies.silence import SilenceCosts
from tests.benchmark.report import Figure, show
from tests.converters import star

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("WELLPUT_TEST_DATA", ROOT.parent / "shared" / "data"))
FOLDS, SEED = 5, 20261122
MINUTES = float(os.environ.get("MINUTES", "10"))


def fold_of(contact: Contact) -> int:
    """Return the fold of a contact, whatever the order of the file."""
    return zlib.crc32(contact.id.encode()) % FOLDS


def judge(
    contacts: Sequence[Contact], fold: int, encoder: RememberingEncoder, folder: Path
) -> tuple[dict[str, HeldOut], float]:
    """Return how each system did on one fold, learned from the others, and the seconds that learning took."""
    teaching = [contact for contact in contacts if fold_of(contact) != fold]
    asked = [
        turn
        for turn in labelled_turns(contact for contact in contacts if fold_of(contact) == fold)
        if turn.reply_id != "custom"
    ]
    taught = labelled_turns(teaching)
    vectors = turn_vectors(asked, encoder)
    known = encoder.encode([turn.said for turn in taught])
    began = time.monotonic()
    reader = None
    means = LearningMeans(tuning_s=60 * MINUTES, tuning_threads=os.cpu_count() or 1)
    if MINUTES and teach_reader(teaching, means, folder):
        reader = RememberingEncoder(OnnxEncoder(folder, threads=1))
    ranker = ReplyRanker.fit(teaching, encoder, seed=SEED, reader=reader)
    took = time.monotonic() - began
    if ranker is None:
        raise SystemExit("there is nothing to learn from")
    said: dict[str, HeldOut] = {}
    for name, system in systems_of(taught, known, ranker).items():
        ranked = [system(turn, vector) for turn, vector in zip(asked, vectors, strict=True)]
        said[name] = HeldOut.of(asked, [_unless_silent(one) for one in ranked])
    return said, took


def _unless_silent(ranked: Ranking) -> Ranking:
    return ranked if SilenceCosts().speaks([chance for _, chance in ranked[:SHOWN]]) else ()


def main(arguments: Sequence[str]) -> int:
    """Print the figures over the folds asked for, all of them by default."""
    folds = [int(one) for one in arguments] or range(FOLDS)
    clock = SystemClock()
    contacts = [as_contact(one, clock) for one in star.contacts(DATA / "star" / "contacts.jsonl.gz")]
    with tempfile.TemporaryDirectory() as folder:
        export_encoder(None, Path(folder))
        encoder = RememberingEncoder(OnnxEncoder(Path(folder), threads=1))
        judged: list[tuple[dict[str, HeldOut], float]] = []
        for fold in folds:
            judged.append(judge(contacts, fold, encoder, Path(folder) / f"reader-{fold}"))
            learned = judged[-1][0][LEARNED]
            print(f"fold {fold}: {learned.top_1:.4f} first, {learned.top_3:.4f} among three", flush=True)
    for name in judged[0][0]:
        held = [said[name] for said, _ in judged]
        first, among = (np.concatenate([getattr(one, part) for one in held]) for part in ("first", "among"))
        sure = np.concatenate([one.sureness for one in held])
        whole = HeldOut(sure, first, sure, among)
        show(
            f"STAR, {name}, {len(first):,} turns",
            [
                Figure("top-1", f"{whole.top_1:.4f}", ""),
                Figure("top-3", f"{whole.top_3:.4f}", ""),
                Figure("calibration error, 15 bins", f"{whole.calibration_error:.4f}", ""),
            ],
        )
    print(f"learning a fold takes {np.mean([took for _, took in judged]):.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
