"""Learning which reply agents pick, and how far to trust a candidate answer."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.learned import READER_FOLDER, REPLIES, TWIN_FOLDER, open_ranking
from api.learning.bench import SKIPPED, Bench, Outcome, fingerprint_of, is_held_out, verdict
from api.learning.hygienic import teaching_contacts, teaching_parts
from api.learning.taught_reader import TaughtReader, taught_reader
from replies.articles import CannedReply
from replies.confidence import Confidence, Example
from replies.contacts import Contact
from replies.held_out import HeldOut
from replies.macro_examples import macro_examples
from replies.reply_features import turn_vectors
from replies.reply_figures import SHOWN
from replies.reply_ranking import ReplyRanker, labelled_turns
from replies.taken import Habits, examples_of, read_ones
from replies.turns import Turn

_SEED = 20261122
_JUDGED_BY = 4000  # held-out turns, at most
_TRUST_JUDGED_BY = 500  # of these, for the trust in canned replies
_TWIN_MEMBERS = 1  # the twin is for comparing and calibrating; one network is nearly as often right


def learn_replies(bench: Bench) -> Outcome:
    """Train on the replies agents picked; promote unless the twin is less often right on held-out turns."""
    library = list(bench.frames.canned_replies())
    fingerprint = fingerprint_of(teaching_parts(bench, library))
    if bench.is_unchanged(REPLIES, fingerprint):
        return bench.unchanged(REPLIES)
    contacts = teaching_contacts(bench, library)
    bench.tell(f"replies: training on {len(labelled_turns(contacts)):,} turns")
    seen = [contact for contact in contacts if not is_held_out(contact.id)]
    judged = labelled_turns(contact for contact in contacts if is_held_out(contact.id))[:_JUDGED_BY]
    twin = ReplyRanker.fit(seen, bench.encoder, seed=_SEED, members=_TWIN_MEMBERS)
    with tempfile.TemporaryDirectory(prefix="reader-") as scratch:
        folder = Path(scratch) / READER_FOLDER
        taught = None if twin is None else taught_reader(bench, seen, judged, twin, folder)
        reader = None if taught is None else taught.reader
        served = ReplyRanker.fit(contacts, bench.encoder, seed=_SEED, reader=reader)
        if served is None:
            return Outcome(
                REPLIES,
                bench.in_use_version(REPLIES),
                SKIPPED,
                "contacts with at least two different reply_ids are needed",
            )
        made = _Made(served, twin if taught is None else taught.twin, taught, folder)
        return _settle(bench, fingerprint, made, judged, _Teaching(contacts, seen, library))


@dataclass(frozen=True, slots=True)
class _Made:
    """The ranking to serve, the twin judged for it, and their reader, in `folder`, if one was taught."""

    served: ReplyRanker
    twin: ReplyRanker | None
    taught: TaughtReader | None
    folder: Path


@dataclass(frozen=True, slots=True)
class _Teaching:
    """What was learned from: all contacts, those that the twin saw, and the shop's own replies."""

    contacts: Sequence[Contact]
    seen: Sequence[Contact]
    library: Sequence[CannedReply]


def _settle(
    bench: Bench, fingerprint: str, made: _Made, judged: Sequence[Turn], teaching: _Teaching
) -> Outcome:
    """Write and promote, or keep the version in use where that is more often right."""
    held = held_out(made.twin, judged, bench)
    metrics = {"top_1": held.top_1, "top_3": held.top_3, "calibration_error": held.calibration_error}
    better, why = verdict("top-1", held.top_1, _in_use(bench, judged), len(judged) if made.twin else 0)
    if not better:
        return bench.keep(REPLIES, why, metrics)
    settings = {"reader": "none"} if made.taught is None else made.taught.as_settings()
    with bench.writing(REPLIES, fingerprint, metrics, settings) as draft:
        made.served.save(draft)
        held.save(draft)
        _save_trust(bench, _examples(bench, made.twin, judged, teaching), draft)
        if made.taught is not None:
            shutil.copytree(made.folder, draft / READER_FOLDER)
        if made.twin is not None:
            (draft / TWIN_FOLDER).mkdir()
            made.twin.save(draft / TWIN_FOLDER)
    return bench.promote(REPLIES, draft.version, why, metrics)


def held_out(ranker: ReplyRanker | None, asked: Sequence[Turn], bench: Bench) -> HeldOut:
    """Return how a ranking does on turns it has not seen; of no turns without one."""
    if ranker is None:
        return HeldOut.of((), ())
    vectors = turn_vectors(asked, bench.encoder)
    return HeldOut.of(
        asked,
        [
            tuple((one.reply_id, one.confidence) for one in ranker.rank(turn, vector, SHOWN))
            for turn, vector in zip(asked, vectors, strict=True)
        ],
    )


def _examples(
    bench: Bench, twin: ReplyRanker | None, judged: Sequence[Turn], teaching: _Teaching
) -> list[Example]:
    """Return what held-out turns teach about trust in the shop's own replies."""
    if twin is None:
        return []
    topic_of = {contact.id: contact.topic for contact in teaching.contacts if contact.topic is not None}
    in_force = [reply for reply in teaching.library if reply.in_force(bench.clock.now().date())]
    asked = [turn for turn in judged if turn.reply_id in {reply.id for reply in in_force}]
    seen = labelled_turns(teaching.seen)
    return list(macro_examples(asked[:_TRUST_JUDGED_BY], topic_of, seen, in_force, twin, bench.encoder))


def _save_trust(bench: Bench, examples: Sequence[Example], folder: Path) -> None:
    read = read_ones(bench.frames.learning.seen_suggestions())
    Confidence().learned_from([*examples, *examples_of(read)]).save(folder)
    Habits.of(read, bench.encoder, bench.clock.now()).save(folder)


def _in_use(bench: Bench, judged: Sequence[Turn]) -> float | None:
    artefact = bench.comparable(REPLIES)
    if artefact is None:
        return None
    if not (artefact.folder / TWIN_FOLDER).is_dir():
        return None
    return held_out(open_ranking(artefact.folder, bench.means.threads, TWIN_FOLDER), judged, bench).top_1
