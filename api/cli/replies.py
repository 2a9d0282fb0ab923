"""Commands for whoever owns the approved replies: what agents' use proposes, what is out of date, costs."""

from __future__ import annotations

import click

from api.cli.frame import Frame, emit, fail, json_option, pass_frame
from api.cli.printing import print_table
from api.reuse_documents import CostsDocument, ProposalDocument
from api.wiring import COMMAND, open_wellput
from replies.ports import UnknownProposal
from replies.silence import SilenceCosts

_by_option = click.option("--by", default=COMMAND, show_default=True, help="Who decides, for the audit.")


@click.group()
def replies() -> None:
    """Approved replies: approve what agents made of suggestions, review what went out of date."""


@replies.command("proposals")
@json_option
@pass_frame
def proposals(frame: Frame, as_json: bool) -> None:
    """Look for words that agents sent instead of suggestions, and list what waits for approval."""
    with open_wellput(frame.settings) as wellput:
        wellput.reuse.look_for_proposals()
        found = [ProposalDocument.of(one) for one in wellput.reuse.proposals()]
    if as_json:
        emit([one.model_dump(mode="json") for one in found])
        return
    rows = [(one.id, str(one.contacts), one.instead_of or "", one.text) for one in found]
    print_table("Proposed replies", ("id", "contacts", "instead of", "text"), rows)


@replies.command("approve")
@click.argument("proposal_id")
@_by_option
@pass_frame
def approve(frame: Frame, proposal_id: str, by: str) -> None:
    """Make a proposed reply a canned reply, to be reviewed within a year."""
    with open_wellput(frame.settings) as wellput:
        try:
            reply = wellput.reuse.approve(proposal_id, by)
        except UnknownProposal as error:
            fail(str(error.args[0]))
    click.echo(f"{reply.id} is approved until {reply.review_by}; 'wellput learn' makes it suggested.")


@replies.command("decline")
@click.argument("proposal_id")
@_by_option
@pass_frame
def decline(frame: Frame, proposal_id: str, by: str) -> None:
    """Turn a proposed reply down for good."""
    with open_wellput(frame.settings) as wellput:
        try:
            wellput.reuse.decline(proposal_id, by)
        except UnknownProposal as error:
            fail(str(error.args[0]))
    click.echo(f"{proposal_id} is declined; the same words are not proposed again.")


@replies.command("stale")
@json_option
@pass_frame
def stale(frame: Frame, as_json: bool) -> None:
    """List canned replies that rest on an article which has changed; they are not used meanwhile."""
    with open_wellput(frame.settings) as wellput:
        wellput.reuse.sweep()
        found = wellput.reuse.out_of_date()
    rows = [(one.id, one.title, ", ".join(one.articles)) for one in found]
    columns = ("id", "title", "articles")
    if as_json:
        emit([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("Out of date", columns, rows)


@replies.command("still-right")
@click.argument("reply_id")
@_by_option
@pass_frame
def still_right(frame: Frame, reply_id: str, by: str) -> None:
    """Say that a reply holds for its changed articles; it is used again."""
    with open_wellput(frame.settings) as wellput:
        if not wellput.reuse.still_right(reply_id, by):
            fail(f"{reply_id!r} is not out of date; 'wellput replies stale' lists those that are")
    click.echo(f"{reply_id} is used again.")


@replies.command("costs")
@click.option("--wrong", type=float, help="What a wrong suggestion costs (reading and rejecting it).")
@click.option("--none", "nothing", type=float, help="What it costs to suggest nothing (writing alone).")
@_by_option
@json_option
@pass_frame
def costs(frame: Frame, wrong: float | None, nothing: float | None, by: str, as_json: bool) -> None:
    """Show or state what a wrong suggestion and none cost; silence follows from their ratio."""
    if (wrong is None) != (nothing is None):
        fail("State both --wrong and --none: only their ratio counts.")
    with open_wellput(frame.settings) as wellput:
        if wrong is not None and nothing is not None:
            try:
                wellput.reuse.state_costs(SilenceCosts(wrong, nothing), by)
            except ValueError as error:
                fail(str(error))
        held = CostsDocument.of(wellput.reuse.costs)
    if as_json:
        emit(held)
    else:
        click.echo(
            f"wrong {held.wrong:g}, none {held.none:g}: silent when the chance of being right is below "
            f"{held.silent_below:.2f}"
        )
