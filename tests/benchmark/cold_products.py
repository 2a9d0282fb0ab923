"""New products on their first day: all orders of 200 products hidden, offered by their text alone.

    python -m tests.benchmark.cold_products [FOLDER OF THE DATA SETS]

Asked with the rest of a later basket, each system ranks the 200 products that nobody has bought yet.
Popularity as the training rows have it knows nothing of them: all stand level, its recall is chance, 10 of
200. Beside it stands popularity that is told what it cannot know: how often each was really bought.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embedding import OnnxEncoder
from models.encoder_export import export_encoder
from recommender.baskets import Baskets
from recommender.item_facts import ItemFacts
from recommender.ranker_fitting import knowledge_of
from recommender.strength_settings import EngineSettings
from tests.benchmark.cross_sell_figures import SPLIT, read
from tests.benchmark.report import Figure, show

HIDDEN = 200
CHANCE = 10 / HIDDEN


def vectors_of(texts: list[str]) -> NDArray[np.float16]:
    """Return (n, d) float16 unit rows by the packaged encoder."""
    with tempfile.TemporaryDirectory() as folder:
        export_encoder(None, Path(folder))
        return OnnxEncoder(Path(folder)).encode(texts).astype(np.float16)


def main(data: Path) -> int:
    lines, titles = read(data)
    before = Baskets.of(lines).split(SPLIT)[0].item_orders
    random = np.random.default_rng(11)
    cold = np.sort(random.choice(np.flatnonzero(before >= 20), HIDDEN, replace=False))
    is_cold = np.zeros(len(lines.skus), dtype=np.bool_)
    is_cold[cold] = True
    early = lines.ordered_at < SPLIT
    train = Baskets.of(replace(lines, kept=early & ~is_cold[lines.sku_codes]))
    later = Baskets.of(lines).split(SPLIT)[1]
    vectors = vectors_of([titles[sku] for sku in lines.skus])
    facts = replace(ItemFacts.none(len(lines.skus)), vectors=vectors)
    knowledge = knowledge_of(train, facts, EngineSettings())
    found: dict[str, list[float]] = {"by text": [], "popularity": []}
    for basket in range(len(later)):
        items = later.items_of(basket)
        hidden, shown = items[is_cold[items]], items[~is_cold[items] & (train.item_orders[items] > 0)]
        if not len(hidden) or len(shown) < 2:
            continue
        gathered = knowledge.strengths.gather(knowledge.co_purchase, shown)
        scores = np.zeros(len(lines.skus), dtype=np.float32)
        scores[gathered.items] = gathered.sums[0]
        for name, values in (("by text", scores), ("popularity", before.astype(np.float32))):
            top = cold[np.argsort(-values[cold], kind="stable")[:10]]
            hit = np.isin(top[values[top] > 0], hidden).sum()
            found[name].append(float(hit) / min(10, len(hidden)))
    by_text, popular = (float(np.mean(found[name])) for name in ("by text", "popularity"))
    show(
        f"New products, {len(found['by text']):,} later baskets with one of {HIDDEN} in them",
        [
            Figure(
                "Recall@10 among them by text alone", f"{by_text:.3f}", f"popularity (told) {popular:.3f}"
            ),
            Figure("times popularity in the training rows", f"{by_text / CHANCE:.2f} x", "at least 5 x"),
            Figure("times popularity told their sales", f"{by_text / popular:.2f} x", "not known then"),
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data")))
