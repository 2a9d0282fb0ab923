"""Past replies turned into templates: what belonged to another case is masked, and filled from this one.

Sentence by sentence: order numbers asked for and the days by which we do something become placeholders; a
sentence that holds anything else of its own case (a name, an amount or a figure that no approved text has, a
past date, a thing that was done there, how an order stands) is left out. What remains must be most of the
reply, or nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from brand_voice.name_lexicon import lexicon
from brand_voice.personal_data import find_personal_data

_LEAST_WORDS = 6  # where something was left out; of a whole reply _LEAST_WHOLE
_LEAST_WHOLE = 3
_LEAST_SHARE = 0.6
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_ORDER = re.compile(r"\b[A-Z]{1,4}-\d{4,12}\b|\[order number\]|\border (?:number )?#?\d{4,12}\b")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DATE = re.compile(
    rf"(?:(?:the )?end of )?(?:{_DAY},? (?:the )?)?(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}|{_MONTH} "
    rf"\d{{1,2}}(?:st|nd|rd|th)?)(?:,? \d{{4}})?|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b"
)
_LOOSE_DAY = re.compile(
    rf"\b(?:{_DAY}|today|tonight|yesterday|tomorrow|this (?:morning|afternoon|week))s?\b", re.IGNORECASE
)
_OURS = re.compile(r"\b(?:i|we)(?:['’]ll| will)\b[^.]*\b(?:by|until|before|no later than)\s+$", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"(?:it|they|them|that|this|these|those|both|he|she|then|so|one|either)\b", re.IGNORECASE
)
_FIGURE = re.compile(r"[£€$]?\d[\d,.:]*\d|[£€$]?\d")
_NO_QUESTION = r"(?<!\bmay )(?<!\bcan )(?<!\bcould )(?<!\bmight )(?<!\bdo )"  # "May I have your name?"
_DONE = re.compile(
    rf"{_NO_QUESTION}\b(?:i|we)(?:['’]ve| have| had)\b"
    r"(?! (?:no|a|an|the|our|only|both|to|nothing|several|many)\b)"
    r"|\b(?:i|we) (?:just |now |also )?(?:sent|posted|paid|refunded|asked|checked|found|noted|changed"
    r"|cancelled|moved|put|spoke|called|booked|ordered|looked|saw|tried)\b"
    r"|\b(?:has|have|had|was|were) (?:just |now |already |also )?(?:been )?\w+(?:ed|en|nt|id)\b"
    r"|\b(?:is|are) (?:now|already|all) (?:\w+(?:ed|en|nt|id)|done)\b|\b(?:is|are) \w+(?:ed|en) now\b"
    r"|\b(?:is|are) (?:being|arranged|booked|recorded|cancelled|changed|done|refunded|ordered)\b"
    r"|\b(?:is|are) (?:on (?:its|their) way|in the post|in your inbox)\b|\bclose this\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\b(?:your|the|this|that) (?:\w+ ){0,2}"
    r"(?:order|parcel|package|refund|payment|account|delivery|return|card|claim)s?\b[^.?!]{0,60}\b(?:is|are|was|were|has|have|had|will|comes?|came|goes|went)\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?i:(?:(?:kind|best|warm|many)\s+(?:regards|wishes|thanks)|regards|yours \w+)[,.]?)"
    r"|(?:(?:[A-Z][\w’'-]*|&|and|of|the|at)\s?){1,6}",
)
_COURTESY = re.compile(
    r"(?:please )?(?:let (?:me|us) know|do not hesitate|don['’]t hesitate|feel free|if there is"
    r"|if you (?:have|need)|any (?:trouble|questions?|problems?)|thank|you(?:['’]re| are) (?:very )?welcome"
    r"|my pleasure|sorry|i am sorry|i['’]m sorry|apologies|have a |i hope"
    r"|(?:i|we)(?:['’]ll| will) (?:get|come|be) back|hello|hi\b|dear\b|(?:kind |best |warm )?regards)",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"[\[\]{}<>@]|https?:|www\.", re.IGNORECASE)
_SMALL_WORDS = """
    i we you your yours our it its the this that these those a an if when once as because since while please
    yes no not thank thanks sorry to for from in on at by with after before and but or so all any both each
    every there here have has is are was were be do does did done can could will would should may might must
    let just simply also then however unfortunately of most some many more good great what which who how where
    why right okay alright sure nothing something anything everything only another other they he she their
    such until
