"""Words meant for a machine, not for a person: orders to a writer hidden in a message or an article.

Found so that they are never quoted to a customer and never handed on; nothing here obeys them.
"""

from __future__ import annotations

import re

from brand_voice.glances import glance
from brand_voice.revealing import revealed

_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|\Z)")
_FOR_MACHINES = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}"
    r"\b(?:instructions?|rules?|prompts?|guidelines?|polic(?:y|ies)|everything|above|previous|prior|safety|checks?)\b"
    r"|\b(?:system|developer|hidden|initial|original) (?:prompt|message|instructions?)\b"
    r"|\byou are (?:now )?(?:an? )?(?:ai|assistant|language model|chat ?bot|dan|in developer mode)\b"
    r"|\bas an? (?:ai|language model|assistant)\b|\bact as (?:an?|the|if)\b"
    r"|\bpretend (?:to be|you are|that you)\b"
    r"|\b(?:new|updated|following) instructions?\b|\bjailbreak\b|\bprompt injection\b|\bdeveloper mode\b"
    r"|\b(?:begin|start|end) (?:of )?(?:prompt|instructions?)\b|<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>"
    r"|^\s*(?:system|assistant|user)\s*:|#{2,}\s*(?:system|instructions?)\b"
    r"|\b(?:reply|respond|answer|output|print|repeat|write|say|include|append)\b[^.\n]{0,30}"
    r"\b(?:exactly|verbatim|only with|the (?:words?|phrase|text|following)|base64)\b"
    r"|\bignorier\w*\b[^.\n]{0,40}\b(?:anweisung|anordnung|vorgabe|regel)\w*"
    r"|\b(?:ignore[rz]?|oublie[rz]?)\b[^.\n]{0,40}\b(?:consigne|instruction|r[èe]gle)s?\b"
    r"|\b(?:ignor[ae]|olvida)\b[^.\n]{0,40}\b(?:instrucciones|istruzioni|reglas|regole)\b",
    re.IGNORECASE | re.MULTILINE,
)
_may_be_for_machines = glance(_FOR_MACHINES)


def is_for_machines(text: str) -> bool:
    """Whether `text`, as given or as it is seen (hidden marks, look-alikes), orders a machine about."""
    if _orders(text):
        return True
    seen = None if text.isascii() else revealed(text)
    return seen is not None and _orders(seen.text)


def _orders(text: str) -> bool:
    return _may_be_for_machines(text) and _FOR_MACHINES.search(text) is not None


def without_instructions(text: str) -> str:
    """Return `text` without the sentences that order a machine about."""
    if not is_for_machines(text):
        return text
    kept = (match.group() for match in _SENTENCE.finditer(text) if not is_for_machines(match.group()))
    return "".join(kept).strip()
