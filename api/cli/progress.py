"""Progress on standard error: a bar on a terminal, plain lines when not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.cli.frame import notes

_PLAIN_EVERY_S = 5.0


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


def telling(line: str) -> None:
    """Print one line of progress."""
    notes.print(line, markup=False)
