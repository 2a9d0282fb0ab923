"""Arrays of a model as files: one npy file each, memory mapped when read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
