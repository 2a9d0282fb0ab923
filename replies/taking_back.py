"""Clauses in which a customer takes a wish back or rules one out, found by their words (English ones)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

_START = r"(?:\A|[.!?,;:\n(]|\b(?:please|pls|plz|kindly|so|but|no|and|then|actually|sorry|just|again))[\s*-]*"
_I = r"\b(?:i|we)"
_AM = r"(?: am|'m| are|'re)"
_WOULD = r"(?: would|'d)"
_SOON = r"(?:(?:really|actually|now|just|even|please) )?"
_DO_NOT = r"(?:do not|don'?t)"
_NOT = rf"(?:{_DO_NOT}|would not|wouldn'?t|no longer|not)"
_NEED_NOT = r"(?:need not|needn'?t|must not|mustn'?t|should not|shouldn'?t)"
_THE = r"(?:the|my|that|this|our)"
_REQUEST = (
    r"(?:refund|return|exchange|replacement|cancellation|change|swap|call[- ]?back|repair|reimbursement"
    r"|compensation|upgrade|quote|quotation|demo|money back)s?\b"
)
_MESSAGE = (
    r"(?:messages?|e?-?mails?|requests?|notes?|questions?|chats?|enquir(?:y|ies)|quer(?:y|ies)|tickets?|texts?"
    rf"|one|{_REQUEST})\b"
)
_ORDER = r"(?:order|booking|reservation|subscription|account|appointment|parcel|money)\b"
_TO_CLAUSE_END, _TO_SENTENCE_END = r"[^.!?;,\n]", r"[^.!?;\n]"

# What these verbs name is not asked of the shop and taken back, but borne by the customer ("I do not want to
# wait"), or forbidden as a wish of its own ("do not send me your newsletter").
_OTHER_WORDS = """
    accept add agree apologise apologize appear argue ask be bear believe bill bother buy call care
    carry charge come complain connect contact continue deal debit delay deliver dispatch drink
    drive eat email end expect fail feel find forget get give go have hear hesitate ignore keep know
    learn leave let like live load look lose mail make mind miss need neglect open order own pass
    pay phone play post proceed put read receive recognise recognize remain remember renew ring risk
    say see seem sell send share ship shop show sit sound spend stand start stay switch take tell
    text think throw trust try turn understand use wait want waste work worry write you i we they it
    he she this that the a an any my your really even just always ever usually
