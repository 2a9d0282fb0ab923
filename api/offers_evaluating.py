"""`wellput evaluate cross-sell`: offers on later orders beside their peers; table, document, pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api.charts import Bar, bar_chart
from api.evaluation_report import Evaluation, EvaluationRefused
from api.importing import import_file
from api.storage import SqlStorage, open_storage
from recommender.baskets import Baskets, OrderLineArrays
from recommender.catalogue import Product
from recommender.comparison import ComparedSystems, SystemFigures, evaluate_cross_sell
from recommender.evaluation import Figure, Protocols
from recommender.item_facts import ItemFacts
from replies.shop import Shop

_HELD_OUT_SHARE = 0.2
_SEED = 20261122
_COLUMNS = (
    "protocol", "system", "baskets", "Recall@10", "ours ahead", "nDCG@10", "hit@10", "tail hit@10",
    "coverage", "novelty, bits",
)  # fmt: skip
_PROTOCOLS = {
    Protocols.HIDE_HALF: "half of the basket hidden",
    Protocols.HIDE_ONE: "one product hidden",
    Protocols.ONE_GIVEN: "one product given",
}


def evaluate_orders(
    storage: SqlStorage, data: Path | None, shop: Shop, tell: Callable[[str], None] = lambda _line: None
) -> Evaluation:
    """Score offers on the latest fifth of the orders, stored or of a file, all systems fitted on the others.

    Raises EvaluationRefused when the orders are too few.
    """
    lines, products = _rows(storage, data, shop)

    def facts_of(skus: tuple[str, ...]) -> ItemFacts:
        return ItemFacts.of(skus, products)

    try:
        compared = evaluate_cross_sell(
            Baskets.of(lines), _HELD_OUT_SHARE, facts_of=facts_of, seed=_SEED, tell=tell
        )
    except ValueError as error:
        raise EvaluationRefused(str(error)) from error
    left_out = "".join(f"; {words}" for words in compared.left_out)
    return Evaluation(
        title="Offers: time-ordered split, the whole catalogue ranked, 95 % bootstrap intervals" + left_out,
        columns=_COLUMNS,
        rows=tuple(_row(one) for one in compared.figures),
        document={
            "what": "cross-sell",
            "figures": [_entry(one) for one in compared.figures],
            "left_out": list(compared.left_out),
        },
        pictures={f"cross-sell-{protocol}.svg": _picture(protocol, compared) for protocol in Protocols},
    )


def _rows(storage: SqlStorage, data: Path | None, shop: Shop) -> tuple[OrderLineArrays, list[Product]]:
    """Return the order lines, and the catalogue where the orders are the home's own."""
    if data is None:
        with storage.reading() as unit:
            return unit.frames.order_lines(), list(unit.frames.products())
    with tempfile.TemporaryDirectory() as aside:
        own = open_storage(f"sqlite:///{Path(aside) / 'orders.db'}")
        try:
            import_file("orders", data, storage=own, shop=shop, rejects=Path(aside))
            with own.reading() as unit:
                return unit.frames.order_lines(), []
        finally:
            own.close()


def _picture(protocol: Protocols, compared: ComparedSystems) -> str:
    bars = [
        Bar(one.system, one.recall.value, one.recall.interval.low, one.recall.interval.high)
        for one in compared.figures
        if one.protocol is protocol
    ]
    return bar_chart(f"Recall@10, {_PROTOCOLS[protocol]}", bars)


def _row(one: SystemFigures) -> tuple[str, ...]:
    return (
        one.protocol.value,
        one.system,
        f"{one.questions:,}",
        _shown(one.recall),
        _shown(one.ahead, sign="+"),
        _shown(one.ndcg),
        _shown(one.hit),
        _shown(one.tail_hit),
        f"{one.coverage:.3f}",
        f"{one.novelty:.2f}",
    )


def _shown(figure: Figure, sign: str = "") -> str:
    low, high = figure.interval
    return f"{figure.value:{sign}.4f} ({low:{sign}.4f} to {high:{sign}.4f})"


def _entry(one: SystemFigures) -> dict[str, Any]:
    return {
        "protocol": one.protocol.value,
        "system": one.system,
        "baskets": one.questions,
        "recall_at_10": _number(one.recall),
        "ndcg_at_10": _number(one.ndcg),
        "hit_at_10": _number(one.hit),
        "tail_hit_at_10": _number(one.tail_hit),
        "coverage": one.coverage,
        "novelty_bits": one.novelty,
        "ours_ahead_recall": _number(one.ahead),
        "ours_ahead_ndcg": _number(one.ahead_ndcg),
    }


def _number(figure: Figure) -> dict[str, float | None]:
    """Return the figure for JSON, which knows no nan."""
    low, high = figure.interval
    known = figure.value == figure.value
    return {
        "value": figure.value if known else None,
        "low": low if known else None,
        "high": high if known else None,
    }
