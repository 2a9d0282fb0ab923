"""Laws of the two indexes, against the plain definition of each."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.keyword_index import KeywordIndex, words
from models.vector_index import VectorIndex

WHOLE = st.integers(-4, 4).map(float)  # exact in float32, so that equal scores are equal
WORDS = st.sampled_from(["lamp", "Lamps", "wool", "throw", "LR-1042", "1042", "", "!", "ß", "é"])
SENTENCES = st.lists(st.lists(WORDS, max_size=8).map(" ".join), max_size=8)


def reopened_vectors(index: VectorIndex) -> VectorIndex:
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder))
        return VectorIndex.load(Path(folder))


def reopened_keywords(index: KeywordIndex) -> KeywordIndex:
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder))
        return KeywordIndex.load(Path(folder))


@settings(deadline=None)
@given(
    vectors=st.integers(0, 30).flatmap(lambda n: arrays(np.float32, (n, 3), elements=WHOLE)),
    queries=st.integers(0, 4).flatmap(lambda m: arrays(np.float32, (m, 3), elements=WHOLE)),
    n=st.integers(0, 35),
)
def test_a_vector_search_is_the_sorted_inner_product(
    vectors: np.ndarray, queries: np.ndarray, n: int
) -> None:
    index = reopened_vectors(VectorIndex.build([str(row) for row in range(len(vectors))], vectors))
    scores, positions = index.search(queries, n)
    assert scores.shape == positions.shape == (len(queries), n)
    for query, row_scores, row_positions in zip(queries, scores, positions, strict=True):
        products = vectors @ query
        found = min(n, len(vectors))
        assert row_scores[:found].tolist() == sorted(products.tolist(), reverse=True)[:found]
        assert products[row_positions[:found]].tolist() == row_scores[:found].tolist()
        assert len(set(row_positions[:found].tolist())) == found
        assert (row_positions[found:] == -1).all()
        assert (row_scores[found:] == -np.inf).all()


def plain_bm25(texts: list[str], query: str) -> list[float]:
    """Lucene's BM25 with k1 1.5 and b 0.75, as the formula has it."""
    documents = [words(text) for text in texts]
    average = sum(map(len, documents)) / max(1, len(documents))
    scores = [0.0] * len(texts)
    for word in words(query):
        holding = sum(word in document for document in documents)
        rarity = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
        for place, document in enumerate(documents):
            count = document.count(word)
            if count:
                scores[place] += rarity * count / (count + 1.5 * (0.25 + 0.75 * len(document) / average))
    return scores


@settings(deadline=None)
@given(texts=SENTENCES, query=SENTENCES.map(" ".join), n=st.integers(0, 10))
def test_a_keyword_search_is_bm25(texts: list[str], query: str, n: int) -> None:
    index = reopened_keywords(KeywordIndex.build(texts))
    expected = plain_bm25(texts, query)
    scores = index.scores(query)
    assert scores.dtype == np.float32
    assert np.allclose(scores, expected, atol=1e-4)
    hits = index.search(query, n)
    assert hits == sorted(hits, key=lambda hit: (-hit[1], hit[0]))
    assert len(hits) == min(n, sum(score > 0 for score in expected))
    assert all(score == scores[position] > 0 for position, score in hits)
    if hits:
        left_out = set(range(len(texts))) - {position for position, _ in hits}
        assert all(scores[position] <= hits[-1][1] for position in left_out)


@given(text=st.text())
def test_any_text_has_words_that_are_words_of_themselves(text: str) -> None:
    assert all(word and not word.isspace() for word in words(text))
    assert words(text) == words(text.upper().lower()) or text.upper().lower() != text.lower()
