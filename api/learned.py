"""The learned artefacts as they are served: loaded once, exchanged when another version is promoted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from api.identifiers import new_id
from brand_voice.tone import LearnedTone, ToneModel
from models.artefact_folder import Artefact
from models.artefact_store import ArtefactStore
from models.embedding import OnnxEncoder
from models.remembering import RememberingEncoder
from models.text_classifier import TextClassifier
from recommender.catalogue import BuyingRoute
from recommender.cross_sell import CrossSell
from recommender.offers import OfferPolicy
from recommender.product_search import ProductSearch
from replies.confidence import Confidence
from replies.knowledge import KnowledgeSearch
from replies.learned_cues import LearnedCues
from replies.products_named import ProductsNamed
from replies.reply_ranking import ReplyRanker
from replies.taken import Habits

ENCODER, SEARCH, TOPICS, REPLIES, CROSS_SELL = "encoder", "search", "topics", "replies", "cross-sell"
VOICE = "voice"
NAMES = (ENCODER, SEARCH, TOPICS, REPLIES, CROSS_SELL, VOICE)
FORMATS = {ENCODER: 1, SEARCH: 4, TOPICS: 2, REPLIES: 7, CROSS_SELL: 5, VOICE: 1}
"""How each part's files are laid out; raised when Wellput can no longer read what it wrote before."""
FORMAT_SETTING = "format"
KNOWLEDGE_FOLDER, PRODUCTS_FOLDER, TWIN_FOLDER, CUES_FOLDER = "knowledge", "products", "twin", "cues"
READER_FOLDER = "reader"
_STEPS_REMEMBERED = 2_000  # readings of the steps of contacts that go on: 3 MB
_LOOK_EVERY_S = 0.5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Learned:
    """What is in use at one moment. A part is None when it was never learned or cannot be used."""

    encoder: OnnxEncoder | None = None
    knowledge: KnowledgeSearch | None = None
    products: ProductSearch | None = None
    cues: LearnedCues | None = None
    topics: TextClassifier | None = None
    ranker: ReplyRanker | None = None
    confidence: Confidence = Confidence()
    habits: Habits = Habits()
    cross_sell: CrossSell | None = None
    tone: LearnedTone | None = None
    versions: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def products_named(self) -> ProductsNamed:
        """What finds the products that messages name."""
        found = self.products
        return ProductsNamed() if found is None else ProductsNamed(found.mentioned, found.loosely_mentioned)


class LearnedParts:
    """Gives the artefacts in use; safe to share between threads."""

    def __init__(
        self,
        store: ArtefactStore,
        threads: int,
        shop_routes: tuple[BuyingRoute, ...] = (),
        offer_policy: OfferPolicy | None = None,
    ) -> None:
        self._store = store
        self._threads = threads
        self._shop_routes = shop_routes
        self._offer_policy = OfferPolicy() if offer_policy is None else offer_policy
        self._guard = threading.Lock()
        self._looked_at = 0.0
        self._seen: tuple[str | None, ...] | None = None
        self._learned = Learned()

    def current(self) -> Learned:
        """Return what is in use; notices a newly promoted version within half a second."""
        if time.monotonic() - self._looked_at < _LOOK_EVERY_S:
            return self._learned
        return self.refreshed()

    def refreshed(self) -> Learned:
        """Return what is in use at this very moment."""
        with self._guard:
            seen = tuple(self._store.current_version(name) for name in NAMES)
            if seen != self._seen:
                self._learned = self._load()
                self._seen = tuple(self._store.current_version(name) for name in NAMES)
            self._looked_at = time.monotonic()
            return self._learned

    def _load(self) -> Learned:
        notes: list[str] = []
        encoder_artefact = self._store.current(ENCODER)
        if encoder_artefact is None:
            return Learned(cross_sell=self._cross_sell(notes), notes=tuple(notes))
        encoder = OnnxEncoder(encoder_artefact.folder, threads=self._threads)
        return Learned(
            encoder=encoder,
            knowledge=self._part(
                SEARCH, _inside(KNOWLEDGE_FOLDER, KnowledgeSearch.load), encoder.name, notes
            ),
            products=self._part(SEARCH, _inside(PRODUCTS_FOLDER, ProductSearch.load), encoder.name, []),
            cues=self._part(SEARCH, _inside(CUES_FOLDER, LearnedCues.load), encoder.name, []),
            topics=self._part(
                TOPICS, lambda folder: TextClassifier.load(folder, self._threads), encoder.name, notes
            ),
            ranker=self._part(
                REPLIES, lambda folder: open_ranking(folder, self._threads), encoder.name, notes
            ),
            confidence=self._part(REPLIES, Confidence.load, encoder.name, []) or Confidence(),
            habits=self._part(REPLIES, Habits.load, encoder.name, []) or Habits(),
            cross_sell=self._cross_sell(notes),
            tone=self._part(
                VOICE, lambda folder: LearnedTone(ToneModel.load(folder), encoder), encoder.name, notes
            ),
            versions=self._versions(),
            notes=tuple(notes),
        )

    def _part(
        self, name: str, load: Callable[[Path], T | None], encoder: str | None, notes: list[str]
    ) -> T | None:
        """Load one part; None, with a note, when it rests on another encoder than the one in use."""
        artefact = self._store.current(name)
        if artefact is None:
            return None
        if not is_readable(artefact):
            notes.append(f"{name} {artefact.version} was written by another Wellput; run 'wellput learn'")
            return None
        if encoder is not None and artefact.manifest.encoder != encoder:
            notes.append(
                f"{name} {artefact.version} was learned with encoder {artefact.manifest.encoder}, in use is "
                f"{encoder}: it is left aside until 'wellput learn' has run"
            )
            return None
        return load(artefact.folder)

    def _cross_sell(self, notes: list[str]) -> CrossSell | None:
        def load(folder: Path) -> CrossSell:
            return CrossSell.load(
                folder,
                new_id=lambda: new_id("offer"),
                model_version=folder.name,
                shop_routes=self._shop_routes,
                policy=self._offer_policy,
            )

        return self._part(CROSS_SELL, load, None, notes)

    def _versions(self) -> tuple[tuple[str, str], ...]:
        current = ((name, self._store.current(name)) for name in NAMES)
        return tuple((name, artefact.version) for name, artefact in current if artefact is not None)


def open_ranking(folder: Path, threads: int, part: str = ".") -> ReplyRanker:
    """Open the ranking of replies in an artefact, or its twin, with the reader taught for both if any."""
    reader = None
    if (folder / READER_FOLDER).is_dir():
        reader = RememberingEncoder(OnnxEncoder(folder / READER_FOLDER, threads), _STEPS_REMEMBERED)
    return ReplyRanker.load(folder / part, reader)


def is_readable(artefact: Artefact) -> bool:
    """Whether this Wellput can read the files: laid out as it lays them out."""
    return artefact.manifest.settings.get(FORMAT_SETTING, 1) == FORMATS[artefact.name]


def _inside(place: str, load: Callable[[Path], T]) -> Callable[[Path], T | None]:
    """Load from `place` inside the artefact's folder, None where the artefact holds no such part."""
    return lambda folder: load(folder / place) if (folder / place).exists() else None
