"""Learning which reply agents pick, and how far to trust a candidate answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from api.learned import REPLIES, TWIN_FOLDER
from api.learning.bench import SKIPPED, Bench, Outcome, fingerprint_of, is_held_out, verdict
from replies.reply_ranking import ReplyRanker, labelled_turns
from replies.turns import Turn

_SEED = 20261122
_JUDGED_BY = 4000  # held-out turns, at most


def learn_replies(bench: Bench) -> Outcome:
    """Train on the replies agents picked; promote unless the twin is less often right on held-out turns."""
    fingerprint = fingerprint_of(bench.frames.fingerprint(kind) for kind in ("contacts", "replies"))
    if bench.is_unchanged(REPLIES, fingerprint):
        return bench.unchanged(REPLIES)
    contacts = list(bench.frames.contacts())
    bench.tell(f"replies: training on {len(labelled_turns(contacts)):,} turns")
    served = ReplyRanker.fit(contacts, bench.encoder, seed=_SEED)
    if served is None:
        return Outcome(
            REPLIES,
            bench.in_use_version(REPLIES),
            SKIPPED,
            "contacts with at least two different reply_ids are needed",
        )
    twin = ReplyRanker.fit((c for c in contacts if not is_held_out(c.id)), bench.encoder, seed=_SEED)
    judged = labelled_turns(c for c in contacts if is_held_out(c.id))[:_JUDGED_BY]
    metrics = scores(twin, judged, bench)
    better, why = verdict("top-1", metrics["top_1"], _in_use(bench, judged), len(judged) if twin else 0)
    if not better:
        return bench.keep(REPLIES, why, metrics)
    with bench.writing(REPLIES, fingerprint, metrics) as draft:
        served.save(draft)
        if twin is not None:
            (draft / TWIN_FOLDER).mkdir()
            twin.save(draft / TWIN_FOLDER)
    return bench.promote(REPLIES, draft.version, why, metrics)


def scores(ranker: ReplyRanker | None, judged: Sequence[Turn], bench: Bench) -> dict[str, float]:
    """Return how often the reply given was ranked first, and among the first three."""
    if ranker is None or not judged:
        return {"top_1": 0.0, "top_3": 0.0}
    vectors = bench.encoder.encode([turn.said for turn in judged])
    ranks = [
        [reply.reply_id for reply in ranker.rank(turn, vector, 3)]
        for turn, vector in zip(judged, vectors, strict=True)
    ]
    return {
        "top_1": float(
            np.mean([turn.reply_id == found[0] for turn, found in zip(judged, ranks, strict=True)])
        ),
        "top_3": float(np.mean([turn.reply_id in found for turn, found in zip(judged, ranks, strict=True)])),
    }


def _in_use(bench: Bench, judged: Sequence[Turn]) -> float | None:
    artefact = bench.comparable(REPLIES)
    if artefact is None:
        return None
    twin = artefact.folder / TWIN_FOLDER
    return scores(ReplyRanker.load(twin), judged, bench)["top_1"] if twin.is_dir() else None
