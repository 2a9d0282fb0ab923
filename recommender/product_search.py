"""Products found by their words, their meaning and their codes; and those a message names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embedding import Encoder
from models.keyword_index import KeywordIndex, words
from models.row_file import RowFile, write_rows
from models.vector_index import VectorIndex
from recommender.catalogue import Product
from recommender.codes import CodeTable
from recommender.loose_naming import loosely_named
from recommender.naming import Likeness, Named, ProductNames
from recommender.product_heads import head_scores, plain_names
from recommender.product_measures import ProductMeasures
from recommender.product_prices import ProductPrices
from recommender.product_texts import DESCRIBED, attribute_text, keyword_text, meaning_text
from recommender.spelling import put_right
from recommender.title_words import TitleWords
from recommender.wishes import Wish, read_wish

# What a score adds up, found on the rated half of the Icecat queries; each on its own scale (decision 0153).
WORDS_WEIGHT = 1.1  # BM25 of name, brand, category and description, as a share of the best product's
ATTRIBUTES_WEIGHT = 0.2  # the same of the attributes
COVERED_WEIGHT = 0.4  # share of the query's words, by rarity, that the product holds at all
MEANING_WEIGHT = 1.8  # cosine
MEASURES_WEIGHT = 1.0  # share of its sizes and amounts that fit

_DEPTH = 100
_PRICED_DEPTH = 1_000
_BATCH = 256
_READ = 60  # products whose names are read, the best by all else
_SHOWN, _PLAIN, _CODES, _SKUS = "shown", "plain", "codes", "skus"
_CODE = re.compile(r"\w+(?:[-_./]\w+)*")
_CODE_ATTRIBUTES = frozenset(
    {
        *("mpn", "ean", "gtin", "gtin13", "gtin14", "upc", "isbn", "model", "model_number", "model_code"),
        *("part_number", "product_code", "manufacturer_code"),
    }
)
Vector = NDArray[np.float32]


class DamagedSearchError(ValueError):
    """The files of a product search do not fit together."""


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product found; a higher score fits better, comparable within one query only."""

    sku: str
    score: float
    title: str


