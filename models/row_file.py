"""Rows on disk that are read one at a time: a file of lines, memory mapped, and where each begins."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from models.manifest import ArtefactError
from models.mapped_array import mapped_array

T = TypeVar("T")

ROWS_SUFFIX = ".jsonl"
STARTS_SUFFIX = ".starts.npy"


class RowFileError(ArtefactError):
    """A file of rows cannot be used; the message names it."""


def write_rows(folder: Path, name: str, rows: Iterable[bytes]) -> None:
    """Write `rows`, none of which holds a line break, as `name` into the existing `folder`."""
    starts = [0]
    with (folder / f"{name}{ROWS_SUFFIX}").open("wb") as file:
        for row in rows:
            if b"\n" in row:
                raise ValueError(f"row {len(starts) - 1} of {name} holds a line break")
            starts.append(starts[-1] + file.write(row + b"\n"))
    np.save(folder / f"{name}{STARTS_SUFFIX}", np.array(starts, dtype=np.int64), allow_pickle=False)


class RowFile(Sequence[T], Generic[T]):
    """What `write_rows` wrote, as a sequence; a row is read and parsed each time it is asked for."""

    def __init__(self, folder: Path, name: str, parse: Callable[[bytes], T]) -> None:
        """Open the rows; raise RowFileError when the two files cannot be read or do not fit."""
        path = folder / f"{name}{ROWS_SUFFIX}"
        self._parse = parse
        try:
            self._starts: NDArray[np.int64] = mapped_array(folder / f"{name}{STARTS_SUFFIX}")
            size = path.stat().st_size
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        except (OSError, EOFError, ValueError) as error:
            raise RowFileError(f"no rows can be read from {path}: {error}; run 'wellput learn'") from error
        if self._starts.ndim != 1 or len(self._starts) == 0 or int(self._starts[-1]) != size:
            raise RowFileError(f"{path} is not as long as was written down; run 'wellput learn'")

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(f"row {index} of {len(self)}")
        return self._parse(self._bytes[self._starts.item(at) : self._starts.item(at + 1) - 1])
