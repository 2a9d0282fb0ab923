"""Products found by their words, their meaning and their codes; and those a message names."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.embedding import Encoder
from models.keyword_index import KeywordIndex
from models.vector_index import VectorIndex
from recommender.catalogue import AttributeValue, Product, ProductKind
from recommender.naming import Likeness, ProductNames, code_table, plain_code

_DEPTH = 100
_BATCH = 256
_DESCRIBED = 600
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
    """Hybrid search: the sum of standardised BM25 and cosine over the candidates of both."""

    names: ProductNames
    keywords: KeywordIndex
    vectors: VectorIndex
    codes: dict[str, int | None]

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
        keywords = KeywordIndex.build(skus, [keyword_text(product) for product in products])
        slim = tuple(_slim(product) for product in products)
        return cls(ProductNames(slim), keywords, VectorIndex.build(skus, np.concatenate(rows)), _codes(slim))

    def search(self, text: str, vector: Vector, n: int) -> list[ProductHit]:
        """Return up to n products, best first; one whose code stands in `text` comes before all others.

        `vector` is the (d,) unit vector of `text`.
        """
        if n <= 0:
            return []
        depth = max(_DEPTH, 2 * n)
        _, near = self.vectors.search(vector[np.newaxis, :], depth)
        coded = self._coded(text)
        worded = [position for position, _ in self.keywords.search(text, depth)]
        union = np.unique(
            np.concatenate((near[0][near[0] >= 0], np.array([*worded, *coded], dtype=np.int64)))
        )
        by_words = self.keywords.scores(text)[union]
        scores = _standardised(by_words) + _standardised(self.vectors.vectors(union) @ vector)
        exact = np.isin(union, coded)
        scores[exact] += 1.0 + float(np.ptp(scores))
        order = np.lexsort((union, -scores))[:n]
        return [self._hit(int(union[at]), float(scores[at])) for at in order]

    def mentioned(self, text: str, vector: Vector) -> tuple[ProductMention, ...]:
        """Return the products that a customer's message surely names; nothing when in doubt.

        `vector` (d,) decides between products whose names fit alike.
        """
        found = self.names.find(text, self._likeness(vector))
        products = self.names.products
        return tuple(
            ProductMention(
                products[one.position].sku, one.covered, products[one.position].title, one.start, one.end
            )
            for one in found
        )

    def save(self, folder: Path) -> None:
        """Write the search to an existing folder."""
        (folder / "keywords").mkdir()
        (folder / "vectors").mkdir()
        self.keywords.save(folder / "keywords")
        self.vectors.save(folder / "vectors")
        rows = [
            {
                "sku": product.sku,
                "title": product.title,
                "brand": product.brand,
                "kind": product.kind.value,
                "attributes": dict(product.attributes),
            }
            for product in self.names.products
        ]
        (folder / "products.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> ProductSearch:
        """Read what `save` wrote. Raises DamagedSearchError, FileNotFoundError, ArtefactError."""
        rows = json.loads((folder / "products.json").read_text(encoding="utf-8"))
        try:
            products = tuple(_product(row) for row in rows)
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedSearchError(
                f"{folder / 'products.json'} lists no products ({error}); run 'wellput learn'"
            ) from error
        keywords, vectors = KeywordIndex.load(folder / "keywords"), VectorIndex.load(folder / "vectors")
        if not len(products) == len(keywords) == len(vectors):
            raise DamagedSearchError(
                f"{folder} holds {len(products)} products, words of {len(keywords)} and vectors of "
                f"{len(vectors)}; run 'wellput learn'"
            )
        return cls(ProductNames(products), keywords, vectors, _codes(products))

    def _likeness(self, vector: Vector) -> Likeness:
        return lambda positions: self.vectors.vectors(np.array(positions, dtype=np.int64)) @ vector

    def _coded(self, text: str) -> list[int]:
        tokens = [token for token in _CODE.findall(text[:_DESCRIBED]) if any(map(str.isdigit, token))]
        found = (self.codes.get(plain_code(token)) for token in (text[:_DESCRIBED], *tokens))
        return list(dict.fromkeys(position for position in found if position is not None))

    def _hit(self, position: int, score: float) -> ProductHit:
        product = self.names.products[position]
        return ProductHit(product.sku, score, product.title)


def keyword_text(product: Product) -> str:
    """Return the words a product is found by; the title counts twice."""
    return "\n".join(
        (
            *(product.sku, product.title, product.title, product.brand, product.category),
            *(f"{name.replace('_', ' ')} {value}" for name, value in product.attributes.items()),
            product.description,
        )
    )


def meaning_text(product: Product) -> str:
    """Return the text whose vector stands for the product."""
    parts = (product.title, product.brand, product.category, product.description[:_DESCRIBED])
    return ". ".join(part for part in parts if part)


def _standardised(values: NDArray[np.float32]) -> NDArray[np.float64]:
    spread = float(values.std()) if len(values) else 0.0
    centred = values.astype(np.float64) - (float(values.mean()) if len(values) else 0.0)
    return centred / spread if spread > 1e-9 else np.zeros(len(values))


def _codes(products: Sequence[Product]) -> dict[str, int | None]:
    return code_table(
        [product.sku, *(str(value) for name, value in product.attributes.items() if name in _CODE_ATTRIBUTES)]
        for product in products
    )


def _slim(product: Product) -> Product:
    return Product(
        product.sku, product.title, brand=product.brand, kind=product.kind, attributes=product.attributes
    )


def _product(row: dict[str, Any]) -> Product:
    attributes: dict[str, AttributeValue] = {
        str(name): value for name, value in row["attributes"].items() if isinstance(value, str | int | float)
    }
    return Product(
        str(row["sku"]),
        str(row["title"]),
        brand=str(row["brand"]),
        kind=ProductKind(row["kind"]),
        attributes=attributes,
    )
