"""All that is proposed for one contact: read, understood, searched, recommended, drafted, checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from brand_voice.articles_say import SILENT
from brand_voice.checker import Checker
from brand_voice.finding import CheckContext, CheckResult, Verdict
from brand_voice.fixing import with_first_fixes
from models.embedding import Encoder
from recommender.catalogue import BuyingRoute, Catalogue
from recommender.offers import Recommendation, Situation
from replies.agent_notes import foreign, several, taken_back, unknown_orders
from replies.articles import Audience
from replies.case import Case, check_context, meant_order, open_case, talking_of, with_sources
from replies.composing import Composer, composer
from replies.contacts import Contact
from replies.drafting import MAX_SUGGESTIONS, Drafter, Found, clarifying_question
from replies.knowledge import Filters, KnowledgeSearch
from replies.language import speaks
from replies.meant import meant_numbers, meant_skus
from replies.options import NO_CHOICE, Choice, open_choice
from replies.passages import says
from replies.ports import Clock, Storage, Unit
from replies.product_answers import ProductAnswer, answer_to
from replies.product_records import Teller
from replies.product_wants import read_wants
from replies.proposals import Assist, Draft, Passage, Suggestion, SuggestionKind, Understanding
from replies.reply_features import with_steps
from replies.reply_ranking import RankedReply, ReplyRanker
from replies.several_questions import questions_in
from replies.shop import Shop
from replies.turns import open_turn
from replies.understanding import Question, Understander, read_question
from replies.writing import Writer, WriterFailed, worded

_ARTICLES, _PAST, _GUIDELINES = 4, 5, 2
_WORDINGS = 3  # the ranker's first choices that may be offered in the words they had
_LEAST_GUIDELINE = 0.5
_NO_OFFER_YET = "nothing is known yet of what the customer wants"

Recommend = Callable[[Situation, Catalogue, date], Recommendation]


@dataclass(frozen=True, slots=True)
class Desk:
    """The collaborators of an assist. `versions` names the artefacts behind them."""

    storage: Storage
    shop: Shop
    clock: Clock
    encoder: Encoder
    understander: Understander
    knowledge: KnowledgeSearch | None
    ranker: ReplyRanker | None
    drafter: Drafter
    checker: Checker
    recommend: Recommend
    new_id: Callable[[], str]
    versions: tuple[tuple[str, str], ...] = ()
    writer: Writer | None = None
    shop_routes: tuple[BuyingRoute, ...] = ()

    def read(self, contact: Contact) -> Question:
        """Return the question with its vector, without what it takes back: one encoder pass, mostly."""
        return self.understander.heeding(read_question(contact, self.encoder, self.shop), self.encoder)

    def search(self, question: Question, case: Case, unit: Unit) -> Found:
        """Return what the searches know of the question; nothing of one taken back or in another language."""
        if question.is_empty or not question.in_our_language or question.asks_nothing:
            return Found((), (), {}, {}, {})
        if question.withdrawn is not None:  # the ranker reads the conversation with what was taken back in it
            return self._found(question, case, unit)
        return self._found(question, case, unit, self._ranked(question, case))

    def _found(self, question: Question, case: Case, unit: Unit, ranked: Sequence[RankedReply] = ()) -> Found:
        wordings = tuple(reply for reply in ranked[:_WORDINGS] if reply.text)
        on_topic = self.understander.on_topic(case, question)
        gone = () if question.withdrawn is None else question.withdrawn.topics
        chances = {reply.reply_id: reply.confidence for reply in ranked}
        if self.knowledge is None:
            return Found((), (), {}, chances, on_topic, wordings, vector=question.vector, withdrawn=gone)
        public, internal = (
            Filters(case.today, audience, case.contact.channel.value)
            for audience in (Audience.PUBLIC, Audience.AGENT)
        )
        passages, guidelines = self.knowledge.search_articles_for(
            question.sought, question.sought_vector, [(_ARTICLES, public), (_GUIDELINES, internal)]
        )
        return Found(
            still_true(passages, case, unit),
            self.knowledge.search_past(question.sought_vector, _PAST),
            self.knowledge.similar_replies(question.sought_vector),
            chances,
            on_topic,
            wordings,
            still_true(fitting(guidelines), case, unit, Audience.AGENT),
            question.vector,
            withdrawn=gone,
        )

    def answer(
        self, question: Question, case: Case, understanding: Understanding, unit: Unit
    ) -> ProductAnswer | None:
        """Return what the catalogue says to the question, where it asks of products that are known."""
        if question.is_empty or not question.in_our_language:
            return None
        teller = Teller(
            case.today, case.contact.channel, self.shop.locale, self.shop_routes, zone=self.shop.zone
        )
        named = self.understander.products
        return answer_to(question.text, question.vector, understanding, teller, named, unit)

    def _ranked(self, question: Question, case: Case) -> tuple[RankedReply, ...]:
        """Return the likeliest replies to the whole conversation."""
        if self.ranker is None:
            return ()
        turn = open_turn(case.contact)
        vectors = with_steps(turn, question.vector, self.encoder)
        return self.ranker.rank(turn, vectors, 20)

    def choice_for(self, case: Case, understanding: Understanding, unit: Unit) -> Choice:
        """Return what the policy of the topic lets the customer choose between today."""
        policy = self.shop.topics.get(understanding.topic) if understanding.topic is not None else None
        if policy is None or not policy.options:
            return NO_CHOICE
        articles = unit.knowledge.articles({option.article for option in policy.options if option.article})
        order = meant_order(case, meant_numbers(understanding.facts, understanding.record))
        return open_choice(policy, order, articles, case.today)

    def offers_for(self, understanding: Understanding, unit: Unit, today: date) -> Recommendation:
        """Return offers for the situation; none before the customer has said anything."""
        situation = understanding.situation
        if not understanding.question.strip() and not situation.skus:
            return Recommendation((), situation.hold_reason or _NO_OFFER_YET)
        return self.recommend(situation, unit.catalogue, today)

    def draft(
        self, case: Case, understanding: Understanding, found: Found, choice: Choice, unit: Unit
    ) -> tuple[Draft, ...]:
        """Return drafts, best first."""
        if not understanding.question.strip():
            return ()
        products = unit.catalogue.products(understanding.situation.skus)
        return self.drafter.drafts(case, understanding, found, products, choice)

    def draft_of_each(
        self, case: Case, understanding: Understanding, question: Question, choice: Choice, unit: Unit
    ) -> tuple[Draft, ...]:
        """Return a draft that answers every question of a message that asks several things; mostly none. The
        questions take a pass of the encoder by themselves."""
        asked = questions_in(question.sought) if question.in_our_language else ()
        if not asked or self.knowledge is None:
            return ()
        each = zip(asked, self.encoder.encode(asked), strict=True)
        parts = [
            replace(question, text=text, sought=text, sought_vector=vector, vector=vector)
            for text, vector in each
        ]
        products = unit.catalogue.products(understanding.situation.skus)
        found = [self._found_for_part(part, case, understanding, unit) for part in parts]
        return self.drafter.joint(case, understanding, found, products, choice)

    def _found_for_part(self, part: Question, case: Case, understanding: Understanding, unit: Unit) -> Found:
        """Return what is known of one of several questions; to the price or stock of a product that is known
        only its record answers."""
        answer = self.answer(part, case, understanding, unit)
        found = replace(self._found(part, case, unit), answer=answer)
        wants = read_wants(part.text)
        if not (wants.price or wants.stock) or not meant_skus(understanding.facts, understanding.record):
            return found
        return replace(found, passages=(), past=(), cosines={}, wordings=())

    def composer(self, case: Case, understanding: Understanding, unit: Unit) -> Composer:
        """Return what puts an answer into the form of the contact's channel."""
        products = unit.catalogue.products(understanding.situation.skus)
        return composer(case, understanding, products, self.shop, self.drafter.agent)

    def reword(
        self, drafts: tuple[Draft, ...], case: Case, found: Found, composer: Composer
    ) -> tuple[tuple[Draft, ...], tuple[str, ...]]:
        """Return the drafts, one in the optional writer's words before them, and what the agent must know.

        Whatever the writer does, the plain drafts stand; call it outside any transaction, as it may be slow.
        """
        if self.writer is None or not drafts:
            return drafts, ()
        best = drafts[0]
        sources = (*best.sources, *(passage.source for passage in found.passages))
        known = frozenset(order.order_id for order in case.orders)
        try:
            answer = worded(self.writer, case.contact.question, tuple(dict.fromkeys(sources)), known)
        except WriterFailed as failed:
            return drafts, (f"The writer was not used: {failed}.",)
        reasons = (f"worded by {self.writer.name}; every sentence was proved against its source",)
        text = composer.compose(answer.text)
        written = Draft(SuggestionKind.EXTRACT, text, best.confidence, answer.sources, reasons)
        return (written, *drafts), ()

    def check(
        self, drafts: Sequence[Draft], case: Case, understanding: Understanding
    ) -> tuple[Suggestion, ...]:
        """Return the best drafts in a language of the shop that pass the check.

        One that is blocked is mended by the check's own fixes where that is enough.
        """
        said = self.knowledge.says(case.today) if self.knowledge is not None else SILENT
        context = check_context(
            case,
            self.shop,
            topic=understanding.topic,
            articles=said,
            named=meant_numbers(understanding.facts, understanding.record),
        )
        kept: list[Suggestion] = []
        for draft in drafts:
            if len(kept) == MAX_SUGGESTIONS:
                break
            if not speaks(draft.text, self.shop.languages):
                continue
            text, result = self._mended(draft.text, with_sources(context, draft.sources))
            if result.verdict is not Verdict.BLOCKED:
                kept.append(self._suggestion(len(kept) + 1, draft, text, result))
        return tuple(kept)

    def _mended(self, text: str, context: CheckContext) -> tuple[str, CheckResult]:
        """Return the text with its verdict; when it is blocked, with the first fix of each finding taken."""
        result = self.checker.check(text, context)
        if result.verdict is not Verdict.BLOCKED:
            return text, result
        fixed = with_first_fixes(text, result.findings)
        return (text, result) if fixed == text else (fixed, self.checker.check(fixed, context))

    def _suggestion(self, rank: int, draft: Draft, text: str, result: CheckResult) -> Suggestion:
        return Suggestion(
            id=self.new_id(),
            rank=rank,
            kind=draft.kind,
            text=text,
            confidence=draft.confidence,
            band=self.drafter.confidence.band_shown(draft.confidence),
            sources=draft.sources,
            reasons=draft.reasons,
            check=result,
            reply_id=draft.reply_id,
            evidence=draft.evidence,
        )


