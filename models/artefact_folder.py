"""One version's folder on disk: sealed with hashes when written, verified when opened."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.manifest import MANIFEST_FILE, ArtefactError, Manifest, check_file, from_json

_LARGEST_MANIFEST_BYTES = 4_000_000


class DamagedArtefactError(ArtefactError):
    """An artefact is not what its manifest says, or not the one that was asked for."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """A verified version: `folder` holds exactly the files of `manifest`."""

    name: str
    version: str
    folder: Path
    manifest: Manifest


def hash_files(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file under `folder` by its relative path, except the manifest's.

    Raises DamagedArtefactError for a symlink or anything else that is no regular file.
    """
    return {path: _sha256(folder / path) for path in _files(folder) if path != MANIFEST_FILE}


def sync_files(folder: Path) -> None:
    """Bring every file and folder below and including `folder` to the disk."""
    for path in _files(folder):
        sync(folder / path)
    for parent, _, _ in os.walk(folder, topdown=False):
        sync(Path(parent))


def sync(path: Path) -> None:
    """Bring one file, or the entries of one folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def verify(folder: Path, name: str, version: str) -> Artefact:
    """Return the artefact in `folder` after hashing every file in it.

    Raises DamagedArtefactError, naming the artefact and the first fault, when the folder is missing or a
    symlink, the manifest is invalid or another artefact's, or a file is missing, changed, extra or no
    regular file.
    """
    try:
        manifest = _read_manifest(folder)
        _check_identity(manifest, name, version)
        _check_files(manifest.files, hash_files(folder))
    except (ArtefactError, OSError) as error:
        raise DamagedArtefactError(f"artefact {name} {version} refused: {error}") from error
    return Artefact(name, version, folder, manifest)


def _read_manifest(folder: Path) -> Manifest:
    for part in (folder.parent, folder):
        if part.is_symlink():
            raise DamagedArtefactError(f"{part.name} is a symlink")
    if not folder.is_dir():
        raise DamagedArtefactError("its folder is missing")
    path = folder / MANIFEST_FILE
    if path.is_symlink() or not path.is_file():
        raise DamagedArtefactError(f"{MANIFEST_FILE} is missing or no regular file")
    if path.stat().st_size > _LARGEST_MANIFEST_BYTES:
        raise DamagedArtefactError(f"{MANIFEST_FILE} is larger than {_LARGEST_MANIFEST_BYTES} bytes")
    return from_json(path.read_bytes())


def _check_identity(manifest: Manifest, name: str, version: str) -> None:
    if (manifest.name, manifest.version) != (name, version):
        raise DamagedArtefactError(f"its manifest belongs to {manifest.name} {manifest.version}")


def _check_files(stated: Mapping[str, str], found: Mapping[str, str]) -> None:
    for path in sorted(stated.keys() | found.keys()):
        if path not in found:
            raise DamagedArtefactError(f"file {path} is missing")
        if path not in stated:
            raise DamagedArtefactError(f"file {path} is not in the manifest")
        if stated[path] != found[path]:
            raise DamagedArtefactError(f"file {path} has sha256 {found[path]}, not {stated[path]}")


def _files(folder: Path) -> Iterator[str]:
    """Yield the relative path of every regular file below `folder`, sorted within each folder."""
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for entry in [*folders, *sorted(files)]:
            path = Path(parent) / entry
            mode = path.lstat().st_mode
            relative = path.relative_to(folder).as_posix()
            if stat.S_ISREG(mode):
                yield _allowed(relative)
            elif not stat.S_ISDIR(mode):
                kind = "a symlink" if stat.S_ISLNK(mode) else "no regular file"
                raise DamagedArtefactError(f"{relative} is {kind}")


def _allowed(relative: str) -> str:
    if relative == MANIFEST_FILE:
        return relative
    try:
        return check_file(relative)
    except ValueError as error:
        raise DamagedArtefactError(str(error)) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
