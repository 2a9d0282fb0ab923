"""Texts found by their words: BM25."""

from __future__ import annotations

import importlib
import json
import logging
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.manifest import ArtefactError
from models.mapped_array import mapped_array

WORDS_FILE = "words.json"
WEIGHTS_FILE = "weights.npy"
TEXTS_FILE = "texts.npy"
BOUNDS_FILE = "bounds.npy"
PEAKS_FILE = "peaks.npy"

K1 = 1.5
B = 0.75

_LONG_LIST = 2_000  # texts holding a word from which on it pays to ask whether the word can still matter

_ROUNDED = 1 - 1e-5  # sums of float32 are this exact
_TEXTS_KEPT = 256
"""Texts whose words are kept: a question is searched for in several indexes, an article's title often."""

_RUN = re.compile(r"\w+(?:[-'’./]\w+)*")
_PART = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"[-'’/_]")  # not the point: 3.5 and 35 differ


class KeywordIndexError(ArtefactError):
    """An index folder cannot be used; the message names what does not fit."""


def words(text: str) -> list[str]:
    """Return the words of `text` as the index counts them, in order.

    Lower case, without accents, English plurals made singular (Harman's S-stemmer, 1991); what is joined
    by a hyphen, apostrophe, point or slash counts in its parts and, when it holds a digit or a hyphen, as a
    whole too, so that "LR-1042" is found by "lr1042" and "1042".
    """
    return list(_words_of(text))


@lru_cache(maxsize=_TEXTS_KEPT)
def _words_of(text: str) -> tuple[str, ...]:
    plain = text.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return tuple(_words(plain))


def _words(plain: str) -> Iterator[str]:
    for run in _RUN.findall(plain):
        parts: list[str] = _PART.findall(run)
        yield from map(_singular, parts)
        if len(parts) > 1 and ("-" in run or any(mark.isdigit() for mark in run)):
            yield _singular(_JOINT.sub("", run))


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "'s")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and word.endswith(("aes", "ees", "oes")):
        return word
    return word[:-1]


