"""Articles, canned replies and past contacts made into the rows of the knowledge search."""

from __future__ import annotations

from collections.abc import Iterable

from brand_voice.article_facts import stated_facts
from brand_voice.personal_data import DataKind, redact
from brand_voice.promises import promise_keys
from replies.articles import Article, CannedReply
from replies.contacts import Contact
from replies.knowledge_file import ArticleCard, PassageRow, PastTurn, ReplyCard
from replies.passages import chunks, plain_text
from replies.turns import is_settled, turns

_NO_SECRET = frozenset({DataKind.PLACE, DataKind.ORGANISATION, DataKind.DATE, DataKind.WEB_ADDRESS})
"""What past queries keep: it tells of the question, of nobody's person."""


def reply_card(reply: CannedReply) -> ReplyCard:
    """Return what the search knows of a canned reply."""
    return ReplyCard(
        id=reply.id,
        title=reply.title,
        text=plain_text(reply.text),
        channels=reply.channels,
        topics=reply.topics,
        is_approved=bool(reply.approved_by),
        review_by=reply.review_by,
    )


def article_card(article: Article) -> ArticleCard:
    """Return an article without its body, with the promises that it makes and the facts that it states."""
    text = f"{article.title}\n\n{plain_text(article.body)}"
    return ArticleCard(
        id=article.id,
        title=article.title,
        audience=article.audience,
        topics=article.topics,
        channels=article.channels,
        valid_from=article.valid_from,
        review_by=article.review_by,
        source_url=article.source_url,
        promises=tuple(sorted(promise_keys(text))),
        facts=stated_facts(text),
    )


def passage_rows(place: int, article: Article) -> Iterable[PassageRow]:
    """Yield the passages of the article at `place`: its title first, then each paragraph under it."""
    yield PassageRow(place, True, article.title, article.title)
    for chunk in chunks(article.body):
        named = [part for part in (article.title, chunk.heading) if part]
        yield PassageRow(place, False, ". ".join((*named, chunk.text)), chunk.text)


def past_turns(contacts: Iterable[Contact]) -> Iterable[PastTurn]:
    """Yield the answered turns of settled contacts, each once, personal data taken out."""
    seen: set[tuple[str, str]] = set()
    for contact in contacts:
        if not is_settled(contact):
            continue
        topics = (contact.topic,) if contact.topic else ()
        for turn in turns(contact):
            key = (" ".join(turn.said.lower().split()), turn.reply_id or turn.reply)
            if turn.said.strip() and turn.reply.strip() and key not in seen:
                seen.add(key)
                ids = frozenset(contact.order_ids)
                question, _ = redact(turn.said, known_ids=ids, keep=_NO_SECRET)
                reply, _ = redact(turn.reply, known_ids=ids, keep=_NO_SECRET)
                yield PastTurn(contact.id, question, reply, turn.reply_id, topics)
