"""Which version of an artefact is in use, and which were before: a small pointer file and a record.

The pointer (`current`) is replaced atomically and decides. The record (`history.jsonl`) is only appended
to, after the pointer; an entry that a crash kept out is made up by the next change.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from models.artefact_folder import sync
from models.manifest import ArtefactError, check_version

POINTER_FILE = "current"
RECORD_FILE = "history.jsonl"
LOCK_FILE = "lock"

_LONGEST_POINTER_BYTES = 200


class BrokenPointerError(ArtefactError):
    """The pointer file does not name a version."""


class Change(StrEnum):
    PROMOTE = "promote"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Promotion:
    """One change of the version in use; `at` is None where no clock was given."""

    version: str
    change: Change
    at: AwareDatetime | None = None

    def __post_init__(self) -> None:
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError(f"the time of a promotion needs a zone, {self.at} has none")


_PROMOTION: TypeAdapter[Promotion] = TypeAdapter(Promotion)


class PromotionRecord:
    """The pointer and the record of one artefact, in its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def locked(self) -> Generator[None]:
        """Hold the artefact's lock against other threads and processes; changes need it."""
        with (self._folder / LOCK_FILE).open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def pointer(self) -> str | None:
        """Return the version that the pointer names, None when there is no pointer.

        Raises BrokenPointerError when the file holds anything but a version.
        """
        path = self._folder / POINTER_FILE
        try:
            with path.open("rb") as file:
                content = file.read(_LONGEST_POINTER_BYTES)
            return check_version(content.decode("ascii").strip())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise BrokenPointerError(f"pointer {path} does not name a version: {error}") from error

    def promotions(self) -> tuple[Promotion, ...]:
        """Return the record, oldest first; lines torn by a crash are left out."""
        try:
            lines = (self._folder / RECORD_FILE).read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        return tuple(promotion for line in lines if (promotion := _parse(line)) is not None)

    def in_line(self) -> tuple[str, ...]:
        """Return the versions that may serve, the best first: the one in use, then what it replaced.

        A rollback takes out of the line what it went back from. The pointer, where it can be read, is
        first whatever the record says.
        """
        line: list[str] = []
        for promotion in self.promotions():
            if promotion.change is Change.ROLLBACK:
                while line and line[-1] != promotion.version:
                    line.pop()
            if not line or line[-1] != promotion.version:
                line.append(promotion.version)
        try:
            pointer = self.pointer()
        except BrokenPointerError:
            pointer = None
        if pointer is not None:
            line.append(pointer)
        return tuple(dict.fromkeys(reversed(line)))

    def change(self, promotion: Promotion) -> None:
        """Point to the promotion's version and record it; the caller holds the lock."""
        self._make_up()
        self._point_to(promotion.version)
        self._append(promotion)

    def _make_up(self) -> None:
        """Record the change that a crash kept out between pointer and record."""
        try:
            pointer = self.pointer()
        except BrokenPointerError:
            return
        recorded = self.promotions()
        if pointer is not None and (not recorded or recorded[-1].version != pointer):
            self._append(Promotion(pointer, Change.PROMOTE))

    def _point_to(self, version: str) -> None:
        aside = self._folder / f"{POINTER_FILE}.new"
        with aside.open("wb") as file:
            file.write(check_version(version).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._folder / POINTER_FILE)
        sync(self._folder)

    def _append(self, promotion: Promotion) -> None:
        path = self._folder / RECORD_FILE
        entry = {
            "version": promotion.version,
            "change": promotion.change.value,
            "at": None if promotion.at is None else promotion.at.isoformat(),
        }
        with path.open("ab") as file:
            torn = file.tell() > 0 and not path.read_bytes().endswith(b"\n")
            file.write((b"\n" if torn else b"") + json.dumps(entry).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        sync(self._folder)


def _parse(line: bytes) -> Promotion | None:
    try:
        promotion = _PROMOTION.validate_json(line)
        check_version(promotion.version)
    except (ValidationError, ValueError):
        return None
    return promotion
