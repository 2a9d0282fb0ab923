"""Commands that serve: serve and demo."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING, Any

import click

from api.cli.apart import done_apart
from api.cli.frame import Frame, ending_in_order, fail, pass_frame
from api.cli.printing import print_assist
from api.cli.progress import telling
from api.settings import Settings

if TYPE_CHECKING:
    from api.demo import Ready
    from api.wiring import Wellput

_PORT = 8321
_WARM_AFTER_S = 1.0
"""Seconds after which a worker that is ready makes a first check, aside, so that no agent waits for it."""


def _workers() -> int:
    return max(1, min(2, os.cpu_count() or 1))


@contextmanager
def _here_to_stay() -> Iterator[None]:
    """Collect no garbage among what is loaded meanwhile, then or later: it lives as long as the worker, and
    looking through it all would hold up loading, and now and then an agent."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _warm_checker(wellput: Wellput) -> None:
    from brand_voice.rulebook import RulebookError

    with suppress(RulebookError):  # a broken rulebook is told where it matters: at the gate and by doctor
        wellput.checker.warm_up()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=_PORT, show_default=True, help="0 picks a free one."
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=None, help="Processes; by default one a core, at most 2."
)
@pass_frame
def serve(frame: Frame, host: str, port: int, workers: int | None) -> None:
    """Serve the desk and the REST service."""
    if not frame.home.exists:
        fail(
            f"There is no home at {frame.home.root}. 'wellput import' makes one, 'wellput demo' a sample one."
        )
    address = f"http://{host}:{_free(host, port)}"
    run_server(frame.settings, host, int(address.rsplit(":", 1)[1]), workers, f"Wellput serves at {address}")


def _free(host: str, port: int) -> int:
    """Return `port`, or a free one for 0; ends the command when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fail(f"{host}:{port} cannot be served on: {error.strerror}. Choose another with --port.")
        return int(probe.getsockname()[1])


def run_server(settings: Settings, host: str, port: int, workers: int | None, line: str) -> None:
    """Serve until stopped; print `line` when the address is bound."""
    from api.serving import serve as run

    def load() -> Any:
        with _here_to_stay():
            from api.app import create_app
            from api.logs import configure_logs
            from api.wiring import open_wellput

            configure_logs()
            wellput = open_wellput(settings)
            wellput.warm_up()
            app = create_app(wellput)
        warming = Timer(_WARM_AFTER_S, _warm_checker, [wellput])
        warming.daemon = True
        warming.start()
        return app

    gc.freeze()  # what workers share stays shared: a collection would write to all of it
    run(load, host=host, port=port, workers=workers or _workers(), on_ready=lambda: click.echo(line))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="Another free one when taken.",
)
@click.option("--no-serve", is_flag=True, help="Stop after the assisted contact.")
@pass_frame
def demo(frame: Frame, host: str, port: int, no_serve: bool) -> None:
    """Load the sample shop, learn, assist one contact, and serve the desk."""
    with ending_in_order():
        ready = done_apart(lambda: _prepared(frame.settings))
    click.echo(f"One contact, assisted ({ready.contact.channel.value}, {ready.contact.id}):\n")
    click.echo("\n".join(f"  | {line}" for line in ready.contact.question.splitlines()) + "\n")
    print_assist(ready.assist)
    if no_serve:
        return
    bound = _free(host, port) if _is_free(host, port) else _free(host, 0)
    sign_in = ", ".join(ready.usernames)
    line = (
        f"\nThe desk is at http://{host}:{bound}  sign in as {sign_in}; the password is {ready.password}"
        "\nCtrl+C stops it."
    )
    run_server(frame.settings, host, bound, None, line)


def _prepared(settings: Settings) -> Ready:
    from api.demo import prepare

    return prepare(settings, tell=telling)


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex((host, port)) != 0
