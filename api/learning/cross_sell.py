"""Learning what is bought together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from api.identifiers import new_id
from api.learned import CROSS_SELL
from api.learning.bench import SKIPPED, Bench, Outcome, fingerprint_of
from api.storage.customer_purchases import customer_purchases
from recommender.baskets import OrderLineArrays, with_products
from recommender.catalogue import Product
from recommender.cross_sell import CrossSell
from recommender.fitting import Comparison, Fitted, fit_cross_sell
from recommender.item_facts import ItemFacts
from recommender.product_search import meaning_text
from recommender.ranking import Engine
from recommender.relation_fitting import learn_relations
from recommender.strength_settings import EngineSettings

_BATCH = 256


def learn_cross_sell(bench: Bench) -> Outcome:
    """Fit co-purchases, measured on later orders; promote unless the version in use is better on them."""
    fingerprint = fingerprint_of(bench.frames.fingerprint(kind) for kind in ("orders", "catalogue"))
    if bench.is_unchanged(CROSS_SELL, fingerprint):
        return bench.unchanged(CROSS_SELL)
    lines = bench.frames.order_lines()
    bench.tell(f"cross-sell: reading {len(lines.order_codes):,} order lines")
    products = list(bench.frames.products())
    lines = with_products(lines, (product.sku for product in products))
    artefact = bench.comparable(CROSS_SELL)
    try:
        in_use = None if artefact is None else Engine.load(artefact.folder)
        fitted, comparison = _fitted(bench, lines, products, in_use)
    except ValueError as error:
        return Outcome(CROSS_SELL, bench.in_use_version(CROSS_SELL), SKIPPED, str(error))
    metrics = dict(fitted.report.metrics)
    if not comparison.promote:
        return bench.keep(CROSS_SELL, comparison.why, metrics)
    bench.tell(f"cross-sell: reading the relations of {len(products):,} products")
    relations = learn_relations(
        products, fitted.engine.co_purchase, customer_purchases(bench.frames.connection)
    )
    recommender = CrossSell.fitted(
        fitted.engine, products, new_id=lambda: new_id("offer"), relations=relations
    )
    with bench.writing(CROSS_SELL, fingerprint, metrics, _plain(fitted.engine.settings)) as draft:
        recommender.save(draft)
    return bench.promote(CROSS_SELL, draft.version, comparison.why, metrics)


def _fitted(
    bench: Bench, lines: OrderLineArrays, products: Sequence[Product], in_use: Engine | None
) -> tuple[Fitted, Comparison]:
    """Fit and compare; where fresh settings do worse than those in use, read the orders with the latter.

    Otherwise an unlucky tuning would keep new orders from ever being read.
    """

    def facts_of(skus: tuple[str, ...]) -> ItemFacts:
        return ItemFacts.of(skus, products, _vectors(bench, skus, products))

    fitted = fit_cross_sell(lines, facts_of, tell=bench.tell)
    comparison = fitted.report.compare(in_use)
    if in_use is None or comparison.promote or in_use.settings == fitted.engine.settings:
        return fitted, comparison
    again = fit_cross_sell(lines, facts_of, settings=in_use.settings, tell=bench.tell)
    return again, again.report.compare(in_use)


def _vectors(bench: Bench, skus: Sequence[str], products: Sequence[Product]) -> NDArray[np.float16]:
    """Return (skus, d) float16: the unit vector of each product's text, zeros where it has none."""
    places = {sku: at for at, sku in enumerate(skus)}
    told = [product for product in products if product.sku in places]
    vectors = np.zeros((len(skus), bench.encoder.dimension), dtype=np.float16)
    for first in range(0, len(told), _BATCH):
        batch = told[first : first + _BATCH]
        rows = bench.encoder.encode([meaning_text(product) for product in batch])
        vectors[[places[product.sku] for product in batch]] = rows
    return vectors


def _plain(settings: EngineSettings) -> dict[str, int | float]:
    """Return the settings for the manifest, flat."""
    return {**asdict(settings.co_purchase), **asdict(settings.ease)}
