"""From what was found to whole drafts: candidates ranked together, composed in the channel's form."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from recommender.catalogue import Product
from recommender.customers import Order
from replies.asking_again import asks_only_again, marked_again
from replies.candidates import (
    Candidate,
    Found,
    extract_candidates,
    filled_macro,
    macro_candidates,
    merged,
    past_candidates,
    record_candidates,
)
from replies.case import Case, meant_order
from replies.composing import Composer, composer
from replies.confidence import Confidence, Evidence
from replies.meant import given_kinds, meant_numbers, unknown_products
from replies.options import NO_CHOICE, Choice, names_option, rules_out
from replies.order_states import is_untrue, state_of
from replies.past_templates import vocabulary
from replies.product_wording import no_such_product
from replies.proposals import Draft, FactAct, FactKind, SuggestionKind, Understanding
from replies.questions import question_for
from replies.shop import Shop
from replies.taken import Habits

__all__ = ["Drafter", "Found", "clarifying_question"]

_MACROS_FILLED = 8
MAX_SUGGESTIONS = 3
MAX_DRAFTS = 5  # two more than are shown, for those that the check refuses
_GENERAL_QUESTION = (
    "Could you tell me a little more about what you need, and your order number if there is one, please?"
)
_MORE_QUESTION = "Could you tell me a little more about what you would like me to do, please?"
_UNFOUND_QUESTION = (
    "I cannot find an order of yours with that number. Could you look at it again, in the message that"
    " confirmed your order, please?"
)
_WHO_QUESTION = (
    "So that I may look at the order, could you tell me the name on it and its postcode or e-mail address,"
    " please?"
)
_ELSE_QUESTION = "Thank you for letting me know. Is there anything else that I can help you with?"
_OPENING_QUESTION = "How can I help you today?"


@dataclass(frozen=True, slots=True)
class Drafter:
    """Writes drafts for the shop; `agent` is the name they are signed with ("" for the team's)."""

    shop: Shop
    confidence: Confidence = Confidence()
    agent: str = ""
    habits: Habits = Habits()

    def drafts(
        self,
        case: Case,
        understanding: Understanding,
        found: Found,
        products: Mapping[str, Product],
        choice: Choice = NO_CHOICE,
    ) -> tuple[Draft, ...]:
        """Return up to MAX_DRAFTS drafts, best first; none where silence costs less, none that names an
        option which `choice` withholds, none that says of the order what does not hold."""
        writer = composer(case, understanding, products, self.shop, self.agent)
        ranked = merged(self._scored(case, understanding, found, writer, choice))
        shown = self.confidence.shown([score for score, _ in ranked], MAX_SUGGESTIONS)
        return tuple(_draft(score, one, choice, writer) for score, one in ranked[: min(shown, MAX_DRAFTS)])

    def joint(
        self,
        case: Case,
        understanding: Understanding,
        parts: Sequence[Found],
        products: Mapping[str, Product],
        choice: Choice = NO_CHOICE,
    ) -> tuple[Draft, ...]:
        """Return one draft that answers every question of a message, from the best answer to each; none where
        one of them has no answer of medium confidence, or one answer serves two. Its confidence is that all
        its parts are right."""
        writer = composer(case, understanding, products, self.shop, self.agent)
        best: list[tuple[float, Candidate]] = []
        for found in parts:
            ranked = merged(self._scored(case, understanding, found, writer, choice))
            if not ranked or ranked[0][0] < self.confidence.medium:
                return ()
            best.append(ranked[0])
        if len(merged(best)) < len(best) or len({one.sources[0].id for _, one in best}) < len(best):
            return ()
        return (
            _draft(math.prod(score for score, _ in best), _joined(one for _, one in best), choice, writer),
        )

    def _scored(
        self, case: Case, understanding: Understanding, found: Found, writer: Composer, choice: Choice
    ) -> list[tuple[float, Candidate]]:
        """Return the candidates that may be said, each with the confidence in it."""
        approved = vocabulary(self._approved(case, found))
        candidates = self._macros(case, understanding.topic, found, writer)
        candidates += past_candidates(found, case.canned, approved, writer.fill)
        passages = [one for one in found.passages if found.allows(one.topics)]
        candidates += extract_candidates(passages, found.on_topic, writer.shortened)
        candidates += record_candidates(found.answer, found.on_topic, self.shop)
        given = given_kinds(understanding)
        order, known = _order_meant(case, understanding)
        state = state_of(order) if order is not None else None
        allowed = [
            one
            for one in candidates
            if not _names_any(one.answer, choice.withheld)
            and not is_untrue(one.answer, state, known=known)
            and not (one.kind is SuggestionKind.PAST_REPLY and asks_only_again(one.answer, given))
        ]
        like = self.habits.on(found.vector)
        allowed = [
            marked_again(self._with_habits(one, case.now, like), understanding.question, given)
            for one in allowed
        ]
        return [(self._trust(one), one) for one in allowed]

    def _with_habits(self, one: Candidate, now: datetime, like: Mapping[str, float]) -> Candidate:
        """Return the candidate with what agents made of its source before."""
        evidence = self.habits.added_to(one.evidence, one.sources[0].id, now, like)
        return one if evidence is one.evidence else replace(one, evidence=evidence)

    def _trust(self, one: Candidate) -> float:
        """Return the confidence in a candidate; the ranker's own choice has its calibrated probability."""
        learned = self.confidence.of(one.kind, one.evidence)
        is_rankers = one.kind is SuggestionKind.PAST_REPLY and one.evidence.probability > 0.0
        if not is_rankers:
            return learned
        return max(learned, self.confidence.doubted(one.kind, one.evidence.probability, one.evidence))

    def _approved(self, case: Case, found: Found) -> list[str]:
        """Return the approved texts at hand: what they hold may be said to anyone."""
        shop = self.shop
        texts = [reply.text for reply in case.canned] + [one.source.quote for one in found.passages]
        return [
            *texts,
            *(step for policy in shop.topics.values() for step in policy.all_next_steps),
            f"our {shop.name} {shop.team}",
        ]

    def _macros(self, case: Case, topic: str | None, found: Found, writer: Composer) -> list[Candidate]:
        """Fill the likeliest canned replies only: filling all of a large shop's would take its time."""
        likely = heapq.nlargest(
            _MACROS_FILLED,
            macro_candidates(
                [reply for reply in case.canned if found.allows(reply.topics)],
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


def _joined(answers: Iterable[Candidate]) -> Candidate:
    """Return the answers as one; what becomes of it teaches nothing of either."""
    each = tuple(answers)
    return Candidate(
        each[0].kind,
        "\n\n".join(one.answer for one in each),
        Evidence(),
        tuple(dict.fromkeys(source for one in each for source in one.sources)),
        ("answers each of the questions asked", *dict.fromkeys(why for one in each for why in one.reasons)),
        actions=tuple(dict.fromkeys(action for one in each for action in one.actions)),
    )


def _draft(score: float, one: Candidate, choice: Choice, writer: Composer) -> Draft:
    is_apart = one.off_topic or rules_out(one.answer, choice)
    around, options = (writer.without_topic(), NO_CHOICE) if is_apart else (writer, choice)
    text = around.compose(one.answer, actions=one.actions, choice=options)
    return Draft(
        one.kind, text, score, one.sources + options.sources, one.reasons, one.reply_id, one.evidence.named()
    )


def _names_any(text: str, titles: tuple[str, ...]) -> bool:
    return any(names_option(text, title) for title in titles)


def _order_meant(case: Case, understanding: Understanding) -> tuple[Order | None, bool]:
    """Return the order a reply would speak of, and whether anything may be said of it: not while its number
    is still to be asked for, and not of an order on record for somebody else."""
    order = meant_order(case, meant_numbers(understanding.facts, understanding.record))
    if order is not None:
        return order, True
    if FactKind.ORDER_NUMBER in given_kinds(understanding):
        return None, not _gave_anothers(understanding)
    return None, FactKind.ORDER_NUMBER not in understanding.missing


def _lacks_order(understanding: Understanding) -> bool:
    """Whether an order number was given and no record of the customer's knows it."""
    numbers = meant_numbers(understanding.facts, understanding.record)
    return bool(numbers) and not any(
        line.kind is FactKind.ORDER_NUMBER and line.act is FactAct.CONFIRMED and line.value in numbers
        for line in understanding.record
    )


def _gave_anothers(understanding: Understanding) -> bool:
    return any(fact.kind is FactKind.ORDER_NUMBER and fact.known for fact in understanding.facts)


def clarifying_question(
    understanding: Understanding,
    shop: Shop,
    *,
    running: bool = False,
    taken_back: bool = False,
    identified: bool = True,
) -> str:
    """Return what to ask when there is nothing to suggest; never for what was given already.

    `running` says that we have replied in this contact before, `taken_back` that the customer took all back
    that was asked, `identified` that we know which customer it is: else nobody can say that an order is not
    theirs. Whose an order is that is not the customer's is not told.
    """
    if taken_back or not understanding.question.strip():
        return _ELSE_QUESTION if taken_back else _OPENING_QUESTION
    policy = shop.topics.get(understanding.topic) if understanding.topic is not None else None
    given = given_kinds(understanding)
    asking = question_for(policy, [kind for kind in understanding.missing if kind not in given], given)
    if asking:
        return asking
    unknown = unknown_products(understanding.facts)
    if unknown:
        return no_such_product(unknown[0], shop.locale)
    if _lacks_order(understanding):
        return _UNFOUND_QUESTION if identified else _WHO_QUESTION
    if policy is not None and policy.question and not policy.facts:
        return policy.question
    return _MORE_QUESTION if given or running else _GENERAL_QUESTION
