"""`wellput letter`: a reply as it goes into the envelope."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.frame import Frame, notes, pass_frame, read_text
from api.wiring import open_wellput


@click.command()
@click.argument("message_id", required=False)
@click.option("--contact", "contact_id", help="Print a draft for this contact, marked as one.")
@click.option("--text", "text_file", help="The file with the draft's text; - for standard input.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF.")
@pass_frame
def letter(
    frame: Frame, message_id: str | None, contact_id: str | None, text_file: str | None, out: Path
) -> None:
    """Print a sent letter or fax (its message id), or a draft, as PDF."""
    if (message_id is None) == (contact_id is None or text_file is None):
        raise click.UsageError("Name a sent message, or give --contact and --text for a draft.")
    with open_wellput(frame.settings) as wellput:
        if message_id is not None:
            pdf = wellput.letters.sent(message_id)
        else:
            pdf = wellput.letters.draft(contact_id or "", read_text(text_file or "-"))
    out.write_bytes(pdf)
    notes.print(f"{out}: {len(pdf):,} bytes")
