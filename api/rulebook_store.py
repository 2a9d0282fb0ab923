"""Which rulebook is in force: the home's own when it holds its own texts, else the last one that did."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from api.version import VERSION
from brand_voice.proof import ProofFailure, prove
from brand_voice.rulebook import Rulebook, RulebookError, load_rulebook

_MOST_REASONS = 5
_MOST_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class RulebookState:
    """What is in force and, where the home's own rulebook was refused, why. `refused` is "" when none was.

    `folder` is where the rulebook in force was read from; None: the packaged house rulebook.
    """

    version: str
    refused: str = ""
    reasons: tuple[str, ...] = ()
    folder: Path | None = None

    @property
    def words(self) -> str:
        """The state in one sentence, for a page, the doctor or a log."""
        if not self.refused:
            return f"{self.version} is in force"
        first = self.reasons[0] if self.reasons else "it cannot be read"
        return f"{self.refused} was refused ({first}); the last good one, {self.version}, stays in force"


class RulebookStore:
    """The rulebooks of one home: its own, the last good one kept beside it, and which ones are proven.

    A proven rulebook is remembered by a hash of its files and of this version of Wellput, so that it is
    proven once and not at every start.
    """

    def __init__(self, own: Path) -> None:
        """`own` is the rulebook folder of the home; it need not exist."""
        self._own = own
        self._last_good = own.with_name(f"{own.name}-last-good")
        self._proven = own.with_name(f"{own.name}-proven.json")

    def in_force(self, named: Path | None = None) -> tuple[Rulebook, RulebookState]:
        """Return the rulebook to check with: `named`, else the home's own, else the packaged house rulebook.

        A home's own rulebook that cannot be read or fails its own texts gives way to the last good one.
        Raises RulebookError when there is none, or when a named one is refused: nothing is checked by a
        rulebook that is broken.
        """
        if named is not None:
            return self._state(self._tested(named), named)
        if not self._own.is_dir():
            return self._state(load_rulebook(), None)
        try:
            rulebook = self._tested(self._own)
        except RulebookError as fault:
            if not self._last_good.is_dir():
                raise
            rulebook = load_rulebook(self._last_good)
            reasons = tuple(str(fault).splitlines()[:_MOST_REASONS])
            state = RulebookState(rulebook.version, str(self._own), reasons, self._last_good)
            return rulebook, state
        self._keep()
        return self._state(rulebook, self._own)

    def _state(self, rulebook: Rulebook, folder: Path | None) -> tuple[Rulebook, RulebookState]:
        return rulebook, RulebookState(rulebook.version, folder=folder)

    def _tested(self, folder: Path) -> Rulebook:
        rulebook = load_rulebook(folder)
        known = hashlib.sha256(f"{VERSION}\0{rulebook.version}".encode()).hexdigest()
        remembered = self._remembered()
        if known in remembered:
            return rulebook
        failures = prove(rulebook)
        if failures:
            raise RulebookError("\n".join(map(_told, failures[:_MOST_REASONS])))
        self._write(self._proven, json.dumps([*remembered, known][-_MOST_REMEMBERED:]))
        return rulebook

    def _remembered(self) -> list[str]:
        try:
            found: object = json.loads(self._proven.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [str(one) for one in found] if isinstance(found, list) else []

    def _keep(self) -> None:
        """Put the home's own rulebook aside as the last good one, whole or not at all."""
        if _fingerprint(self._last_good) == _fingerprint(self._own):
            return
        fresh = self._last_good.with_name(f"{self._last_good.name}.{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(self._own, fresh)
        shutil.rmtree(self._last_good, ignore_errors=True)
        try:
            fresh.rename(self._last_good)
        except OSError:  # another process of this home was faster; its copy is as good
            shutil.rmtree(fresh, ignore_errors=True)

    def _write(self, file: Path, text: str) -> None:
        aside = file.with_name(f"{file.name}.{os.getpid()}")
        aside.write_text(text, encoding="utf-8")
        aside.replace(file)


def _told(failure: ProofFailure) -> str:
    asked = {"fail": "should be found", "pass": "should pass"}.get(failure.expected, failure.expected)
    return f"rule {failure.rule}: {failure.text[:80]!r} {asked}"


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