"""
_ABBREVIATIONS = "id pin vat pdf rsvp faq sms uk usa eu tv usb led diy am pm gmt bst ok"
_OPENERS = frozenset(f"{_SMALL_WORDS} {_ABBREVIATIONS}".split())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What approved texts hold, and so may be said to anyone: `words` in small letters, `names` as written
    with a capital within a sentence, `figures` with the word that follows."""

    words: frozenset[str]
    names: frozenset[str]
    figures: frozenset[str]


def vocabulary(texts: Iterable[str]) -> Vocabulary:
    """Return what the given approved texts hold."""
    parts = [_held(text) for text in texts]
    none = frozenset[str]()
    return Vocabulary(
        none.union(*(part.words for part in parts)),
        none.union(*(part.names for part in parts)),
        none.union(*(part.figures for part in parts)),
    )


def as_template(reply: str, known: Vocabulary) -> str | None:
    """Return a past reply as a template that may be filled for anyone, or None when too little of it is left.

    The result holds at most the placeholders order.id and due_date.
    """
    said = [sentence for sentence in _SENTENCE_END.split(reply) if sentence.strip()]
    while len(said) > 1 and _SIGNED.fullmatch(said[-1].strip()) is not None:
        said.pop()
    held: list[str] = []
    whole = True  # so far nothing was left out that the next sentence could point back to
    for sentence in said:
        points_back = _POINTS_BACK.match(sentence.strip()) is not None
        template = _general(sentence.strip(), known) if whole or not points_back else None
        whole = template is not None
        if template is not None:
            held.append(template)
    words, all_words = len(" ".join(held).split()), len(" ".join(said).split())
    is_whole = len(held) == len(said)
    if not is_whole and all(_COURTESY.match(sentence) for sentence in held):
        return None  # what was left out was the answer
    least = _LEAST_WHOLE if is_whole else max(_LEAST_WORDS, _LEAST_SHARE * all_words)
    return " ".join(held) if words >= least else None


def _general(sentence: str, known: Vocabulary) -> str | None:
    """Return the sentence with placeholders, or None when something of its own case is left in it."""
    unnumbered = _ORDER.sub("order", sentence)
    if any(pattern.search(unnumbered) for pattern in (_FOREIGN, _DONE, _STATE)):
        return None
    if _ORDER.search(sentence) is not None and not sentence.endswith("?"):
        return None  # what it says of that order is not true of another
    numbered = _ORDER.sub("\0order\0", sentence)
    dated = _DATE.sub(lambda match: "\0due\0" if _is_ours(match, numbered) else match.group(), numbered)
    rest = dated.replace("\0order\0", " ").replace("\0due\0", " ")
    if _is_of_its_case(rest, known):
        return None
    return dated.replace("\0order\0", "{{ order.id }}").replace("\0due\0", "{{ due_date }}")


def _is_of_its_case(rest: str, known: Vocabulary) -> bool:
    """Whether a day, a figure, a name or personal data is left that no approved text has."""
    return (
        _DATE.search(rest) is not None
        or _LOOSE_DAY.search(rest) is not None
        or any(figure not in known.figures for figure in _figures(rest))
        or any(not _is_known(match, rest, known) for match in _WORD.finditer(rest))
        or bool(find_personal_data(rest, known_ids=frozenset()))
    )


def _is_ours(match: re.Match[str], sentence: str) -> bool:
    return _OURS.search(sentence[: match.start()]) is not None


def _is_known(match: re.Match[str], sentence: str, known: Vocabulary) -> bool:
    word = re.split(r"[’'-]", match.group())[0]
    if not word[:1].isupper():
        return True
    begins = not sentence[: match.start()].strip(" \t“\"'(")
    low = word.lower()
    return word in known.names or low in _OPENERS or (begins and (low in known.words or _is_common(low)))


def _is_common(word: str) -> bool:
    """Whether a word in small letters is plain English and nobody's name."""
    lists = lexicon()
    names = (lists.given, lists.surnames, lists.proper, lists.place_words)
    return word in lists.common and not any(word in held for held in names)


@lru_cache(maxsize=4096)
def _held(text: str) -> Vocabulary:
    words: set[str] = set()
    names: set[str] = set()
    for sentence in _SENTENCE_END.split(text):
        for place, match in enumerate(_WORD.finditer(sentence)):
            word = re.split(r"[’'-]", match.group())[0]
            if not word[:1].isupper():
                words.add(word)
            elif place:
                names.add(word)
    return Vocabulary(frozenset(words), frozenset(names), frozenset(_figures(text)))


def _figures(text: str) -> Iterable[str]:
    """Yield each figure with the word after it ("2 working"): of something else it proves nothing."""
    for match in _FIGURE.finditer(text):
        after = _WORD.match(text[match.end() :].lstrip(" -–"))
        yield f"{match.group()} {after.group().lower() if after is not None else ''}".strip()
