"""Article search on StackFAQ, product search on Icecat and topics on CLINC150, beside plain peers.

python -m tests.benchmark.search_figures
"""

from __future__ import annotations

import gzip
import json
import math
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from api.evaluating import evaluate_search
from api.settings import Settings
from api.wiring import open_wellput
from models.classifier import expected_calibration_error
from models.embedding import OnnxEncoder
from models.encoder_export import export_encoder
from models.keyword_index import KeywordIndex
from models.open_classifier import OpenClassifier
from recommender.catalogue import Product
from recommender.money import Money
from recommender.product_search import ProductSearch
from recommender.product_texts import keyword_text
from tests.benchmark.__main__ import DATA
from tests.benchmark.report import Figure, show
from tests.converters import icecat, stackfaq
from tests.converters.jsonl import write_lines

_DEEP = 1_000
_IN_SCOPE = 0.93
_LEAST_LABELLED = 3


def _dcg(ratings: Sequence[int]) -> float:
    return sum((2**rating - 1) / math.log2(place + 2) for place, rating in enumerate(ratings[:10]))


def ndcg(
    found: Callable[[str], Sequence[str]], rated: Mapping[str, Mapping[str, int]]
) -> tuple[float, float]:
    """Return mean nDCG@10 with unrated products as zero, and over the rated products alone."""
    both: list[tuple[float, float]] = []
    for query, own in rated.items():
        skus = found(query)
        ideal = _dcg(sorted(own.values(), reverse=True))
        whole = _dcg([own.get(sku, 0) for sku in skus]) / ideal
        both.append((whole, _dcg([own[sku] for sku in skus if sku in own]) / ideal))
    means = np.mean(both, axis=0)
    return float(means[0]), float(means[1])


def products_figures(encoder: OnnxEncoder) -> list[Figure]:
    """Return the product search's figures and those of its keywords alone."""
    rated = icecat.ratings(DATA / "icecat" / "ratings.csv")
    products = [
        Product(
            row["sku"],
            row["title"],
            description=row["description"],
            brand=row["brand"],
            price=Money.parse(row["price"], row["currency"]),
            attributes=row["attributes"],
        )
        for row in icecat.catalogue(DATA / "icecat" / "products.jsonl.gz")
    ]
    search = ProductSearch.fit(products, encoder)
    words = KeywordIndex.build([keyword_text(one) for one in products])
    vectors = dict(zip(rated, encoder.encode([search.put_right(query) for query in rated]), strict=True))
    ours = ndcg(lambda query: [hit.sku for hit in search.search(query, vectors[query], _DEEP)], rated)
    peer = ndcg(lambda query: [products[place].sku for place, _ in words.search(query, _DEEP)], rated)
    names = ("nDCG@10, unrated as zero", "nDCG@10, rated alone")
    return [
        Figure(f"Icecat, {name}", f"{own:.3f}", f"keyword {other:.3f}")
        for name, own, other in zip(names, ours, peer, strict=True)
    ]


def cosmetics_figures(encoder: OnnxEncoder) -> list[Figure]:
    """Return the product search's figures on a catalogue that no rule or weight was found on.

    Asked are what 931 cosmetics are labelled with: their type ("lip liner"), type with form, type with
    brand, where three or more are such; the labels themselves, the brand apart, are not indexed.
    """
    rows = json.loads((DATA / "elastic_products" / "products.json").read_text(encoding="utf-8"))
    products = [
        Product(str(row["id"]), row["name"].strip(), row["description"] or "", brand=row["brand"] or "")
        for row in rows
    ]
    rated: dict[str, dict[str, int]] = {}
    for row in rows:
        kind, form = row["product_type"].replace("_", " "), (row["category"] or "").replace("_", " ")
        worded = [kind, *([f"{row['brand']} {kind}"] if row["brand"] else [])]
        worded += [f"{form} {kind}"] if form and form not in kind and form != "lipstick" else []
        for query in worded:
            rated.setdefault(query, {})[str(row["id"])] = 1
    rated = {query: own for query, own in rated.items() if len(own) >= _LEAST_LABELLED}
    search = ProductSearch.fit(products, encoder)
    words = KeywordIndex.build([keyword_text(one) for one in products])
    vectors = dict(zip(rated, encoder.encode([search.put_right(query) for query in rated]), strict=True))
    everything = np.arange(len(products))

    def by_cosine(query: str) -> list[str]:
        cosines = search.vectors.vectors(everything) @ vectors[query]
        return [products[place].sku for place in np.argsort(-cosines)[:10].tolist()]

    ours, _ = ndcg(lambda query: [hit.sku for hit in search.search(query, vectors[query], 10)], rated)
    keyword, _ = ndcg(lambda query: [products[place].sku for place, _ in words.search(query, 10)], rated)
    cosine, _ = ndcg(by_cosine, rated)
    return [
        Figure(
            f"cosmetics, {len(rated)} queries made of labels, nDCG@10",
            f"{ours:.3f}",
            f"keyword {keyword:.3f}, cosine {cosine:.3f}",
        )
    ]


