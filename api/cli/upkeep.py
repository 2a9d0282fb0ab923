"""Commands for whoever runs the machine: user, token, backup, restore, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from api.backup import back_up, bring_back
from api.cli.frame import FAULTS_FOUND, Frame, emit, fail, json_option, pass_frame
from api.cli.printing import print_table
from api.doctor import examine
from api.storage.accounts import ROLES
from api.wiring import open_wellput

_ROLE = click.Choice(list(ROLES))


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("username")
@click.option("--role", type=_ROLE, required=True)
@click.option("--name", help="The name shown to others.")
@click.option("--password", envvar="WELLPUT_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True)
@json_option
@pass_frame
def user_add(frame: Frame, username: str, role: str, name: str | None, password: str, as_json: bool) -> None:
    """Add a person."""
    with open_wellput(frame.settings) as wellput:
        try:
            wellput.people.add_user(username, name or username, role, password, actor="command")
        except ValueError as error:
            fail(str(error))
    _tell(f"{username} may sign in as {role}.", {"username": username, "role": role}, as_json)


@user.command("list")
@json_option
@pass_frame
def user_list(frame: Frame, as_json: bool) -> None:
    """List the people who may sign in."""
    with open_wellput(frame.settings) as wellput:
        people = wellput.accounts.users()
    rows = [(one.username, one.display_name, one.role, "no" if one.disabled else "yes") for one in people]
    columns = ("username", "name", "role", "may sign in")
    if as_json:
        emit([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("", columns, rows)


@user.command("role")
@click.argument("username")
@click.argument("role", type=_ROLE)
@json_option
@pass_frame
def user_role(frame: Frame, username: str, role: str, as_json: bool) -> None:
    """Give a person another role."""
    with open_wellput(frame.settings) as wellput:
        try:
            wellput.people.set_role(username, role, actor="command")
        except LookupError as error:
            fail(str(error.args[0]))
    _tell(f"{username} is now {role}.", {"username": username, "role": role}, as_json)


@user.command("disable")
@click.argument("username")
@json_option
@pass_frame
def user_disable(frame: Frame, username: str, as_json: bool) -> None:
    """Shut a person out, at once."""
    with open_wellput(frame.settings) as wellput:
        try:
            wellput.people.set_disabled(username, True, actor="command")
        except LookupError as error:
            fail(str(error.args[0]))
    _tell(f"{username} can no longer sign in.", {"username": username, "disabled": True}, as_json)


@click.group()
def token() -> None:
    """Tokens of the programs that call the REST service."""


@token.command("add")
@click.argument("client")
@json_option
@pass_frame
def token_add(frame: Frame, client: str, as_json: bool) -> None:
    """Make a token for a client; it is shown once and stored only as its hash."""
    with open_wellput(frame.settings) as wellput:
        try:
            made = wellput.people.add_token(client, actor="command")
        except ValueError as error:
            fail(str(error))
    _tell(made, {"client": client, "token": made}, as_json)


@token.command("revoke")
@click.argument("client")
@json_option
@pass_frame
def token_revoke(frame: Frame, client: str, as_json: bool) -> None:
    """Make all tokens of a client useless, at once."""
    with open_wellput(frame.settings) as wellput:
        count = wellput.people.revoke_tokens(client, actor="command")
    told = f"{count} token{'' if count == 1 else 's'} of {client} revoked."
    _tell(told, {"client": client, "revoked": count}, as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@pass_frame
def backup(frame: Frame, file: Path, as_json: bool) -> None:
    """Write the whole home into one file, while it is in use."""
    back_up(frame.settings, file)
    _tell(f"{file} holds the whole home.", {"file": str(file)}, as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@json_option
@pass_frame
def restore(frame: Frame, file: Path, as_json: bool) -> None:
    """Bring a backup back into a home that is empty or not there."""
    bring_back(frame.settings, file)
    told = f"{frame.home.root} is as it was when {file.name} was written."
    _tell(told, {"home": str(frame.home.root), "file": str(file)}, as_json)


@click.command()
@json_option
@pass_frame
def doctor(frame: Frame, as_json: bool) -> None:
    """Say what is there, which versions, what is wrong, and the way out of each fault."""
    findings = examine(frame.settings)
    if as_json:
        emit(
            [{"what": one.what, "state": one.state, "detail": one.detail, "fix": one.fix} for one in findings]
        )
    else:
        print_table(
            "",
            ("what", "state", "detail", "what to do"),
            [(f.what, f.state, f.detail, f.fix) for f in findings],
        )
    if any(one.state == "fault" for one in findings):
        raise SystemExit(FAULTS_FOUND)


def _tell(words: str, document: dict[str, object], as_json: bool) -> None:
    """Say what was done, in words or as one JSON document."""
    if as_json:
        emit(document)
    else:
        click.echo(words)
