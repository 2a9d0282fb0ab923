"""What all commands share: the home, the shape of output, and how errors reach people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from pydantic import BaseModel, ValidationError
from rich.console import Console

from api.settings import Home, Settings

Command = TypeVar("Command", bound=Callable[..., object])

FAULTS_FOUND = 1
WRONG_USE = 2

notes = Console(stderr=True, highlight=False, soft_wrap=True)
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


def read_settings(home: Path | None) -> Settings:
    """Return the settings; `home` from the command line goes before the environment."""
    try:
        return Settings(home=home) if home is not None else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        fail(f"The setting WELLPUT_{name} cannot be used: {first['msg']}")


def fail(message: str) -> NoReturn:
    """End with exit code 2 and the message in words."""
    notes.print(f"[bold red]wellput:[/] {_plain(message)}")
    raise SystemExit(WRONG_USE)


def warn(message: str) -> None:
    """Print a warning to standard error."""
    notes.print(f"[yellow]note:[/] {_plain(message)}")


def _plain(message: str) -> str:
    return message.replace("[", "\\[")


def emit(document: BaseModel | dict[str, Any] | list[Any]) -> None:
    """Print one JSON document to standard output."""
    click.echo(_as_json(document, indent=2))


def emit_line(document: BaseModel | dict[str, Any]) -> None:
    """Print one line of JSONL to standard output."""
    click.echo(_as_json(document, indent=None))


def _as_json(document: BaseModel | dict[str, Any] | list[Any], *, indent: int | None) -> str:
    value = document.model_dump(mode="json") if isinstance(document, BaseModel) else document
    return json.dumps(value, ensure_ascii=False, indent=indent)


def read_lines(source: str, needed: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSONL file ("-" is standard input), each with the fields `needed`.

    Ends the command with exit code 2 naming file and line where a line cannot be used.
    """
    wanted = tuple(needed)
    name = "standard input" if source == "-" else source
    try:
        with click.open_file(source, "rb") as stream:
            for number, raw in enumerate(stream, start=1):
                if raw.strip():
                    yield _object(raw, wanted, f"{name}, line {number}")
    except OSError as error:
        fail(f"{name} cannot be read: {error.strerror}")


def _object(raw: bytes, wanted: tuple[str, ...], place: str) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        fail(f"{place} is not a JSON object in UTF-8")
    if not isinstance(found, dict):
        fail(f"{place} is not a JSON object")
    missing = [field for field in wanted if field not in found]
    if missing:
        fail(f"{place} has no field {', '.join(missing)}")
    return found


def text_of(line: dict[str, Any], field: str = "text") -> str:
    """Return a text field; ends the command when it is no text."""
    value = line[field]
    if not isinstance(value, str):
        fail(f"{field} of {line.get('id')!r} is not text")
    return value.encode("utf-8", errors="replace").decode("utf-8")


def guarded(command: Callable[[], None], told: tuple[type[Exception], ...]) -> None:
    """Run `command` so that no fault shows a traceback.

    Errors of the kinds `told` are written for people and are printed as they are.
    """
    try:
        command()
    except told as error:
        fail(str(error.args[0]) if error.args else str(error))
    except KeyboardInterrupt:
        notes.print("Interrupted; the home is as it was.")
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except (OSError, MemoryError) as error:
        fail(f"{type(error).__name__}: {error}")
