"""`wellput evaluate cross-sell`: offers on later orders beside their peers; table, document, pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

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
_FEW = 200
_COLUMNS = (
    "protocol", "system", "baskets", "Recall@10", "ours ahead", "nDCG@10", "hit@10", "tail hit@10",
    "coverage", "novelty, bits",
)  # fmt: skip
_PROTOCOLS = {
    Protocols.HIDE_HALF: "half of the basket hidden",
    Protocols.HIDE_ONE: "one product hidden",
    Protocols.ONE_GIVEN: "one product given",
}


@dataclass(frozen=True, slots=True)
class OrdersFile:
    """Orders of a file to be measured on, read as `wellput import orders` would read them."""

    file: Path
    map_file: Path | None = None


def evaluate_orders(
    storage: SqlStorage,
    data: OrdersFile | None,
    shop: Shop,
    tell: Callable[[str], None] = lambda _line: None,
) -> Evaluation:
    """Score offers on the latest fifth of the orders, stored or of a file, all systems fitted on the others.

    Raises EvaluationRefused when the orders are too few, NotImported when the file cannot be read.
    """
    read = _stored(storage) if data is None else _from_file(data, shop)

    def facts_of(skus: tuple[str, ...]) -> ItemFacts:
        return ItemFacts.of(skus, read.products)

    try:
        compared = evaluate_cross_sell(
            Baskets.of(read.lines), _HELD_OUT_SHARE, facts_of=facts_of, seed=_SEED, tell=tell
        )
    except ValueError as error:
        raise EvaluationRefused("; ".join((str(error), *read.notes))) from error
    notes = (*compared.left_out, *read.notes, *_on_few(compared))
    return Evaluation(
        title="; ".join(
            ("Offers: time-ordered split, the whole catalogue ranked, 95 % bootstrap intervals", *notes)
        ),
        columns=_COLUMNS,
        rows=tuple(_row(one) for one in compared.figures),
        document={
            "what": "cross-sell",
            "figures": [_entry(one) for one in compared.figures],
            "left_out": list(compared.left_out),
            "notes": list(notes),
        },
        pictures={f"cross-sell-{protocol}.svg": _picture(protocol, compared) for protocol in Protocols},
    )


class _Read(NamedTuple):
    """The order lines, what the catalogue states, and what is to be said of the file."""

    lines: OrderLineArrays
    products: tuple[Product, ...] = ()
    notes: tuple[str, ...] = ()


def _stored(storage: SqlStorage) -> _Read:
    with storage.reading() as unit:
        return _Read(unit.frames.order_lines(), tuple(unit.frames.products()))


def _from_file(data: OrdersFile, shop: Shop) -> _Read:
    with tempfile.TemporaryDirectory() as aside:
        own = open_storage(f"sqlite:///{Path(aside) / 'orders.db'}")
        try:
            report = import_file(
                "orders", data.file, storage=own, shop=shop, rejects=Path(aside), map_file=data.map_file
            )
            left_out = (
                f"{report.rejected:,} of {report.rows:,} rows could not be read ('wellput import' says why)",
            )
            with own.reading() as unit:
                return _Read(unit.frames.order_lines(), notes=left_out if report.rejected else ())
        finally:
            own.close()


def _on_few(compared: ComparedSystems) -> tuple[str, ...]:
    """Warn where so few baskets are asked about that the figures say little."""
    asked = min(one.questions for one in compared.figures)
    return (f"only {asked:,} baskets could be asked about: figures of so few say little",) * (asked < _FEW)


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
