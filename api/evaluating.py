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
from api.lookups import Lookups, NotLearned
from api.storage import SqlStorage, open_storage
from api.suggesting import as_contact
from api.wiring import Wellput
from brand_voice.checker import prove
from brand_voice.rulebook import Rulebook
from recommender.baskets import Baskets, OrderLineArrays
from recommender.evaluation import Figure, SystemFigures, evaluate_cross_sell
from recommender.uncertainty import bootstrap_interval
from replies.contacts import Contact
from replies.evaluation import Share, evaluate_replies
from replies.shop import Shop

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
    """Score the next reply on a held-out fifth of the contacts, stored or of a file, fitted on the others."""
    encoder = wellput.learned.encoder
    if encoder is None:
        raise NotLearned("There is no encoder yet; run 'wellput learn' once.")
    try:
        figures = evaluate_replies(_contacts(wellput, data), encoder, seed=_SEED)
    except ValueError as error:
        raise EvaluationRefused(str(error)) from error
    return Evaluation(
        title=f"Next reply on {figures[0].turns:,} held-out turns, 95 % bootstrap intervals",
        columns=("system", "top-1", "top-3", "calibration error"),
        rows=tuple(
            (one.system, _share(one.top_1), _share(one.top_3), f"{one.calibration_error:.3f}")
            for one in figures
        ),
        document={
            "what": "replies",
            "turns": figures[0].turns,
            "figures": [
                {
                    "system": one.system,
                    "top_1": {
                        "value": one.top_1.value,
                        "low": one.top_1.interval[0],
                        "high": one.top_1.interval[1],
                    },
                    "top_3": {
                        "value": one.top_3.value,
                        "low": one.top_3.interval[0],
                        "high": one.top_3.interval[1],
                    },
                    "calibration_error": one.calibration_error,
                }
                for one in figures
            ],
        },
    )


def _contacts(wellput: Wellput, data: Path | None) -> list[Contact]:
    if data is not None:
        return [as_contact(line, wellput.clock) for line in _lines(data, ("id", "messages"))]
    with wellput.storage.reading() as unit:
        return list(unit.frames.contacts())


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.3f} ({low:.3f} to {high:.3f})"


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
