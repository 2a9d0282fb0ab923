"""Arrays that stay on disk: paged in as they are read, shared by every process that reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAPPED_FROM_BYTES = 256  # an empty array cannot be mapped


def mapped_array(path: Path) -> NDArray[Any]:
    """Return the array in `path`, memory mapped where it holds anything.

    It comes as a plain array over the map: each slice of a numpy.memmap costs microseconds more. Raises
    OSError, EOFError, ValueError when it cannot be read.
    """
    mode = "r" if path.stat().st_size > _MAPPED_FROM_BYTES else None
    return np.asarray(np.load(path, mmap_mode=mode, allow_pickle=False))
