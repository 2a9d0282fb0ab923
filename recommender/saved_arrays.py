"""Arrays and lists of words of a model as files: an array is memory mapped when read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.mapped_array import mapped_array


class DamagedModelError(ValueError):
    """The files of a model do not fit together; the message names the way out."""


def save_arrays(folder: Path, prefix: str, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write each array to `prefix-name.npy` in an existing folder."""
    for name, array in arrays.items():
        np.save(folder / f"{prefix}-{name}.npy", array, allow_pickle=False)


def load_arrays(folder: Path, prefix: str, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Read what `save_arrays` wrote. Raises DamagedModelError, FileNotFoundError."""
    return {name: mapped(folder / f"{prefix}-{name}.npy") for name in names}


def mapped(file: Path) -> NDArray[Any]:
    """Return one array, memory mapped where it holds anything. Raises DamagedModelError."""
    try:
        return mapped_array(file)
    except (ValueError, EOFError) as error:
        raise DamagedModelError(f"{file} is no array ({error}); run 'wellput learn'") from error


def save_words(file: Path, words: Sequence[str]) -> None:
    """Write a list of words."""
    file.write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def load_words(file: Path) -> tuple[str, ...]:
    """Read what `save_words` wrote. Raises DamagedModelError, FileNotFoundError."""
    try:
        return tuple(map(str, json.loads(file.read_text(encoding="utf-8"))))
    except (ValueError, TypeError) as error:
        raise DamagedModelError(f"{file} lists no words ({error}); run 'wellput learn'") from error
