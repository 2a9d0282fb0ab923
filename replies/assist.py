"""All that is proposed for one contact: read, understood, searched, recommended, drafted, checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from brand_voice.checker import Checker
from brand_voice.finding import CheckContext, CheckResult, Verdict
from models.embedding import Encoder
from recommender.catalogue import Catalogue
from recommender.offers import Recommendation, Situation
from replies.articles import Audience
from replies.case import Case, check_context, open_case
from replies.contacts import Contact
from replies.drafting import Drafter, Found, clarifying_question
from replies.knowledge import Filters, KnowledgeSearch
from replies.passages import says
from replies.ports import Clock, Storage, Unit
from replies.proposals import Assist, Draft, Passage, Suggestion, Understanding
from replies.reply_ranking import ReplyRanker
from replies.shop import Shop
from replies.turns import open_turn
from replies.understanding import Question, Understander, read_question

MAX_SUGGESTIONS = 3
_ARTICLES, _PAST = 4, 5
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

    def read(self, contact: Contact) -> Question:
        """Return the question with its vector: the only encoder pass."""
        return read_question(contact, self.encoder, self.shop)

    def search(self, question: Question, case: Case, unit: Unit) -> Found:
        """Return what the searches know of the question; nothing for one in a foreign language."""
        if question.is_empty or not question.in_our_language:
            return Found((), (), {}, {}, {})
        ranked = (
            self.ranker.rank(open_turn(case.contact), question.vector, 20) if self.ranker is not None else ()
        )
        on_topic = self.understander.on_topic(case, question)
        chances = {reply.reply_id: reply.confidence for reply in ranked}
        if self.knowledge is None:
            return Found((), (), {}, chances, on_topic)
        filters = Filters(case.today, Audience.PUBLIC, case.contact.channel.value)
        passages = self.knowledge.search_articles(question.text, question.vector, _ARTICLES, filters)
        return Found(
            still_true(passages, case, unit),
            self.knowledge.search_past(question.vector, _PAST),
            self.knowledge.similar_replies(question.vector),
            chances,
            on_topic,
        )

    def offers_for(self, understanding: Understanding, unit: Unit, today: date) -> Recommendation:
        """Return offers for the situation; none before the customer has said anything."""
        situation = understanding.situation
        if not understanding.question.strip() and not situation.skus:
            return Recommendation((), situation.hold_reason or _NO_OFFER_YET)
        return self.recommend(situation, unit.catalogue, today)

    def draft(self, case: Case, understanding: Understanding, found: Found, unit: Unit) -> tuple[Draft, ...]:
        """Return drafts, best first."""
        if not understanding.question.strip():
            return ()
        products = unit.catalogue.products(understanding.situation.skus)
        return self.drafter.drafts(case, understanding, found, products)

    def check(self, drafts: Sequence[Draft], case: Case, topic: str | None) -> tuple[Suggestion, ...]:
        """Return the best drafts that pass the check, mended by its own fixes where that is enough."""
        promises = self.knowledge.promises(case.today) if self.knowledge is not None else frozenset[str]()
        kept: list[Suggestion] = []
        for draft in drafts:
            if len(kept) == MAX_SUGGESTIONS:
                break
            context = check_context(
                case, self.shop, topic=topic, sources=draft.sources, article_promises=promises
            )
            text, result = mended(draft.text, context, self.checker)
            if result.verdict is not Verdict.BLOCKED:
                kept.append(self._suggestion(len(kept) + 1, draft, text, result))
        return tuple(kept)

    def _suggestion(self, rank: int, draft: Draft, text: str, result: CheckResult) -> Suggestion:
        return Suggestion(
            id=self.new_id(),
            rank=rank,
            kind=draft.kind,
            text=text,
            confidence=draft.confidence,
            band=self.drafter.confidence.band(draft.confidence),
            sources=draft.sources,
            reasons=draft.reasons,
            check=result,
            reply_id=draft.reply_id,
        )


def assist(contact: Contact, desk: Desk) -> Assist:
    """Return all that is proposed for `contact` now. Nothing is written; one encoder pass is made."""
    question = desk.read(contact)
    now = desk.clock.now()
    with desk.storage.reading() as unit:
        case = open_case(contact, unit, desk.shop, now)
        understanding = desk.understander.understand(case, question, unit)
        found = desk.search(question, case, unit)
        recommendation = desk.offers_for(understanding, unit, case.today)
        drafts = desk.draft(case, understanding, found, unit)
    suggestions = desk.check(drafts, case, understanding.topic)
    ask = not suggestions and question.in_our_language
    return Assist(
        id=desk.new_id(),
        contact_id=contact.id,
        contact_version=contact.version,
        made_at=now,
        understanding=understanding,
        suggestions=suggestions,
        question=clarifying_question(understanding, desk.shop) if ask else None,
        offers=recommendation.offers,
        no_offer_reason=recommendation.no_offer_reason,
        versions=(*desk.versions, ("rulebook", desk.checker.rulebook.version)),
    )


def still_true(passages: Sequence[Passage], case: Case, unit: Unit) -> tuple[Passage, ...]:
    """Return the passages whose article is still on record, in force today and says the words quoted."""
    articles = unit.knowledge.articles([passage.source.id for passage in passages])
    return tuple(
        passage
        for passage in passages
        if (article := articles.get(passage.source.id)) is not None
        and article.in_force(case.today)
        and article.audience is Audience.PUBLIC
        and says(article, passage.source.quote)
    )


def mended(text: str, context: CheckContext, checker: Checker) -> tuple[str, CheckResult]:
    """Return the text with its verdict; when it is blocked, with the first fix of each finding taken."""
    result = checker.check(text, context)
    if result.verdict is not Verdict.BLOCKED:
        return text, result
    fixes = sorted(
        (f.fixes[0] for f in result.findings if f.fixes), key=lambda fix: fix.span.start, reverse=True
    )
    if not fixes:
        return text, result
    fixed, limit = text, len(text)
    for fix in fixes:
        if fix.span.end <= limit:
            fixed = fixed[: fix.span.start] + fix.replacement + fixed[fix.span.end :]
            limit = fix.span.start
    return fixed, checker.check(fixed, context)
