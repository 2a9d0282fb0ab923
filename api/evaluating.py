"""`wellput evaluate`: a part scored on rows it has not learned from, beside the plain baselines."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from api.importing import import_file
from api.learned import REPLIES, TWIN_FOLDER
from api.learning.bench import is_held_out
from api.lookups import Lookups, NotLearned
from api.storage import SqlStorage, open_storage
from api.suggesting import as_contact
from api.wiring import Wellput
from brand_voice.checker import prove
from brand_voice.rulebook import Rulebook
from recommender.baskets import Baskets, OrderLineArrays
from recommender.evaluation import Figure, SystemFigures, evaluate_cross_sell
from recommender.uncertainty import bootstrap_interval
from replies.knowledge import KnowledgeSearch
from replies.reply_ranking import ReplyRanker, labelled_turns
from replies.shop import Shop
from replies.turns import Turn, turns

_HELD_OUT_SHARE = 0.2
_SEED = 20261122
_WITHIN = 10


class EvaluationRefused(Exception):
    """There is nothing to score on, or the file cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome as a table and as a document; `faults` when what was scored is itself at fault."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    document: Mapping[str, Any]
    faults: bool = False


def evaluated(what: str, data: Path | None, wellput: Wellput) -> Evaluation:
    """Score one part; raises EvaluationRefused, NotImported, NotLearned, each with words for people."""
    if what == "search":
        return evaluate_search(wellput.lookups, data)
    if what == "replies":
        return evaluate_contacts(wellput, data)
    if what == "cross-sell":
        return evaluate_orders(wellput.storage, data, wellput.shop)
    return evaluate_voice(wellput.checker.rulebook)


def evaluate_orders(storage: SqlStorage, data: Path | None, shop: Shop) -> Evaluation:
    """Score co-purchase on the latest fifth of the orders, fitted on those before them."""
    baskets = Baskets.of(_order_lines(storage, data, shop))
    try:
        figures = evaluate_cross_sell(baskets, _HELD_OUT_SHARE, seed=_SEED)
    except ValueError as error:
        raise EvaluationRefused(str(error)) from error
    return Evaluation(
        title="Offers: time-ordered split, the whole catalogue ranked, 95 % bootstrap intervals",
        columns=("protocol", "system", "baskets", "Recall@10", "nDCG@10", "hit@10"),
        rows=tuple(
            (
                one.protocol.value,
                one.system,
                f"{one.questions:,}",
                _shown(one.recall),
                _shown(one.ndcg),
                _shown(one.hit),
            )
            for one in figures
        ),
        document={"what": "cross-sell", "figures": [_cross_sell_row(one) for one in figures]},
    )


def _order_lines(storage: SqlStorage, data: Path | None, shop: Shop) -> OrderLineArrays:
    if data is None:
        with storage.reading() as unit:
            return unit.frames.order_lines()
    with tempfile.TemporaryDirectory() as aside:
        own = open_storage(f"sqlite:///{Path(aside) / 'orders.db'}")
        try:
            import_file("orders", data, storage=own, shop=shop, rejects=Path(aside))
            with own.reading() as unit:
                return unit.frames.order_lines()
        finally:
            own.close()


def _shown(figure: Figure) -> str:
    low, high = figure.interval
    return f"{figure.value:.4f} ({low:.4f} to {high:.4f})"


def _cross_sell_row(one: SystemFigures) -> dict[str, Any]:
    return {
        "protocol": one.protocol.value,
        "system": one.system,
        "baskets": one.questions,
        "recall_at_10": _number(one.recall),
        "ndcg_at_10": _number(one.ndcg),
        "hit_at_10": _number(one.hit),
    }


def _number(figure: Figure) -> dict[str, float]:
    low, high = figure.interval
    return {"value": figure.value, "low": low, "high": high}


def evaluate_search(lookups: Lookups, data: Path | None) -> Evaluation:
    """Score the search on labelled queries: JSONL of {"id","text","relevant":[ids],"in":"articles"}."""
    if data is None:
        raise EvaluationRefused(
            "State a file of labelled queries: JSONL of "
            '{"id","text","relevant":[ids]}, and "in": articles, products or past.'
        )
    queries = _lines(data, ("text", "relevant"))
    values: dict[str, list[float]] = {"nDCG@10": [], "R@1": [], "hit@3": []}
    for query in queries:
        hits = lookups.search(str(query.get("in", "articles")), query["text"], _WITHIN)
        ranks = [place for place, hit in enumerate(hits) if hit.id in query["relevant"]]
        ideal = sum(1 / np.log2(place + 2) for place in range(min(len(query["relevant"]), _WITHIN)))
        values["nDCG@10"].append(sum(1 / np.log2(place + 2) for place in ranks) / ideal)
        values["R@1"].append(float(bool(ranks) and ranks[0] == 0))
        values["hit@3"].append(float(bool(ranks) and ranks[0] < 3))
    figures = {name: _mean(np.array(one)) for name, one in values.items()}
    return Evaluation(
        title=f"Search over {len(queries):,} labelled queries, 95 % bootstrap intervals",
        columns=("figure", "value"),
        rows=tuple((name, _shown(one)) for name, one in figures.items()),
        document={
            "what": "search",
            "queries": len(queries),
            "figures": {name: _number(one) for name, one in figures.items()},
        },
    )


