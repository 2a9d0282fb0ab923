"""Candidate answers of three kinds, each with what speaks for it: canned replies, past replies, extracts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from replies.articles import CannedReply
from replies.composing import without_form
from replies.confidence import Evidence
from replies.instructions import without_instructions
from replies.knowledge import PastHit
from replies.macros import UnsafeMacro
from replies.past_templates import Vocabulary, as_template
from replies.product_answers import ProductAnswer
from replies.proposals import FactKind, Passage, Source, SourceKind, SuggestionKind
from replies.reply_ranking import RankedReply
from replies.shop import Shop, TopicPolicy

_LEAST_PAST_SCORE = 0.6
_SPOKEN_AGAINST = 0.02
_LEAST_CHANCE = 0.3  # of the ranker, where no canned reply stands behind the id
_HTTP = re.compile(r"\bhttp://(?=[a-z])", re.IGNORECASE)
_ALIKE, _HELD = 0.8, 0.85
_TELLING_WORDS = 20  # the words of a shorter answer may stand in a longer one by chance
_GAP = re.compile(r"\{\{[^{}]{0,200}\}\}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer without its form: `answer` is plain text, ready but for greeting and closing. `actions` are
    what its words say was done, so what the agent does first. `off_topic`: it does not answer what the topic
    is about, so that the topic's acknowledgement, question and next step do not belong around it."""

    kind: SuggestionKind
    answer: str
    evidence: Evidence
    sources: tuple[Source, ...]
    reasons: tuple[str, ...]
    reply_id: str | None = None
    actions: tuple[str, ...] = ()
    off_topic: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What the searches brought: passages of articles, past queries, cosines to canned replies, the ranker's
    probability by reply id, the classifier's by topic, and its first choices with the words they mostly had.

    `guidelines` are passages for agents alone: shown to the agent, never quoted to a customer. `vector` (d,)
    is that of the question, where one was encoded; `answer` what the catalogue says to it, where it asks of a
    product. No answer is on `withdrawn` topics alone.
    """

    passages: tuple[Passage, ...]
    past: tuple[PastHit, ...]
    cosines: Mapping[str, float]
    chances: Mapping[str, float]
    on_topic: Mapping[str, float]
    wordings: tuple[RankedReply, ...] = ()
    guidelines: tuple[Passage, ...] = ()
    vector: NDArray[np.float32] | None = None
    answer: ProductAnswer | None = None
    withdrawn: tuple[str, ...] = ()

    def allows(self, topics: Sequence[str]) -> bool:
        """Whether an answer on `topics` is on one that the customer did not take back."""
        return not topics or not set(topics) <= set(self.withdrawn)


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
    answer = _filled(reply.text, fill)
    if not answer:
        return None
    source = Source(SourceKind.CANNED_REPLY, reply.id, reply.title or reply.id, answer)
    reasons = _macro_reasons(reply, evidence, topic)
    is_apart = topic is not None and bool(reply.topics) and topic not in reply.topics
    return Candidate(
        SuggestionKind.MACRO,
        answer,
        evidence,
        (source,),
        reasons,
        reply.id,
        reply.actions,
        off_topic=is_apart,
    )


def past_candidates(
    found: Found, canned: Sequence[CannedReply], known: Vocabulary, fill: Callable[[str], str]
) -> Iterable[Candidate]:
    """Yield past replies as templates filled from this case (`replies.past_templates`).

    A reply that came from a canned reply is that canned reply's business (`macro_candidates`). The ranker has
    read the whole conversation: a reply that it speaks against is left out however alike the last message is
    ("Angela." answers many questions), and its own first choices are offered in the words they mostly had.
    """
    canned_ids = {reply.id for reply in canned}
    for hit in found.past:
        if not found.allows(hit.topics):
            continue
        if hit.score < _LEAST_PAST_SCORE or hit.reply_id in canned_ids:
            continue
        chance = found.chances.get(hit.reply_id, 0.0) if hit.reply_id is not None else 0.0
        if found.chances and hit.reply_id is not None and chance < _SPOKEN_AGAINST:
            continue
        evidence = Evidence(agreement=agreement(found.on_topic, hit.topics), neighbour=hit.score)
        reasons = (f"answered a question {hit.score:.0%} like this one",)
        yield from _from_past(hit.reply, evidence, hit.source, reasons, hit.reply_id, known, fill)
    for one in found.wordings:
        if one.reply_id in canned_ids or one.confidence < _LEAST_CHANCE:
            continue
        source = Source(SourceKind.PAST_QUERY, one.contact_id, "Reply given before", one.text)
        reasons = (f"what colleagues answer next in {one.confidence:.0%} of conversations like this one",)
        evidence = Evidence(probability=one.confidence)
        yield from _from_past(one.text, evidence, source, reasons, one.reply_id, known, fill)


def _from_past(
    reply: str,
    evidence: Evidence,
    source: Source,
    reasons: tuple[str, ...],
    reply_id: str | None,
    known: Vocabulary,
    fill: Callable[[str], str],
) -> Iterable[Candidate]:
    template = as_template(without_form(reply), known)
    answer = "" if template is None else _filled(template, fill)
    if answer:
        yield Candidate(SuggestionKind.PAST_REPLY, answer, evidence, (source,), reasons, reply_id)


def _filled(template: str, fill: Callable[[str], str]) -> str:
    """Return the template filled, "" when it is refused or a gap is left."""
    try:
        answer = fill(template)
    except UnsafeMacro:
        return ""
    return "" if _GAP.search(answer) is not None else answer


def extract_candidates(
    passages: Sequence[Passage], on_topic: Mapping[str, float], shorten: Callable[[str], str]
) -> Iterable[Candidate]:
    """Yield the fitting paragraph of each article, in the article's own words, as far as there is room.

    A link that an old article wrote with http is given with https, as no reply may hold another.
    """
    for passage in passages:
        answer = shorten(without_instructions(_HTTP.sub("https://", passage.source.quote.strip())))
        if answer and answer != passage.source.title:
            evidence = Evidence(cosine=passage.score, agreement=agreement(on_topic, passage.topics))
            reasons = (f"from the article “{passage.source.title}”",)
            yield Candidate(SuggestionKind.EXTRACT, answer, evidence, (passage.source,), reasons)


def record_candidates(
    answer: ProductAnswer | None, on_topic: Mapping[str, float], shop: Shop
) -> Iterable[Candidate]:
    """Yield what the catalogue says to the question, where it says anything.

    Topics that need a product and no order speak for it, those that need an order against it.
    """
    if answer is None:
        return
    policies = shop.topics.items()
    goods = [
        name for name, policy in policies if FactKind.PRODUCT in policy.facts and not _needs_order(policy)
    ]
    orders = [name for name, policy in policies if _needs_order(policy)]
    fits = sum(on_topic.get(one, 0.0) for one in goods) - sum(on_topic.get(one, 0.0) for one in orders)
    evidence = Evidence(agreement=fits, untold=1.0 - answer.told, mention=answer.named)
    yield Candidate(
        SuggestionKind.EXTRACT,
        answer.text,
        evidence,
        answer.sources,
        answer.reasons,
        off_topic=fits <= 0.0 or not answer.on_sale,
    )


def _needs_order(policy: TopicPolicy) -> bool:
    return FactKind.ORDER_NUMBER in policy.facts or bool(policy.hold_reason)


def agreement(on_topic: Mapping[str, float], topics: Sequence[str]) -> float:
    """Return from -1 (surely on another topic) to 1 (surely on one of `topics`); 0 where one side is unknown.

    `on_topic` is the probability of each topic of the question: a classifier torn between two topics
    speaks against neither.
    """
    if not on_topic or not topics:
        return 0.0
    return min(1.0, max(-1.0, 2.0 * sum(on_topic.get(topic, 0.0) for topic in topics) - 1.0))


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
        joined = replace(best, sources=best.sources + more)
        kept[twin] = (score, joined, held_words)
    return [(confidence, candidate) for confidence, candidate, _ in kept]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two answers say the same, or nearly all of the shorter stands in the longer."""
    least = min(len(one), len(other))
    both = len(one & other)
    return both >= _ALIKE * len(one | other) or (least >= _TELLING_WORDS and both >= _HELD * least)


def _macro_reasons(reply: CannedReply, evidence: Evidence, topic: str | None) -> tuple[str, ...]:
    reasons = [f"approved reply “{reply.title or reply.id}”"]
    if reply.actions:
        reasons.append(f"do before you send it: {', '.join(reply.actions).replace('_', ' ')}")
    if evidence.agreement > 0 and topic is not None:
        reasons.append(f"for the topic {topic}")
    if evidence.neighbour >= _LEAST_PAST_SCORE:
        reasons.append("given to questions like this one before")
    return tuple(reasons)
