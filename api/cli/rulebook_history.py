"""Commands for the versions of the rulebook: looked at, compared, put in force, rolled back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from api.cli.frame import FAULTS_FOUND, Frame, emit, fail, json_option, pass_frame
from api.cli.printing import print_table
from api.clock import SystemClock
from api.rulebook_changes import as_text, named
from api.rulebook_documents import DifferenceDocument, VersionDocument
from api.rulebook_intake import NothingNew, apply_folder
from api.rulebook_versions import RulebookVersions, UnknownVersion, VersionMoved
from api.storage import open_storage
from api.storage.rulebook_book import VersionRecord
from api.wiring import COMMAND, open_wellput
from brand_voice.rulebook import RulebookError

_BY = click.option("--by", default=COMMAND, show_default=True, help="Who decides, for the history.")
_REASON = click.option("--reason", required=True, help="Why, in a few words; kept with the version.")


@click.command("history")
@click.option("-n", "limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@json_option
@pass_frame
def show_history(frame: Frame, limit: int, as_json: bool) -> None:
    """List the versions of the brand's own rulebook, newest first: who, when, why, which rules."""
    with open_wellput(frame.settings) as wellput:
        found = wellput.rulebook_versions.history(limit)
        number = wellput.rulebook_versions.number()
    if as_json:
        emit(
            [VersionDocument.of(one, in_force=one.number == number).model_dump(mode="json") for one in found]
        )
        return
    rows = [
        (
            str(one.number),
            "in force" if one.number == number else "refused" if one.refused else "",
            f"{one.at:%Y-%m-%d %H:%M}",
            one.actor,
            _how(one),
            one.reason,
            "; ".join(one.refused) or named(one.rules),
        )
        for one in found
    ]
    print_table("Versions", ("no.", "", "when (UTC)", "who", "how", "why", "rules"), rows)
    if not number:
        click.echo("In force: the house rulebook as it comes.")


@click.command("diff")
@click.argument("before", type=click.IntRange(0), required=False)
@click.argument("after", type=click.IntRange(0), required=False)
@json_option
@pass_frame
def show_diff(frame: Frame, before: int | None, after: int | None, as_json: bool) -> None:
    """Show what lies between two versions: by default the one in force and the one before it. 0 is the house
    rulebook as it comes."""
    with open_wellput(frame.settings) as wellput:
        later = after if after is not None else wellput.rulebook_versions.number()
        earlier = before if before is not None else _good_before(wellput.rulebook_versions.history(50, later))
        try:
            found = wellput.rulebook_versions.difference(earlier, later)
        except UnknownVersion as error:
            fail(str(error))
    if as_json:
        emit(DifferenceDocument.of(found))
        return
    for said, rules in (
        ("added", found.rules.added),
        ("changed", found.rules.changed),
        ("removed", found.rules.removed),
    ):
        if rules:
            click.echo(f"{said}: {named(rules, 40)}")
    click.echo(as_text(found.files) or "The same files.")


@click.command("apply")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@_REASON
@_BY
@click.option("--based-on", type=click.IntRange(0), help="The version that the files were written from.")
@json_option
@pass_frame
def apply(
    frame: Frame, folder: Path | None, reason: str, by: str, based_on: int | None, as_json: bool
) -> None:
    """Put the files of FOLDER (the home's own, by default) in force, in every process and without a restart.

    They are proven first; exit 1 when they are refused, and the version in force stays.
    """
    frame.home.make()
    with closing(open_storage(frame.settings.database_url or frame.home.database_url)) as storage:
        try:
            versions = RulebookVersions(storage, frame.home.rulebook, SystemClock())
            record = apply_folder(versions, folder, by, reason, based_on=based_on)
        except NothingNew as same:
            click.echo(f"Nothing to do: {same}.")
            return
        except (RulebookError, VersionMoved) as fault:
            fail(f"not in force: {fault}", FAULTS_FOUND)
        except ValueError as fault:
            fail(str(fault))
    _tell(record, as_json)


@click.command("rollback")
@click.argument("number", type=click.IntRange(0))
@_REASON
@_BY
@json_option
@pass_frame
def roll_back(frame: Frame, number: int, reason: str, by: str, as_json: bool) -> None:
    """Put a version in force that equals an older one; 0 is the house rulebook as it comes."""
    with open_wellput(frame.settings) as wellput:
        try:
            seen = wellput.rulebook_versions.number()
            record = wellput.rulebook_versions.roll_back(number, by, reason, seen=seen)
        except UnknownVersion as error:
            fail(str(error))
        except (RulebookError, VersionMoved) as fault:
            fail(f"not in force: {fault}", FAULTS_FOUND)
        except ValueError as fault:
            fail(str(fault))
    _tell(record, as_json)


def _tell(record: VersionRecord, as_json: bool) -> None:
    if as_json:
        emit(VersionDocument.of(record, in_force=True))
    else:
        rules = named(record.rules) or "no rule changed"
        click.echo(f"Version {record.number} ({record.version}) is in force: {rules}.")


def _how(record: VersionRecord) -> str:
    return record.act.value if record.restores is None else f"rolled back to {record.restores}"


def _good_before(history: Sequence[VersionRecord]) -> int:
    return next((one.number for one in history if not one.refused), 0)
