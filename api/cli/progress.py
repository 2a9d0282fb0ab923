"""Progress on standard error: a bar on a terminal, plain lines when not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from api.cli.frame import notes

_PLAIN_EVERY_S = 5.0
Tell = Callable[[str], None]
Step = Callable[[str, int, int], None]


@contextmanager
def counting(label: str) -> Iterator[Callable[[int], None]]:
    """Yield a function to call with the number of rows done so far."""
    if not notes.is_terminal:
        yield _plain_counter(label)
        return
    with Progress(
        SpinnerColumn(), TextColumn("{task.description} {task.completed:,.0f}"), TimeElapsedColumn(),
        console=notes, transient=True,
    ) as progress:  # fmt: skip
        task = progress.add_task(label, total=None)
        yield lambda done: progress.update(task, completed=done)


def _plain_counter(label: str) -> Callable[[int], None]:
    last = time.monotonic()

    def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _PLAIN_EVERY_S:
            last = time.monotonic()
            notes.print(f"{label}: {done:,}", markup=False)

    return tell


@contextmanager
def watching() -> Iterator[tuple[Tell, Step]]:
    """Yield what prints a line, and what shows how many of how many are done."""
    if not notes.is_terminal:
        yield telling, _plain_steps()
        return
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), console=notes, transient=True,
    ) as progress:  # fmt: skip
        task = progress.add_task("working", total=None)

        def step(what: str, done: int, of: int) -> None:
            progress.update(task, description=what, completed=done, total=of)

        def tell(line: str) -> None:
            progress.update(task, description="working", completed=0, total=None)
            telling(line)

        yield tell, step


def _plain_steps() -> Step:
    last = time.monotonic()

    def tell(what: str, done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _PLAIN_EVERY_S:
            last = time.monotonic()
            notes.print(f"{what}: {done:,} of {of:,}", markup=False)

    return tell


def telling(line: str) -> None:
    """Print one line of progress."""
    notes.print(line, markup=False)
