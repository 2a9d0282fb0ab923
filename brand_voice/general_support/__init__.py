"""General support English: replies as contact centres of many trades write them, against which a brand's own
style stands out. Written for Wellput; no customer's or company's text is in it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def general_replies() -> tuple[str, ...]:
    """Return the replies, each a few sentences."""
    text = (files("brand_voice.general_support") / "replies.txt").read_text(encoding="utf-8")
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())
