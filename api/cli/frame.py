"""What all commands share: the home, the shape of output, and how errors reach people."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from pydantic import BaseModel, ValidationError

from api.cli.terminal import Screen, plain
from api.settings import Home, Settings

Command = TypeVar("Command", bound=Callable[..., object])

FAULTS_FOUND = 1
WRONG_USE = 2
INTERRUPTED = 130  # as a shell calls a program that was stopped by Ctrl+C
ENDED = 143  # and one that was told to end (SIGTERM)

notes = Screen(stderr=True, highlight=False, soft_wrap=True)
"""Progress, warnings and errors go here; results go to standard output."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The settings a command runs with."""

    settings: Settings

    @property
    def home(self) -> Home:
        return Home(self.settings.home)


pass_frame = click.make_pass_decorator(Frame)


def json_option(command: Command) -> Command:
    """Add --json, which asks for one JSON document instead of text."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")(command)


def lines_option(command: Command) -> Command:
    """Accept --json on a batch call, whose answer is one JSON line for each line that goes in anyway."""
    return click.option("--json", is_flag=True, expose_value=False, help="As it is: one JSON line a line.")(
        command
    )


def read_settings(home: Path | None) -> Settings:
    """Return the settings; `home` from the command line goes before the environment."""
    try:
        return Settings(home=home) if home is not None else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        fail(f"The setting WELLPUT_{name} cannot be used: {first['msg']}")


def fail(message: str, code: int = WRONG_USE) -> NoReturn:
    """End with the message in words; the exit code is 2 unless the work itself found faults."""
    notes.print(f"[bold red]wellput:[/] {plain(message)}")
    raise SystemExit(code)


def warn(message: str) -> None:
    """Print a warning to standard error."""
    notes.print(f"[yellow]note:[/] {plain(message)}")


def emit(document: BaseModel | dict[str, Any] | list[Any]) -> None:
    """Print one JSON document to standard output."""
    click.echo(_as_json(document, indent=2))


def emit_line(document: BaseModel | dict[str, Any]) -> None:
    """Print one line of JSONL to standard output."""
    click.echo(_as_json(document, indent=None))


def _as_json(document: BaseModel | dict[str, Any] | list[Any], *, indent: int | None) -> str:
    value = document.model_dump(mode="json") if isinstance(document, BaseModel) else document
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    if any("\ud800" <= sign <= "\udfff" for sign in text):  # half characters leave only as escapes
        return json.dumps(value, indent=indent, allow_nan=False)
    return text


def read_text(source: str) -> str:
    """Return the text of a file ("-" is standard input); ends the command when it is not UTF-8."""
    name = "standard input" if source == "-" else source
    try:
        with click.open_file(source, "rb") as stream:
            return stream.read().decode("utf-8-sig")
    except OSError as error:
        fail(f"{name} cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        fail(
            f"{name} is not UTF-8: the byte at {error.start} cannot be read. Save it as UTF-8 and try again."
        )


class EndAsked(KeyboardInterrupt):
    """The process was told to end (SIGTERM) and ends as by Ctrl+C, cleaning up behind itself."""


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let SIGTERM unwind the work, as Ctrl+C does, rather than cut it off."""

    def end(_number: int, _frame: object) -> None:
        raise EndAsked

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def interrupted_code(error: BaseException | None) -> int:
    """Return the exit code of a command that was interrupted by `error`."""
    return ENDED if isinstance(error, EndAsked) else INTERRUPTED


class Program(click.Group):
    """The command with its subcommands. A reader that goes away (`| head -1`) is no fault of the work."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand; click itself would end with exit code 1 when the reader is gone."""
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:  # None when it was closed from the start
                sys.stdout.flush()
        except BrokenPipeError:
            if sys.stdout is not None:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        return result


def guarded(program: Program, told: tuple[type[Exception], ...]) -> None:
    """Run `program` so that no fault shows a traceback.

    Errors of the kinds `told` are written for people and are printed as they are.
    """
    try:
        code = program.main(prog_name="wellput", standalone_mode=False)
    except told as error:
        fail(str(error.args[0]) if error.args else str(error))
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except click.Abort as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            notes.print("Interrupted; nothing half done was kept.")
            raise SystemExit(interrupted_code(error.__cause__)) from None
        fail("There was no answer to the question, so nothing was done.")
    except (OSError, MemoryError) as error:
        fail(f"{type(error).__name__}: {error}")
    except Exception as error:  # noqa: BLE001  the last line of defence: people get words, not a traceback
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        notes.print(
            f"[bold red]wellput:[/] an unforeseen fault, {plain(type(error).__name__)} at {plain(place)}. "
            "Nothing half done was kept. Please report it with what you did."
        )
        raise SystemExit(FAULTS_FOUND) from None
    if isinstance(code, int) and code:
        raise SystemExit(code)