class KeywordIndex:
    """BM25 weights by word: scoring adds the columns of the query's words.

    Built by bm25s (Lucene's variant: Kamphuis et al. 2020, "Which BM25 do you mean?"); served from its
    arrays with numpy alone.
    """

    def __init__(
        self,
        count: int,
        vocabulary: dict[str, int],
        weights: NDArray[np.float32],
        texts: NDArray[np.int32],
        bounds: NDArray[np.int64],
        peaks: NDArray[np.float32],
    ) -> None:
        """Join the parts: word w weighs `weights[bounds[w]:bounds[w + 1]]` in the `texts` of that range.

        There are `count` texts, which rise within a range; `peaks[w]` is the greatest of the word's weights.
        """
        if (
            not len(bounds) - 1 == len(peaks) == len(vocabulary)
            or len(weights) != len(texts)
            or bounds[-1] != len(weights)
        ):
            raise KeywordIndexError(
                f"{len(vocabulary)} words, {len(bounds)} bounds, {len(peaks)} peaks, {len(weights)} weights "
                f"and {len(texts)} places do not fit together; build the index again with 'wellput learn'"
            )
        self._count = count
        self._vocabulary = vocabulary
        self._weights = weights
        self._texts = texts
        self._bounds = bounds
        self._peaks = peaks

    @classmethod
    def build(cls, texts: Sequence[str]) -> KeywordIndex:
        """Return an index of `texts`, which it calls by their positions."""
        vocabulary: dict[str, int] = {}
        documents = [[vocabulary.setdefault(word, len(vocabulary)) for word in words(text)] for text in texts]
        if not vocabulary:
            empty = np.zeros(0, dtype=np.float32)
            return cls(len(texts), {}, empty, empty.astype(np.int32), np.zeros(1, dtype=np.int64), empty)
        bm25s: Any = importlib.import_module("bm25s")  # untyped, and only building needs it
        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG
        model = bm25s.BM25(k1=K1, b=B, method="lucene", dtype="float32")
        model.index((documents, dict(vocabulary)), create_empty_token=False, show_progress=False)
        weights = np.asarray(model.scores["data"], dtype=np.float32)
        places = np.asarray(model.scores["indices"], dtype=np.int32)
        bounds = np.asarray(model.scores["indptr"], dtype=np.int64)
        order = np.lexsort((places, np.repeat(np.arange(len(vocabulary)), np.diff(bounds))))
        weights, places = weights[order], places[order]
        peaks = np.maximum.reduceat(weights, bounds[:-1])  # every word stands in a text
        return cls(len(texts), vocabulary, weights, places, bounds, peaks)

    def __len__(self) -> int:
        return self._count

    def knows(self, word: str) -> bool:
        """Whether a text holds `word`, which is one of `words`."""
        return word in self._vocabulary

    def texts_with(self, word: str) -> int:
        """Return how many texts hold `word`."""
        place = self._vocabulary.get(word)
        return 0 if place is None else int(self._bounds[place + 1] - self._bounds[place])

    def known(self, candidates: Iterable[str]) -> list[str]:
        """Return those of `candidates` that a text holds, in their order."""
        return [word for word in candidates if word in self._vocabulary]

    def only_text_with(self, word: str) -> int | None:
        """Return the position of the one text that holds `word`; None where none or several do."""
        place = self._vocabulary.get(word)
        return (
            int(self._texts[self._bounds[place]]) if place is not None and self._length(place) == 1 else None
        )

    def greatest(self, query: str) -> float:
        """Return the BM25 score that no text can pass for this query; 0 where no word of it is known."""
        places = list(self._places(query))
        return float(self._peaks[places].sum()) if places else 0.0

    def rarity(self, word: str) -> float:
        """Return how telling `word` is: BM25's inverse document frequency, greatest for an unknown word."""
        holding = self.texts_with(word)
        return math.log(1 + (self._count - holding + 0.5) / (holding + 0.5))

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the (n,) BM25 scores of all texts, 0 where no word of the query stands."""
        totals = np.zeros(self._count, dtype=np.float32)
        for place in self._places(query):
            start, end = self._bounds[place], self._bounds[place + 1]
            totals[self._texts[start:end]] += self._weights[start:end]
        return totals

    def scores_at(self, query: str, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the (m,) BM25 scores of the texts at `positions` (m,), as `scores` gives them."""
        totals = np.zeros(len(positions), dtype=np.float32)
        for place in self._places(query):
            totals += self._weights_at(place, positions)
        return totals

    def holds(self, word: str, positions: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return (m,) whether each text at `positions` (m,) holds `word`."""
        return self.weights_at(word, positions) > 0

    def weights_at(self, word: str, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return (m,) what `word` weighs in each text at `positions` (m,), 0 where it does not stand."""
        place = self._vocabulary.get(word)
        if place is None:
            return np.zeros(len(positions), dtype=np.float32)
        return self._weights_at(place, positions)

    def search(self, query: str, n: int) -> list[tuple[int, float]]:
        """Return the positions and scores of at most n texts that share a word with the query, best first.

        Equal scores come in the order of position. Words in many texts are added only to texts that can
        still come among the first n (MaxScore: Turtle and Flood 1995), which changes no result.
        """
        if n < 0:
            raise ValueError(f"n is {n}, it cannot be negative")
        if n == 0:
            return []
        candidates, totals = self._candidates(self._places(query), n)
        if n < len(candidates):
            least = np.partition(totals, len(totals) - n)[len(totals) - n]
            candidates, totals = candidates[totals >= least], totals[totals >= least]
        best = np.argsort(-totals, kind="stable")[:n]
        return list(zip(candidates[best].tolist(), totals[best].tolist(), strict=True))

    def _candidates(self, places: Sequence[int], n: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return, rising, the texts that can be among the first n, and their scores."""
        totals = np.zeros(self._count, dtype=np.float32)
        to_come = float(self._peaks[list(places)].sum()) if places else 0.0
        for at, place in enumerate(places):
            if self._length(place) > _LONG_LIST and len(found := np.flatnonzero(totals > 0)) >= n:
                sums = totals[found]
                least = float(np.partition(sums, len(sums) - n)[len(sums) - n])
                if to_come * 1.001 < least:  # a word alone cannot reach them any more
                    found = found[sums + to_come * 1.001 >= least * _ROUNDED]
                    return self._narrowed(found, totals[found], places[at:], n)
            start, end = self._bounds[place], self._bounds[place + 1]
            totals[self._texts[start:end]] += self._weights[start:end]
            to_come -= float(self._peaks[place])
        found = np.flatnonzero(totals > 0)  # of truths: a quarter of the time
        return found, totals[found]

    def _narrowed(
        self, found: NDArray[np.int64], totals: NDArray[np.float32], places: Sequence[int], n: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Add the words at `places`, leaving out after each what can no longer be among the first n."""
        to_come = float(self._peaks[list(places)].sum())
        for place in places:
            totals = totals + self._weights_at(place, found)
            to_come -= float(self._peaks[place])
            if len(found) > 2 * n:
                least = float(np.partition(totals, len(totals) - n)[len(totals) - n])
                kept = np.flatnonzero(totals + max(to_come, 0.0) * 1.001 >= least * _ROUNDED)
                found, totals = found[kept], totals[kept]
        return found, totals

    def _places(self, query: str) -> list[int]:
        """Return the places of the query's words, rarest first: sums are the same however they are made."""
        known = (self._vocabulary.get(word) for word in words(query))
        return sorted((place for place in known if place is not None), key=self._length)

    def _length(self, place: int) -> int:
        return int(self._bounds[place + 1] - self._bounds[place])

    def _weights_at(self, place: int, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        start, end = self._bounds[place], self._bounds[place + 1]
        holding = self._texts[start:end]
        wanted = positions.astype(holding.dtype)  # else the whole list is made as wide as they are
        at = np.minimum(holding.searchsorted(wanted), len(holding) - 1)
        return np.where(holding[at] == wanted, self._weights[start:end][at], np.float32(0.0))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made when it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {"texts": self._count, "words": list(self._vocabulary)}
        (folder / WORDS_FILE).write_text(json.dumps(content), encoding="utf-8")
        np.save(folder / WEIGHTS_FILE, self._weights, allow_pickle=False)
        np.save(folder / TEXTS_FILE, self._texts, allow_pickle=False)
        np.save(folder / BOUNDS_FILE, self._bounds, allow_pickle=False)
        np.save(folder / PEAKS_FILE, self._peaks, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> KeywordIndex:
        """Open a saved index, its arrays memory mapped; raise KeywordIndexError when it cannot be read."""
        try:
            content: Any = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
            count = int(content["texts"])
            vocabulary = {str(word): place for place, word in enumerate(content["words"])}
            weights, texts, bounds, peaks = (
                mapped_array(folder / file) for file in (WEIGHTS_FILE, TEXTS_FILE, BOUNDS_FILE, PEAKS_FILE)
            )
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise KeywordIndexError(
                f"no keyword index can be read from {folder}: {error}; build it again with 'wellput learn'"
            ) from error
        return cls(count, vocabulary, weights, texts, bounds, peaks)
