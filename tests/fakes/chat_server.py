"""A real server that speaks the chat-completions protocol, well or badly, in a thread of its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], str]


@dataclass
class ChatServer:
    """What it was asked, and how it behaves: `answer` makes the text, `fault` breaks the answer around it."""

    answer: Answer = lambda _asked: ""
    fault: str = ""
    delay_s: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    address: str = ""


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Serve on a free port of this machine until the block ends."""
    told = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            told.asked.append(json.loads(body))
            told.headers.append(dict(self.headers))
            with suppress(BrokenPipeError, ConnectionResetError):  # the client was right to leave
                _respond(self, told)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _respond(handler: BaseHTTPRequestHandler, told: ChatServer) -> None:
    time.sleep(told.delay_s)
    if told.fault == "status":
        handler.send_error(500)
        return
    if told.fault == "redirect":
        handler.send_response(307)
        handler.send_header("Location", "http://192.0.2.1/elsewhere")
        handler.end_headers()
        return
    if told.fault == "hang up":
        handler.connection.close()
        return
    content = told.answer(told.asked[-1])
    document = json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]})
    body = {
        "not json": "<html>",
        "shape": '{"choices": []}',
        "null": '{"choices":[{"message":{"content":null}}]}',
    }
    raw = body.get(told.fault, document).encode()
    raw = b"x" * 1_000_000 if told.fault == "too much" else raw
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(raw)))
    handler.end_headers()
    if told.fault == "drip":
        for place in range(len(raw)):
            handler.wfile.write(raw[place : place + 1])
            handler.wfile.flush()
            time.sleep(0.05)
        return
    handler.wfile.write(raw)
