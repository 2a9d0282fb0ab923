"""Commands about what was learned and what came of it: learn, evaluate, report."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from api.cli.frame import (
    FAULTS_FOUND,
    Frame,
    emit,
    ending_in_order,
    interrupted_code,
    json_option,
    pass_frame,
)
from api.cli.printing import print_table
from api.cli.progress import watching
from api.evaluating import evaluated
from api.fact_documents import FactsReportDocument
from api.learning import PARTS, LearningWishes, Outcome
from api.reporting import UptakeDocument
from api.wiring import open_wellput


@click.command()
@click.option("--only", type=click.Choice(list(PARTS)), help="Learn one part only.")
@click.option(
    "--evaluation/--no-evaluation",
    default=True,
    help="Measure cross-sell on later orders and compare before promoting (default); without, it is promoted "
    "unmeasured, in a third of the time.",
)
@click.option(
    "--from-scratch",
    is_flag=True,
    help="Learn cross-sell from all orders anew, also where only new orders would have to be counted.",
)
@json_option
@pass_frame
def learn(frame: Frame, only: str | None, evaluation: bool, from_scratch: bool, as_json: bool) -> None:
    """Learn from what is stored; promote what is at least as good as the version in use."""
    promoted: list[str] = []
    with ending_in_order(), watching() as (tell, step), open_wellput(frame.settings) as wellput:
        wishes = LearningWishes(evaluation, from_scratch, step, promoted.append)
        try:
            outcomes = wellput.learn(only=only, tell=tell, wishes=wishes)
        except KeyboardInterrupt as error:
            if not promoted:
                raise
            tell(
                f"Interrupted; learned and in use: {', '.join(promoted)}. The rest is as it was, and "
                "'wellput learn' goes on with it."
            )
            raise SystemExit(interrupted_code(error)) from None
    if as_json:
        emit([outcome.as_document() for outcome in outcomes])
    else:
        print_table("", ("part", "version", "decision", "why"), [_row(outcome) for outcome in outcomes])


def _row(outcome: Outcome) -> tuple[str, str, str, str]:
    return outcome.part, outcome.version or "none", outcome.decision, outcome.why


@click.command()
@click.argument("what", type=click.Choice(["search", "replies", "cross-sell", "voice"]))
@click.argument("data", type=click.Path(path_type=Path), required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write table (CSV), document (JSON) and pictures (SVG) here.",
)
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A TOML file that names the columns of the orders, as for 'wellput import'.",
)
@json_option
@pass_frame
def evaluate(
    frame: Frame, what: str, data: Path | None, out: Path | None, map_file: Path | None, as_json: bool
) -> None:
    """Score a part on held-out rows, against the plain baselines, with intervals."""
    with ending_in_order(), watching() as (tell, _), open_wellput(frame.settings) as wellput:
        result = evaluated(what, data, wellput, map_file=map_file, tell=tell)
    if out is not None:
        result.write_to(out)
    if as_json:
        emit(dict(result.document))
    else:
        print_table(result.title, result.columns, result.rows)
    if result.faults:
        raise SystemExit(FAULTS_FOUND)


@click.group()
def report() -> None:
    """Reports on what was taken up."""


@report.command("facts")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only contacts since this day (UTC).")
@json_option
@pass_frame
def report_facts(frame: Frame, since: datetime | None, as_json: bool) -> None:
    """Print, by topic, how the facts it needs were come by, and how often one was asked for twice."""
    start = None if since is None else since.replace(tzinfo=UTC)
    with open_wellput(frame.settings) as wellput:
        document = FactsReportDocument.of(wellput.facts.report(start))
    if as_json:
        emit(document)
    else:
        print_table("Facts by topic", document.columns, document.rows)


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