def _lines(data: Path, needed: Sequence[str]) -> list[dict[str, Any]]:
    """Return the objects of a JSONL file, plain or .gz. Raises EvaluationRefused naming file and line."""
    found: list[dict[str, Any]] = []
    try:
        with gzip.open(data) if data.suffix == ".gz" else data.open("rb") as stream:
            found += [json.loads(line) for line in stream if line.strip()]
    except (OSError, EOFError, ValueError) as error:
        raise EvaluationRefused(f"{data} cannot be read as JSONL: {error}") from error
    for place, one in enumerate(found, start=1):
        if not isinstance(one, dict) or not all(one.get(field) for field in needed):
            raise EvaluationRefused(f"{data}, entry {place} has no {' or no '.join(needed)}")
    if not found:
        raise EvaluationRefused(f"{data} is empty")
    return found


def _mean(values: np.ndarray) -> Figure:
    return Figure(float(values.mean()), bootstrap_interval(values, np.random.default_rng(_SEED)))


def evaluate_contacts(wellput: Wellput, data: Path | None) -> Evaluation:
    """Score the next reply on held-out contacts, or on those of a file, beside the nearest neighbour.

    Stored contacts are scored by the evaluation twin, which never learned from them; of a file, contacts
    that are stored are left out.
    """
    learned = wellput.learned
    if learned.encoder is None or learned.ranker is None:
        raise NotLearned(
            "There is no reply ranking yet; import contacts with reply_id and run 'wellput learn'."
        )
    ranker, judged = _judged(wellput, learned.ranker, data)
    if not judged:
        raise EvaluationRefused("No contact to score on carries a reply_id and is unknown to the ranking.")
    vectors = learned.encoder.encode([turn.said for turn in judged])
    asked = list(zip(judged, vectors, strict=True))
    systems: dict[str, list[list[str]]] = {
        "wellput": [[one.reply_id for one in ranker.rank(turn, vector, 3)] for turn, vector in asked],
        "nearest neighbour": [_nearest(learned.knowledge, vector, data is None) for _, vector in asked],
    }
    figures = {
        name: tuple(
            _mean(
                np.array(
                    [turn.reply_id in found[:top] for turn, found in zip(judged, ranked, strict=True)], float
                )
            )
            for top in (1, 3)
        )
        for name, ranked in systems.items()
    }
    return Evaluation(
        title=f"Next reply on {len(judged):,} turns not learned from, 95 % bootstrap intervals",
        columns=("system", "top-1", "top-3"),
        rows=tuple((name, _shown(one), _shown(three)) for name, (one, three) in figures.items()),
        document={
            "what": "replies",
            "turns": len(judged),
            "figures": {
                name: {"top_1": _number(one), "top_3": _number(three)}
                for name, (one, three) in figures.items()
            },
        },
    )


def _judged(wellput: Wellput, served: ReplyRanker, data: Path | None) -> tuple[ReplyRanker, list[Turn]]:
    with wellput.storage.reading() as unit:
        stored = list(unit.frames.contacts())
    if data is not None:
        known = {contact.id for contact in stored}
        given = (as_contact(line, wellput.clock) for line in _lines(data, ("id", "messages")))
        return served, [
            turn for contact in given if contact.id not in known for turn in turns(contact) if turn.reply_id
        ]
    artefact = wellput.artefacts.current(REPLIES)
    twin = None if artefact is None else artefact.folder / TWIN_FOLDER
    if twin is None or not twin.is_dir():
        raise EvaluationRefused("There are too few contacts to hold some out; state a file of others.")
    return ReplyRanker.load(twin), labelled_turns(contact for contact in stored if is_held_out(contact.id))


def _nearest(knowledge: KnowledgeSearch | None, vector: np.ndarray, leave_out: bool) -> list[str]:
    """Return the replies given to the most similar past queries; `leave_out` skips the held-out ones."""
    hits = () if knowledge is None else knowledge.search_past(vector, 40)
    taught = (hit for hit in hits if hit.reply_id and not (leave_out and is_held_out(hit.source.id)))
    return list(dict.fromkeys(hit.reply_id or "" for hit in taught))


def evaluate_voice(rulebook: Rulebook) -> Evaluation:
    """Run every rule's own examples: texts that must fail, texts that must pass."""
    failures = prove(rulebook)
    examples = sum(len(rule.fails) + len(rule.passes) for rule in rulebook.rules)
    return Evaluation(
        title=f"Rulebook {rulebook.version}",
        columns=("figure", "value"),
        rows=(
            ("rules", str(len(rulebook.rules))),
            ("examples", str(examples)),
            ("failed examples", str(len(failures))),
            *((failure.rule, f"should {failure.expected}: {failure.text}") for failure in failures),
        ),
        document={
            "what": "voice",
            "rules": len(rulebook.rules),
            "examples": examples,
            "failures": [
                {"rule": failure.rule, "text": failure.text, "expected": failure.expected}
                for failure in failures
            ],
        },
        faults=bool(failures),
    )
