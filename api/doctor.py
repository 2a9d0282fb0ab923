"""What is there, which versions, what is wrong, and the way out of each fault."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from api.carriers import FolderCarrier
from api.learned import NAMES, LearnedParts
from api.settings import Home, Settings
from api.shop_profile import read_shop
from api.storage import open_storage
from api.version import VERSION
from brand_voice.checker import prove
from brand_voice.rulebook import load_rulebook
from models.artefact_store import ArtefactStore
from replies.records import OutboxState

_PACKAGES = ("models", "brand_voice", "recommender", "replies", "api")
FINE, NOTE, FAULT = "fine", "note", "fault"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: `state` is fine, note or fault; `fix` the way out."""

    what: str
    state: str
    detail: str
    fix: str = ""


def examine(settings: Settings) -> list[Diagnosis]:
    """Look at everything; nothing is changed but an older database, which is migrated on opening."""
    home = Home(settings.home)
    found = [Diagnosis("wellput", FINE, VERSION), *_packages()]
    if not home.exists:
        found.append(
            Diagnosis(
                "home", FAULT, f"there is none at {home.root}", "'wellput import' or 'wellput demo' makes one"
            )
        )
        return found
    found.append(Diagnosis("home", FINE, str(home.root)))
    looks: tuple[tuple[str, Callable[[], list[Diagnosis]]], ...] = (
        ("shop", lambda: _shop(home)),
        ("database", lambda: _database(settings, home)),
        ("rulebook", lambda: _rulebook(home)),
        ("artefacts", lambda: _artefacts(settings, home)),
        ("carrier", lambda: _carrier(home)),
    )
    for what, look in looks:
        try:
            found.extend(look())
        except Exception as error:  # noqa: BLE001  the doctor reports every fault, whatever its kind
            found.append(Diagnosis(what, FAULT, str(error) or type(error).__name__, "see the message"))
    return found


def _packages() -> Iterator[Diagnosis]:
    """The imported packages are this product's own: `models` and `api` are common names."""
    here = Path(__file__).resolve().parents[1]
    for name in _PACKAGES:
        place = Path(importlib.import_module(name).__file__ or "").resolve().parent
        if place.parent != here:
            yield Diagnosis(
                name,
                FAULT,
                f"imported from {place}, not from {here}",
                "install Wellput in an environment of its own",
            )


def _shop(home: Home) -> list[Diagnosis]:
    if not home.shop_file.is_file():
        return [
            Diagnosis("shop", NOTE, "no shop.toml, general facts are assumed", "write one: docs/operating.md")
        ]
    shop = read_shop(home.shop_file)
    return [Diagnosis("shop", FINE, f"{shop.name}, {len(shop.topics)} topics")]


def _database(settings: Settings, home: Home) -> list[Diagnosis]:
    storage = open_storage(settings.database_url or home.database_url)
    try:
        with storage.reading() as unit:
            counts = unit.counts()
            in_doubt = len(unit.outbox.in_state(OutboxState.IN_DOUBT))
    finally:
        storage.close()
    rows = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    found = [Diagnosis("database", FINE, f"{storage.describe()}: {rows}")]
    if in_doubt:
        found.append(
            Diagnosis("outbox", NOTE, f"{in_doubt} messages in doubt", "decide on them at /desk, 'In doubt'")
        )
    return found


def _rulebook(home: Home) -> list[Diagnosis]:
    rulebook = load_rulebook(home.rulebook if home.rulebook.is_dir() else None)
    failures = prove(rulebook)
    if failures:
        first = failures[0]
        return [Diagnosis("rulebook", FAULT, f"{rulebook.version}: {first}", "mend the rule or its example")]
    return [Diagnosis("rulebook", FINE, f"{rulebook.version}, {len(rulebook.rules)} rules, all proven")]


def _artefacts(settings: Settings, home: Home) -> list[Diagnosis]:
    store = ArtefactStore(home.artefacts)
    learned = LearnedParts(store, settings.threads).refreshed()
    in_use = dict(learned.versions)
    refused = {refusal.name for refusal in store.refusals()}
    found = [Diagnosis(name, FINE, in_use[name]) for name in NAMES if name in in_use]
    found += [
        Diagnosis(name, NOTE, "not learned yet", "run 'wellput learn'")
        for name in NAMES
        if name not in in_use and name not in refused
    ]
    found += [
        Diagnosis(
            refusal.name,
            FAULT,
            f"{refusal.version} is refused: {refusal.reason}",
            "run 'wellput learn' again",
        )
        for refusal in store.refusals()
    ]
    found += [Diagnosis("artefacts", NOTE, note, "run 'wellput learn'") for note in learned.notes]
    return found


def _carrier(home: Home) -> list[Diagnosis]:
    return [Diagnosis("carrier", FINE, f"folder {FolderCarrier(home.outbox).folder}")]
