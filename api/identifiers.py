"""Ids for new things: in order of time, unguessable, safe in addresses."""

from __future__ import annotations

import secrets
import time


def new_id(kind: str = "") -> str:
    """Return e.g. "contact-19a2b3c4d5e-6f7a8b9c0d1e"; without a kind, only the two numbers."""
    number = f"{time.time_ns() // 1_000_000:011x}-{secrets.token_hex(6)}"
    return f"{kind}-{number}" if kind else number