def faq_figures(home: Path) -> list[Figure]:
    """Return the article search's figures, by import, learn and evaluate; nothing learned from queries."""
    threads = DATA / "stackfaq" / "stackExchange-FAQ.json.gz"
    write_lines(home / "faq.jsonl", stackfaq.articles(threads))
    write_lines(home / "queries.jsonl", stackfaq.queries(threads))
    with open_wellput(Settings(home=home / "home")) as wellput:
        wellput.import_file("articles", home / "faq.jsonl")
        wellput.learn(only="search")
        scored = evaluate_search(wellput.lookups, home / "queries.jsonl").document["figures"]
    pages = list(stackfaq.articles(threads))
    words = KeywordIndex.build([f"{page['title']}\n{page['body']}" for page in pages])
    places: list[int | None] = []
    for query in stackfaq.queries(threads):
        found = [pages[place]["id"] for place, _ in words.search(query["text"], 10)]
        places.append(found.index(query["relevant"][0]) if query["relevant"][0] in found else None)
    gains = [0.0 if place is None else 1 / math.log2(place + 2) for place in places]
    keyword = {"nDCG@10": float(np.mean(gains)), "R@1": places.count(0) / len(places)}
    return [
        Figure(f"StackFAQ, {name}", f"{scored[name]['value']:.4f}", f"keyword {keyword[name]:.3f}")
        for name in keyword
    ]


def topics_figures(encoder: OnnxEncoder) -> list[Figure]:
    """Return accuracy, calibration and out-of-scope recall, trained on all 100 a topic, frozen encoder."""
    with gzip.open(DATA / "clinc150" / "data_full.json.gz", "rt", encoding="utf-8") as stream:
        rows = json.load(stream)
    taught, asked, strange = (rows[name] for name in ("train", "test", "oos_test"))
    classifier = OpenClassifier.fit(
        encoder.encode([text for text, _ in taught]), [topic for _, topic in taught], seed=1
    )
    chances = classifier.predict_proba(encoder.encode([text for text, _ in asked]))
    outside = classifier.predict_proba(encoder.encode([text for text, _ in strange])).max(axis=1)
    said = np.array(classifier.labels)[chances.argmax(axis=1)]
    right, sure = said == np.array([topic for _, topic in asked]), chances.max(axis=1)
    falling = np.sort(sure[right])[::-1]
    least = falling[min(math.ceil(_IN_SCOPE * len(asked)), len(falling)) - 1]
    return [
        Figure("CLINC150, every query answered", f"{right.mean():.3f}", "100 a topic, frozen encoder"),
        Figure(
            "CLINC150, out-of-scope recall", f"{(outside < least).mean():.3f}", "at in-scope accuracy .93"
        ),
        Figure("CLINC150, calibration error", f"{expected_calibration_error(sure, right):.3f}", "15 bins"),
    ]


def main() -> int:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        export_encoder(None, Path(folder))
        encoder = OnnxEncoder(Path(folder), threads=2)
        (Path(folder) / "faq").mkdir()
        figures = [
            *faq_figures(Path(folder) / "faq"),
            *products_figures(encoder),
            *cosmetics_figures(encoder),
            *topics_figures(encoder),
        ]
        show("Search and understanding", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
