"""Learned versions as the administrator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.artefact_store import NoEarlierVersionError
from replies.records import AuditEntry

if TYPE_CHECKING:
    from api.wiring import Wellput
    from models.artefact_folder import Artefact
    from models.promotion_record import Promotion


@dataclass(frozen=True, slots=True)
class ArtefactSeen:
    """One artefact: what is in use, what was promoted before (latest first), and its figures in words."""

    name: str
    current: Artefact | None
    history: tuple[Promotion, ...]
    figures: tuple[str, ...]


def artefacts_seen(service: Wellput) -> tuple[ArtefactSeen, ...]:
    """Return every artefact of the home."""
    store = service.artefacts
    seen: list[ArtefactSeen] = []
    for name in store.names():
        current = store.current(name)
        metrics = sorted(current.manifest.metrics.items()) if current is not None else []
        figures = tuple(f"{metric.replace('_', ' ')} {value:.4g}" for metric, value in metrics)
        seen.append(ArtefactSeen(name, current, tuple(reversed(store.history(name))), figures))
    return tuple(seen)


def roll_back(service: Wellput, name: str, actor: str) -> str:
    """Go back to the last good version, note it in the audit, and return what happened in words."""
    now = service.clock.now()
    try:
        artefact = service.artefacts.rollback(name, at=now)
    except NoEarlierVersionError as error:
        return f"Nothing was changed: {error}."
    with service.storage.writing() as unit:
        unit.audit.add(AuditEntry(now, actor, "artefact rolled back", name, artefact.version))
    return f"{name} is back at version {artefact.version}."
