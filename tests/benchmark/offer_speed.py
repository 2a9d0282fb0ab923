"""How long one recommendation takes after the encoder, beside a bare look-up in an item-item matrix of the
library `implicit` in the same run.

    python -m tests.benchmark.offer_speed [HOME]

HOME is a home that has learned Online Retail, to save making one. Times are those of the processor, so that
other work on the machine counts little: database, rules, learned ranking, reasons and receipts included.
"""

from __future__ import annotations

import csv
import os
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from api.settings import Settings
from api.storage import SqlStorage
from api.wiring import Wellput, open_wellput
from models.list_ranker import ListRanker, Lists, train_list_ranker
from recommender.baskets import Baskets, OrderLineArrays
from recommender.cross_sell import CrossSell
from recommender.ease import EaseSettings
from recommender.item_facts import ItemFacts
from recommender.offers import Situation
from recommender.ranker_fitting import knowledge_of
from recommender.ranking import Calibration, Engine
from recommender.ranking_features import FEATURES, LOOKED_AT
from recommender.relation_fitting import learn_relations
from recommender.replenishment import CustomerPurchases
from recommender.strength_settings import EngineSettings
from tests.benchmark.report import Figure, show
from tests.converters import online_retail

DATA = Path(os.environ.get("WELLPUT_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
ASKED, WARM_UP, OFFERS = 1_000, 50, 3
PRODUCTS, ORDERS, A_BASKET, THEMES, EASE_MB = 100_000, 60_000, 10, 2_000, 200
LIMIT_MS = {"Online Retail": 2.0, f"{PRODUCTS:,} generated products": 6.0}
Asked = Sequence[tuple[str, ...]]


def times_ms(work: Callable[[tuple[str, ...]], object], asked: Asked) -> list[float]:
    """Return the processor time of each basket, sorted."""
    for basket in asked[:WARM_UP]:
        work(basket)
    took: list[float] = []
    for basket in asked:
        began = time.process_time()
        work(basket)
        took.append(1_000 * (time.process_time() - began))
    return sorted(took)


def measured(what: str, cross_sell: CrossSell, storage: SqlStorage, baskets: Baskets, today: date) -> Figure:
    """Time recommendations for the latest baskets of two to six products, and the bare look-up."""
    sizes = baskets.sizes
    short = np.flatnonzero((sizes >= 2) & (sizes <= 6))[-ASKED:].tolist()
    asked = [tuple(baskets.skus[int(item)] for item in baskets.items_of(at)) for at in short]
    offered = 0

    def recommend(basket: tuple[str, ...]) -> None:
        nonlocal offered
        with storage.reading() as unit:
            made = cross_sell.recommend(Situation(skus=basket), unit.catalogue, today=today, n=OFFERS)
        offered += len(made.offers)

    ours = times_ms(recommend, asked)
    bare = times_ms(_bare_look_up(baskets), asked)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    words = f"p50 {_at(ours, 0.5):.2f} ms, p99 {_at(ours, 0.99):.2f} ms"
    against = (
        f"limit {LIMIT_MS[what]:g} ms; bare look-up p50 {_at(bare, 0.5):.2f}, p99 {_at(bare, 0.99):.2f} ms; "
        f"{offered / (len(asked) + WARM_UP):.1f} offers each; peak memory of both {peak_mb:,.0f} MB"
    )
    return Figure(f"{what}: one recommendation", words, against)


def _at(took: Sequence[float], share: float) -> float:
    return took[int(share * (len(took) - 1))]


def _bare_look_up(baskets: Baskets) -> Callable[[tuple[str, ...]], object]:
    """Return what sums the rows of `implicit`'s BM25 item-item matrix and takes the best ten: no rule, no
    reason, no price."""
    from implicit.nearest_neighbours import BM25Recommender  # an extra of the benchmarks
    from scipy.sparse import csr_matrix

    shape = (len(baskets), len(baskets.skus))
    held: Any = csr_matrix((np.ones(len(baskets.items), np.float32), baskets.items, baskets.starts), shape)
    model: Any = BM25Recommender(K=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own conversions
        model.fit(held, show_progress=False)
    similar = model.similarity.T.tocsr()
    places = {sku: at for at, sku in enumerate(baskets.skus)}

    def look_up(basket: tuple[str, ...]) -> object:
        items = [places[sku] for sku in basket]
        scores = np.asarray(similar[items].sum(axis=0)).ravel()
        scores[items] = -1.0
        best = np.argpartition(-scores, 10)[:10]
        return best[np.argsort(-scores[best])]

    return look_up


def on_online_retail(home: Path) -> Figure:
    """Measure in a home that has learned the whole export."""
    with open_wellput(Settings(home=home)) as wellput:
        if wellput.learned.cross_sell is None:
            _learn_online_retail(wellput)
        cross_sell = wellput.learned.cross_sell
        assert cross_sell is not None
        with wellput.storage.reading() as unit:
            baskets = Baskets.of(unit.frames.order_lines())
        return measured("Online Retail", cross_sell, wellput.storage, baskets, date(2011, 12, 10))


def _learn_online_retail(wellput: Wellput) -> None:
    export = online_retail.export(DATA)
    wellput.import_file("orders", export, map_file=online_retail.ORDERS_MAP)
    wellput.import_file("catalogue", export, map_file=online_retail.CATALOGUE_MAP)
    wellput.learn(only="cross-sell")


def on_generated(home: Path) -> Figure:
    """Measure on a generated catalogue and orders: the time of an answer, not its worth.

    What is seldom bought goes without a text vector: drawn ones are like no other, so nothing is borrowed by
    them, and finding that out is most of a fit. The ranker has the size of a learned one and knows nothing.
    """
    random = np.random.default_rng(3)
    lines = generated_lines(random)
    write_catalogue(home.with_suffix(".csv"), lines.skus, random)
    with open_wellput(Settings(home=home)) as wellput:
        wellput.import_file("catalogue", home.with_suffix(".csv"))
        with wellput.storage.reading() as unit:
            products = list(unit.frames.products())
        vectors = random.standard_normal((PRODUCTS, 384), dtype=np.float32).astype(np.float16)
        vectors /= np.float16(19.6)
        baskets = Baskets.of(lines)
        settings = EngineSettings(ease=EaseSettings(memory_mb=EASE_MB))
        vectors[baskets.item_orders < settings.co_purchase.min_orders] = 0.0
        knowledge = knowledge_of(baskets, ItemFacts.of(lines.skus, products, vectors), settings)
        engine = Engine(knowledge, settings, drawn_ranker(random), Calibration(0.0, 1.0, 0.0))
        nobody = np.zeros(0, dtype=np.int64)
        relations = learn_relations(
            products, engine.co_purchase, CustomerPurchases(nobody, nobody, nobody, ())
        )
        folder = home / "fitted"
        folder.mkdir()
        CrossSell.fitted(engine, products, new_id=str, relations=relations).save(folder)
        numbers = count()
        cross_sell = CrossSell.load(folder, new_id=lambda: f"o{next(numbers)}")
        what = f"{PRODUCTS:,} generated products"
        return measured(what, cross_sell, wellput.storage, baskets, date(2026, 1, 1))


def drawn_ranker(random: np.random.Generator) -> ListRanker:
    """Return a ranker learned from lists that say nothing."""
    shape = (64, LOOKED_AT)
    wanted = np.zeros(shape, dtype=np.bool_)
    wanted[:, 0] = True
    drawn = random.standard_normal((*shape, len(FEATURES)), dtype=np.float32)
    return train_list_ranker(Lists(drawn, wanted, np.ones(shape, dtype=np.bool_)), seed=1)


def generated_lines(random: np.random.Generator) -> OrderLineArrays:
    """Return orders of up to ten: half by popularity, half from the theme that the order is about."""
    half = A_BASKET // 2
    popular = (random.pareto(1.1, size=(ORDERS, half)) * 200).astype(np.int64) % PRODUCTS
    theme = random.integers(0, THEMES, size=(ORDERS, 1))
    themed = theme + THEMES * random.integers(0, PRODUCTS // THEMES, size=(ORDERS, half))
    held = random.random((ORDERS, A_BASKET)) < 0.6
    held[:, -2:] = True
    items = np.concatenate((popular, themed), axis=1)
    seconds = np.sort(random.integers(0, 2 * 365 * 86_400, size=ORDERS))
    ordered_at = np.datetime64("2024-01-01", "s") + seconds.astype("timedelta64[s]")
    orders = np.broadcast_to(np.arange(ORDERS)[:, None], items.shape)
    skus = tuple(f"G-{number:06}" for number in range(PRODUCTS))
    return OrderLineArrays(orders[held], items[held], ordered_at[orders[held]], skus)


def write_catalogue(file: Path, skus: Sequence[str], random: np.random.Generator) -> None:
    """Write a catalogue of as many products, with titles of three words, prices and categories."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("sku", "title", "category", "price", "currency", "stock"))
        rows.writerows(_rows(skus, random))


def _rows(skus: Sequence[str], random: np.random.Generator) -> Iterator[tuple[str, ...]]:
    words = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdgklmnprst"]
    drawn = random.integers(0, len(words), size=(len(skus), 3))
    pence = random.integers(99, 20_000, size=len(skus))
    for sku, picked, price in zip(skus, drawn.tolist(), pence.tolist(), strict=True):
        title = " ".join(words[at] for at in picked).title()
        yield sku, title, f"Room {picked[2] % 40} > Kind {picked[2]}", f"{price / 100:.2f}", "GBP", "9"


def main(home: Path | None) -> int:
    title = "One recommendation after the encoder, processor time"
    with tempfile.TemporaryDirectory() as folder:
        if home is not None or DATA.is_dir():
            show(title, [on_online_retail(home or Path(folder) / "retail")])
        show(title, [on_generated(Path(folder) / "generated")])
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else None))
