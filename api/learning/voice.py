"""Learning the brand's tone from approved replies; silent while there is too little to know it by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from api.learned import VOICE
from api.learning.bench import SKIPPED, Bench, Outcome, fingerprint_of, verdict
from api.storage.learning_book import SqlLearningBook
from brand_voice.general_support import general_replies
from brand_voice.tone import LEAST_DRAFTS, LEAST_SEPARATION, LEAST_TEXTS, learn_tone
from replies.contacts import Role
from replies.edit_distance import edit_distance

_SEED = 20261122
_MOST_TEXTS = 2_000
_REWRITTEN = 0.3  # a draft of which this share or more was changed before it went was not the brand's voice


def learn_voice(bench: Bench) -> Outcome:
    """Learn from approved replies against rewritten first drafts, or general support English where those are
    few; promote when the two can be told apart on replies held out."""
    drafts = _drafts(bench)
    kinds = (bench.frames.fingerprint(kind) for kind in ("replies", "contacts"))
    fingerprint = fingerprint_of([*kinds, *drafts])
    if bench.is_unchanged(VOICE, fingerprint):
        return bench.unchanged(VOICE)
    approved = _approved(bench)
    if len(approved) < LEAST_TEXTS:
        few = f"{len(approved)} approved replies are too few to know a tone by ({LEAST_TEXTS} are needed)"
        why = f"{few}; the tone stays silent, the rulebook's rules hold"
        return Outcome(VOICE, bench.in_use_version(VOICE), SKIPPED, why)
    against = "first drafts" if len(drafts) >= LEAST_DRAFTS else "general support English"
    off_brand = drafts if len(drafts) >= LEAST_DRAFTS else general_replies()
    bench.tell(f"voice: {len(approved):,} approved replies against {len(off_brand):,} texts of {against}")
    model, figures = learn_tone(approved, off_brand, bench.encoder, seed=_SEED)
    metrics = {name: float(value) for name, value in asdict(figures).items()}
    if figures.separation < LEAST_SEPARATION:
        why = f"approved replies cannot be told from {against} (separation {figures.separation:.2f})"
        return bench.keep(VOICE, why, metrics)
    rows = figures.texts_on + figures.texts_off
    better, why = verdict("separation", figures.separation, _in_use(bench), rows, tolerance=0.02)
    if not better:
        return bench.keep(VOICE, why, metrics)
    with bench.writing(VOICE, fingerprint, metrics, {"against": against}) as draft:
        model.save(draft)
    return bench.promote(VOICE, draft.version, why, metrics)


def _approved(bench: Bench) -> list[str]:
    """Return what went out or may go out in the brand's voice: canned replies in force, agents' replies."""
    today = bench.clock.now().date()
    canned = (reply.text for reply in bench.frames.canned_replies() if reply.in_force(today))
    said = (
        message.text
        for contact in bench.frames.contacts()
        for message in contact.messages
        if message.role is Role.AGENT
    )
    return _distinct((*canned, *said))


def _drafts(bench: Bench) -> list[str]:
    """Return first drafts that an agent rewrote before the text went."""
    return _distinct(
        edit.suggestion.text
        for edit in SqlLearningBook(bench.frames.connection).sent_edits()
        if edit_distance(edit.suggestion.text, edit.final_text)
        >= _REWRITTEN * max(len(edit.suggestion.text), len(edit.final_text))
    )


def _distinct(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text.strip()][:_MOST_TEXTS]


def _in_use(bench: Bench) -> float | None:
    artefact = bench.comparable(VOICE)
    return None if artefact is None else artefact.manifest.metrics.get("separation")
