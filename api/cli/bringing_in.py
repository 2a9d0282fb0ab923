"""The command that brings files in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from api.cli.frame import FAULTS_FOUND, Frame, emit, fail, json_option, notes, pass_frame, warn
from api.cli.progress import counting
from api.importing import FORMATS, KINDS, ImportReport, RowRefused
from api.wiring import open_wellput


@click.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--map", "map_file", type=click.Path(path_type=Path), help="TOML that renames and fills columns."
)
@click.option(
    "--format", "file_format", type=click.Choice(list(FORMATS)), help="When the name does not tell."
)
@click.option("--strict", is_flag=True, help="Stop at the first bad row and keep nothing of the file.")
@json_option
@pass_frame
def import_command(
    frame: Frame,
    kind: str,
    file: Path,
    map_file: Path | None,
    file_format: str | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Bring a file in: one transaction, bad rows named and set aside; again changes nothing."""
    with open_wellput(frame.settings) as wellput, counting(f"Importing {kind}") as on_progress:
        try:
            report = wellput.import_file(
                kind, file, map_file=map_file, file_format=file_format, strict=strict, on_progress=on_progress
            )
        except RowRefused as error:
            fail(str(error), FAULTS_FOUND)
    if as_json:
        emit(_document(report))
    else:
        click.echo(
            f"{report.kind}: {report.rows} rows read, {report.added} added, {report.changed} changed, "
            f"{report.unchanged} unchanged, {report.rejected} rejected{_left_out(report)}"
        )
    for warning in report.warnings:
        warn(warning)
    if report.rejected:
        notes.print(f"The rejected rows, each with its reason: {report.rejects_file}", markup=False)
        raise SystemExit(FAULTS_FOUND)


def _left_out(report: ImportReport) -> str:
    """Name the other rows, where there are any: without them the counts would not add up."""
    skipped = f", {report.skipped} left out by the map" if report.skipped else ""
    return skipped + (f", {report.repeated} repeated" if report.repeated else "")


def _document(report: ImportReport) -> dict[str, Any]:
    return {
        "kind": report.kind,
        "file": report.file,
        "rows": report.rows,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "rejected": report.rejected,
        "skipped": report.skipped,
        "repeated": report.repeated,
        "rejects_file": None if report.rejects_file is None else str(report.rejects_file),
        "warnings": list(report.warnings),
    }
