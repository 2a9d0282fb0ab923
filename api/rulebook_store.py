"""Which rulebook is in force, in every process of a home, from one request to the next."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from api.rulebook_intake import unpack
from api.rulebook_versions import RulebookVersions, told_failure
from api.storage.rulebook_book import Numbers
from api.version import VERSION
from brand_voice.checker import Checker
from brand_voice.proof import prove
from brand_voice.rulebook import Rulebook, RulebookError, load_rulebook
from brand_voice.tone_rules import ToneReader

_MOST_REASONS = 5
_MOST_REMEMBERED = 20
_HISTORY = 50


@dataclass(frozen=True, slots=True)
class RulebookState:
    """What is in force and, where something newer was refused, why. `refused` is "" when nothing was.

    `folder` is where the rulebook in force was read from; None: the packaged house rulebook. `number` is that
    of the version in force; 0: the house rulebook as it comes; None: one that was named by hand.
    """

    version: str
    refused: str = ""
    reasons: tuple[str, ...] = ()
    folder: Path | None = None
    number: int | None = 0

    @property
    def words(self) -> str:
        """The state in one sentence, for a page, the doctor or a log."""
        if not self.refused:
            return f"{self.version} is in force"
        first = self.reasons[0] if self.reasons else "it cannot be read"
        return f"{self.refused} was refused ({first}); the last good one, {self.version}, stays in force"


@dataclass(frozen=True, slots=True)
class InForce:
    """A rulebook in force, ready to check with: `plain` for templates and drafts, `voiced` with the tone."""

    rulebook: Rulebook
    state: RulebookState
    plain: Checker
    voiced: Checker
    numbers: Numbers | None = None


@dataclass(slots=True)
class RulebookStore:
    """Gives the rulebook in force; looks on each call whether another version came in force meanwhile.

    A proven rulebook is remembered by a hash of its files and of this version of Wellput, so that it is
    proven once and not at every start. `named` is a folder to check with instead of the home's versions.
    """

    versions: RulebookVersions
    tone: ToneReader | None = None
    named: Path | None = None
    _held: InForce | None = None
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> InForce:
        """Return what is in force now.

        A version that can no longer be read or proven gives way to the last one that can. Raises
        RulebookError when there is none, or when a named one is refused: nothing is checked by a rulebook
        that is broken.
        """
        if self.named is not None:
            return self._held or self._hold(lambda: self._ready(self._tested(self.named), folder=self.named))
        numbers = self.versions.numbers()
        held = self._held
        if held is not None and held.numbers == numbers:
            return held
        return self._hold(lambda: self._load(numbers))

    def _hold(self, load: Callable[[], InForce]) -> InForce:
        with self._turn:
            self._held = load()
            return self._held

    def _load(self, numbers: Numbers) -> InForce:
        if self._held is not None and self._held.numbers == numbers:
            return self._held  # another thread was faster
        number, newest = numbers
        refused, reasons = self._refused(number, newest)
        fault: RulebookError | None = None
        for candidate in self._candidates(number):
            try:
                folder = unpack(self.versions, candidate)
                rulebook = self._tested(folder)
            except RulebookError as error:
                fault = fault or error
                continue
            if fault is not None:
                refused, reasons = f"version {number}", tuple(str(fault).splitlines()[:_MOST_REASONS])
            return self._ready(rulebook, refused, reasons, folder=folder, number=candidate, numbers=numbers)
        raise fault or RulebookError("no version of the rulebook can be read")

    def _candidates(self, number: int) -> list[int]:
        """Return the version in force and those before it, newest first."""
        if not number:
            return [0]
        earlier = self.versions.history(_HISTORY, before=number)
        return [number, *(one.number for one in earlier if not one.refused)]

    def _refused(self, number: int, newest: int) -> tuple[str, tuple[str, ...]]:
        if newest == number:
            return "", ()
        record = self.versions.get(newest)
        return f"version {newest}", record.refused

    def _ready(
        self,
        rulebook: Rulebook,
        refused: str = "",
        reasons: tuple[str, ...] = (),
        *,
        folder: Path | None,
        number: int | None = None,
        numbers: Numbers | None = None,
    ) -> InForce:
        state = RulebookState(rulebook.version, refused, reasons, folder, number)
        voiced = rulebook.with_tone(self.tone)
        return InForce(rulebook, state, Checker(rulebook), Checker(voiced), numbers)

    def _tested(self, folder: Path | None) -> Rulebook:
        if folder is None:
            return load_rulebook()
        own = self.versions.copy.folder
        rulebook = load_rulebook(folder, called=None if folder == self.named else own.name)
        known = hashlib.sha256(f"{VERSION}\0{rulebook.version}".encode()).hexdigest()
        file = own.with_name(f"{own.name}-proven.json")
        remembered = _remembered(file)
        if known in remembered:
            return rulebook
        failures = prove(rulebook)
        if failures:
            raise RulebookError("\n".join(map(told_failure, failures[:_MOST_REASONS])))
        aside = file.with_name(f"{file.name}.{os.getpid()}")
        aside.write_text(json.dumps([*remembered, known][-_MOST_REMEMBERED:]), encoding="utf-8")
        aside.replace(file)
        return rulebook


def _remembered(file: Path) -> list[str]:
    try:
        found: object = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(one) for one in found] if isinstance(found, list) else []
