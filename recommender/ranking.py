"""From what is asked about to scored candidates: the engine that is served, in numpy alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, cast, overload

import numpy as np

from models.list_ranker import ListRanker
from recommender.baskets import ItemArray
from recommender.candidates import Candidate, EvidenceFloor, Likened, strong_enough
from recommender.co_counts import FloatArray
from recommender.co_purchase import ByProduct, CoPurchase, Heaviest, Together, best
from recommender.offers import Feature
from recommender.ranking_features import FEATURES, Knowledge, describe
from recommender.saved_arrays import DamagedModelError
from recommender.strength_settings import EngineSettings
from recommender.tail_lift import TailLift

_FORMAT = 3
_STATED = 2
_FEW_DAYS = 45  # a day later than this after the last order says nothing about the season


@dataclass(frozen=True, slots=True)
class Asked:
    """What candidates are wanted for: products, what the customer bought before, the day.

    `bought` stands in where `skus` names nothing that is known. `day` decides the season.
    """

    skus: tuple[str, ...]
    bought: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """From a ranking to chances: the log odds are `base` + `by_share` * (score - log of the sum of exp of all
    scores) + `by_size` * log(products asked). Platt's scaling (1999), fitted on rows no network learned from.
    """

    base: float
    by_share: float
    by_size: float

    def chances(self, scores: FloatArray, asked: int) -> FloatArray:
        """Return (m,) float32: the chance of each that an order with what is asked holds it too."""
        if not len(scores):
            return np.zeros(0, dtype=np.float32)
        top = float(scores.max())
        share = scores - (top + float(np.log(np.exp(scores - top).sum())))
        odds = self.base + self.by_share * share + self.by_size * float(np.log(max(asked, 1)))
        return (1.0 / (1.0 + np.exp(-odds))).astype(np.float32)


class Ranked(NamedTuple):
    """Candidates (m,) positions, best first, their scores, chances and features (m, f)."""

    items: ItemArray
    scores: FloatArray
    chances: FloatArray
    features: FloatArray

    def first(self, most: int) -> Ranked:
        """Return the best `most`."""
        return Ranked(self.items[:most], self.scores[:most], self.chances[:most], self.features[:most])


@dataclass(frozen=True)
class Engine:
    """Scores candidates; without a ranker (too few orders to learn one) by the co-purchase blend.

    `least_probability` is the chance below which nothing is offered, `tail_lift` how far the ranking leans to
    what is seldom bought.
    """

    knowledge: Knowledge
    settings: EngineSettings
    ranker: ListRanker | None = None
    calibration: Calibration | None = None
    least_probability: float = 0.0
    tail_lift: TailLift = TailLift()

    @classmethod
    def plain(cls, co_purchase: CoPurchase) -> Engine:
        """Return an engine that ranks by the co-purchase blend alone."""
        return cls(Knowledge.plain(co_purchase), EngineSettings(co_purchase.settings))

    @property
    def co_purchase(self) -> CoPurchase:
        """The exact counts."""
        return self.knowledge.co_purchase

    def candidates(self, asked: Asked, floor: EvidenceFloor | None, limit: int) -> Sequence[Candidate]:
        """Return at most `limit` candidates, best first, with the two heaviest statements each; they are made
        when they are read.

        With a floor only statements that hold it count, a candidate without any is left out, and so is
        one below `least_probability`. Unknown SKUs are passed over.
        """
        model = self.co_purchase
        shown = model.positions(asked.skus)
        if not len(shown):
            shown = model.positions(asked.bought)
        ranked = self.ranked(shown, self._month(asked.day)).first(limit)
        seen = model.evidence_of(shown, ranked.items)
        if floor is not None:
            seen = strong_enough(seen, floor, model.orders)
        stated = seen.by_product(ranked.items)
        likely = ranked.chances >= (0.0 if floor is None else self.least_probability)
        likened: dict[int, _Borrowed] = {}
        if len(self.knowledge.alike.new):
            for at in np.flatnonzero(likely & (stated.counts == 0)).tolist():
                found = self._likened(int(ranked.items[at]), shown, floor)
                likened |= {} if found is None else {at: found}
        kept = np.flatnonzero(likely & (stated.counts > 0))
        places = sorted({*kept.tolist(), *likened})
        return _Listed(places, ranked, stated, likened)

    def _likened(self, item: int, shown: ItemArray, floor: EvidenceFloor | None) -> _Borrowed | None:
        """Return which bought product a new one reads like, and the statement on it: for a new candidate
        its orders with what is asked about, for something new asked about those with the candidate.
        """
        model, near = self.co_purchase, self.knowledge.alike
        models = near.of(item)
        if len(models):
            pairs = [(int(anchor), int(like), item, int(like)) for anchor in shown for like in models]
        else:
            pairs = [
                (int(like), item, int(asked), int(like)) for asked in shown for like in near.of(int(asked))
            ]
        best_found: _Borrowed | None = None
        for anchor, product, new, like in pairs:
            seen = model.evidence([model.skus[anchor]], [model.skus[product]])
            seen = seen if floor is None else strong_enough(seen, floor, model.orders)
            for one in seen.heaviest(1).get(model.skus[product], ()):
                if best_found is None or one.score > best_found.statement.score:
                    best_found = _Borrowed(Likened(model.skus[new], model.skus[like]), one)
        return best_found

    def ranked(self, shown: ItemArray, month: int | None = None) -> Ranked:
        """Return the candidates for these products, best first; ties stand in order of the first look."""
        items, features = describe(self.knowledge, shown, month)
        if self.ranker is None:
            scores = features[:, FEATURES.index("blend")]
            chances = features[:, FEATURES.index("confidence_largest")]
        else:
            scores = self.ranker.scores(features)
            calibration = self.calibration or Calibration(0.0, 1.0, 0.0)
            chances = calibration.chances(scores, len(shown))
            scores = self.tail_lift.applied(scores, features, len(shown))
        order = best(scores, len(scores))
        return Ranked(items[order], scores[order], chances[order], features[order])

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return (n,) float32: 1 for the best candidate, 1/2 for the next …; 0 for all that are none."""
        ranked = self.ranked(items, self._month(None))
        scores = np.zeros(len(self.co_purchase.skus), dtype=np.float32)
        scores[ranked.items] = 1.0 / np.arange(1, len(ranked.items) + 1)
        return scores

    def _month(self, day: date | None) -> int:
        """Return the month of `day` while the orders are fresh, else that of the last order."""
        last = _day_of(self.co_purchase.fitted_until)
        return (last if day is None or (day - last).days > _FEW_DAYS else day).month - 1

    def save(self, folder: Path) -> None:
        """Write the engine to an existing folder."""
        self.knowledge.save(folder)
        if self.ranker is not None:
            self.ranker.save(folder)
        about = {
            "format": _FORMAT,
            "settings": self.settings.as_document(),
            "calibration": None if self.calibration is None else self.calibration_document(),
            "least_probability": self.least_probability,
            "tail_lift": asdict(self.tail_lift),
        }
        (folder / "engine.json").write_text(json.dumps(about), encoding="utf-8")

    def calibration_document(self) -> dict[str, float]:
        """Return the calibration's three numbers, zeros where there is none."""
        known = self.calibration or Calibration(0.0, 0.0, 0.0)
        return {"base": known.base, "by_share": known.by_share, "by_size": known.by_size}

    @classmethod
    def load(cls, folder: Path) -> Engine:
        """Read what `save` wrote; arrays are memory mapped. Raises DamagedModelError, FileNotFoundError."""
        about = json.loads((folder / "engine.json").read_text(encoding="utf-8"))
        try:
            if about["format"] != _FORMAT:
                raise DamagedModelError(
                    f"{folder} holds format {about['format']}, this version reads {_FORMAT}; "
                    "run 'wellput learn'"
                )
            calibration = None if about["calibration"] is None else Calibration(**about["calibration"])
            return cls(
                Knowledge.load(folder),
                EngineSettings.from_document(about["settings"]),
                ListRanker.load(folder),
                calibration,
                float(about["least_probability"]),
                TailLift(**about["tail_lift"]),
            )
        except (KeyError, TypeError) as error:
            raise DamagedModelError(f"{folder} holds no engine ({error}); run 'wellput learn'") from error


