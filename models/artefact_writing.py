"""A version's way onto the disk: filled aside, sealed, renamed in one step; and its way off."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC
from pathlib import Path, PosixPath

from models.artefact_folder import hash_files, sync, sync_files
from models.manifest import MANIFEST_FILE, ArtefactError, Manifest

_WRITING = ".writing-"
_REMOVING = ".removing-"
_OLD_S = 3600.0


class EmptyArtefactError(ArtefactError):
    """A writer left its folder empty."""


class ArtefactDraft(PosixPath):
    """The folder to fill inside `ArtefactStore.write`; afterwards it says under which version it stands."""

    _version: str | None = None

    @property
    def version(self) -> str:
        """The version written; raises ArtefactError until the block has ended."""
        if self._version is None:
            raise ArtefactError("the version is known when the 'with' block has ended")
        return self._version

    def stands_as(self, version: str) -> None:
        """Note the version under which the store has put the folder."""
        self._version = version


@contextmanager
def write_aside(home: Path, describe: Callable[[dict[str, str]], Manifest]) -> Generator[ArtefactDraft]:
    """Give a folder inside `home` to fill; when the block ends well, seal it and rename it to its version.

    `describe` makes the manifest out of the sha256 of each file; its version is replaced by the one found.
    When the block fails, the folder is removed; when the process dies, a later writer removes it.
    """
    home.mkdir(parents=True, exist_ok=True)
    aside = home / f"{_WRITING}{uuid.uuid4().hex}"
    aside.mkdir()
    handle = os.open(aside, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # tells a living writer from a dead one
        _clean(home, aside.stat().st_mtime)
        draft = ArtefactDraft(aside)
        yield draft
        draft.stands_as(_seal(aside, describe(hash_files(aside))))
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    finally:
        os.close(handle)


def _seal(aside: Path, manifest: Manifest) -> str:
    """Write the manifest, bring all to the disk, and rename the folder to a version that is free."""
    if not manifest.files:
        raise EmptyArtefactError(f"artefact {manifest.name}: its writer left the folder empty")
    content = hashlib.sha256(manifest.to_json()).hexdigest()[:8]
    base = f"{manifest.created_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{content}"
    attempt = 1
    while True:
        version = base if attempt == 1 else f"{base}-{attempt}"
        (aside / MANIFEST_FILE).write_bytes(replace(manifest, version=version).to_json())
        sync_files(aside)
        try:
            aside.rename(aside.parent / version)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            attempt += 1
            continue
        sync(aside.parent)
        return version


def _clean(home: Path, now_s: float) -> None:
    """Remove what dead writers left; `now_s` is a fresh time stamp of the same file system."""
    for path in sorted(home.iterdir()):
        if not path.name.startswith((_WRITING, _REMOVING)):
            continue
        with suppress(OSError):  # another writer may be cleaning too
            if now_s - path.stat().st_mtime > _OLD_S and not _is_held(path):
                shutil.rmtree(path)


def _is_held(path: Path) -> bool:
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def remove_version(folder: Path) -> None:
    """Take a version out of sight in one step, then remove its files."""
    aside = folder.with_name(f"{_REMOVING}{uuid.uuid4().hex}")
    folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)
