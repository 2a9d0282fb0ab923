"""Cross-sell on Online Retail: figures against the baselines, speed, and offers for real baskets.

Run from the project's root: python -m tests.benchmark.cross_sell_figures [FOLDER OF THE DATA SETS]
"""

from __future__ import annotations

import csv
import gzip
import re
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import numpy as np

from recommender.baskets import Baskets, OrderLineArrays
from recommender.catalogue import Product
from recommender.comparison import ComparedSystems, evaluate_cross_sell
from recommender.cross_sell import CrossSell
from recommender.evaluation import Protocols
from recommender.fitting import no_facts
from recommender.offers import Situation
from recommender.ranker_fitting import fit_engine
from recommender.tuning import tuned
from tests.fakes.catalogue import FakeCatalogue

SPLIT = np.datetime64("2011-10-01")
PRODUCT_CODE = re.compile(r"\d{5}[A-Z]*")  # postage, fees, samples and adjustments have other codes


def rows(data: Path) -> Iterator[dict[str, str]]:
    file = data / "online_retail" / "online_retail.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def read(data: Path) -> tuple[OrderLineArrays, dict[str, str]]:
    """Return the sales lines of products, and each product's first description."""
    orders: dict[str, int] = {}
    skus: dict[str, int] = {}
    titles: dict[str, str] = {}
    order_codes, sku_codes, times = [], [], []
    for row in rows(data):
        sku = row["StockCode"].upper()
        is_sale = not row["InvoiceNo"].startswith("C") and int(row["Quantity"]) > 0
        if is_sale and PRODUCT_CODE.fullmatch(sku):
            order_codes.append(orders.setdefault(row["InvoiceNo"], len(orders)))
            sku_codes.append(skus.setdefault(sku, len(skus)))
            times.append(row["InvoiceDate"])
            titles.setdefault(sku, row["Description"].strip())
    return (
        OrderLineArrays(
            np.array(order_codes, dtype=np.int64),
            np.array(sku_codes, dtype=np.int64),
            np.array(times, dtype="datetime64[s]"),
            tuple(skus),
        ),
        titles,
    )


def timed(engine: CrossSell, catalogue: FakeCatalogue, held_out: Baskets, most: int) -> None:
    """Print how long one recommendation takes for baskets of at most `most` products."""
    random = np.random.default_rng(3)
    times: list[float] = []
    for basket in random.choice(len(held_out), 1000):
        items = random.permutation(held_out.items_of(basket))[:most]
        situation = Situation(skus=tuple(held_out.skus[item] for item in items))
        start = time.perf_counter()
        engine.recommend(situation, catalogue, today=date(2011, 10, 1))
        times.append((time.perf_counter() - start) * 1000)
    middle, high = np.percentile(times, (50, 99))
    print(f"one recommendation, up to {most} products known: p50 {middle:.2f} ms, p99 {high:.2f} ms")


def tell(line: str) -> None:
    print(f"[{time.perf_counter():.0f} s] {line}", file=sys.stderr, flush=True)


def print_figures(compared: ComparedSystems) -> None:
    """Print every system under every protocol, and how far ahead we are of the best peer."""
    for one in compared.figures:
        low, high = one.ahead.interval
        print(
            f"{one.protocol:10} {one.system:14} n={one.questions} recall@10 {one.recall.value:.4f} "
            f"[{one.recall.interval.low:.4f}, {one.recall.interval.high:.4f}] nDCG@10 {one.ndcg.value:.4f} "
            f"hit {one.hit.value:.4f} tail {one.tail_hit.value:.4f} coverage {one.coverage:.3f} "
            f"novelty {one.novelty:.2f} | ours ahead {one.ahead.value:+.4f} [{low:+.4f}, {high:+.4f}]"
        )
    for protocol in Protocols:
        ours, *peers = (one for one in compared.figures if one.protocol is protocol)
        recall = max(peers, key=lambda one: one.recall.value)
        ndcg = max(peers, key=lambda one: one.ndcg.value)
        print(
            f"{protocol}: Recall@10 {ours.recall.value / recall.recall.value:.3f} x the best peer "
            f"({recall.system}), nDCG@10 {ours.ndcg.value / ndcg.ndcg.value:.3f} x ({ndcg.system})"
        )
    print(*compared.left_out, sep="\n")


def print_offers(
    engine: CrossSell, catalogue: FakeCatalogue, held_out: Baskets, titles: dict[str, str]
) -> None:
    """Print what three real baskets of three to five products are offered."""
    small = np.flatnonzero((held_out.sizes >= 3) & (held_out.sizes <= 5))
    for basket in small[[60, 250, 450]]:
        skus = tuple(held_out.skus[item] for item in held_out.items_of(int(basket)))
        print("\nbasket:", "; ".join(titles[sku] for sku in skus))
        made = engine.recommend(Situation(skus=skus), catalogue, today=date(2011, 10, 1))
        for offer in made.offers:
            print("  ", offer.title, "|", "; ".join(reason.text for reason in offer.reasons))
        print("  ", made.no_offer_reason or "")


def main(data: Path) -> None:
    lines, titles = read(data)
    print(f"{len(lines.order_codes):,} sales lines, {len(titles):,} products")
    baskets = Baskets.of(lines)
    train, held_out = baskets.split(SPLIT)
    began = time.perf_counter()
    settings = tuned(train, tell=tell)
    engine = fit_engine(train, no_facts(train.skus), settings, tell=tell)
    print(f"{settings}\ntune and fit of {len(train):,} orders: {time.perf_counter() - began:.1f} s")
    numbers = count(1)
    cross_sell = CrossSell(engine, (), new_id=lambda: f"offer-{next(numbers)}")
    catalogue = FakeCatalogue(Product(sku, title) for sku, title in titles.items())
    for most in (1, 4, 10_000):
        timed(cross_sell, catalogue, held_out, most)
    print_offers(cross_sell, catalogue, held_out, titles)
    print_figures(evaluate_cross_sell(baskets, SPLIT, engine=engine, tell=tell))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data"))
