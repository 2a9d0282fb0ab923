"""Commands for the brand owner: the rulebook."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from api.cli.batch import BadLine, read_lines, text_of
from api.cli.frame import Frame, emit, fail, json_option, pass_frame
from api.cli.printing import print_table
from api.cli.rulebook_history import apply, roll_back, show_diff, show_history
from api.cli.rulebook_testing import run_test
from api.house_rules import ACCEPTED_FILE
from api.wiring import COMMAND, open_wellput
from brand_voice.grammar_rules import known_lints
from brand_voice.rulebook_file import json_schema
from brand_voice.starter import Proposal

_REPLIES = click.argument("replies", required=False)


@click.group()
def rulebook() -> None:
    """The rulebook: begin one from approved replies, test it, put it in force, look at its versions."""


@rulebook.command("propose")
@_REPLIES
@json_option
@pass_frame
def propose(frame: Frame, replies: str | None, as_json: bool) -> None:
    """Propose rules from approved replies: those stored, or REPLIES, a JSONL file with `text` ("-": standard
    input). Fifty are needed."""
    with open_wellput(frame.settings) as wellput:
        try:
            found = wellput.house_rules.proposals(_given(replies))
        except ValueError as error:
            fail(str(error))
    if as_json:
        emit([{"id": one.id, "because": one.because, "rule": dict(one.rule)} for one in found])
    else:
        rows = [(one.id, str(one.rule["message"]), one.because) for one in found]
        print_table("Proposed rules", ("id", "rule", "because"), rows)


@rulebook.command("accept")
@click.argument("rule_ids", metavar="RULE...", nargs=-1, required=True)
@click.option("--replies", help="The file that 'propose' was given.")
@click.option("--by", default=COMMAND, show_default=True, help="Who decides, for the audit.")
@json_option
@pass_frame
def accept(frame: Frame, rule_ids: tuple[str, ...], replies: str | None, by: str, as_json: bool) -> None:
    """Put proposed rules in force, beside the house rulebook; they are proven on their texts first."""
    with open_wellput(frame.settings) as wellput:
        try:
            found = {one.id: one for one in wellput.house_rules.proposals(_given(replies))}
            record = wellput.house_rules.accept([_known(found, rule_id) for rule_id in rule_ids], by)
            file = wellput.home.rulebook / ACCEPTED_FILE
        except ValueError as error:
            fail(str(error))
    if as_json:
        emit({"accepted": list(rule_ids), "file": str(file), "number": record.number})
    else:
        click.echo(f"{len(rule_ids)} accepted; in force with version {record.number}, and told in {file}.")


def _given(replies: str | None) -> list[str] | None:
    if replies is None:
        return None
    if replies != "-" and not Path(replies).is_file():
        fail(f"{replies} is not there")
    try:
        return [text_of(line) for line in read_lines(replies, ["text"])]
    except BadLine as error:
        fail(f"{replies}: {error}")


def _known(found: dict[str, Proposal], rule_id: str) -> Proposal:
    if rule_id not in found:
        raise ValueError(f"no rule {rule_id!r} is proposed; 'wellput rulebook propose' lists them")
    return found[rule_id]


@rulebook.command("test")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--mutants/--no-mutants", default=True, help="Also change each rule to see its texts notice.")
@json_option
@pass_frame
def test(frame: Frame, folder: Path | None, mutants: bool, as_json: bool) -> None:
    """Test the rulebook in FOLDER, else the home's own, else the house rulebook. Exit 1 when a text goes
    wrong."""
    run_test(frame, folder, as_json, mutate=mutants)


@rulebook.command("schema")
@click.argument("part", type=click.Choice(["rules", "proof", "cover"]), default="rules")
def schema(part: Literal["rules", "proof", "cover"]) -> None:
    """Print the JSON Schema of a rulebook file, for editors that help while you write."""
    emit(json_schema(part))


@rulebook.command("lints")
@json_option
def list_lints(as_json: bool) -> None:
    """List what a grammar rule may name under `lints` and `leave_out`."""
    found = known_lints()
    if as_json:
        emit(found)
    else:
        rows = [(name, " ".join(told.split())) for name, told in sorted(found.items())]
        print_table("Grammar lints", ("lint", "looks for"), rows)


for command in (show_history, show_diff, apply, roll_back):
    rulebook.add_command(command)
