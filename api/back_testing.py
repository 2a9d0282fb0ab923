"""`wellput evaluate replies`: the next reply on held-out contacts, beside its plain peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from api.charts import Bar, Series, bar_chart, line_chart
from api.evaluation_report import Evaluation, EvaluationRefused, json_lines
from api.learned import REPLIES, is_readable
from api.lookups import NotLearned
from api.storage import SqlStorage
from api.suggesting import WrongContact, as_contact
from models.artefact_store import ArtefactStore
from models.embedding import Encoder
from replies.contacts import Contact
from replies.evaluation import BackTest, evaluate_replies
from replies.held_out import HeldOut
from replies.ports import Clock
from replies.reply_figures import GroupFigures, ReplyFigures, Share
from replies.silence import SilenceCosts

_SEED = 20261122
_NEEDED = ("id", "messages")


def back_test(
    storage: SqlStorage, encoder: Encoder | None, data: Path | None, costs: SilenceCosts, clock: Clock
) -> BackTest:
    """Score the next reply on a held-out fifth of the contacts, stored or of a file, fitted on the others.

    Raises NotLearned without an encoder; EvaluationRefused with words for people.
    """
    if encoder is None:
        raise NotLearned("There is no encoder yet; run 'wellput learn' once.")
    contacts, library = _what_is_judged(storage, data, clock)
    try:
        return evaluate_replies(contacts, encoder, seed=_SEED, costs=costs, library=library)
    except ValueError as error:
        raise EvaluationRefused(str(error)) from error


def _what_is_judged(
    storage: SqlStorage, data: Path | None, clock: Clock
) -> tuple[list[Contact], dict[str, str]]:
    with storage.reading() as unit:
        library = {reply.id: reply.text for reply in unit.knowledge.all_canned_replies()}
        if data is None:
            return list(unit.frames.contacts()), library
    return contacts_of(data, clock), library


def contacts_of(data: Path, clock: Clock) -> list[Contact]:
    """Return the contacts of a JSONL file. Raises EvaluationRefused naming file and line."""
    lines = json_lines(data, _NEEDED, may_be_empty=("messages",))
    return [_read(one, f"{data}, line {number}", clock) for number, one in lines]


def _read(stated: Mapping[str, Any], place: str, clock: Clock) -> Contact:
    try:
        return as_contact(stated, clock)
    except WrongContact as error:
        raise EvaluationRefused(f"{place}: {error}") from error


def held_out_in_use(store: ArtefactStore) -> HeldOut | None:
    """Return how the ranking in use did on turns it had not learned from; None where that is not known."""
    artefact = store.current(REPLIES)
    if artefact is None or not is_readable(artefact):
        return None
    return HeldOut.load(artefact.folder)


def told(made: BackTest, costs: SilenceCosts) -> Evaluation:
    """Return the back-test as table, document and pictures."""
    by_name = {one.system: one for one in made.costs}
    return Evaluation(
        title=(
            f"Next reply on {made.figures[0].turns:,} held-out turns of {made.contacts:,} contacts, "
            f"learned from {made.taught:,} turns; 95 % bootstrap intervals over contacts"
        ),
        columns=(
            "system",
            "top-1",
            "top-3",
            "calibration error",
            "characters kept",
            "answered",
            "wrong when answered",
        ),
        rows=tuple(
            (
                one.system,
                _in_words(one.top_1),
                _in_words(one.top_3),
                f"{one.calibration_error:.3f}",
                _in_words(one.kept),
                f"{by_name[one.system].answered:.3f}",
                f"{by_name[one.system].wrong:.3f}",
            )
            for one in made.figures
        ),
        document=_document(made, costs),
        pictures=pictures(made),
    )


def pictures(made: BackTest) -> Mapping[str, str]:
    """Return the pictures as SVG by file name."""
    learned = made.figures[-1]
    curves = [
        Series(one.system, tuple((point.coverage, point.risk) for point in one.curve)) for one in made.figures
    ]
    bins = [
        Series(one.system, tuple((part.confidence, part.right) for part in one.reliability))
        for one in made.figures
    ]
    bars = [
        Bar(f"{one.group} ({one.turns})", one.top_1.value, *one.top_1.interval)
        for one in made.by_topic
        if one.system == learned.system
    ]
    return {
        "replies-risk.svg": line_chart(
            "Coverage against risk", "share of turns answered", "first suggestion wrong", curves
        ),
        "replies-reliability.svg": line_chart(
            "Reliability: is a confidence what it says?", "confidence", "share right", bins, diagonal=True
        ),
        "replies-topics.svg": bar_chart("Right first, by topic (turns)", bars[:20]),
    }


def _document(made: BackTest, costs: SilenceCosts) -> dict[str, Any]:
    return {
        "what": "replies",
        "turns": made.figures[0].turns,
        "contacts": made.contacts,
        "taught_turns": made.taught,
        "costs": {"wrong": costs.wrong, "none": costs.none, "threshold": round(costs.threshold, 4)},
        "figures": [_figures(one) for one in made.figures],
        "by_topic": _groups(made.by_topic),
        "by_channel": _groups(made.by_channel),
        "at_the_costs": [asdict(one) for one in made.costs],
    }


def _figures(one: ReplyFigures) -> dict[str, Any]:
    return {
        "system": one.system,
        "top_1": _number(one.top_1),
        "top_3": _number(one.top_3),
        "calibration_error": one.calibration_error,
        "edit_distance": _number(one.edit_distance),
        "characters_kept": _number(one.kept),
        "coverage_against_risk": [asdict(point) for point in one.curve],
        "reliability": [asdict(part) for part in one.reliability],
    }


def _groups(groups: Sequence[GroupFigures]) -> list[dict[str, Any]]:
    return [
        {
            "system": one.system,
            "group": one.group,
            "turns": one.turns,
            "top_1": _number(one.top_1),
            "top_3": _number(one.top_3),
        }
        for one in groups
    ]


def _number(share: Share) -> dict[str, float]:
    return {"value": share.value, "low": share.interval[0], "high": share.interval[1]}


def _in_words(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.3f} ({low:.3f} to {high:.3f})"
