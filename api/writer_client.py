"""A writer behind any endpoint with the chat-completions protocol, over the standard library.

Off unless an address is set. One request, one deadline for all of it, no redirects, a cap on what is read;
after three failures in a row it is left alone for a minute, so that agents do not wait for a dead endpoint.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from api.settings import WRITER_ADDRESS, is_writer_address
from replies.writing import WriterFailed

_MOST_BYTES = 200_000
_CHUNK = 8_192
_FAILURES_BORNE = 3
_REST_S = 60.0


class ChatWriter:
    """Fulfils `replies.writing.Writer`. Threads may share it."""

    def __init__(
        self,
        address: str,
        model: str,
        key: str = "",
        timeout_s: float = 8.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`address` is the base of the service, "http://127.0.0.1:8080/v1". Raises ValueError for another."""
        if not is_writer_address(address):
            raise ValueError(WRITER_ADDRESS)
        parts = urlsplit(address)
        self._parts = parts
        self._path = f"{parts.path.rstrip('/')}/chat/completions"
        self._model = model
        self._key = key
        self._timeout_s = timeout_s
        self._now = monotonic
        self._guard = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0

    @property
    def name(self) -> str:
        """The model, and where it runs."""
        return f"{self._model or 'a model'} at {self._parts.hostname}"

    def write(self, system: str, user: str) -> str:
        """Return the first choice's text. Raises WriterFailed on error, delay or a wrong shape of answer."""
        with self._guard:
            if self._now() < self._rests_until:
                raise WriterFailed("it failed three times in a row and is left alone for a minute")
        try:
            written = _text_of(self._asked(system, user))
        except WriterFailed:
            self._note(failed=True)
            raise
        self._note(failed=False)
        return written

    def _note(self, *, failed: bool) -> None:
        with self._guard:
            self._failures = self._failures + 1 if failed else 0
            if self._failures >= _FAILURES_BORNE:
                self._rests_until = self._now() + _REST_S
                self._failures = 0

    def _asked(self, system: str, user: str) -> bytes:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        body = json.dumps(
            {"model": self._model, "messages": messages, "temperature": 0, "max_tokens": 400, "stream": False}
        )
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        deadline = self._now() + self._timeout_s
        connection = self._connection()
        try:
            connection.request("POST", self._path, body.encode(), headers)
            answer = self._answer_by(connection, deadline)
            if answer.status != http.client.OK:
                raise WriterFailed(f"it answered with status {answer.status}")
            return self._read_by(answer, connection, deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise WriterFailed(f"it could not be asked: {type(error).__name__}") from None
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        return kind(self._parts.hostname or "", self._parts.port, timeout=self._timeout_s)

    def _answer_by(self, connection: http.client.HTTPConnection, deadline: float) -> http.client.HTTPResponse:
        self._hurry(connection, deadline)
        return connection.getresponse()

    def _read_by(
        self, answer: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float
    ) -> bytes:
        read = bytearray()
        while chunk := answer.read1(_CHUNK):
            read += chunk
            if len(read) > _MOST_BYTES:
                raise WriterFailed("it answered with more than anyone reads")
            self._hurry(connection, deadline)
        return bytes(read)

    def _hurry(self, connection: http.client.HTTPConnection, deadline: float) -> None:
        """Let the next wait last no longer than what is left of the time."""
        left = deadline - self._now()
        if left <= 0:
            raise WriterFailed(f"it took longer than {self._timeout_s:g} s")
        if connection.sock is not None:
            connection.sock.settimeout(left)


def _text_of(raw: bytes) -> str:
    try:
        document: Any = json.loads(raw)
        content = document["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, KeyError, IndexError, TypeError):
        raise WriterFailed("its answer has another shape than chat completions") from None
    if not isinstance(content, str):
        raise WriterFailed("its answer holds no text")
    return content.encode("utf-8", errors="replace").decode("utf-8").replace("\x00", "")
