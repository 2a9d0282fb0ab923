"""Commands on texts: check and redact."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.answering import CHANNELS
from api.cli.frame import (
    FAULTS_FOUND,
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
)
from api.cli.printing import print_check
from api.documents import CheckDocument
from api.wiring import open_wellput
from brand_voice.finding import Verdict
from brand_voice.personal_data import redact as redact_text


@click.command()
@click.argument("file", required=False)
@click.option("--channel", type=CHANNELS, help="The channel the text goes out on.")
@click.option("--drafts", help='JSONL of {"id","channel","text"}; - reads standard input.')
@click.option(
    "--rulebook", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Another rulebook."
)
@click.option("--contact", help="Check in the case of this contact, as the gate does.")
@json_option
@pass_frame
def check(
    frame: Frame,
    file: str | None,
    channel: str | None,
    drafts: str | None,
    rulebook: Path | None,
    contact: str | None,
    as_json: bool,
) -> None:
    """Check a text (FILE or -) or many drafts against the rulebook; exit 1 when one is blocked."""
    if (file is None) == (drafts is None):
        fail("State either a FILE to check (- for standard input) or --drafts FILE.")
    with open_wellput(frame.settings, rulebook=rulebook) as wellput:
        if drafts is not None:
            blocked = False
            for line in read_lines(drafts, ("id", "channel", "text")):
                result = wellput.check(text_of(line), channel=_channel(line), contact_id=contact)
                blocked |= result.verdict is Verdict.BLOCKED
                emit_line({"id": line["id"], **CheckDocument.of(result).model_dump(mode="json")})
        else:
            if channel is None:
                fail("State the channel: --channel email, chat, phone, fax or post.")
            text = read_text(file or "-")
            result = wellput.check(text, channel=channel, contact_id=contact)
            blocked = result.verdict is Verdict.BLOCKED
            if as_json:
                emit(CheckDocument.of(result))
            else:
                print_check("standard input" if file == "-" else str(file), text, result)
    if blocked:
        raise SystemExit(FAULTS_FOUND)


def _channel(line: dict[str, object]) -> str:
    channel = line["channel"]
    if channel not in CHANNELS.choices:
        fail(f"channel of {line['id']!r} is {channel!r}; it is one of {', '.join(CHANNELS.choices)}")
    return str(channel)


@click.command()
@click.option("--texts", required=True, help='JSONL of {"id","text"}; - reads standard input.')
@lines_option
def redact(texts: str) -> None:
    """Replace personal data in texts by its kind."""
    for line in read_lines(texts, ("id", "text")):
        text, found = redact_text(text_of(line), known_ids=frozenset())
        spans = [{"start": item.span.start, "end": item.span.end, "kind": item.kind} for item in found]
        emit_line({"id": line["id"], "text": text, "spans": spans})
