"""The command that offers: what goes with a basket, an order, a customer, a message, or nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from api.cli.answering import CHANNELS, answering
from api.cli.batch import BadLine, answer_lines
from api.cli.frame import Frame, emit, fail, json_option, pass_frame, warn
from api.cli.printing import print_recommendation
from api.lookups import Lookups
from api.offer_documents import RecommendationDocument
from api.offering import Offering, UnknownCustomer, UnknownOrder, Wish
from recommender.cross_sell import ScoredProduct
from recommender.offers import Offer, Recommendation


@click.command()
@click.option("--skus", help="SKUs in the basket, with commas between.")
@click.option("--baskets", help='JSONL of {"id","skus"}; - reads standard input.')
@click.option("--order", "order_id", help="An order on record: what goes with it.")
@click.option("--customer", "customer_id", help="A customer on record: what they own and refused counts.")
@click.option("--text", help="A customer's message: what goes with the products that it names.")
@click.option("--popular", is_flag=True, help="Offer on nothing at all: what most orders hold.")
@click.option("--channel", type=CHANNELS, default="email", show_default=True, help="For the ways to buy.")
@click.option("--postcode", default="", help="Where the customer is, for the nearest stores.")
@click.option("-n", "limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--no-rules", is_flag=True, help="The bare ranking, without stock and other eligibility rules.")
@click.option("--receipts", is_flag=True, help="Say of each offer why it stands in its place.")
@json_option
@pass_frame
def recommend(frame: Frame, **stated: Any) -> None:
    """Offer what goes with a basket, an order, a customer or a message, with reasons."""
    asked = _Asked(**stated)
    asked.refuse_nonsense()
    with answering(frame) as wellput:
        for sku in wellput.lookups.unknown_skus(_split(asked.skus)):
            warn(f"{sku!r} is not in the catalogue; nothing is known to go with it")
        if asked.no_rules:
            _rank(wellput.lookups, asked.skus, asked.baskets, asked.limit)
        elif asked.baskets is not None:
            answer_lines(
                asked.baskets, ("id", "skus"), lambda line: [_of_basket(wellput.offering, asked, line)]
            )
        else:
            _offer(wellput.offering, asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options as they were given."""

    skus: str | None
    baskets: str | None
    order_id: str | None
    customer_id: str | None
    text: str | None
    popular: bool
    channel: str
    postcode: str
    limit: int
    no_rules: bool
    receipts: bool
    as_json: bool

    def refuse_nonsense(self) -> None:
        """End the command where the options do not say what is wanted."""
        named = any(one is not None for one in (self.skus, self.order_id, self.customer_id, self.text))
        if named + (self.baskets is not None) + self.popular != 1:
            fail("State --baskets FILE, --popular, or some of --skus A,B, --order, --customer and --text.")
        if self.skus is not None and not _split(self.skus):
            fail("--skus names no SKU; state at least one.")
        if self.text is not None and not self.text.strip():
            fail("--text is blank; state the customer's message.")
        if self.no_rules and self.skus is None and self.baskets is None:
            fail("--no-rules ranks for a basket: state --skus or --baskets.")


def _of_basket(offering: Offering, asked: _Asked, line: dict[str, Any]) -> dict[str, Any]:
    wish = Wish(tuple(_skus(line)), channel=asked.channel, postcode=asked.postcode)
    return {"id": line["id"], **_line(offering.recommend(wish, asked.limit))}


def _offer(offering: Offering, asked: _Asked) -> None:
    wish = Wish(
        tuple(_split(asked.skus)),
        asked.order_id,
        asked.customer_id,
        asked.text or "",
        asked.channel,
        asked.postcode,
    )
    try:
        made = offering.recommend(wish, asked.limit)
    except (UnknownOrder, UnknownCustomer) as error:
        fail(f"{error.args[0]}.")
    if asked.as_json:
        emit(RecommendationDocument.of(made, with_receipts=asked.receipts))
    else:
        print_recommendation(made, with_receipts=asked.receipts)


def _line(made: Recommendation) -> dict[str, Any]:
    """Return what one basket's line says; reason and alternatives only where there are any."""
    line: dict[str, Any] = {
        "offers": [{**one, "relation": o.relation.value} for one, o in _with(made.offers)]
    }
    if made.no_offer_reason is not None:
        line["no_offer_reason"] = made.no_offer_reason
    if made.alternatives:
        line["alternatives"] = [
            {
                **one,
                "relation": offer.relation.value,
                "instead_of": offer.instead_of,
                "differences": list(offer.differences),
            }
            for one, offer in _with(made.alternatives)
        ]
    return line


def _with(offers: Sequence[Offer]) -> list[tuple[dict[str, Any], Offer]]:
    return list(zip(_ranked(offers), offers, strict=True))


def _rank(lookups: Lookups, skus: str | None, baskets: str | None, limit: int) -> None:
    """Print the bare ranking, as JSON: it is for comparing, not for offering."""
    if baskets is None:
        emit({"offers": _ranked(lookups.rank_basket(_split(skus), limit))})
        return
    answer_lines(
        baskets,
        ("id", "skus"),
        lambda line: [{"id": line["id"], "offers": _ranked(lookups.rank_basket(_skus(line), limit))}],
    )


def _ranked(offers: Sequence[Offer | ScoredProduct]) -> list[dict[str, Any]]:
    return [
        {"sku": offer.sku, "score": offer.score, "reasons": [reason.text for reason in offer.reasons]}
        for offer in offers
    ]


def _split(skus: str | None) -> list[str]:
    return [sku.strip() for sku in (skus or "").split(",") if sku.strip()]


def _skus(line: dict[str, Any]) -> list[str]:
    if not isinstance(line["skus"], list):
        raise BadLine(f"skus of {line['id']!r} is not a list")
    return [sku if isinstance(sku, str) else json.dumps(sku) for sku in line["skus"]]
