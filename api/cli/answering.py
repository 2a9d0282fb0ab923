"""Commands that answer: assist, search, suggest, classify."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click

from api.cli.batch import BadLine, Line, answer_lines, text_of
from api.cli.frame import (
    Frame,
    emit,
    fail,
    json_option,
    lines_option,
    pass_frame,
    read_text,
    warn,
)
from api.cli.printing import print_assist, print_hits
from api.cli.terminal import visible
from api.documents import AssistDocument
from api.lookups import Narrowing
from api.suggesting import WrongContact
from api.wiring import Wellput, open_wellput
from replies.articles import Audience
from replies.contacts import Channel, Contact, Message, Role

CHANNELS = click.Choice([channel.value for channel in Channel])


@contextmanager
def answering(frame: Frame) -> Generator[Wellput]:
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
    with answering(frame) as wellput:
        now = wellput.clock.now()
        made = wellput.assisting.propose(
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
@click.option("--in", "where", type=click.Choice(["articles", "products", "past", "replies"]), required=True)
@click.option("--queries", help='JSONL of {"id","text"}; - reads standard input.')
@click.option("-n", "limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--audience", type=click.Choice([one.value for one in Audience]), help="Of articles.")
@click.option("--channel", type=CHANNELS, help="Of articles and replies.")
@click.option("--topic", help="Of articles, replies and past queries.")
@json_option
@pass_frame
def search(
    frame: Frame,
    query: str | None,
    where: str,
    queries: str | None,
    limit: int,
    as_json: bool,
    **narrow: str | None,
) -> None:
    """Search articles, products, past queries or canned replies."""
    audience = None if narrow["audience"] is None else Audience(narrow["audience"])
    narrowing = Narrowing(audience, narrow["channel"], narrow["topic"])
    if (query is None) == (queries is None):
        fail("State either a query or --queries FILE.")
    if query is not None and not query.strip():
        fail("The query is blank; state what to look for.")
    with answering(frame) as wellput:
        if queries is not None:
            narrowing.hold_for(where)

            def found(line: Line) -> list[dict[str, Any]]:
                hits = wellput.lookups.search(where, text_of(line), limit, narrowing)
                return [{"id": line["id"], "hits": [{"id": hit.id, "score": hit.score} for hit in hits]}]

            answer_lines(queries, ("id", "text"), found)
            return
        hits = wellput.lookups.search(where, query or "", limit, narrowing)
        if not hits and narrowing.topic is not None:
            warn(f"nothing found is filed under the topic {narrowing.topic!r}; topics are spelt as imported")
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
    with answering(frame) as wellput:

        def suggested(line: Line) -> Iterator[dict[str, Any]]:
            try:
                yield from wellput.lookups.suggest([line], limit)
            except WrongContact as error:
                raise BadLine(str(error)) from error

        answer_lines(contacts, ("id", "messages"), suggested, key="contact")


@click.command()
@click.option("--texts", required=True, help='JSONL of {"id","text"}; - reads standard input.')
@lines_option
@pass_frame
def classify(frame: Frame, texts: str) -> None:
    """Tell the likeliest topic of each text, and whether to abstain: it is then not sure enough to say."""
    with answering(frame) as wellput:

        def told(line: Line) -> list[dict[str, Any]]:
            decision = wellput.lookups.classify(text_of(line))
            return [
                {
                    "id": line["id"],
                    "topic": decision.label,
                    "confidence": round(decision.confidence, 4),
                    "abstained": decision.abstained,
                }
            ]

        answer_lines(texts, ("id", "text"), told)


@click.command()
@json_option
@pass_frame
def gaps(frame: Frame, as_json: bool) -> None:
    """List what customers asked lately that no topic, article or reply covers, with a proposed name."""
    with answering(frame) as wellput:
        found = wellput.knowledge_gaps.find()
        if as_json:
            emit({"gaps": [asdict(gap) for gap in found]})
            return
        for gap in found:
            click.echo(f"{gap.questions:4}  {gap.name}")
            for example in gap.examples:
                click.echo(f"        {visible(example[:160])}")
        if not found:
            click.echo("No gaps: nothing that three or more customers asked lately is left uncovered.")
