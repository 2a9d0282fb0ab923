"""Work that a worker does one after the other: threads that compute beside each other only cost time here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from replies.writing import Writer


class OneAtATime:
    """One turn that threads take one after the other. A thread does not take it twice."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have the turn; waits for whoever has it."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have the turn meanwhile, and have it back; nothing to a thread without it."""
        if not getattr(self._mine, "has", False):
            yield
            return
        self._give()
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        self._turn.acquire()
        self._mine.has = True

    def _give(self) -> None:
        self._mine.has = False
        self._turn.release()


class WriterAside:
    """Fulfils `replies.writing.Writer`: waiting for `writer` keeps nobody else from their turn."""

    def __init__(self, writer: Writer, turn: OneAtATime) -> None:
        self._writer = writer
        self._turn = turn

    @property
    def name(self) -> str:
        """Who writes."""
        return self._writer.name

    def write(self, system: str, user: str) -> str:
        """Return what the writer wrote. Raises WriterFailed as it does."""
        with self._turn.aside():
            return self._writer.write(system, user)