"""
_OTHER_VERBS = frozenset(_OTHER_WORDS.split())
# Followed by the wish: "I no longer want to" "cancel my order".
_BEFORE_WISH = (
    rf"(?:{_I} {_SOON}|{_START}){_NOT} {_SOON}(?:want|wish|need|intend|plan|like|care)(?: you| anyone)? to ",
    rf"{_I}{_WOULD} (?:(?:rather|prefer)(?: you)? not(?: to)?|(?:like|prefer)(?: you)? not to) ",
    rf"{_I}{_WOULD} (?:rather|prefer it if) you (?:did not|didn'?t) ",
    rf"{_I}(?: have|'ve)?(?: now)? (?:decided|chosen|agreed) (?:not to|against) ",
    rf"{_I}{_AM} (?:not|no longer) (?:going|planning|looking|intending) to ",
    rf"{_I}{_AM} no longer (?=\w+ing\b)",
    rf"{_I}{_AM} not (?=\w+ing\b{_TO_SENTENCE_END}* (?:after all|any ?more|any longer)\b)",
    rf"{_I} (?:will not|won't) be (?=\w+ing\b)",
    rf"{_I}(?: have|'ve)? changed (?:my|our) minds? about ",
    rf"{_I} (?:(?:did not|didn'?t) (?:mean|want|intend)|never (?:meant|wanted|intended)) to ",
    rf"{_I}{_AM}? ask(?:ing)? you(?: please)? not to ",
    rf"\bi {_DO_NOT} (?:think|believe) (?:i|we) (?:(?:still )?(?:want|need|wish) to|will|should) ",
    r"\bno (?:longer any |more )?need (?:for you )?(?:to |for )",
    r"\b(?:it is|it's|its) (?:no longer|not) (?:necessary|needed|required) (?:for you )?to ",
    rf"\byou (?:(?:{_DO_NOT}|no longer) (?:need|have) to|{_NEED_NOT}) ",
    rf"{_START}{_DO_NOT} {_SOON}",
    rf"{_START}let(?:'s| us) not ",
    rf"{_START}(?:stop|undo|revoke|reverse|halt|call off|cancel) (?={_THE} {_REQUEST})",
    rf"{_START}(?:refrain from|hold off(?: on)?) (?={_THE} {_REQUEST}|\w+ing\b)",
)
_NOUN = rf"(?:(?:a|an|any|another|your|{_THE}) )?(?:[\w']+ ){{0,2}}{_REQUEST}{_TO_SENTENCE_END}*"
_DONE = rf"(?:{_THE}|these|it|them|anything)(?: [\w']+){{0,3}}? (?:to be )?[a-z]{{3,}}ed\b{_TO_SENTENCE_END}*"
_WISHES = (
    *(rf"{before}(?P<wish{place}>{_TO_SENTENCE_END}+)" for place, before in enumerate(_BEFORE_WISH)),
    rf"(?:{_I} {_SOON}|{_START}){_NOT} {_SOON}(?:want|need|require|wish for) (?P<wish_noun>{_NOUN})",
    rf"(?:{_I} {_SOON}|{_START}){_NOT} {_SOON}(?:want|need|wish) (?P<wish_done>{_DONE})",
    rf"(?P<wish_needless>(?:a|any|{_THE}) (?:[\w'-]+ ){{0,2}}{_REQUEST}(?: request)?)"
    r" (?:is|are) (?:no longer|not) (?:needed|required|necessary|wanted)\b(?: any ?more)?",
    rf"\bno (?P<wish_none>(?:[\w'-]+ )?{_REQUEST}) (?:is|are) (?:needed|required|necessary|wanted)\b",
    rf"(?P<wish_undone>(?:\b{_THE}(?: [\w-]+){{1,3}}|\bit) (?:does not|doesn't|{_NEED_NOT}) "
    rf"(?:need to |have to )?be [a-z]+ed\b{_TO_SENTENCE_END}*)",
)
_TAKEN_BACK = (
    rf"{_START}(?:please |pls |kindly |just |you (?:can|may|could) |(?:can|could|would) you )*"
    r"(?:ignore|disregard|forget(?: about)?|scrap|scratch|strike|never ?mind(?: about)?) (?:all (?:of )?)?"
    r"(?:(?:that|this|it|everything|what i (?:just |had )?(?:said|wrote|asked|sent)"
    rf"(?: (?:before|earlier|above))?)\b(?! \w+ing\b)|{_THE} (?:[\w-]+ ){{0,2}}{_MESSAGE})",
    rf"{_START}never ?mind\b(?: then| now)?",
    rf"{_START}{_DO_NOT}(?: do (?:it|that|this|so)\b|(?= *(?:[.!\n]|\Z)))",
    rf"{_I}(?:{_WOULD} like to| want to| wish to| have to|'ll| will| hereby)?"
    rf" (?:take back|withdraw|retract) "
    rf"(?:that|it|what i (?:said|wrote|asked)|{_THE} {_TO_CLAUSE_END}{{0,40}})",
    rf"{_START}{_I}(?:(?: have|'ve)? (?:decided|chosen) to|{_WOULD}? (?:like to|prefer to|want to)"
    rf"|{_AM} going to|'?ll| will| shall) (?:just |rather |simply |now )?keep "
    rf"(?:(?:it|them|everything|{_THE} {_ORDER})\b"
    rf"|{_TO_CLAUSE_END}{{2,40}}? (?:after all|as it is|as they are))"
    rf"(?! (?:safe|dry|clean|warm|for you|until|if|when)\b){_TO_CLAUSE_END}*",
)
# Says the same of a wish ruled out beside it; alone it takes nothing back.
_STAYS = (
    rf"{_START}(?:please |just |simply )*(?:keep|leave) (?:(?!and\b)[^.!?;,\n ]+ ?){{1,10}}",
    rf"{_I}(?: do)? still (?:want|need|would like) {_TO_CLAUSE_END}{{1,60}}",
    rf"{_I}(?:'?ll| will| want to|{_WOULD} like to) (?:just )?keep {_TO_CLAUSE_END}{{1,60}}",
)
_CLAUSE = re.compile(
    "|".join((*_WISHES, *(f"(?P<back{place}>{one})" for place, one in enumerate(_TAKEN_BACK)), *_STAYS)),
    re.IGNORECASE,
)
_WISH_ENDS = re.compile(
    r",|\(| - | – |\b(?:but|because|since|instead|so|if|unless|even though|though|thank(?:s| you)"
    r"|and (?:please|i|we|do not|don'?t|would|can|could))\b"
    r"|\b(?:as|when|now(?: that)?) (?=(?:i|we|it|the|my|they)\b)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|whether|why|when|said|asked|says|promised|told)\b[^.!?;\n,]*\Z", re.IGNORECASE
)
_ON_CONDITION = re.compile(r"\b(?:until|before|without|till|twice|yet)\b", re.IGNORECASE)
_ASKED_OF_US = re.compile(r"\b(?:can|could|would) you\b", re.IGNORECASE)
_ABOUT_IT = re.compile(
    r"\A(?:go(?:ing)? ahead|proceed(?:ing)?|continu(?:e|ing)|carry(?:ing)? on|bother|worry)"
    r"(?: any (?:more|further))? (?:with|about|and|to) ",
    re.IGNORECASE,
)
_A_REQUEST = re.compile(
    rf"(?:(?:a|an|any|another|{_THE}) )?{_REQUEST}"
    rf"|(?:send|make|give)(?:ing)?(?! me wait| us wait) (?:[\w']+ ){{0,3}}{_REQUEST}"
    r"|send(?:ing)?\b.*\bback\b",
    re.IGNORECASE,
)


class Kind(Enum):
    """What a clause takes back: the wish it names, all that was said before it, or nothing by itself."""

    RULED_OUT = "do not cancel my order"
    TAKEN_BACK = "ignore my last message"
    STAYS = "leave it as it is"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause by its places in the text; `wish` is the wish it names, without its negation, else ""."""

    kind: Kind
    start: int
    end: int
    wish: str


def clauses_in(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text, in order and apart; none in a question, under a condition or in what is
    told of another time ("why did you not cancel", "if you do not cancel")."""
    straight = text.replace("’", "'")
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
    if not wish or text[end : end + 1] == "?" or _ON_CONDITION.search(wish) or _is_other(wish, form):
        return None
    return Clause(Kind.RULED_OUT, match.start(), match.end() if end == last else end, wish)


def _is_other(wish: str, form: str) -> bool:
    """Whether the verb of a wish is of those that nobody takes back."""
    if form in ("wish_noun", "wish_needless", "wish_none") or _A_REQUEST.match(wish):
        return False
    words = re.findall(r"[\w']+", wish.lower())
    if form in ("wish_done", "wish_undone"):
        words = [word for word in words if word.endswith("ed") and word != "need"]
    return not words or bool(_bare_forms(words[0]) & _OTHER_VERBS)


def _bare_forms(word: str) -> set[str]:
    """Return what a verb may be without its ending: "waiting" wait, "charged" charge, "getting" get."""
    forms = {word}
    for ending in ("ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word:
            forms |= {bare, f"{bare}e", bare[:-1] if bare[-1:] == bare[-2:-1] else bare}
    return forms
