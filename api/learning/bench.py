"""What every learning step works with, and what it says at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from api.learned import FORMAT_SETTING, FORMATS, is_readable
from api.learning.wishes import LearningMeans, LearningWishes
from api.storage.learning_frames import LearningFrames
from models.artefact_folder import Artefact
from models.artefact_store import ArtefactStore
from models.artefact_writing import ArtefactDraft
from models.remembering import RememberingEncoder
from replies.contacts import Contact, Role
from replies.ports import Clock

PROMOTED, KEPT, SKIPPED = "promoted", "kept", "skipped"
_HELD_OUT_SHARE = 5  # one in five


class NothingToLearn(Exception):
    """There are no rows to learn from; the message says what to import."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one part: the version in use now, the decision and why."""

    part: str
    version: str | None
    decision: str
    why: str
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def line(self) -> str:
        """The outcome in one line."""
        return f"{self.part}: {self.decision}, {self.why}"

    def as_document(self) -> dict[str, Any]:
        """Return the outcome for JSON."""
        return {
            "part": self.part,
            "version": self.version,
            "decision": self.decision,
            "why": self.why,
            "metrics": {name: round(value, 4) for name, value in self.metrics.items()},
        }


@dataclass(frozen=True, slots=True)
class Bench:
    """The collaborators of a learning step."""

    store: ArtefactStore
    frames: LearningFrames
    encoder: RememberingEncoder
    clock: Clock
    tell: Callable[[str], None]
    counts: ArtefactStore
    means: LearningMeans
    wishes: LearningWishes = LearningWishes()

    def in_use_version(self, part: str) -> str | None:
        """The version of a part in use, None when there is no good one."""
        artefact = self.store.current(part)
        return None if artefact is None else artefact.version

    def comparable(self, part: str) -> Artefact | None:
        """The version in use, when this Wellput can read it and it rests on the encoder in use."""
        artefact = self.store.current(part)
        if artefact is None or not is_readable(artefact) or artefact.manifest.encoder != self.encoder.name:
            return None
        return artefact

    def is_unchanged(self, part: str, fingerprint: str) -> bool:
        """Whether the version in use was learned from the very same rows with this encoder."""
        artefact = self.comparable(part)
        return artefact is not None and artefact.manifest.data_fingerprint == fingerprint

    def unchanged(self, part: str) -> Outcome:
        """The outcome when nothing has changed since the version in use."""
        return Outcome(part, self.in_use_version(part), KEPT, "nothing has changed since it was learned")

    def writing(
        self,
        part: str,
        fingerprint: str,
        metrics: Mapping[str, float],
        settings: Mapping[str, str | int | float | bool] | None = None,
    ) -> AbstractContextManager[ArtefactDraft]:
        """Write a new version aside; it is not in use before `promote`."""
        return self.store.write(
            part,
            data_fingerprint=fingerprint,
            encoder=self.encoder.name,
            dimension=self.encoder.dimension,
            metrics=metrics,
            settings={**(settings or {}), FORMAT_SETTING: FORMATS[part]},
            clock_now=self.clock.now(),
        )

    def promote(self, part: str, version: str, why: str, metrics: Mapping[str, float]) -> Outcome:
        """Put a version in use."""
        self.store.promote(part, version, at=self.clock.now())
        return Outcome(part, version, PROMOTED, why, metrics)

    def keep(self, part: str, why: str, metrics: Mapping[str, float]) -> Outcome:
        """Leave the version in use where it is."""
        return Outcome(part, self.in_use_version(part), KEPT, why, metrics)


def is_held_out(contact_id: str) -> bool:
    """Whether a contact is one of the fifth that no evaluation twin ever learns from (decision 0003)."""
    digest = hashlib.sha256(f"held out\n{contact_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % _HELD_OUT_SHARE == 0


def first_question(contact: Contact) -> str:
    """Return what the customer said before our first reply, "" when nothing."""
    said: list[str] = []
    for message in contact.messages:
        if message.role is Role.AGENT:
            break
        if message.role is Role.CUSTOMER:
            said.append(message.text)
    return "\n".join(said)


def fingerprint_of(parts: Iterable[str]) -> str:
    """Return one fingerprint for several."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def verdict(
    what: str, ours: float, its: float | None, rows: int, tolerance: float = 0.01
) -> tuple[bool, str]:
    """Return whether to promote, and why, from one figure where higher is better.

    `its` is the figure of the version in use on the same held-out rows, None where there is none to compare.
    """
    if rows == 0:
        return True, "there are no held-out rows to judge by; the newer rows decide"
    if its is None:
        return True, f"{what} {ours:.3f} on {rows} held-out rows; there was no version in use to compare"
    better = ours >= its - tolerance
    sign = "at least as good as" if better else "worse than"
    return better, f"{what} {ours:.3f} is {sign} {its:.3f} of the version in use, on {rows} held-out rows"
