"""The search at scale: what one costs beside an encoder pass, index recall, memory, and the rate of building.

    python -m tests.benchmark.search_scale [--full] [--home FOLDER]

30,000 passages, 30,000 products and 100,000 past queries; with --full 100,000, 100,000 and 1,000,000. Texts
are Icecat products and CLINC150 questions, told again in other mixtures; a few thousand of them are encoded,
the other vectors are those, perturbed. Past queries are vectors alone. Times are processor time, one thread.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from models.embedding import OnnxEncoder
from models.encoder_export import export_encoder
from models.vector_index import VectorIndex
from recommender.catalogue import Product
from recommender.money import Money
from recommender.product_search import ProductSearch
from recommender.product_texts import meaning_text
from replies.articles import Article
from replies.knowledge import Filters, KnowledgeSearch
from tests.benchmark.__main__ import DATA, ROOT
from tests.benchmark.report import Figure, show
from tests.converters import icecat

SMALL, FULL = (30_000, 30_000, 100_000), (100_000, 100_000, 1_000_000)
_PARAGRAPHS = 3  # of an article; its title is a passage too
_BASE = 2_000  # texts encoded, of each kind
_NOISE = 0.6  # length of what is added to a unit vector: cosine .86 to where it came from
_ASKED = 200
_DEPTH = 10
_TODAY = date(2026, 1, 1)
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Perturbing:
    """An encoder at no cost: each text gets one of the `base` vectors (m, d), perturbed."""

    base: Vectors
    random: np.random.Generator
    name: str = "perturbed"

    @property
    def dimension(self) -> int:
        return int(self.base.shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return (n, d) unit rows."""
        return perturbed(self.base, len(texts), self.random)


def perturbed(base: Vectors, count: int, random: np.random.Generator) -> Vectors:
    """Return (count, d) unit rows, each near one of `base` (m, d)."""
    made = base[random.integers(len(base), size=count)]
    noise = random.standard_normal(made.shape, dtype=np.float32)
    made += noise * np.float32(_NOISE / np.sqrt(base.shape[1]))
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def questions() -> tuple[list[str], list[str]]:
    """Return CLINC150's texts to learn and its test texts."""
    with gzip.open(DATA / "clinc150" / "data_full.json.gz", "rt", encoding="utf-8") as stream:
        rows: dict[str, Any] = json.load(stream)
    return [str(text) for text, _ in rows["train"]], [str(text) for text, _ in rows["test"]]


