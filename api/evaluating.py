"""`wellput evaluate`: a part scored on rows it has not learned from, beside the plain baselines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from api.back_testing import back_test, told
from api.evaluation_report import Evaluation, EvaluationRefused, json_lines
from api.lookups import Lookups
from api.offers_evaluating import OrdersFile, evaluate_orders
from api.wiring import Wellput
from brand_voice.proof import prove
from brand_voice.rulebook import Rulebook
from recommender.evaluation import Figure
from recommender.uncertainty import bootstrap_interval

_SEED = 20261122
_WITHIN = 10


def evaluated(
    what: str,
    data: Path | None,
    wellput: Wellput,
    *,
    map_file: Path | None = None,
    tell: Callable[[str], None] = lambda _line: None,
) -> Evaluation:
    """Score one part; `map_file` renames the columns of a file of orders.

    Raises EvaluationRefused, NotImported, NotLearned, each with words for people.
    """
    if map_file is not None and (what != "cross-sell" or data is None):
        raise EvaluationRefused("A map is for a file of orders: evaluate cross-sell ORDERS --map FILE.toml")
    if what == "search":
        return evaluate_search(wellput.lookups, data)
    if what == "replies":
        costs = wellput.reuse.costs
        return told(back_test(wellput.storage, wellput.learned.encoder, data, costs, wellput.clock), costs)
    if what == "cross-sell":
        orders = None if data is None else OrdersFile(data, map_file)
        return evaluate_orders(wellput.storage, orders, wellput.shop, tell)
    return evaluate_voice(wellput.checker.rulebook)


def _shown(figure: Figure) -> str:
    low, high = figure.interval
    return f"{figure.value:.4f} ({low:.4f} to {high:.4f})"


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
    queries = [query for _, query in json_lines(data, ("text", "relevant"))]
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


def _mean(values: np.ndarray) -> Figure:
    return Figure(float(values.mean()), bootstrap_interval(values, np.random.default_rng(_SEED)))


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
