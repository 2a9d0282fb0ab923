"""What an answer asks of a customer who did it already: to give a number, or to get in touch."""

from __future__ import annotations

import re
from dataclasses import replace

from replies.candidates import Candidate
from replies.case_values import FACT_WORDS
from replies.composing import SENTENCE_END
from replies.fact_reading import kinds_asked, kinds_wanted
from replies.proposals import FactKind

_WAY = r"\b(?:(?:by )?(?:e-?mail|phone|telephone|letter|post|fax|chat)\b|on \+?\d|at \S+@)"
_GET_IN_TOUCH = re.compile(
    r"\b(?:(?:contact|call|ring|phone|e-?mail|tell|reach) us|(?:write|talk|speak) to us|get in touch"
    r"|complain)\b"
    rf"[^.!?]{{0,40}}?{_WAY}(?:[^!?]{{0,60}}?{_WAY})",
    re.IGNORECASE,
)
"""Two ways at least: a single one may be where the next step is taken ("call us on ... to pay")."""
_ASKS_HOW = re.compile(r"\b(?:how|where|whom?|phone number|e-?mail address|postal address)\b", re.IGNORECASE)


def asks_only_again(answer: str, given: frozenset[FactKind]) -> bool:
    """Say whether an answer does nothing but ask, and for something that was given."""
    asks_only = all(sentence.rstrip().endswith("?") for sentence in SENTENCE_END.split(answer))
    return asks_only and bool(given & kinds_asked(answer, ()).keys())


def marked_again(one: Candidate, question: str, given: frozenset[FactKind]) -> Candidate:
    """Return the candidate, with what speaks against it where it asks for a number that was given, or tells
    somebody who is in touch, and did not ask how, to get in touch."""
    again = sorted(FACT_WORDS[kind] for kind in kinds_wanted(one.answer) & given)
    if again:
        why = f"asks for the {' and '.join(again)}, which the customer gave"
    elif _GET_IN_TOUCH.search(one.answer) is not None and _ASKS_HOW.search(question) is None:
        why = "says how to get in touch, which the customer did"
    else:
        return one
    return replace(one, evidence=replace(one.evidence, again=1.0), reasons=(*one.reasons, why))
