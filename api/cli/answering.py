"""Commands that answer: assist, search, suggest, recommend, classify."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from api.cli.frame import (
    Frame,
    emit,
    emit_line,
    fail,
    json_option,
    lines_option,
    pass_frame,
    read_lines,
    read_text,
    text_of,
    warn,
)
from api.cli.printing import print_assist, print_hits, print_recommendation
from api.documents import AssistDocument, OfferDocument
from api.lookups import Lookups
from api.wiring import Wellput, open_wellput
from recommender.cross_sell import ScoredProduct
from recommender.offers import Offer
from replies.contacts import Channel, Contact, Message, Role

CHANNELS = click.Choice([channel.value for channel in Channel])


@contextmanager
def _answering(frame: Frame) -> Generator[Wellput]:
    """Open the home; at the end say which learned part was refused, and what answered instead."""
    with open_wellput(frame.settings) as wellput:
        try:
            yield wellput
        finally:
            in_use = dict(wellput.learned.versions)
            for refusal in wellput.artefacts.refusals():
                instead = in_use.get(refusal.name)
                used = f"version {instead} is used instead" if instead else "nothing stands in for it"
                warn(f"{refusal.reason}; {used}. Run 'wellput learn' to make it anew.")


@click.command()
@click.option("--channel", type=CHANNELS, default="email", show_default=True)
@click.option("--text", required=True, help="The customer's message; - reads standard input.")
@click.option("--customer", help="The customer's id.")
@click.option("--order", "orders", multiple=True, help="An order the contact is about.")
@json_option
@pass_frame
def assist(
    frame: Frame, channel: str, text: str, customer: str | None, orders: tuple[str, ...], as_json: bool
) -> None:
    """Propose replies and offers for one message."""
    message = read_text("-") if text == "-" else text
    with _answering(frame) as wellput:
        now = wellput.clock.now()
        made = wellput.propose(
            Contact(
                id=wellput.new_id("contact"),
                channel=Channel(channel),
                received_at=now,
                messages=(Message(Role.CUSTOMER, message, now),),
                customer_id=customer,
                order_ids=orders,
            )
        )
        _warn_of_unknown(wellput, customer, orders)
        if as_json:
            emit(AssistDocument.of(made))
        else:
            print_assist(made)


def _warn_of_unknown(wellput: Wellput, customer: str | None, orders: tuple[str, ...]) -> None:
    with wellput.storage.reading() as unit:
        if customer is not None and unit.customers.customer(customer) is None:
            warn(f"no customer has the id {customer!r}; nothing is known of them")
        for order in orders:
            if unit.customers.order(order) is None:
                warn(f"no order has the number {order!r}; nothing is known of it")


@click.command()
@click.argument("query", required=False)
@click.option("--in", "where", type=click.Choice(["articles", "products", "past"]), required=True)
@click.option("--queries", help='JSONL of {"id","text"}; - reads standard input.')
@click.option("-n", "limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@json_option
@pass_frame
def search(
    frame: Frame, query: str | None, where: str, queries: str | None, limit: int, as_json: bool
) -> None:
    """Search articles, products or past queries."""
    if (query is None) == (queries is None):
        fail("State either a query or --queries FILE.")
    if query is not None and not query.strip():
        fail("The query is blank; state what to look for.")
    with _answering(frame) as wellput:
        if queries is not None:
            for line in read_lines(queries, ("id", "text")):
                hits = wellput.lookups.search(where, text_of(line), limit)
                emit_line({"id": line["id"], "hits": [{"id": hit.id, "score": hit.score} for hit in hits]})
            return
        hits = wellput.lookups.search(where, query or "", limit)
        if as_json:
            emit({"query": query, "hits": [{"id": hit.id, "score": hit.score} for hit in hits]})
        else:
            print_hits(hits)


@click.command()
@click.option("--contacts", required=True, help="JSONL of contacts; - reads standard input.")
@click.option("-n", "limit", type=click.IntRange(1, 50), default=3, show_default=True)
@lines_option
@pass_frame
def suggest(frame: Frame, contacts: str, limit: int) -> None:
    """For each agent turn with a reply_id, suggest replies from what came before it."""
    with _answering(frame) as wellput:
        for document in wellput.lookups.suggest(read_lines(contacts, ("id", "messages")), limit):
            emit_line(document)


@click.command()
@click.option("--skus", help="SKUs in the basket, with commas between.")
@click.option("--baskets", help='JSONL of {"id","skus"}; - reads standard input.')
@click.option("-n", "limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--no-rules", is_flag=True, help="The bare ranking, without stock and other eligibility rules.")
@json_option
@pass_frame
def recommend(
    frame: Frame, skus: str | None, baskets: str | None, limit: int, no_rules: bool, as_json: bool
) -> None:
    """Offer what goes with a basket, with reasons."""
    if (skus is None) == (baskets is None):
        fail("State either --skus A,B or --baskets FILE.")
    if skus is not None and not _split(skus):
        fail("--skus names no SKU; state at least one.")
    with _answering(frame) as wellput:
        for sku in wellput.lookups.unknown_skus(_split(skus)):
            warn(f"{sku!r} is not in the catalogue; nothing is known to go with it")
        if no_rules:
            _rank(wellput.lookups, skus, baskets, limit)
            return
        if baskets is not None:
            for line in read_lines(baskets, ("id", "skus")):
                made = wellput.lookups.offer_for_basket(_skus(line), limit)
                emit_line({"id": line["id"], "offers": _ranked(made.offers)})
            return
        made = wellput.lookups.offer_for_basket(_split(skus), limit)
        if as_json:
            offers = [OfferDocument.of(offer).model_dump(mode="json") for offer in made.offers]
            emit({"offers": offers, "no_offer_reason": made.no_offer_reason})
        else:
            print_recommendation(made)


def _rank(lookups: Lookups, skus: str | None, baskets: str | None, limit: int) -> None:
    """Print the bare ranking, as JSON: it is for comparing, not for offering."""
    if baskets is None:
        emit({"offers": _ranked(lookups.rank_basket(_split(skus), limit))})
        return
    for line in read_lines(baskets, ("id", "skus")):
        emit_line({"id": line["id"], "offers": _ranked(lookups.rank_basket(_skus(line), limit))})


def _ranked(offers: Sequence[Offer | ScoredProduct]) -> list[dict[str, Any]]:
    return [
        {"sku": offer.sku, "score": offer.score, "reasons": [reason.text for reason in offer.reasons]}
        for offer in offers
    ]


def _split(skus: str | None) -> list[str]:
    return [sku.strip() for sku in (skus or "").split(",") if sku.strip()]


def _skus(line: dict[str, Any]) -> list[str]:
    if not isinstance(line["skus"], list):
        fail(f"skus of {line['id']!r} is not a list")
    return [sku if isinstance(sku, str) else json.dumps(sku) for sku in line["skus"]]


@click.command()
@click.option("--texts", required=True, help='JSONL of {"id","text"}; - reads standard input.')
@lines_option
@pass_frame
def classify(frame: Frame, texts: str) -> None:
    """Tell the topic of each text, or abstain."""
    with _answering(frame) as wellput:
        for line in read_lines(texts, ("id", "text")):
            topic, confidence = wellput.lookups.classify(text_of(line))
            emit_line(
                {
                    "id": line["id"],
                    "topic": topic,
                    "confidence": round(confidence, 4),
                    "abstained": topic is None,
                }
            )
