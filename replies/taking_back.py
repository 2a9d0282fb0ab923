"""Clauses in which a customer takes a wish back or rules one out, found by their words (English ones)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from brand_voice.glances import glance
from replies import withdrawal_wordings as wordings

_CLAUSE = re.compile(
    "|".join(
        (
            *wordings.WISHES,
            *(f"(?P<back{place}>{one})" for place, one in enumerate(wordings.TAKEN_BACK)),
            *wordings.STAYS,
        )
    ),
    re.IGNORECASE,
)
_may_hold_one = glance(_CLAUSE)
_WISH_ENDS = re.compile(
    r",|\(| - | – |\b(?:but|because|since|instead|so|if|unless|even though|though|thank(?:s| you)"
    r"|and (?:please|i|we|do not|don'?t|would|can|could))\b"
    r"|\b(?:as|when|now(?: that)?) (?=(?:i|we|it|the|my|they)\b)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|whether|why|when|said|asked|says|promised|told)\b(?:(?!\bbut\b)[^.!?;\n,])*\Z",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?\n]")
_NO_LONGER = re.compile(
    r"\b(?:any ?more|any longer|no longer|after all|minds? (?:about|on|over)|decided|not going to"
    r"|you (?:please|pls|kindly) not|(?:will not|won'?t) be"
    rf"|{wordings.STOP} (?:the|my) (?:[\w'-]+ ){{0,2}}?{wordings.REQUEST})",
    re.IGNORECASE,
)
_ON_CONDITION = re.compile(
    r"\b(?:until|before|without|till|twice|yet|(?:my|our) (?:own )?(?:cost|expense))\b", re.IGNORECASE
)
_ASKED_OF_US = re.compile(r"\b(?:can|could|would|will|may) (?:you|we|i)\b", re.IGNORECASE)
_ONLY_A_PART = re.compile(r"[\s,;(-]*(?:but )?(?:only|just)\b", re.IGNORECASE)
_ALL_OF_IT = re.compile(r"\b(?:all|whole|entire|everything|both)\b", re.IGNORECASE)
_ABOUT_IT = re.compile(
    r"\A(?:go(?:ing)? (?:ahead|through)|proceed(?:ing)?|continu(?:e|ing)|carry(?:ing)? on|bother|worry)"
    r"(?: any (?:more|further))? (?:with|about|and|to) ",
    re.IGNORECASE,
)
_A_REQUEST = re.compile(
    rf"(?:(?:a|an|any|another|{wordings.THE}) )?{wordings.REQUEST}"
    rf"|(?:send|make|give)(?:ing)?(?! me wait| us wait) (?:[\w']+ ){{0,3}}{wordings.REQUEST}"
    r"|send(?:ing)?\b.*\bback\b",
    re.IGNORECASE,
)
_SURE_FORMS = frozenset(
    {"wish_noun", "wish_needless", "wish_none", "wish_any", "wish_request", "wish_put_off", "wish_before"}
) | {"wish_mistaken"}


class Kind(Enum):
    """What a clause takes back: the wish it names, all that was said before it, or nothing by itself."""

    RULED_OUT = "do not cancel my order"
    TAKEN_BACK = "ignore my last message"
    STAYS = "leave it as it is"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause by its places in the text; `wish` is the wish it names, without its negation, else "".
    `no_longer`: it says that this was wished before."""

    kind: Kind
    start: int
    end: int
    wish: str
    no_longer: bool = False


def clauses_in(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text, in order and apart; none in a question, under a condition or in what is
    told of another time ("why did you not cancel", "if you do not cancel")."""
    straight = text.replace("’", "'")
    if not _may_hold_one(straight):
        return ()
    found: list[Clause] = []
    at = 0
    while (match := _CLAUSE.search(straight, at)) is not None:
        clause = _clause(straight, match)
        at = match.start() + 1 if clause is None else max(clause.end, match.start() + 1)
        if clause is not None:
            found.append(clause)
    return tuple(found)


def without(text: str, clauses: Sequence[Clause], start: int = 0) -> str:
    """Return what is said from `start` on outside the clauses."""
    parts: list[str] = []
    for one in clauses:
        if one.start >= start:
            parts.append(text[start : one.start])
        start = max(start, one.end)
    said = " ".join((*parts, text[start:]))
    return re.sub(r"[^\S\n]+", " ", said).strip(" ,;:.!-\n")


def _clause(text: str, match: re.Match[str]) -> Clause | None:
    named = {name: said for name, said in match.groupdict().items() if said is not None}
    if _CONDITION.search(text[: match.start() + 1]):
        return None
    form = next((name for name in named if name.startswith("wish")), None)
    if form is not None:
        return _ruled_out(text, match, form)
    asks = re.match(r"[^.!;\n,]*\?", text[match.end() :]) is not None
    if asks and not _ASKED_OF_US.search(match.group()):
        return None
    return Clause(Kind.TAKEN_BACK if named else Kind.STAYS, match.start(), match.end(), "")


def _ruled_out(text: str, match: re.Match[str], form: str) -> Clause | None:
    start, last = match.span(form)
    ends = _WISH_ENDS.search(text, start + 1, last)
    end = last if ends is None else ends.start()
    wish = _ABOUT_IT.sub("", text[start:end].strip())
    asks = text[end : end + 1] == "?" and not _ASKED_OF_US.search(match.group())
    in_part = _ALL_OF_IT.search(wish) and _ONLY_A_PART.match(text[end:])
    if not wish or asks or in_part or _ON_CONDITION.search(wish) or _is_other(wish, form):
        return None
    stop = match.end() if end == last else end
    sentence_end = _SENTENCE_END.search(text, stop)
    reach = len(text) if sentence_end is None else sentence_end.start()
    no_longer = _NO_LONGER.search(text, match.start(), reach) is not None
    return Clause(Kind.RULED_OUT, match.start(), stop, wish, no_longer)


def _is_other(wish: str, form: str) -> bool:
    """Whether the verb of a wish is of those that nobody takes back."""
    if form in _SURE_FORMS or _A_REQUEST.match(wish):
        return False
    words = re.findall(r"[\w']+", wish.lower())
    if form in ("wish_done", "wish_undone"):
        words = [word for word in words if word.endswith("ed") and word != "need"]
    return not words or bool(_bare_forms(words[0]) & wordings.OTHER_VERBS)


def _bare_forms(word: str) -> set[str]:
    """Return what a verb may be without its ending: "waiting" wait, "charged" charge, "getting" get."""
    forms = {word}
    for ending in ("ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word:
            forms |= {bare, f"{bare}e", bare[:-1] if bare[-1:] == bare[-2:-1] else bare}
    return forms
