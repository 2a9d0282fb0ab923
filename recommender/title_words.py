"""The telling words of many titles by number, and which titles have a word: arrays that stay on disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.saved_arrays import DamagedModelError, load_arrays, load_words, save_arrays, save_words
from recommender.titles import Title

_WORDS, _PREFIX = "title_words.json", "titles"
_NAMES = ("heads", "starts", "said_ends", "words", "holder_starts", "holders")
_NO_HEAD = -1
Places = NDArray[np.int32]


@dataclass(frozen=True)
class TitleWords:
    """Words are places in `vocabulary`.

    The words of title i are `words[starts[i]:starts[i + 1]]`, those of the title itself before
    `said_ends[i]`; its head is `heads[i]`, -1 without one. The titles with word w are
    `holders[holder_starts[w]:holder_starts[w + 1]]`, rising.
    """

    vocabulary: tuple[str, ...]
    heads: Places
    starts: NDArray[np.int64]
    said_ends: NDArray[np.int64]
    words: Places
    holder_starts: NDArray[np.int64]
    holders: Places

    @classmethod
    def of(cls, titles: Iterable[Title]) -> TitleWords:
        """Number the words of `titles`."""
        place_of: dict[str, int] = {}
        heads, starts, said_ends, words = list[int](), [0], list[int](), list[int]()
        for title in titles:
            own = (*sorted(title.said), *sorted(title.matching - title.said))
            words += [place_of.setdefault(word, len(place_of)) for word in own]
            head = title.head
            heads.append(_NO_HEAD if head is None else place_of.setdefault(head, len(place_of)))
            said_ends.append(starts[-1] + len(title.said))
            starts.append(len(words))
        numbered = np.array(words, dtype=np.int32)
        titles_of = np.repeat(np.arange(len(heads), dtype=np.int32), np.diff(starts))
        counts = np.bincount(numbered, minlength=len(place_of))
        return cls(
            tuple(place_of),
            np.array(heads, dtype=np.int32),
            np.array(starts, dtype=np.int64),
            np.array(said_ends, dtype=np.int64),
            numbered,
            np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            titles_of[np.argsort(numbered, kind="stable")],
        )

    def __len__(self) -> int:
        return len(self.heads)

    def __getitem__(self, place: int) -> Title:
        """Return the title at `place`."""
        start, middle, end = self.starts[place], self.said_ends[place], self.starts[place + 1]
        numbers: list[int] = self.words[start:end].tolist()
        own = [self.vocabulary[number] for number in numbers]
        head = int(self.heads[place])
        return Title(
            None if head == _NO_HEAD else self.vocabulary[head],
            frozenset(own[: middle - start]),
            frozenset(own),
        )

    @cached_property
    def _place_of(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.vocabulary)}

    @cached_property
    def _is_head(self) -> NDArray[np.bool_]:
        truths = np.zeros(len(self.vocabulary), dtype=np.bool_)
        truths[self.heads[self.heads != _NO_HEAD]] = True
        return truths

    def is_head(self, word: str) -> bool:
        """Whether `word` is what a title names."""
        place = self._place_of.get(word)
        return place is not None and bool(self._is_head[place])

    def headed(self, word: str) -> list[int]:
        """Return, rising, the places of the titles that name `word` as the thing itself."""
        place = self._place_of.get(word)
        if place is None:
            return []
        holders = self.holders[self.holder_starts[place] : self.holder_starts[place + 1]]
        found: list[int] = holders[self.heads[holders] == place].tolist()
        return found

    def known(self, words: Iterable[str]) -> list[str]:
        """Return those of `words` that a title has, in their order."""
        return [word for word in words if word in self._place_of]

    def count_with(self, word: str) -> int:
        """Return how many titles have `word`."""
        place = self._place_of.get(word)
        return 0 if place is None else int(self.holder_starts[place + 1] - self.holder_starts[place])

    def sharing(self, said: Iterable[str]) -> list[int]:
        """Return, rising, the places of titles whose head and another word or more are among `said`."""
        places = [place for word in set(said) if (place := self._place_of.get(word)) is not None]
        if len(places) < 2 or not self._is_head[places].any():
            return []
        holders = [self.holders[self.holder_starts[one] : self.holder_starts[one + 1]] for one in places]
        shared = np.flatnonzero(np.bincount(np.concatenate(holders)) >= 2)
        found: list[int] = shared[np.isin(self.heads[shared], places)].tolist()
        return found

    def save(self, folder: Path) -> None:
        """Write the words into an existing folder."""
        save_words(folder / _WORDS, self.vocabulary)
        save_arrays(folder, _PREFIX, {name: getattr(self, name) for name in _NAMES})

    @classmethod
    def load(cls, folder: Path) -> TitleWords:
        """Open what `save` wrote. Raises DamagedModelError, FileNotFoundError."""
        vocabulary = load_words(folder / _WORDS)
        found = cls(vocabulary, **load_arrays(folder, _PREFIX, _NAMES))
        if len(found.holder_starts) != len(vocabulary) + 1 or len(found.starts) != len(found) + 1:
            raise DamagedModelError(f"the words of titles in {folder} do not fit; run 'wellput learn'")
        return found
