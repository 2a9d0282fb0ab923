"""The files of a rulebook as one value, on their way between a folder and the versions kept."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from brand_voice.rulebook import RulebookError

Files = Mapping[str, bytes]
"""What a rulebook's folder holds, by path with forward slashes."""

_MOST_FILES = 5_000
_MOST_BYTES = 50_000_000
_VALE_SETTINGS = ".vale.ini"


def read_files(folder: Path) -> dict[str, bytes]:
    """Return what the folder holds, hidden files left out. Raises RulebookError for far too much of it."""
    found: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") and part != _VALE_SETTINGS for part in inside.parts)
        if hidden or not path.is_file():
            continue
        found[inside.as_posix()] = path.read_bytes()
        size += len(found[inside.as_posix()])
        if len(found) > _MOST_FILES or size > _MOST_BYTES:
            raise RulebookError(
                f"{folder} holds more than {_MOST_FILES:,} files or {_MOST_BYTES // 1_000_000} MB; "
                "a rulebook's folder holds its rules and styles and nothing else"
            )
    return found


def hash_of(files: Files) -> str:
    """Return a hash that changes with every change of a path or a content."""
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        digest.update(f"{path}\0{len(content)}\0".encode("utf-8", errors="surrogateescape") + content)
    return digest.hexdigest()


def write_files(files: Files, folder: Path) -> None:
    """Write the files into the folder, each whole or not at all."""
    for path, content in files.items():
        target = folder / path
        if target.is_file() and target.read_bytes() == content:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        aside.write_bytes(content)
        aside.replace(target)


@contextmanager
def unpacked(files: Files, own: Path) -> Iterator[Path]:
    """Hold the files in a folder beside `own` for a while, so that what they name outside is found."""
    folder = own.with_name(f"{own.name}-trial-{secrets.token_hex(4)}")
    folder.mkdir()
    try:
        write_files(files, folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class WrittenFrom:
    """From which version the files in the home were written; `whole` is false while that goes on."""

    number: int = 0
    sha256: str = ""
    whole: bool = True


class WorkingCopy:
    """The files of the home's own folder, at hand for writers: the versions kept are what counts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mark = folder.with_name(f"{folder.name}-written.json")

    def read(self) -> dict[str, bytes]:
        """Return what stands there; nothing when there is no folder. Raises RulebookError."""
        return read_files(self.folder) if self.folder.is_dir() else {}

    @property
    def written_from(self) -> WrittenFrom:
        try:
            found = json.loads(self._mark.read_text(encoding="utf-8"))
            return WrittenFrom(int(found["number"]), str(found["sha256"]), bool(found["whole"]))
        except (OSError, ValueError, KeyError, TypeError):
            return WrittenFrom()

    def changed_by_hand(self) -> bool:
        """Say whether somebody changed the files since they were written last."""
        there, mark = self.read(), self.written_from
        return bool(there) and mark.whole and hash_of(there) != mark.sha256

    def agree(self, number: int, files: Files) -> None:
        """Remember that the files as they stand are those of a version."""
        self._remember(WrittenFrom(number, hash_of(files)))

    def write(self, number: int, files: Files, before: Files) -> None:
        """Bring the files of a version; those of `before` that it does not have are taken away."""
        self._remember(WrittenFrom(number, hash_of(files), whole=False))
        write_files(files, self.folder)
        for path in before.keys() - files.keys():
            (self.folder / path).unlink(missing_ok=True)
        self.agree(number, files)

    def _remember(self, mark: WrittenFrom) -> None:
        said = json.dumps({"number": mark.number, "sha256": mark.sha256, "whole": mark.whole})
        write_files({self._mark.name: said.encode()}, self._mark.parent)