@dataclass(frozen=True, slots=True)
class ProductMention:
    """A product that a message names; `score` is how much of its name was said (0 to 1).

    `start` and `end` are code points of the message, end exclusive.
    """

    sku: str
    score: float
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ProductSearch:
    """Hybrid search: words, attributes, meaning, measures and names, added over the candidates.

    Row i of every part is product i; `shown` are its SKU and title, `plain` its names as words.
    """

    names: ProductNames
    keywords: KeywordIndex
    attributes: KeywordIndex
    vectors: VectorIndex
    codes: CodeTable
    shown: Sequence[tuple[str, str]]
    plain: Sequence[str]
    measures: ProductMeasures
    prices: ProductPrices

    @classmethod
    def fit(cls, products: Sequence[Product], encoder: Encoder) -> ProductSearch:
        """Index the products. Raises ValueError when there are none or a SKU comes twice."""
        if not products:
            raise ValueError("there is no product to search; import a catalogue first")
        skus = [product.sku for product in products]
        if len(set(skus)) != len(skus):
            raise ValueError("a SKU stands twice among the products; give each product once")
        texts = [meaning_text(product) for product in products]
        rows = [encoder.encode(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
        return cls(
            ProductNames.of(products),
            KeywordIndex.build([keyword_text(product) for product in products]),
            KeywordIndex.build([attribute_text(product) for product in products]),
            VectorIndex.build(None, np.concatenate(rows)),
            _codes(products),
            tuple((product.sku, product.title) for product in products),
            tuple(plain_names(product.title, product.description[:DESCRIBED]) for product in products),
            ProductMeasures.of(products),
            ProductPrices.of([product.price for product in products]),
        )

    def search(self, text: str, vector: Vector, n: int) -> list[ProductHit]:
        """Return up to n products, best first; one whose code stands in `text` comes before all others.

        `vector` is the (d,) unit vector of `text`, or of what `put_right` makes of it. Of a price in it
        ("under £20") the products that cost more or less are left out, and those without a price come last.
        """
        if n <= 0:
            return []
        wish = read_wish(text[:DESCRIBED])
        worded = " ".join(self._worded(wish))
        depth = max(_PRICED_DEPTH if wish.has_price else _DEPTH, 2 * n)
        coded = self._coded(text)
        places = self._candidates(worded, vector, depth, coded)
        scores = self._scores(worded, vector, places, wish)
        scores[np.isin(places, coded)] += 1.0 + float(np.ptp(scores)) if len(scores) else 0.0
        places, scores = self._affordable(places, scores, wish)
        order = self._by_names(words(worded), places, scores, n)
        return [self._hit(int(places[at]), float(scores[at])) for at in order]

    def put_right(self, text: str) -> str:
        """Return `text` as it stands where the catalogue holds its words, else its words put right: the
        meaning of "blankit" is that of a blanket."""
        wish = read_wish(text[:DESCRIBED])
        said, worded = words(wish.text), self._worded(wish)
        return text if worded == said else " ".join(worded)

    def _worded(self, wish: Wish) -> list[str]:
        return put_right(words(wish.text), self._texts_with, self._known)

    def _by_names(
        self, said: Sequence[str], places: NDArray[np.int64], scores: NDArray[np.float64], n: int
    ) -> NDArray[np.int64]:
        """Add to the `scores` of the best what their names say; return the order of the n best.

        Read are, of the 60 best by all else, those that hold the last word, and whatever such comes among
        the n best when those read have fallen.
        """
        unread = self.keywords.holds(said[-1] if said else "", places)
        at = np.lexsort((places, -scores))[: max(_READ, 2 * n)]
        at = at[unread[at]]
        while len(at):
            unread[at] = False
            read: list[int] = places[at].tolist()
            scores[at] += head_scores((self.plain[place] for place in read), said)
            order = np.lexsort((places, -scores))[:n]
            at = order[unread[order]]
        return np.lexsort((places, -scores))[:n]

    def _texts_with(self, word: str) -> int:
        return self.keywords.texts_with(word) + self.attributes.texts_with(word)

    def _known(self, candidates: Iterable[str]) -> list[str]:
        every = list(candidates)
        found = {*self.keywords.known(every), *self.attributes.known(every)}
        return [word for word in every if word in found]

    def _candidates(self, worded: str, vector: Vector, depth: int, coded: list[int]) -> NDArray[np.int64]:
        near = self.vectors.near(vector, depth)
        by_words = [
            place for index in (self.keywords, self.attributes) for place, _ in index.search(worded, depth)
        ]
        found = np.sort(np.concatenate((near, np.array([*by_words, *coded], dtype=np.int64))))
        return found[np.diff(found, prepend=-1) > 0]  # each once: `unique` takes twice the time

    def _scores(
        self, worded: str, vector: Vector, places: NDArray[np.int64], wish: Wish
    ) -> NDArray[np.float64]:
        scores = MEANING_WEIGHT * (self.vectors.vectors(places) @ vector).astype(np.float64)
        said = words(worded)
        each = {word: self.keywords.weights_at(word, places) for word in said}
        in_words = np.zeros(len(places), dtype=np.float32)
        for word in said:
            in_words += each[word]
        of_attributes = self.attributes.scores_at(worded, places)
        for weight, own in ((WORDS_WEIGHT, in_words), (ATTRIBUTES_WEIGHT, of_attributes)):
            scores += weight * own / max(float(own.max(initial=0.0)), 1e-9)
        rarity = {word: self.keywords.rarity(word) for word in each}
        for word, rare in rarity.items():
            scores += COVERED_WEIGHT * rare / sum(rarity.values()) * (each[word] > 0)
        if wish.measures:
            scores += MEASURES_WEIGHT * self.measures.share_fitting(places, wish.measures)
        return scores

    def _affordable(
        self, places: NDArray[np.int64], scores: NDArray[np.float64], wish: Wish
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        if not wish.has_price:
            return places, scores
        fitting, unknown = self.prices.against(wish, places)
        kept = fitting | unknown
        lowered = np.where(unknown, scores - 1.0 - (float(np.ptp(scores)) if len(scores) else 0.0), scores)
        return places[kept], lowered[kept]

    def mentioned(self, text: str, vector: Vector) -> tuple[ProductMention, ...]:
        """Return the products that a customer's message surely names; nothing when in doubt.

        `vector` (d,) decides between products whose names fit alike.
        """
        return tuple(self._mention(one) for one in self.names.find(text, self._likeness(vector)))

    def loosely_mentioned(
        self, text: str, vector: Vector, asking: frozenset[str]
    ) -> tuple[tuple[ProductMention, ...], ...]:
        """Return what a question about products may name, each as one product or those that fit alike.

        For texts in which `mentioned` finds nothing; `asking` are words that ask and name no product.
        """
        return tuple(
            tuple(self._mention(one) for one in group)
            for group in loosely_named(self.names, text, self._likeness(vector), asking)
        )

    def _mention(self, one: Named) -> ProductMention:
        sku, title = self.shown[one.position]
        return ProductMention(sku, one.covered, title, one.start, one.end)

    def save(self, folder: Path) -> None:
        """Write the search to an existing folder."""
        self.keywords.save(folder / "keywords")
        self.attributes.save(folder / "attributes")
        self.vectors.save(folder / "vectors")
        self.names.titles.save(folder)
        self.names.skus.save(folder, _SKUS)
        self.codes.save(folder, _CODES)
        write_rows(folder, _SHOWN, (json.dumps(pair, ensure_ascii=False).encode() for pair in self.shown))
        write_rows(folder, _PLAIN, (text.encode() for text in self.plain))
        self.measures.save(folder)
        self.prices.save(folder)

    @classmethod
    def load(cls, folder: Path) -> ProductSearch:
        """Open what `save` wrote; what a search reads of it stays on disk until then (decision 0198).

        Raises DamagedSearchError, DamagedModelError, FileNotFoundError, ArtefactError.
        """
        opened = cls(
            ProductNames(TitleWords.load(folder), CodeTable.load(folder, _SKUS)),
            KeywordIndex.load(folder / "keywords"),
            KeywordIndex.load(folder / "attributes"),
            VectorIndex.load(folder / "vectors"),
            CodeTable.load(folder, _CODES),
            RowFile(folder, _SHOWN, _shown),
            RowFile(folder, _PLAIN, bytes.decode),
            ProductMeasures.load(folder),
            ProductPrices.load(folder),
        )
        sizes = {len(one) for one in opened._parts()}
        if len(sizes) > 1:
            raise DamagedSearchError(
                f"{folder} holds {len(opened.shown)} products, words of {len(opened.keywords)} and vectors "
                f"of {len(opened.vectors)}; run 'wellput learn'"
            )
        return opened

    def _parts(self) -> tuple[Sized, ...]:
        return (
            *(self.names, self.keywords, self.attributes, self.vectors),
            *(self.shown, self.plain, self.measures, self.prices),
        )

    def _likeness(self, vector: Vector) -> Likeness:
        return lambda positions: self.vectors.vectors(np.array(positions, dtype=np.int64)) @ vector

    def _coded(self, text: str) -> list[int]:
        tokens = [token for token in _CODE.findall(text[:DESCRIBED]) if any(map(str.isdigit, token))]
        found = (self.codes.place(token) for token in (text[:DESCRIBED], *tokens))
        return list(dict.fromkeys(position for position in found if position is not None))

    def _hit(self, position: int, score: float) -> ProductHit:
        sku, title = self.shown[position]
        return ProductHit(sku, score, title)


def _codes(products: Sequence[Product]) -> CodeTable:
    return CodeTable.of(
        [product.sku, *(str(value) for name, value in product.attributes.items() if name in _CODE_ATTRIBUTES)]
        for product in products
    )


def _shown(row: bytes) -> tuple[str, str]:
    sku, title = json.loads(row)
    return str(sku), str(title)