def products(count: int) -> list[Product]:
    """Return `count` products: the Icecat ones, then the same again as other editions."""
    real = [
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
    return [
        one
        if edition == 0
        else replace(one, sku=f"{one.sku}-{edition}", title=f"{one.title} edition {edition}")
        for edition in range(-(-count // len(real)))
        for one in real
    ][:count]


def articles(count: int, said: Sequence[str], random: np.random.Generator) -> list[Article]:
    """Return articles with `count` passages, titles among them."""
    made = count // (_PARAGRAPHS + 1)
    picks = random.integers(len(said), size=(made, _PARAGRAPHS * 3 + 1)).tolist()
    return [
        Article(
            f"a{at}", str(said[row[0]]), "\n\n".join(_paragraph(said, row[1 + 3 * n :][:3]) for n in range(3))
        )
        for at, row in enumerate(picks)
    ]


def _paragraph(said: Sequence[str], places: Sequence[int]) -> str:
    return " ".join(f"{said[place].capitalize()}." for place in places)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor seconds of `work` and what it returned."""
    began = time.process_time()
    done = work()
    return time.process_time() - began, done


def build(home: Path, sizes: tuple[int, int, int]) -> list[Figure]:
    """Build and save the three indexes into `home`; return what building cost."""
    random = np.random.default_rng(1)
    export_encoder(None, home / "encoder")
    encoder = OnnxEncoder(home / "encoder", threads=1)
    said, asked = questions()
    goods = products(sizes[1])
    shown = [meaning_text(goods[at]) for at in random.permutation(min(sizes[1], 19_000))[:_BASE].tolist()]
    texts = [said[at] for at in random.permutation(len(said))[:_BASE].tolist()]
    product_s, product_base = timed(lambda: encoder.encode(shown))
    question_s, question_base = timed(lambda: encoder.encode(texts))
    pages = articles(sizes[0], said, random)
    paragraphs = [page.body.split("\n\n")[0] for page in pages[:500]]
    passage_s, _ = timed(lambda: encoder.encode([f"{pages[0].title}. {text}" for text in paragraphs]))

    def keep(what: Callable[[], Any], folder: str) -> float:
        (home / folder).mkdir(exist_ok=True)
        return timed(lambda: what().save(home / folder))[0]

    of_passages = keep(lambda: KnowledgeSearch.fit(pages, (), Perturbing(question_base, random)), "knowledge")
    of_products = keep(lambda: ProductSearch.fit(goods, Perturbing(product_base, random)), "products")
    past = perturbed(question_base, sizes[2], random)
    of_past = keep(lambda: VectorIndex.build(None, past), "past")
    queries = encoder.encode(asked[:_ASKED])
    exact = faiss.knn(queries, past, _DEPTH, faiss.METRIC_INNER_PRODUCT)
    np.savez(home / "exact.npz", queries=queries, positions=cast("Any", exact)[1])
    costs = (
        ("passages", sizes[0], of_passages, passage_s / 500 * 0.75 + question_s / _BASE * 0.25),
        ("products", sizes[1], of_products, product_s / _BASE),
        ("past queries", sizes[2], of_past, question_s / _BASE),
    )
    return [
        Figure(
            f"building {count:,} {name}, beside encoding them",
            f"{1e3 * seconds / count:.2f} ms each",
            f"{1e3 * each:.2f} ms to encode one: rate {each / (each + seconds / count):.2f} (at least .80)",
        )
        for name, count, seconds, each in costs
    ]


def _memory_mb(kind: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind)) // 1024


def search(home: Path) -> list[Figure]:
    """Open what was built, search all three with one encoder pass, and return what it cost."""
    encoder = OnnxEncoder(home / "encoder", threads=1)
    before = _memory_mb("RssAnon")
    load_s, parts = timed(
        lambda: (
            KnowledgeSearch.load(home / "knowledge"),
            ProductSearch.load(home / "products"),
            VectorIndex.load(home / "past"),
        )
    )
    knowledge, goods, past = parts
    opened = _memory_mb("RssAnon") - before
    asked = [text for pair in zip(questions()[1], _PRODUCT_QUERIES * 99, strict=False) for text in pair]
    filters = Filters(_TODAY)
    works: dict[str, Callable[[str, Vectors], Any]] = {
        "articles": lambda text, vector: knowledge.search_articles(text, vector, _DEPTH, filters),
        "products": lambda text, vector: goods.search(text, vector, _DEPTH),
        "past": lambda _text, vector: past.search(vector[np.newaxis], _DEPTH),
    }
    rounds: dict[str, list[float]] = {name: [] for name in ("pass", "articles", "products", "past")}
    for text in asked[:_ASKED]:
        spent, vectors = timed(partial(encoder.encode, [text]))
        rounds["pass"].append(spent)
        for name, work in works.items():
            rounds[name].append(timed(partial(work, text, vectors[0]))[0])
    each = {name: float(np.median(values)) * 1e3 for name, values in rounds.items()}
    whole = float(np.median(np.sum(list(rounds.values()), axis=0))) * 1e3
    recalls = _recalls(
        home, encoder, {"passages": knowledge.passages, "products": goods.vectors, "past": past}
    )
    said = ", ".join(f"{name} {each[name]:.1f}" for name in ("articles", "products", "past"))
    disk = sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) // 1024**2
    return [
        Figure("one encoder pass, p50", f"{each['pass']:.1f} ms", "the peer"),
        Figure(
            "search of everything, the pass included, p50",
            f"{whole:.1f} ms",
            f"{whole / each['pass']:.1f} x (at most 4); {said} ms",
        ),
        Figure(
            f"recall@{_DEPTH} of the indexes against exact search, by position",
            ", ".join(f"{name} {recall:.3f}" for name, recall in recalls.items()),
            "at least .990 each; queries are CLINC150 questions, for products those of Icecat",
        ),
        Figure("opening all three", f"{load_s:.1f} s", "vectors and words are memory mapped"),
        Figure("memory of its own that they hold", f"{opened:,} MB", f"{disk:,} MB on disk"),
    ]


def _recalls(home: Path, encoder: OnnxEncoder, indexes: dict[str, VectorIndex]) -> dict[str, float]:
    """Return the share of the nearest vectors, compared one by one, that each index finds."""
    with np.load(home / "exact.npz") as stored:
        queries, nearest_past = stored["queries"], stored["positions"]
    wanted = encoder.encode(list(icecat.ratings(DATA / "icecat" / "ratings.csv"))[:_ASKED])
    recalls: dict[str, float] = {}
    for name, index in indexes.items():
        asked = wanted if name == "products" else queries
        nearest = nearest_past if name == "past" else _nearest(index, asked)
        found = index.search(asked, _DEPTH)[1]
        shared = [len({*row} & {*other}) for row, other in zip(nearest.tolist(), found.tolist(), strict=True)]
        recalls[name] = sum(shared) / nearest.size
    return recalls


def _nearest(index: VectorIndex, queries: Vectors) -> NDArray[np.int64]:
    """Return (m, 10) positions of the nearest of what is stored, every vector compared."""
    exact = faiss.knn(queries, index.vectors(np.arange(len(index))), _DEPTH, faiss.METRIC_INNER_PRODUCT)
    return cast("Any", exact)[1]


_PRODUCT_QUERIES = (
    "wireless mouse", "laptop 16 gb", "hp toner cartridge black", "24 inch monitor", "usb c cable 2 m",
    "gaming keyboard", "ssd 1 tb", "printer under 200 euro", "lenovo thinkpad", "network switch 24 port",
)  # fmt: skip


def main() -> int:
    """Print the figures; 2 without the data."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the greater sizes")
    parser.add_argument("--home", type=Path, help="keep what is built here; search only where it is built")
    parser.add_argument("--searching", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if not (DATA / "icecat").is_dir() or not (DATA / "clinc150").is_dir():
        print(f"needs icecat and clinc150 in {DATA} (WELLPUT_TEST_DATA)", file=sys.stderr)
        return 2
    if asked.searching:
        show("Searching at scale", search(asked.home))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        home = asked.home or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "exact.npz").is_file():
            show("Building at scale", build(home, FULL if asked.full else SMALL))
            sys.stdout.flush()
        command = [sys.executable, "-m", "tests.benchmark.search_scale", "--searching", "--home", str(home)]
        return subprocess.run(command, cwd=ROOT, check=False).returncode  # afresh, for its memory


if __name__ == "__main__":
    sys.exit(main())
