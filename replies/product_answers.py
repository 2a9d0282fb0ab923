"""Answers told from the catalogue: which products a question means, and what their records say to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brand_voice.finding import Span
from recommender.catalogue import Product
from recommender.codes import plain_code
from replies.contacts import Channel
from replies.meant import meant_skus, unknown_products
from replies.ports import Unit
from replies.product_records import Teller, Told, is_listed
from replies.product_wants import read_wants
from replies.product_wording import no_such_product
from replies.products_named import ProductsNamed, place_of
from replies.proposals import Source, SourceKind, Understanding

MOST_PRODUCTS = 4
_BEFORE = 0.85  # named in an earlier message, and no other since
_BY_TITLE = 0.5  # of being sure, where a title was said in part; the rest by how much of it was said
_UNKNOWN = 0.75  # a code that no product has may be the number of something else
_RUNS_ON = re.compile(r"(?:The|It|We|You|Our|This)\b")  # may stand behind a colon in small letters
_ALIKE = 0.9  # of several that fit alike all are told, but the one meant may be another


@dataclass(frozen=True, slots=True)
class ProductAnswer:
    """An answer from the records of one product or several side by side: `text` without greeting and closing;
    `told` is the share of what was asked that it tells, `named` how surely the products are meant (0 to 1),
    `on_sale` that all of them are sold today."""

    text: str
    told: float
    named: float
    sources: tuple[Source, ...]
    reasons: tuple[str, ...]
    on_sale: bool = True


def answer_to(
    text: str,
    vector: NDArray[np.float32],
    understanding: Understanding,
    teller: Teller,
    finding: ProductsNamed,
    unit: Unit,
) -> ProductAnswer | None:
    """Return what the catalogue says to `text`, the question or one of several in it: of the products meant,
    or of those that it fits alike; None where it asks of none."""
    skus = meant_skus(understanding.facts, understanding.record)
    if skus:
        counted = unit.catalogue.store_stock(skus)
        teller = replace(teller, store_stock=counted, stores=unit.catalogue.stores())
    if not skus:
        unknown = unknown_products(understanding.facts)
        if unknown:
            return _unknown_answer(unknown[0], teller)
        alike = finding.alike(text, vector, unit)
        return product_answer(text, alike, teller, alike=True) if alike else None
    is_whole = text == understanding.question
    places = {fact.value: fact.span for fact in understanding.facts if is_whole}
    products = unit.catalogue.products(skus)
    return product_answer(
        text,
        {
            sku: (products[sku], places.get(sku) or place_of(products[sku], text))
            for sku in skus
            if sku in products
        },
        teller,
    )


def product_answer(
    question: str,
    named: Mapping[str, tuple[Product, Span | None]] | Mapping[str, tuple[Product, Span]],
    teller: Teller,
    *,
    alike: bool = False,
) -> ProductAnswer | None:
    """Return what the records of the products `named` say to `question`; None where they say nothing of it.

    `named` holds by SKU the product and where the question names it (None: an earlier message did); `alike`
    says that only one of them is meant, and not which.
    """
    spans = [span for _, span in named.values() if span is not None]
    wants = read_wants(question, spans)
    each = [
        told
        for product, _ in list(named.values())[:MOST_PRODUCTS]
        if is_listed(product) and (told := teller.told(product, wants)).sentences
    ]
    if not each or (alike and len(each) < len(named)):
        return None
    sure = [_surely(one.product, question, *named[one.product.sku][1:]) for one in each]
    text = _one(each[0], teller, teller.besides(each[0].product, wants)) if len(named) == 1 else ""
    return ProductAnswer(
        text=text or _several(each, teller, alike=alike),
        told=sum(one.share for one in each) / len(named),
        named=_ALIKE * max(sure) if alike else min(sure),
        sources=tuple(_source(one) for one in each),
        reasons=tuple(_reasons(each, alike=alike)),
        on_sale=all(teller.on_sale(one.product) for one in each),
    )


def _unknown_answer(code: str, teller: Teller) -> ProductAnswer:
    """Return the answer to a question about a product by a code that no product has."""
    text = no_such_product(code, teller.locale)
    source = Source(SourceKind.RECORD, code, "Catalogue", text)
    return ProductAnswer(text, 1.0, _UNKNOWN, (source,), (f"the catalogue has no product {code}",))


def _one(told: Told, teller: Teller, besides: Iterable[str]) -> str:
    """Return the answer on one product in the channel's form: short in a chat, whole in a letter."""
    unsaid = _unsaid(told, teller)
    if teller.channel is Channel.CHAT:
        return _short(told, teller)
    lead = "lead_spoken" if teller.channel is Channel.PHONE else "lead"
    return " ".join((teller.lead(lead, told.product), *told.sentences, *unsaid, *besides))


def _short(told: Told, teller: Teller) -> str:
    said = " ".join((*told.sentences, *_unsaid(told, teller)))
    title = teller.lead("lead_short", told.product)
    if _RUNS_ON.match(said) is None:
        return f"{title}. {said}"
    return f"{title}: {said[:1].lower()}{said[1:]}"


def _several(each: Sequence[Told], teller: Teller, *, alike: bool) -> str:
    lines = [f"- {_short(one, teller)}" for one in each]
    lead = teller.lead("lead_alike" if alike else "lead_both")
    return "\n".join((lead, *lines, *([teller.lead("question_alike")] if alike else [])))


def _unsaid(told: Told, teller: Teller) -> tuple[str, ...]:
    return (teller.unsaid(told.unsaid),) if told.unsaid else ()


def _surely(product: Product, question: str, span: Span | None) -> float:
    """Return how surely the question means the product: by its code, an earlier message, or its title."""
    if span is None:
        return _BEFORE
    said = question[span.start : span.end].casefold()
    if plain_code(said) == plain_code(product.sku) or product.sku.casefold() in question.casefold():
        return 1.0
    share = len(said) / max(len(product.title), 1)
    return _BY_TITLE + (1.0 - _BY_TITLE) * min(share, 1.0)


def _source(told: Told) -> Source:
    quote = " ".join((f"{told.product.title}.", *told.sentences))
    return Source(SourceKind.RECORD, told.product.sku, told.product.title, quote, told.product.url)


def _reasons(each: Sequence[Told], *, alike: bool) -> Iterable[str]:
    yield f"what the catalogue says of {', '.join(one.product.sku for one in each)}"
    if alike:
        yield "the message fits these products alike"
    for one in each:
        if one.share < 1.0 and not one.unsaid:
            yield f"not all that was asked about {one.product.sku} is told: look at the question"
        if one.unsaid:
            yield f"the catalogue does not state {', '.join(one.unsaid)} of {one.product.sku}"
