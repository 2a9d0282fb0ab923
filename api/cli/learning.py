"""Commands about what was learned and what came of it: learn, evaluate, report."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from api.cli.frame import FAULTS_FOUND, Frame, emit, json_option, pass_frame
from api.cli.printing import print_table
from api.cli.progress import telling
from api.evaluating import evaluated
from api.learning import PARTS, Outcome
from api.reporting import UptakeDocument
from api.wiring import open_wellput


@click.command()
@click.option("--only", type=click.Choice(list(PARTS)), help="Learn one part only.")
@json_option
@pass_frame
def learn(frame: Frame, only: str | None, as_json: bool) -> None:
    """Learn from what is stored; promote what is at least as good as the version in use."""
    with open_wellput(frame.settings) as wellput:
        outcomes = wellput.learn(only=only, tell=telling)
    if as_json:
        emit([outcome.as_document() for outcome in outcomes])
    else:
        print_table("", ("part", "version", "decision", "why"), [_row(outcome) for outcome in outcomes])


def _row(outcome: Outcome) -> tuple[str, str, str, str]:
    return outcome.part, outcome.version or "none", outcome.decision, outcome.why


@click.command()
@click.argument("what", type=click.Choice(["search", "replies", "cross-sell", "voice"]))
@click.argument("data", type=click.Path(path_type=Path), required=False)
@json_option
@pass_frame
def evaluate(frame: Frame, what: str, data: Path | None, as_json: bool) -> None:
    """Score a part on held-out rows, against the plain baselines, with intervals."""
    with open_wellput(frame.settings) as wellput:
        result = evaluated(what, data, wellput)
    if as_json:
        emit(dict(result.document))
    else:
        print_table(result.title, result.columns, result.rows)
    if result.faults:
        raise SystemExit(FAULTS_FOUND)


@click.group()
def report() -> None:
    """Reports on what was taken up."""


@report.command("uptake")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only assists since this day (UTC).")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write uptake.csv and uptake.json here.",
)
@json_option
@pass_frame
def report_uptake(frame: Frame, since: datetime | None, out: Path | None, as_json: bool) -> None:
    """Print the funnel from eligible to kept, with 95 % intervals."""
    start = None if since is None else since.replace(tzinfo=UTC)
    with open_wellput(frame.settings) as wellput:
        document = UptakeDocument.of(wellput.outcomes.uptake(start))
    if out is not None:
        document.write_to(out)
    if as_json:
        emit(document)
    else:
        print_table("Uptake of offers", document.columns, document.rows)
        for note in document.notes:
            click.echo(note)
