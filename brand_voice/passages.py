"""What in a text is not our own wording: quoted messages, the customer's quoted words, addresses, code."""

from __future__ import annotations

import re

from brand_voice import markup
from brand_voice.finding import CheckContext, Span
from brand_voice.reading import Reading

BLANK = "\x1a"
"""Stands for each passed-over code point: no letter, no digit, no space, so that no wording spans it."""

_ADDRESS = re.compile(r"(?:https?://|ftp://|www\.)[^\s<>\"']+", re.IGNORECASE)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]{1,200}`", re.DOTALL)
_QUOTED_LINES = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_QUOTED_WORDS = re.compile(
    r"(?:\byou(?:'ve| have| had)? (?:wrote|said|say|mention(?:ed)?|ask(?:ed)?|call(?:ed)?|put|describe[ds]?"
    r"|told us|written|state[ds]?)\b|\byour (?:own )?(?:words?|question|message|review|letter|e-?mail|note"
    r"|subject|comment|complaint|description)\b|\bquote\b)"
    r"[^\"\n.!?]{0,40}(?P<words>\"[^\"\n]{1,300}\")"
)
_WORDS = re.compile(r"[^\W_]+")


def own_words(reading: Reading, context: CheckContext, text: str) -> str:
    """Return a view of the text with everything blanked that is not our own wording.

    Inside a case a quotation counts as the customer's only when it is found in the customer's own messages,
    so that quotation marks hide nothing.
    """
    key = ("passed over", context.format, context.customer_words, "outside_case" in context.flags)
    spans = reading.once(key, lambda: passed_over(reading, context))
    if not spans:
        return text
    pieces: list[str] = []
    place = 0
    for span in spans:
        pieces.append(text[place : span.start])
        pieces.append(BLANK * (span.end - span.start))
        place = span.end
    return "".join((*pieces, text[place:]))


def passed_over(reading: Reading, context: CheckContext) -> tuple[Span, ...]:
    """Return the places that house rules about wording pass over, in order, without overlaps."""
    low = reading.low
    found = list(markup.passed_over(reading.raw, context.format)) if context.format != "text" else []
    if "://" in low or "www." in low:
        found += [Span(*match.span()) for match in _ADDRESS.finditer(low)]
    if "`" in low:
        found += [Span(*match.span()) for match in _CODE.finditer(low)]
    if ">" in low:
        lines = [Span(*match.span()) for match in _QUOTED_LINES.finditer(low)]
        found += [line for line in lines if _theirs(low[line.start : line.end], context)]
    if '"' in low:
        quoted = [Span(*match.span("words")) for match in _QUOTED_WORDS.finditer(low)]
        found += [words for words in quoted if _theirs(low[words.start : words.end], context)]
    return tuple(_merged(found))


def _theirs(quoted: str, context: CheckContext) -> bool:
    if "outside_case" in context.flags and not context.customer_words:
        return True
    words = _bare(quoted)
    return any(f" {words} " in f" {_bare(message)} " for message in context.customer_words)


def _bare(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower().replace("\u2019", "").replace("'", "")))


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
