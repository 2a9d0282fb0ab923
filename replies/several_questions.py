"""Several questions in one message, taken apart so that each can be searched for by itself."""

from __future__ import annotations

import re

MOST_QUESTIONS = 3
_LEAST_WORDS = 4
_ASKED = re.compile(r"[^.!?\n]+\?")
_ASKS = r"(?:how|what|when|where|which|who|why|can|could|do|does|did|is|are|will|would|may|should|have|has)"
_BEGINS = re.compile(rf"{_ASKS}\b", re.IGNORECASE)
_AND_ALSO = re.compile(
    rf"[,;]? (?:and|or) (?:also |if so,? )?(?={_ASKS} \w+ \w+)|[,;:] (?={_ASKS} \w+ \w+)", re.IGNORECASE
)
_UNMARKED = re.compile(rf"\A\s*{_ASKS}\b.* and (?:also )?{_ASKS}\b", re.IGNORECASE | re.DOTALL)


def questions_in(text: str) -> tuple[str, ...]:
    """Return the questions of a text where there are two or three, each with its own words; else nothing.

    A chat that begins with a question word needs no question mark.
    """
    asked = [match.group().strip() for match in _ASKED.finditer(text)]
    if not asked and _UNMARKED.match(text) is not None:
        asked = [text.strip()]
    parts = [part.strip() for one in asked for part in _AND_ALSO.split(one) if part.strip()]
    asking = [part for part in parts if _BEGINS.match(part) is not None or part.endswith("?")]
    full = [part for part in asking if len(part.split()) >= _LEAST_WORDS]
    return tuple(full) if 2 <= len(full) == len(asking) <= MOST_QUESTIONS else ()
