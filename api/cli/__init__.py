"""The one console command."""

from __future__ import annotations

from pathlib import Path

import click

from api.backup import BackupError
from api.cli.answering import assist, classify, gaps, search, suggest
from api.cli.apart import CutOff
from api.cli.bringing_in import import_command
from api.cli.checking import check, redact
from api.cli.frame import Frame, Program, guarded, read_settings
from api.cli.learning import evaluate, learn, report
from api.cli.letters import letter
from api.cli.recommending import recommend
from api.cli.replies import replies
from api.cli.rulebooks import rulebook
from api.cli.running import demo, serve
from api.cli.upkeep import backup, doctor, restore, token, user
from api.demo import DemoRefused
from api.evaluating import EvaluationRefused
from api.importing import NotImported
from api.learning import NothingToLearn
from api.letters import LettersUnavailable, NoLetter
from api.lookups import CannotNarrow, NotLearned
from api.shop_profile import ShopFileError
from api.storage import WrongDatabase
from api.suggesting import WrongContact
from api.version import VERSION
from brand_voice.rulebook import RulebookError
from brand_voice.vale import ValeError
from models.artefact_store import ArtefactError
from replies.ports import UnknownContact

_TOLD = (
    ArtefactError,
    BackupError,
    CannotNarrow,
    CutOff,
    DemoRefused,
    EvaluationRefused,
    LettersUnavailable,
    NoLetter,
    NotImported,
    NotLearned,
    NothingToLearn,
    RulebookError,
    ShopFileError,
    WrongDatabase,
    UnknownContact,
    ValeError,
    WrongContact,
)
"""Errors whose words are written for people."""


@click.group(cls=Program)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="The home folder; else WELLPUT_HOME, else the platform's user data folder.",
)
@click.version_option(VERSION, prog_name="wellput")
@click.pass_context
def cli(context: click.Context, home: Path | None) -> None:
    """Checked replies with sources and fitting offers for a shop's contact centre."""
    context.obj = Frame(read_settings(home))


for command in (
    assist, backup, check, classify, demo, doctor, evaluate, gaps, import_command, learn, letter, recommend,
    redact, replies, report, restore, rulebook, search, serve, suggest, token, user,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Run the command; no fault shows a traceback."""
    guarded(cli, _TOLD)
