"""Candidate answers of three kinds, each with what speaks for it: canned replies, past replies, extracts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from brand_voice.personal_data import find_personal_data
from replies.articles import CannedReply
from replies.composing import without_form
from replies.confidence import Evidence
from replies.knowledge import PastHit
from replies.macros import UnsafeMacro
from replies.proposals import Passage, Source, SourceKind, SuggestionKind
from replies.shop import Shop

_LEAST_PAST_SCORE = 0.6
_SPOKEN_AGAINST = 0.02
_LEAST_REPLY_WORDS = 6
_GAP = re.compile(r"\{\{[^{}]{0,200}\}\}")
_CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w’'-]*")
_SMALL_WORDS = """
    i we you your yours our it its the this that these those a an if when once as because since while please
    yes no not thank thanks sorry to for from in on at by with after before and but or so all any both each
    every there here have has is are was were do does did can could will would should may might let just
    simply also then however unfortunately of most some many more good great what which who how where
"""
_OPENERS = frozenset(_SMALL_WORDS.split())
_NUMBER_LIKE = re.compile(r"\d|[\[\]{}<>]|@|https?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer without its form: `answer` is plain text, ready but for greeting and closing."""

    kind: SuggestionKind
    answer: str
    evidence: Evidence
    sources: tuple[Source, ...]
    reasons: tuple[str, ...]
    reply_id: str | None = None


def macro_candidates(
    canned: Sequence[CannedReply],
    *,
    channel: str,
    on_topic: Mapping[str, float],
    cosines: Mapping[str, float],
    chances: Mapping[str, float],
    past: Sequence[PastHit],
) -> Iterable[tuple[CannedReply, Evidence]]:
    """Yield the canned replies for the channel with what speaks for each.

    `cosines` is the question's cosine to each by reply id, `chances` the ranker's probability of it.
    """
    neighbours: dict[str, float] = {}
    for hit in past:
        if hit.reply_id is not None:
            neighbours[hit.reply_id] = max(neighbours.get(hit.reply_id, 0.0), hit.score)
    for reply in canned:
        if not reply.channels or channel in reply.channels:
            yield (
                reply,
                Evidence(
                    cosine=cosines.get(reply.id, 0.0),
                    agreement=agreement(on_topic, reply.topics),
                    probability=chances.get(reply.id, 0.0),
                    neighbour=neighbours.get(reply.id, 0.0),
                ),
            )


def filled_macro(
    reply: CannedReply, evidence: Evidence, topic: str | None, fill: Callable[[str], str]
) -> Candidate | None:
    """Return the canned reply with its slots filled; None when a gap is left or its template is refused."""
    try:
        answer = fill(reply.text)
    except UnsafeMacro:
        return None
    if not answer or _GAP.search(answer) is not None:
        return None
    source = Source(SourceKind.CANNED_REPLY, reply.id, reply.title or reply.id, answer)
    reasons = _macro_reasons(reply, evidence, topic)
    return Candidate(SuggestionKind.MACRO, answer, evidence, (source,), reasons, reply.id)


def past_candidates(
    past: Sequence[PastHit],
    canned_ids: frozenset[str],
    on_topic: Mapping[str, float],
    chances: Mapping[str, float],
    shop: Shop,
) -> Iterable[Candidate]:
    """Yield past replies fit to be said to anyone: no name, number, date or address in them.

    A reply that came from a canned reply is that canned reply's business (`macro_candidates`). `chances` is
    the ranker's probability by reply id, empty without one: it has read the whole conversation, so a reply
    that it speaks against is left out however alike the last message is ("Angela." answers many questions).
    """
    for hit in past:
        if hit.score < _LEAST_PAST_SCORE or hit.reply_id in canned_ids:
            continue
        if chances and hit.reply_id is not None and chances.get(hit.reply_id, 0.0) < _SPOKEN_AGAINST:
            continue
        answer = without_form(hit.reply)
        if is_generic(answer, shop):
            evidence = Evidence(agreement=agreement(on_topic, hit.topics), neighbour=hit.score)
            reasons = (f"answered a question {hit.score:.0%} like this one",)
            yield Candidate(SuggestionKind.PAST_REPLY, answer, evidence, (hit.source,), reasons)


def extract_candidates(
    passages: Sequence[Passage], on_topic: Mapping[str, float], shorten: Callable[[str], str]
) -> Iterable[Candidate]:
    """Yield the fitting paragraph of each article, in the article's own words, as far as there is room."""
    for passage in passages:
        answer = shorten(passage.source.quote.strip())
        if answer and answer != passage.source.title:
            evidence = Evidence(cosine=passage.score, agreement=agreement(on_topic, passage.topics))
            reasons = (f"from the article “{passage.source.title}”",)
            yield Candidate(SuggestionKind.EXTRACT, answer, evidence, (passage.source,), reasons)


def agreement(on_topic: Mapping[str, float], topics: Sequence[str]) -> float:
    """Return from -1 (surely on another topic) to 1 (surely on one of `topics`); 0 where one side is unknown.

    `on_topic` is the probability of each topic of the question: a classifier torn between two topics
    speaks against neither.
    """
    if not on_topic or not topics:
        return 0.0
    return min(1.0, max(-1.0, 2.0 * sum(on_topic.get(topic, 0.0) for topic in topics) - 1.0))


def is_generic(text: str, shop: Shop) -> bool:
    """Whether a past reply may be said to anyone: nothing in it can belong to one customer.

    Strict on purpose: any digit, address or bracket rules it out, and any capitalised word that is neither a
    common small word nor part of the shop's own name, since it may be a customer's.
    """
    if len(text.split()) < _LEAST_REPLY_WORDS or _NUMBER_LIKE.search(text) is not None:
        return False
    known = _OPENERS | {word.lower() for word in re.findall(r"\w+", f"{shop.name} {shop.team}")}
    capitalised = (re.split(r"[’'-]", match.group())[0].lower() for match in _CAPITALISED.finditer(text))
    return all(word in known for word in capitalised) and not find_personal_data(text, known_ids=frozenset())


def merged(candidates: Iterable[tuple[float, Candidate]]) -> list[tuple[float, Candidate]]:
    """Return candidates best first; of near-duplicates the best, with the others' sources added."""
    kept: list[tuple[float, Candidate, frozenset[str]]] = []
    for confidence, candidate in sorted(candidates, key=lambda pair: -pair[0]):
        words = frozenset(re.findall(r"\w+", candidate.answer.lower()))
        twin = next((place for place, held in enumerate(kept) if _alike(words, held[2])), None)
        if twin is None:
            kept.append((confidence, candidate, words))
            continue
        score, best, held_words = kept[twin]
        more = tuple(source for source in candidate.sources if source not in best.sources)
        joined = Candidate(
            best.kind, best.answer, best.evidence, best.sources + more, best.reasons, best.reply_id
        )
        kept[twin] = (score, joined, held_words)
    return [(confidence, candidate) for confidence, candidate, _ in kept]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= 0.8 * len(one | other)


def _macro_reasons(reply: CannedReply, evidence: Evidence, topic: str | None) -> tuple[str, ...]:
    reasons = [f"approved reply “{reply.title or reply.id}”"]
    if evidence.agreement > 0 and topic is not None:
        reasons.append(f"for the topic {topic}")
    if evidence.neighbour >= _LEAST_PAST_SCORE:
        reasons.append("given to questions like this one before")
    return tuple(reasons)
