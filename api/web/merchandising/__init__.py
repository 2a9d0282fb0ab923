"""The merchandisers' screen: the cross-sell in use, and a basket to try it on."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from api.lookups import NotLearned
from api.web.merchandising.figures import figures_of
from api.web.service import wellput

blueprint = Blueprint("merchandising", __name__, url_prefix="/merchandising")

CROSS_SELL = "cross-sell"
_MOST_SKUS = 50
_OFFERS_SHOWN = 10


@blueprint.get("")
def overview() -> str:
    """Show which cross-sell is in use and how it measured; try the basket of the address, if any."""
    service = wellput()
    written = request.args.get("skus", "")[:4000]
    skus = tuple(dict.fromkeys(written.replace(",", " ").split()))[:_MOST_SKUS]
    artefact = service.artefacts.current(CROSS_SELL)
    tried, lacking = None, ""
    if skus:
        try:
            tried = service.lookups.try_basket(skus, n=_OFFERS_SHOWN)
        except NotLearned as error:
            lacking = str(error)
    with service.storage.reading() as unit:
        known = unit.catalogue.products(skus)
    return render_template(
        "merchandising.html",
        artefact=artefact,
        figures=None if artefact is None else figures_of(artefact.manifest.metrics),
        written=written,
        basket=[(sku, known[sku].title if sku in known else None) for sku in skus],
        tried=tried,
        lacking=lacking,
    )
