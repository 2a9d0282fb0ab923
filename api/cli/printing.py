"""How results look on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.panel import Panel
from rich.table import Table

from api.cli.terminal import Screen, plain, visible
from api.learned import TOPICS
from api.lookups import Hit
from brand_voice.finding import CheckResult, Severity
from recommender.offers import Offer, Receipt, Recommendation, RelationKind
from replies.proposals import Assist, Suggestion

_SEVERITY_STYLES = {Severity.BLOCK: "bold red", Severity.WARN: "yellow", Severity.ADVISE: "cyan"}


def _console() -> Screen:
    return Screen(highlight=False, soft_wrap=False)


def print_assist(assist: Assist) -> None:
    """Print an assist as an agent would read it."""
    console = _console()
    seen = assist.understanding
    topic = (
        f"{seen.topic} ({seen.topic_confidence:.0%})" if seen.topic is not None
        else "none of those learned fits surely" if TOPICS in dict(assist.versions)
        else "no topics are learned yet: import contacts with topics, then run 'wellput learn'"
    )  # fmt: skip
    console.print(f"[bold]Topic[/]    {plain(topic)}")
    for fact in seen.facts:
        known = "on record" if fact.known else "not on record"
        console.print(f"[bold]Fact[/]     {fact.kind.value.replace('_', ' ')}: {plain(fact.value)} ({known})")
    for suggestion in assist.suggestions:
        _print_suggestion(console, suggestion)
    if not assist.suggestions:
        console.print("[bold]No suggestion.[/] Nothing on record answers this well enough.")
    if assist.question:
        console.print(f"[bold]Ask[/]      {plain(assist.question)}")
    for offer in assist.offers:
        _print_offer(console, offer)
    for alternative in assist.alternatives:
        _print_alternative(console, alternative)
    if assist.no_offer_reason:
        console.print(f"[bold]No offer[/] {plain(assist.no_offer_reason)}")


def _print_suggestion(console: Screen, suggestion: Suggestion) -> None:
    kind = suggestion.kind.value.replace("_", " ")
    sure = f"confidence {suggestion.band.value} ({suggestion.confidence:.0%})"
    title = f"Suggestion {suggestion.rank}: {kind}, {sure}"
    console.print(Panel(plain(suggestion.text), title=title, title_align="left"))
    for source in suggestion.sources:
        console.print(f"  source  {source.kind.value} {plain(source.id)}: {plain(source.title)}")
    for reason in suggestion.reasons:
        console.print(f"  why     {plain(reason)}")


def _print_offer(console: Screen, offer: Offer) -> None:
    price = "" if offer.price is None else f", {offer.price}"
    stock = "" if offer.stock is None else f", {offer.stock} in stock"
    console.print(f"[bold]Offer[/]    {plain(offer.title)} ({plain(offer.sku)}){price}{stock}")
    for reason in offer.reasons:
        console.print(f"  why     {plain(reason.text)}")
    for route in offer.buy_at:
        note = f" ({route.note})" if route.note else ""
        console.print(f"  buy     {plain(route.channel)}: {plain(route.place)}{plain(note)}")


def _print_alternative(console: Screen, offer: Offer) -> None:
    price = "" if offer.price is None else f", {offer.price}"
    instead = "" if offer.instead_of is None else f" instead of {plain(offer.instead_of)}"
    kind = "Better" if offer.relation is RelationKind.UPGRADE else "Instead"
    console.print(f"[bold]{kind}[/]  {plain(offer.title)} ({plain(offer.sku)}){price}{instead}")
    for reason in offer.reasons:
        console.print(f"  why     {plain(reason.text)}")
    for difference in offer.differences:
        console.print(f"  differs {plain(difference)}")


def _print_receipt(console: Screen, receipt: Receipt) -> None:
    chance = "" if receipt.probability is None else f", chance {receipt.probability:.1%}"
    console.print(f"  place   {receipt.place} of {receipt.considered} looked at{chance}")
    for rule in receipt.passed:
        console.print(f"  passed  {plain(rule)}")
    for feature in receipt.features:
        console.print(f"  seen    {plain(feature.name)} {feature.value:.4g}")
    for out in receipt.displaced:
        console.print(f"  before  {plain(out.title)} ({plain(out.sku)}): {plain(out.why)}")


def print_recommendation(recommendation: Recommendation, *, with_receipts: bool = False) -> None:
    """Print the offers for a situation, or why there is none, and what stands in for what is asked for."""
    console = _console()
    for offer in recommendation.offers:
        _print_offer(console, offer)
        if with_receipts and offer.receipt is not None:
            _print_receipt(console, offer.receipt)
    for alternative in recommendation.alternatives:
        _print_alternative(console, alternative)
    if recommendation.no_offer_reason:
        console.print(f"[bold]No offer[/] {plain(recommendation.no_offer_reason)}")


def print_check(name: str, text: str, result: CheckResult) -> None:
    """Print the findings on one text with their lines, then the verdict."""
    console = Screen(highlight=False, soft_wrap=True)
    for finding in result.findings:
        line = text.count("\n", 0, finding.span.start) + 1
        column = finding.span.start - (text.rfind("\n", 0, finding.span.start) + 1) + 1
        style = _SEVERITY_STYLES[finding.severity]
        words = text[finding.span.start : finding.span.end]
        shown = f" “{words}”" if 0 < len(words) <= 60 and "\n" not in words else ""
        console.print(
            f"{plain(name)}:{line}:{column}: [{style}]{finding.severity.value}[/] {plain(finding.rule)}: "
            f"{plain(finding.message)}{plain(shown)}"
        )
        if finding.why:
            console.print(f"    why: {plain(finding.why)}")
        for fix in finding.fixes[:1]:
            console.print(f"    fix: {plain(fix.replacement) or '(leave it out)'}")
    console.print(
        f"{plain(name)}: [bold]{result.verdict.value}[/] (rulebook {plain(result.rulebook_version)})"
    )


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table of text cells."""
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(plain(cell) for cell in row))
    _console().print(table)


def print_hits(hits: Sequence[Hit]) -> None:
    """Print search hits, best first."""
    for hit in hits:
        click.echo(f"{hit.score:8.4f}  {visible(hit.id)}  {visible(hit.title)}")