def assist(contact: Contact, desk: Desk) -> Assist:
    """Return all that is proposed for `contact` now. Nothing is written; the encoder reads the question; in
    one further pass each, what the customer said before, with a ranker, and each of several questions."""
    question = desk.read(contact)
    now = desk.clock.now()
    with desk.storage.reading() as unit:
        case = open_case(contact, unit, desk.shop, now)
        understanding = desk.understander.understand(case, question, unit)
        found = desk.search(question, case, unit)
        if not question.asks_nothing:
            found = replace(found, answer=desk.answer(question, case, understanding, unit))
        case = talking_of(case, understanding.situation.skus, unit)
        recommendation = desk.offers_for(understanding, unit, case.today)
        choice = desk.choice_for(case, understanding, unit)
        drafts = desk.draft(case, understanding, found, choice, unit)
        drafts += desk.draft_of_each(case, understanding, question, choice, unit)
        drafts = tuple(sorted(drafts, key=lambda draft: -draft.confidence))
        composer = desk.composer(case, understanding, unit)
    drafts, writers_notes = desk.reword(drafts, case, found, composer)
    suggestions = desk.check(drafts, case, understanding)
    ask = None
    if not suggestions and question.in_our_language:
        ask = clarifying_question(
            understanding,
            desk.shop,
            running=contact.answered,
            taken_back=question.asks_nothing,
            identified=case.customer is not None,
        )
    return Assist(
        id=desk.new_id(),
        contact_id=contact.id,
        contact_version=contact.version,
        made_at=now,
        understanding=understanding,
        suggestions=suggestions,
        question=ask,
        offers=recommendation.offers,
        no_offer_reason=recommendation.no_offer_reason,
        alternatives=recommendation.alternatives,
        versions=(*desk.versions, ("rulebook", desk.checker.rulebook.version)),
        guidelines=tuple(passage.source for passage in found.guidelines),
        notes=(
            *foreign(question),
            *taken_back(question),
            *choice.notes,
            *unknown_orders(case, understanding),
            *several(question),
            *writers_notes,
        ),
    )


def fitting(guidelines: Sequence[Passage]) -> tuple[Passage, ...]:
    """Return the guidelines that are about the question: a search always finds something."""
    return tuple(passage for passage in guidelines if passage.score >= _LEAST_GUIDELINE)


def still_true(
    passages: Sequence[Passage], case: Case, unit: Unit, audience: Audience = Audience.PUBLIC
) -> tuple[Passage, ...]:
    """Return the passages whose article is still on record for `audience`, in force today and says the words
    quoted."""
    articles = unit.knowledge.articles([passage.source.id for passage in passages])
    return tuple(
        passage
        for passage in passages
        if (article := articles.get(passage.source.id)) is not None
        and article.in_force(case.today)
        and article.audience is audience
        and says(article, passage.source.quote)
    )
