"""Learned artefacts on disk: written aside, verified, promoted, rolled back.

Layout: `root/<name>/<version>/` holds a version's files and its manifest; `root/<name>/current` names the
version in use; `root/<name>/history.jsonl` is the record of promotions. Folders whose name begins with a
dot are unfinished work that nothing reads. See decision 0010.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.artefact_folder import (
    Artefact,
    DamagedArtefactError,
    verify,
)
from models.artefact_writing import ArtefactDraft, remove_version, write_aside
from models.manifest import (
    MANIFEST_FILE,
    ArtefactError,
    Manifest,
    ManifestError,
    check_name,
    check_version,
    from_json,
)
from models.promotion_record import (
    POINTER_FILE,
    BrokenPointerError,
    Change,
    Promotion,
    PromotionRecord,
)

_IN_FLIGHT = timedelta(hours=1)  # longer than any 'learn' waits between writing and promoting

Setting = str | int | float | bool


class NoEarlierVersionError(ArtefactError):
    """There is no good version to roll back to."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A version (or the pointer, as version "current") that was not used, and why."""

    name: str
    version: str
    reason: str


class ArtefactStore:
    """All artefacts under one folder. Safe to share between threads, and `root` between processes.

    A version is hashed once per store object; what it says afterwards is remembered.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._guard = threading.RLock()
        self._opened: dict[tuple[str, str], Artefact | None] = {}
        self._resolved: dict[str, tuple[str | None, str]] = {}
        self._refusals: dict[tuple[str, str], Refusal] = {}

    @contextmanager
    def write(
        self,
        name: str,
        *,
        data_fingerprint: str,
        encoder: str,
        dimension: int,
        metrics: Mapping[str, float],
        settings: Mapping[str, Setting],
        clock_now: datetime,
    ) -> Generator[ArtefactDraft]:
        """Give a folder to fill; when the block ends well it becomes a version, else it is removed.

        The version is not in use until it is promoted. `metrics` and `settings` are read when the block
        ends. Raises EmptyArtefactError when nothing was written, DamagedArtefactError for a symlink or
        another irregular file in it, ManifestError for values a manifest cannot hold.
        """

        def describe(files: dict[str, str]) -> Manifest:
            return Manifest(
                name=name,
                version="unsealed",
                created_at=clock_now,
                data_fingerprint=data_fingerprint,
                encoder=encoder,
                dimension=dimension,
                metrics=dict(metrics),
                settings=dict(settings),
                files=files,
            )

        with write_aside(self._home(name), describe) as draft:
            yield draft

    def promote(self, name: str, version: str, *, at: datetime | None = None) -> Artefact:
        """Put a version in use and return it; raise DamagedArtefactError unless every hash is right."""
        folder = self._home(name) / check_version(version)
        if not folder.is_dir():
            known = ", ".join(self.versions(name)) or "none"
            raise DamagedArtefactError(f"artefact {name} has no version {version}; there are: {known}")
        record = PromotionRecord(self._home(name))
        with record.locked():
            artefact = verify(folder, name, version)
            if _pointer_or_none(record) != version:
                record.change(Promotion(version, Change.PROMOTE, at))
        self._remember(artefact)
        return artefact

    def rollback(self, name: str, *, at: datetime | None = None) -> Artefact:
        """Put the last good version before the one in use back in use and return it.

        Raises NoEarlierVersionError when there is none; then nothing is changed.
        """
        record = PromotionRecord(self._home(name))
        if not record.in_line():
            raise NoEarlierVersionError(
                f"artefact {name} was never promoted, there is nothing to go back from"
            )
        with record.locked():
            reasons: list[str] = []
            for version in record.in_line()[1:]:
                try:
                    artefact = verify(self._home(name) / version, name, version)
                except DamagedArtefactError as error:
                    reasons.append(str(error))
                    continue
                record.change(Promotion(version, Change.ROLLBACK, at))
                self._remember(artefact)
                return artefact
        because = "; ".join(reasons) or "none was promoted before the one in use"
        raise NoEarlierVersionError(f"artefact {name} has no good version to go back to: {because}")

    def current(self, name: str) -> Artefact | None:
        """Return the version in use, or None when there is no good one.

        A version that is damaged or foreign is refused (see `refusals`), and the last good one that it
        replaced is returned instead.
        """
        record = PromotionRecord(self._home(name))
        with self._guard:
            pointer = self._read_pointer(name, record)
            for version in record.in_line():
                artefact = self._open(name, version)
                if artefact is not None:
                    self._resolved[name] = (pointer, version)
                    return artefact
            self._resolved.pop(name, None)
            return None

    def current_version(self, name: str) -> str | None:
        """Return the version that `current` returns or, when another was promoted since, will look at.

        Reads one small file and verifies nothing: compare it with the version at hand to notice a new one.
        """
        pointer = _pointer_or_none(PromotionRecord(self._home(name)))
        with self._guard:
            resolved = self._resolved.get(name)
        if resolved is not None and resolved[0] == pointer:
            return resolved[1]
        return pointer

    def history(self, name: str) -> tuple[Promotion, ...]:
        """Return every promotion and rollback of `name`, oldest first."""
        return PromotionRecord(self._home(name)).promotions()

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what this store refused so far, each version once with its latest reason."""
        with self._guard:
            return tuple(self._refusals.values())

    def names(self) -> tuple[str, ...]:
        """Return the names of all artefacts, sorted."""
        return tuple(name for name in _folders(self._root) if _is_valid(check_name, name))

    def versions(self, name: str) -> tuple[str, ...]:
        """Return every written version of `name`, promoted or not, oldest first; none is verified."""
        return tuple(entry for entry in _folders(self._home(name)) if _is_valid(check_version, entry))

    def prune(self, name: str, keep: int) -> tuple[str, ...]:
        """Remove old versions and return them.

        Kept are: the `keep` best good ones in line (the one in use is the first), the one that the pointer
        names, and what was never promoted but may yet be: it is younger than the one in use, or at most an
        hour older, and whole enough to say so. With no good version in use nothing is removed.
        """
        if keep < 1:
            raise ValueError(f"at least 1 version must be kept, not {keep}")
        record = PromotionRecord(self._home(name))
        if not record.in_line():
            return ()
        with record.locked():
            good = [version for version in record.in_line() if self._is_good(name, version)][:keep]
            if not good:
                return ()
            promoted = {promotion.version for promotion in record.promotions()}
            kept = {*good, _pointer_or_none(record)}
            in_flight_since = self._written_at(name, good[0]) - _IN_FLIGHT
            removed = [
                version
                for version in self.versions(name)
                if version not in kept
                and (version in promoted or self._written_at(name, version) < in_flight_since)
            ]
            for version in removed:
                remove_version(self._home(name) / version)
        with self._guard:
            for version in removed:
                self._opened.pop((name, version), None)
        return tuple(removed)

    def _home(self, name: str) -> Path:
        return self._root / check_name(name)

    def _is_good(self, name: str, version: str) -> bool:
        try:
            verify(self._home(name) / version, name, version)
        except DamagedArtefactError:
            return False
        return True

    def _written_at(self, name: str, version: str) -> datetime:
        """Return when a version was written, the beginning of time when it does not say."""
        try:
            return from_json((self._home(name) / version / MANIFEST_FILE).read_bytes()).created_at
        except (ManifestError, OSError):
            return datetime.min.replace(tzinfo=UTC)

    def _remember(self, artefact: Artefact) -> None:
        with self._guard:
            self._opened[artefact.name, artefact.version] = artefact
            self._refusals.pop((artefact.name, artefact.version), None)
            self._refusals.pop((artefact.name, POINTER_FILE), None)
            self._resolved.pop(artefact.name, None)

    def _read_pointer(self, name: str, record: PromotionRecord) -> str | None:
        try:
            pointer = record.pointer()
        except BrokenPointerError as error:
            self._refuse(name, POINTER_FILE, str(error))
            return None
        if pointer is None and record.promotions():
            self._refuse(name, POINTER_FILE, f"artefact {name} has a history but no pointer file")
        return pointer

    def _open(self, name: str, version: str) -> Artefact | None:
        """Return the verified version, None when it is refused; the caller holds the guard."""
        folder = self._home(name) / version
        opened = self._opened.get((name, version))
        if opened is not None and (folder / MANIFEST_FILE).is_file():
            return opened
        if opened is None and (name, version) in self._opened:
            return None
        try:
            artefact = verify(folder, name, version)
        except DamagedArtefactError as error:
            self._refuse(name, version, str(error))
            if isinstance(error.__cause__, OSError):  # may pass: look again next time
                self._opened.pop((name, version), None)
            else:
                self._opened[name, version] = None
            return None
        self._opened[name, version] = artefact
        return artefact

    def _refuse(self, name: str, version: str, reason: str) -> None:
        self._refusals[name, version] = Refusal(name, version, reason)


def _pointer_or_none(record: PromotionRecord) -> str | None:
    try:
        return record.pointer()
    except BrokenPointerError:
        return None


def _folders(parent: Path) -> Iterator[str]:
    with suppress(FileNotFoundError):
        yield from sorted(path.name for path in parent.iterdir() if path.is_dir())


def _is_valid(check: Callable[[str], str], text: str) -> bool:
    try:
        check(text)
    except ValueError:
        return False
    return True
