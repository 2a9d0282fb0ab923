"""The key that signs sessions."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

_BYTES = 32


def secret_key(file: Path) -> bytes:
    """Return the key in `file`; made once, whole or not at all, readable by its owner alone.

    Raises ValueError, in words, when the file holds no key.
    """
    if not file.exists():
        _make(file)
    text = file.read_text(encoding="ascii", errors="replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < _BYTES:
        raise ValueError(f"{file} holds no key of {_BYTES} bytes; remove it, and a new one is made")
    return key


def _make(file: Path) -> None:
    """Write a key aside and link it into place, so that no other process ever reads half of it."""
    handle, aside = tempfile.mkstemp(prefix=".", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):  # another process was first; its key counts
            os.link(aside, file)
    finally:
        Path(aside).unlink()
