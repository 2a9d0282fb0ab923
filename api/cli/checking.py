"""Commands on texts: check and redact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from api.check_reports import as_lines, as_sarif, as_vale
from api.cli.answering import CHANNELS
from api.cli.batch import BadLine, Line, answer_lines, text_of
from api.cli.frame import (
    FAULTS_FOUND,
    Frame,
    emit,
    fail,
    json_option,
    lines_option,
    pass_frame,
    read_text,
    warn,
)
from api.cli.printing import print_check
from api.cli.rulebook_testing import run_test
from api.documents import CheckDocument
from api.file_checks import CheckedFile, FileChecker, files_in, format_of
from api.wiring import open_wellput
from brand_voice.finding import CheckResult, Severity, Verdict
from brand_voice.personal_data import DataKind
from brand_voice.personal_data import redact as redact_text
from brand_voice.vale.pack import load_pack
from brand_voice.vale.running import Format


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--channel", type=CHANNELS, help="The channel the text goes out on.")
@click.option("--drafts", help='JSONL of {"id","channel","text"}; - reads standard input.')
@click.option(
    "--rulebook", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Another rulebook."
)
@click.option("--contact", help="Check in the case of this contact, as the gate does.")
@click.option(
    "--vale",
    type=click.Path(path_type=Path, exists=True),
    help="A Vale style, a folder of them, or a .vale.ini.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html"]),
    help="Instead of by the file's ending.",
)
@click.option(
    "--output", type=click.Choice(["text", "json", "line", "vale", "sarif"]), help="Of several files."
)
@click.option(
    "--fail-on",
    type=click.Choice(["block", "warn", "advise", "never"]),
    default="block",
    show_default=True,
    help="How grave a finding makes the exit code 1; a style's error counts as block.",
)
@click.option("--test", is_flag=True, help="Test the rulebook itself, as 'wellput rulebook test' does.")
@json_option
@pass_frame
def check(  # noqa: PLR0913, PLR0917 - each is an option of the command
    frame: Frame,
    paths: tuple[str, ...],
    channel: str | None,
    drafts: str | None,
    rulebook: Path | None,
    contact: str | None,
    vale: Path | None,
    form: Format | None,
    output: str | None,
    fail_on: str,
    test: bool,
    as_json: bool,
) -> None:
    """Check texts: files, folders or standard input (-), or many drafts.

    Against the rulebook for replies, for which the channel must be told, or with --vale alone against Vale
    styles. Markdown and HTML are told by the file's ending. Exit 1 when something blocks.
    """
    if test:
        run_test(frame, rulebook, as_json)
        return
    if bool(paths) == (drafts is not None):
        fail("State either a FILE to check (- for standard input) or --drafts FILE.")
    if drafts is not None:
        _check_drafts(frame, drafts, rulebook, contact)
        return
    asked = output or ("json" if as_json else "text")
    pack = load_pack(vale) if vale is not None else None
    for note in [*(reason for _check, reason in pack.refused), *pack.notes] if pack is not None else ():
        warn(note)
    if pack is not None and channel is None and rulebook is None and contact is None:
        checked = list(_checked(FileChecker(None, pack), paths, form))
    else:
        if channel is None:
            fail("State the channel: --channel email, chat, phone, fax or post.")
        with open_wellput(frame.settings, rulebook=rulebook) as wellput:

            def house(text: str, read_as: Format) -> CheckResult:
                return wellput.gatekeeper.check(text, channel=channel, contact_id=contact, form=read_as)

            checked = list(_checked(FileChecker(house, pack), paths, form))
    _print(checked, asked, [reason for _check, reason in pack.refused] if pack is not None else [])
    if any(_counts(finding.severity, fail_on) for file in checked for finding in file.result.findings):
        raise SystemExit(FAULTS_FOUND)


def _check_drafts(frame: Frame, drafts: str, rulebook: Path | None, contact: str | None) -> None:
    blocked = False
    with open_wellput(frame.settings, rulebook=rulebook) as wellput:

        def told(line: Line) -> list[dict[str, Any]]:
            nonlocal blocked
            result = wellput.gatekeeper.check(text_of(line), channel=_channel(line), contact_id=contact)
            blocked |= result.verdict is Verdict.BLOCKED
            return [{"id": line["id"], **CheckDocument.of(result).model_dump(mode="json")}]

        answer_lines(drafts, ("id", "channel", "text"), told)
    if blocked:
        raise SystemExit(FAULTS_FOUND)


def _checked(checker: FileChecker, paths: tuple[str, ...], form: Format | None) -> Iterator[CheckedFile]:
    for name in paths:
        if name == "-":
            ending = {"markdown": ".md", "html": ".html"}.get(form or "text", ".txt")
            yield checker.check(f"stdin{ending}", read_text("-"), form or "text")
            continue
        if not Path(name).exists():
            fail(f"There is no file or folder {name!r}.")
        files = list(files_in([Path(name)]))
        if not files:
            fail(f"{name} holds no text, Markdown or HTML file.")
        for path in files:
            yield checker.check(str(path), read_text(str(path)), form or format_of(path, checker.pack))


def _print(checked: list[CheckedFile], output: str, notes: list[str]) -> None:
    match output:
        case "json":
            documents = [CheckDocument.of(file.result).model_dump(mode="json") for file in checked]
            if len(documents) == 1:
                emit(documents[0])
            else:
                emit([{"file": file.name, **one} for file, one in zip(checked, documents, strict=True)])
        case "vale":
            emit(as_vale(checked))
        case "sarif":
            emit(as_sarif(checked, notes))
        case "line":
            for line in as_lines(checked):
                click.echo(line)
        case _:
            for file in checked:
                name = "standard input" if file.name.startswith("stdin.") else file.name
                print_check(name, file.text, file.result)


def _counts(severity: Severity, fail_on: str) -> bool:
    order = list(Severity)
    return fail_on != "never" and order.index(severity) <= order.index(Severity(fail_on))


def _channel(line: dict[str, object]) -> str:
    channel = line["channel"]
    if channel not in CHANNELS.choices:
        raise BadLine(f"channel of {line['id']!r} is {channel!r}; it is one of {', '.join(CHANNELS.choices)}")
    return str(channel)


@click.command()
@click.option("--texts", required=True, help='JSONL of {"id","text"}; - reads standard input.')
@click.option(
    "--keep",
    multiple=True,
    type=click.Choice([kind.value for kind in DataKind]),
    help="A kind of data to leave in the text; may be given several times.",
)
@lines_option
def redact(texts: str, keep: tuple[str, ...]) -> None:
    """Replace personal data in texts by its kind: numbers, addresses, names, places, organisations, dates."""
    kept = frozenset(map(DataKind, keep))

    def redacted(line: Line) -> list[dict[str, Any]]:
        text, found = redact_text(text_of(line), keep=kept)
        spans = [{"start": item.span.start, "end": item.span.end, "kind": item.kind} for item in found]
        return [{"id": line["id"], "text": text, "spans": spans}]

    answer_lines(texts, ("id", "text"), redacted)
