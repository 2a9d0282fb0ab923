"""Facts about products told in words: what it is made of, what it stands, whether it is in stock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import yaml

from brand_voice.finding import Span
from brand_voice.glances import Glances
from brand_voice.loosening import loosened
from brand_voice.stated_values import Value, ValueKind

_TOLD = cast(
    "dict[str, str | dict[str, str]]",
    yaml.safe_load((Path(__file__).parent / "gazetteer" / "product_facts.yaml").read_text("utf-8")),
)
_FACTS = tuple(cast("dict[str, str]", _TOLD["facts"]).items())


def _alternatives(listed: str | dict[str, str]) -> str:
    return "|".join(re.escape(word.strip()) for word in str(listed).split(","))


_ANY, _PLAIN = _alternatives(_TOLD["materials"]), _alternatives(_TOLD["plain_materials"])
_WORDED = tuple((name, re.compile(rf"\b(?:{shape})\b")) for name, shape in _FACTS)
_MADE_HINT = (
    r"\bmade |\bsolid|\bpure|100 ?%|genuine|\breal |\b(?:it|they|this|these|that|which) (?:is|are)\b"
    r"| (?:frame|leg|base|lining|handle|filling)"
)
_MAY_TELL = Glances([*(loosened(shape, spaces=False) for _, shape in _FACTS), _MADE_HINT])
_MADE = re.compile(
    rf"\b(?:made (?:of|from|in|out of)|solid|pure|100 ?%|genuine|real) (?:\w+ ){{0,2}}?(?P<what>{_ANY})\b"
    rf"|\b(?:it|they|this|these|that|which) (?:is|are) (?:all )?(?P<what3>{_PLAIN})\b"
    rf"|\b(?P<what2>{_ANY}) (?:frame|legs?|base|lining|handle|filling)\b"
)
_NOT = re.compile(
    r"\b(?:not|never|no longer|isn't|aren't|cannot|can't|don't|doesn't|whether|if|neither|nor)\b[^.!?]{0,30}$"
)


def facts(low: str) -> Iterator[Value]:
    """Yield the facts stated; "not" before one makes it its opposite ("not dishwasher safe")."""
    told = sorted(_MAY_TELL.possible(low))
    for number in told:
        if number < len(_WORDED):
            name, shape = _WORDED[number]
            for found in shape.finditer(low):
                yield _fact(low, name, Span(*found.span()))
    if told and told[-1] == len(_WORDED):
        for found in _MADE.finditer(low):
            group = next(name for name in ("what", "what2", "what3") if found[name])
            yield _fact(low, f"of {found[group].removesuffix('s')}", Span(*found.span()))


def _fact(low: str, name: str, span: Span) -> Value:
    sentence = max(low.rfind(mark, max(0, span.start - 60), span.start) for mark in ".!?\n")
    denied = _NOT.search(low, max(sentence, span.start - 60, 0), span.start) is not None
    return Value(ValueKind.FACT, f"not {name}" if denied else name, span)
