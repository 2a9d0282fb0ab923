"""Learning to search: passages of articles, past queries, canned replies and products."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from api.learned import CUES_FOLDER, KNOWLEDGE_FOLDER, PRODUCTS_FOLDER, SEARCH
from api.learning.bench import SKIPPED, Bench, Outcome, fingerprint_of, first_question, is_held_out, verdict
from api.learning.hygienic import teaching_contacts, teaching_parts
from recommender.catalogue import Product
from recommender.product_search import ProductSearch
from replies.contacts import Contact
from replies.knowledge import Filters, KnowledgeSearch
from replies.learned_cues import cues_fingerprint, learn_cues

_JUDGED_BY = 1000  # held-out questions, at most
_WITHIN = 3


def learn_search(bench: Bench) -> Outcome:
    """Embed and index what is stored; promote unless held-out questions find their topic less often."""
    frames = bench.frames
    library = list(frames.canned_replies())
    shown = (frames.fingerprint(kind) for kind in ("articles", "catalogue"))
    fingerprint = fingerprint_of((*shown, *teaching_parts(bench, library), cues_fingerprint()))
    if bench.is_unchanged(SEARCH, fingerprint):
        return bench.unchanged(SEARCH)
    articles, products = list(frames.articles()), list(frames.products())
    contacts = teaching_contacts(bench, library)
    if not articles and not products and not contacts:
        return Outcome(
            SEARCH, bench.in_use_version(SEARCH), SKIPPED, "there are no articles, contacts or products"
        )
    bench.tell(f"search: {len(articles):,} articles, {len(contacts):,} contacts, {len(products):,} products")
    knowledge = KnowledgeSearch.fit(articles, contacts, bench.encoder, library)
    asked = _questions(contacts, {topic for article in articles for topic in article.topics})
    ours = _found_share(knowledge, asked, bench)
    its = _share_in_use(bench, asked)
    cues, seen = learn_cues(bench.encoder)
    metrics = {
        "articles": float(len(articles)),
        "products": float(len(products)),
        "topic_hit_at_3": ours,
        "cues_held": seen.held,
        "cues_held_in_error": seen.held_in_error,
    }
    better, why = verdict("topic hit rate at 3", ours, its, len(asked), tolerance=0.03)
    if not better:
        return bench.keep(SEARCH, why, metrics)
    with bench.writing(SEARCH, fingerprint, metrics) as draft:
        knowledge.save(draft / KNOWLEDGE_FOLDER)
        _save_products(products, draft / PRODUCTS_FOLDER, bench)
        (draft / CUES_FOLDER).mkdir()
        cues.save(draft / CUES_FOLDER)
    return bench.promote(SEARCH, draft.version, why, metrics)


def _save_products(products: Sequence[Product], folder: Path, bench: Bench) -> None:
    if products:
        folder.mkdir(parents=True, exist_ok=True)
        ProductSearch.fit(products, bench.encoder).save(folder)


def _questions(contacts: Sequence[Contact], known: set[str]) -> list[tuple[str, str]]:
    """Return (question, topic) of held-out contacts on topics that some article names."""
    return [
        (first, contact.topic)
        for contact in contacts
        if contact.topic in known and is_held_out(contact.id) and (first := first_question(contact))
    ][:_JUDGED_BY]


def _found_share(knowledge: KnowledgeSearch, asked: Sequence[tuple[str, str]], bench: Bench) -> float:
    """Return in how many of the questions one of the first three articles is on their topic."""
    if not asked:
        return 0.0
    vectors = bench.encoder.encode([question for question, _ in asked])
    filters = Filters(bench.clock.now().date())
    found = [
        any(topic in hit.topics for hit in knowledge.search_articles(question, vector, _WITHIN, filters))
        for (question, topic), vector in zip(asked, vectors, strict=True)
    ]
    return float(np.mean(found))


def _share_in_use(bench: Bench, asked: Sequence[tuple[str, str]]) -> float | None:
    artefact = bench.comparable(SEARCH)
    if artefact is None:
        return None
    return _found_share(KnowledgeSearch.load(artefact.folder / KNOWLEDGE_FOLDER), asked, bench)