@lru_cache(maxsize=64)
def _day_of(moment: np.datetime64) -> date:
    return cast(date, moment.astype("datetime64[D]").item())


class _Borrowed(NamedTuple):
    """What is stated of a new product: that of the bought one it reads like."""

    likened: Likened
    statement: Together


class _Listed(Sequence[Candidate]):
    """Candidates at some places of a ranking, made when they are read: most are never looked at."""

    def __init__(
        self,
        places: Sequence[int],
        ranked: Ranked,
        stated: ByProduct,
        likened: Mapping[int, _Borrowed],
    ) -> None:
        self._places, self._ranked, self._stated, self._likened = places, ranked, stated, likened
        self._made: dict[int, Candidate] = {}

    @overload
    def __getitem__(self, index: int) -> Candidate: ...
    @overload
    def __getitem__(self, index: slice) -> list[Candidate]: ...
    def __getitem__(self, index: int | slice) -> Candidate | list[Candidate]:
        if isinstance(index, slice):
            return [self._at(place) for place in self._places[index]]
        return self._at(self._places[index])

    def __len__(self) -> int:
        return len(self._places)

    def _at(self, at: int) -> Candidate:
        made = self._made.get(at)
        if made is None:
            made = self._made[at] = self._new(at)
        return made

    def _new(self, at: int) -> Candidate:
        ranked = self._ranked
        borrowed = self._likened.get(at)
        return Candidate(
            self._stated.evidence.skus[int(ranked.items[at])],
            float(ranked.scores[at]),
            Heaviest(self._stated, at, _STATED) if borrowed is None else (borrowed.statement,),
            probability=float(ranked.chances[at]),
            features=NamedFeatures(ranked.features[at]),
            likened=None if borrowed is None else borrowed.likened,
        )


class NamedFeatures(Sequence[Feature]):
    """A row of features, named when it is read: most candidates are never offered, and need no names."""

    def __init__(self, row: FloatArray) -> None:
        self._row = row

    @overload
    def __getitem__(self, index: int) -> Feature: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Feature, ...]: ...
    def __getitem__(self, index: int | slice) -> Feature | tuple[Feature, ...]:
        if isinstance(index, slice):
            return tuple(self)[index]
        return Feature(FEATURES[index], round(float(self._row[index]), 6))

    def __iter__(self) -> Iterator[Feature]:
        values: list[float] = self._row.astype(np.float64).round(6).tolist()
        return map(Feature._make, zip(FEATURES, values, strict=True))

    def __len__(self) -> int:
        return len(self._row)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(cast("Sequence[object]", other))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
