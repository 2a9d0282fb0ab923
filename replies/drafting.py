"""From what was found to whole drafts: candidates ranked together, composed in the channel's form."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

from recommender.catalogue import Product
from replies.candidates import (
    Candidate,
    extract_candidates,
    filled_macro,
    macro_candidates,
    merged,
    past_candidates,
)
from replies.case import Case
from replies.composing import Composer, composer, with_offer
from replies.confidence import Confidence
from replies.knowledge import PastHit
from replies.proposals import Band, Draft, Passage, SuggestionKind, Understanding
from replies.shop import Shop

__all__ = ["Drafter", "Found", "clarifying_question", "with_offer"]

_MACROS_FILLED = 8
MAX_DRAFTS = 5  # two more than are shown, for those that the check refuses
_GENERAL_QUESTION = (
    "Could you tell me a little more about what you need, and your order number if there is one, please?"
)
_MORE_QUESTION = "Could you tell me a little more about what you would like me to do, please?"
_OPENING_QUESTION = "How can I help you today?"


@dataclass(frozen=True, slots=True)
class Found:
    """What the searches brought: passages of articles, past queries, cosines to canned replies, and the
    ranker's probability by reply id, and the classifier's by topic."""

    passages: tuple[Passage, ...]
    past: tuple[PastHit, ...]
    cosines: Mapping[str, float]
    chances: Mapping[str, float]
    on_topic: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Drafter:
    """Writes drafts for the shop; `agent` is the name they are signed with ("" for the team's)."""

    shop: Shop
    confidence: Confidence = Confidence()  # noqa: RUF009 - frozen, a value
    agent: str = ""

    def drafts(
        self, case: Case, understanding: Understanding, found: Found, products: Mapping[str, Product]
    ) -> tuple[Draft, ...]:
        """Return up to MAX_DRAFTS drafts, best first; none below the lowest band."""
        writer = composer(case, understanding, products, self.shop, self.agent)
        candidates = self._macros(case, understanding.topic, found, writer)
        canned_ids = frozenset(reply.id for reply in case.canned)
        candidates += past_candidates(found.past, canned_ids, found.on_topic, found.chances, self.shop)
        candidates += extract_candidates(found.passages, found.on_topic, writer.shortened)
        scored = ((self.confidence.of(one.kind, one.evidence), one) for one in candidates)
        ranked = merged(pair for pair in scored if self.confidence.band(pair[0]) is not Band.SILENT)
        return tuple(
            Draft(one.kind, writer.compose(one.answer), score, one.sources, one.reasons, one.reply_id)
            for score, one in ranked[:MAX_DRAFTS]
        )

    def _macros(self, case: Case, topic: str | None, found: Found, writer: Composer) -> list[Candidate]:
        """Fill the likeliest canned replies only: filling all of a large shop's would take its time."""
        likely = heapq.nlargest(
            _MACROS_FILLED,
            macro_candidates(
                case.canned,
                channel=case.contact.channel.value,
                on_topic=found.on_topic,
                cosines=found.cosines,
                chances=found.chances,
                past=found.past,
            ),
            key=lambda pair: self.confidence.of(SuggestionKind.MACRO, pair[1]),
        )
        filled = (filled_macro(reply, evidence, topic, writer.fill) for reply, evidence in likely)
        return [one for one in filled if one is not None]


def clarifying_question(understanding: Understanding, shop: Shop) -> str:
    """Return what to ask when there is nothing to suggest; never for what was given already."""
    if not understanding.question.strip():
        return _OPENING_QUESTION
    policy = shop.topics.get(understanding.topic) if understanding.topic is not None else None
    if policy is not None and policy.question and (understanding.missing or not policy.facts):
        return policy.question
    return _MORE_QUESTION if understanding.facts else _GENERAL_QUESTION
