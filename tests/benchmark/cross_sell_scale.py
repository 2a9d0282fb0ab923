"""Time and memory of fitting what goes with what, from 0.1 to 20 million generated order lines.

    python -m tests.benchmark.cross_sell_scale [MILLIONS OF LINES …]

Each size runs in a process of its own; memory is the peak, less what the process held before the fit.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

import numpy as np

from recommender.baskets import Baskets
from recommender.ease import EaseSettings
from recommender.item_facts import ItemFacts
from recommender.ranker_fitting import knowledge_of
from recommender.strength_settings import EngineSettings
from tests.benchmark.report import Figure, show

MILLIONS = (0.1, 0.5, 2.0, 5.0, 20.0)
PRODUCTS = 20_000
ITEMS_A_BASKET = 10
EASE_MB = 200
THEMES = 400


def generated(lines: int, seed: int = 1) -> Baskets:
    """Return baskets of ten: half by popularity, half from the theme that the basket is about."""
    random = np.random.default_rng(seed)
    orders = lines // ITEMS_A_BASKET
    popular = (random.pareto(1.1, size=(orders, ITEMS_A_BASKET // 2)) * 40).astype(np.int64) % PRODUCTS
    theme = random.integers(0, THEMES, size=(orders, 1))
    size = PRODUCTS // THEMES
    themed = theme + THEMES * random.integers(0, size, size=(orders, ITEMS_A_BASKET - ITEMS_A_BASKET // 2))
    items = np.sort(np.concatenate((popular, themed), axis=1), axis=1).astype(np.int32)
    first = np.ones_like(items, dtype=np.bool_)
    first[:, 1:] = items[:, 1:] != items[:, :-1]
    starts = np.concatenate(([0], np.cumsum(first.sum(axis=1)))).astype(np.int64)
    seconds = np.sort(random.integers(0, 3 * 365 * 86_400, size=orders))
    times = np.datetime64("2023-01-01", "s") + seconds.astype("timedelta64[s]")
    return Baskets(starts, items[first], times, tuple(f"p{number}" for number in range(PRODUCTS)))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(millions: float) -> None:
    """Fit one size, print what it took as JSON."""
    baskets = generated(int(millions * 1e6))
    held = peak_mb()
    began = time.perf_counter()
    settings = EngineSettings(ease=EaseSettings(memory_mb=EASE_MB))
    knowledge = knowledge_of(baskets, ItemFacts.none(PRODUCTS), settings)
    took = time.perf_counter() - began
    print(json.dumps({"s": took, "mb": peak_mb() - held, "cells": len(knowledge.co_purchase.columns)}))


def main(sizes: tuple[float, ...]) -> int:
    figures: list[Figure] = []
    for millions in sizes:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.benchmark.cross_sell_scale", "--one", str(millions)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        took = json.loads(ran.stdout)
        each = took["mb"] / millions
        against = f"{took['s']:.0f} s, {took['cells']:,} pairs kept, {each:,.0f} MB per million lines"
        figures.append(Figure(f"{millions:g} million order lines", f"{took['mb']:,.0f} MB", against))
    show(f"Fitting {PRODUCTS:,} products, EASE allowed {EASE_MB} MB", figures)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(float(sys.argv[2]))
    else:
        sys.exit(main(tuple(map(float, sys.argv[1:])) or MILLIONS))
