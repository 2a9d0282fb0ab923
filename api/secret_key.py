"""The key that signs sessions."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(file: Path) -> bytes:
    """Return the key in `file`; made once, readable by its owner alone."""
    try:
        return bytes.fromhex(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        pass
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(file.read_text(encoding="ascii"))
    key = secrets.token_bytes(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(key.hex())
    return key
