"""Learning what is bought together."""

from __future__ import annotations

from dataclasses import asdict

from api.identifiers import new_id
from api.learned import CROSS_SELL
from api.learning.bench import SKIPPED, Bench, Outcome, fingerprint_of
from recommender.baskets import OrderLineArrays
from recommender.co_purchase import CoPurchase
from recommender.cross_sell import CrossSell
from recommender.fitting import Comparison, Fitted, fit_co_purchase


def learn_cross_sell(bench: Bench) -> Outcome:
    """Fit co-purchases, measured on later orders; promote unless the version in use is better on them."""
    fingerprint = fingerprint_of(bench.frames.fingerprint(kind) for kind in ("orders", "catalogue"))
    if bench.is_unchanged(CROSS_SELL, fingerprint):
        return bench.unchanged(CROSS_SELL)
    lines = bench.frames.order_lines()
    bench.tell(f"cross-sell: reading {len(lines.order_codes):,} order lines")
    artefact = bench.comparable(CROSS_SELL)
    try:
        fitted, comparison = _fitted(lines, None if artefact is None else CoPurchase.load(artefact.folder))
    except ValueError as error:
        return Outcome(CROSS_SELL, bench.in_use_version(CROSS_SELL), SKIPPED, str(error))
    metrics = dict(fitted.report.metrics)
    if not comparison.promote:
        return bench.keep(CROSS_SELL, comparison.why, metrics)
    recommender = CrossSell.fitted(fitted.model, bench.frames.products(), new_id=lambda: new_id("offer"))
    with bench.writing(CROSS_SELL, fingerprint, metrics, asdict(fitted.model.settings)) as draft:
        recommender.save(draft)
    return bench.promote(CROSS_SELL, draft.version, comparison.why, metrics)


def _fitted(lines: OrderLineArrays, in_use: CoPurchase | None) -> tuple[Fitted, Comparison]:
    """Fit and compare; where fresh settings do worse than those in use, read the orders with the latter.

    Otherwise an unlucky tuning would keep new orders from ever being read.
    """
    fitted = fit_co_purchase(lines)
    comparison = fitted.report.compare(in_use)
    if in_use is None or comparison.promote or in_use.settings == fitted.model.settings:
        return fitted, comparison
    again = fit_co_purchase(lines, settings=in_use.settings)
    return again, again.report.compare(in_use)
