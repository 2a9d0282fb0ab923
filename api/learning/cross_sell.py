"""Learning what is bought together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from api.identifiers import new_id
from api.learned import CROSS_SELL
from api.learning.bench import SKIPPED, Bench, Outcome, fingerprint_of
from api.learning.counts_shelf import CountsShelf
from api.storage.customer_purchases import customer_purchases
from recommender.baskets import OrderLineArrays, with_products
from recommender.catalogue import Product
from recommender.cross_sell import CrossSell
from recommender.fitting import (
    Comparison,
    Fitted,
    Room,
    bring_up_to_date,
    fit_cross_sell,
    unmeasured,
)
from recommender.item_facts import ItemFacts
from recommender.kept_counts import CountsUseless
from recommender.product_search import meaning_text
from recommender.ranking import Engine
from recommender.relation_fitting import learn_relations
from recommender.strength_settings import EngineSettings

_BATCH = 256


def learn_cross_sell(bench: Bench) -> Outcome:
    """Fit what goes with what; promote unless the version in use is better on later orders.

    Where the counts of the fit in use can be brought up to date, only new orders are counted, and settings
    and ranker stay. Else all orders are counted, and it is told why.
    """
    fingerprint = fingerprint_of(bench.frames.fingerprint(kind) for kind in ("orders", "catalogue"))
    if bench.is_unchanged(CROSS_SELL, fingerprint) and not bench.wishes.from_scratch:
        return bench.unchanged(CROSS_SELL)
    lines = bench.frames.order_lines()
    bench.tell(f"cross-sell: reading {len(lines.order_codes):,} order lines")
    products = list(bench.frames.products())
    lines = with_products(lines, (product.sku for product in products))
    artefact = bench.comparable(CROSS_SELL)
    try:
        in_use = None if artefact is None else Engine.load(artefact.folder)
        fitted, comparison = _Fitting(bench, lines, products, in_use).made()
    except ValueError as error:
        return Outcome(CROSS_SELL, bench.in_use_version(CROSS_SELL), SKIPPED, str(error))
    metrics = dict(fitted.metrics)
    if fitted.report is None and artefact is not None and "new_orders" in metrics:
        metrics = {**artefact.manifest.metrics, **metrics}  # measured when settings and ranker were learned
    if not comparison.promote:
        return bench.keep(CROSS_SELL, comparison.why, metrics)
    bench.tell(f"cross-sell: reading the relations of {len(products):,} products")
    relations = learn_relations(
        products,
        fitted.engine.co_purchase,
        customer_purchases(bench.frames.connection),
        fitted.engine.knowledge.facts.vectors,
    )
    recommender = CrossSell.fitted(
        fitted.engine, products, new_id=lambda: new_id("offer"), relations=relations
    )
    with bench.writing(CROSS_SELL, fingerprint, metrics, _plain(fitted.engine.settings)) as draft:
        recommender.save(draft)
    CountsShelf(bench).put(fitted.counts, fingerprint)
    return bench.promote(CROSS_SELL, draft.version, comparison.why, metrics)


@dataclass(frozen=True, slots=True)
class _Fitting:
    """One fit over these orders, and how it stands against the version in use."""

    bench: Bench
    lines: OrderLineArrays
    products: Sequence[Product]
    in_use: Engine | None

    def made(self) -> tuple[Fitted, Comparison]:
        """Bring up to date where that can be; else fit anew, measured unless that is not wished."""
        brought = self._brought_up_to_date()
        if brought is not None:
            added = int(brought.metrics["new_orders"])
            return brought, Comparison(True, f"orders added: {added:,}; settings and ranker stay")
        if not self.bench.wishes.evaluation:
            fitted = fit_cross_sell(self.lines, self._facts_of, held_out=None, room=self._room)
            return fitted, unmeasured(fitted.engine, self.in_use)
        return self._measured()

    def _brought_up_to_date(self) -> Fitted | None:
        if self.in_use is None:
            return None
        try:
            if self.bench.wishes.from_scratch:
                raise CountsUseless("that was asked for")
            counts = CountsShelf(self.bench).found()
            return bring_up_to_date(self.lines, self._facts_of, self.in_use, counts, room=self._room)
        except CountsUseless as reason:
            self.bench.tell(f"cross-sell: all orders are counted and learned from anew: {reason}")
            return None

    def _measured(self) -> tuple[Fitted, Comparison]:
        """Fit and compare; where fresh settings do worse than those in use, read the orders with the latter.

        Otherwise an unlucky tuning would keep new orders from ever being read.
        """
        in_use = self.in_use
        fitted, comparison = self._compared(None)
        if in_use is None or comparison.promote or in_use.settings == fitted.engine.settings:
            return fitted, comparison
        return self._compared(in_use.settings)

    def _compared(self, settings: EngineSettings | None) -> tuple[Fitted, Comparison]:
        fitted = fit_cross_sell(self.lines, self._facts_of, settings=settings, room=self._room)
        if fitted.report is None:
            raise ValueError("nothing was held out to compare on")
        return fitted, fitted.report.compare(self.in_use)

    @property
    def _room(self) -> Room:
        bench = self.bench
        return Room(bench.means.ease_mb, bench.means.counts_mb, bench.tell, bench.wishes.on_step)

    def _facts_of(self, skus: tuple[str, ...]) -> ItemFacts:
        return ItemFacts.of(skus, self.products, _vectors(self.bench, skus, self.products))


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
