"""A learned sense of the brand's tone: logistic regression over the sentences of approved replies against
those of first drafts, or of general support English where there are too few drafts.

A text's logit is the mean of its sentences' logits; one temperature, fitted on replies that the model had not
seen, makes it a probability that can be believed. Digits and the name in a greeting are put aside before a
sentence is read, so that who and how much do not colour how.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brand_voice.reading import Reading, read
from brand_voice.tone_rules import OffBrand
from models.classifier import expected_calibration_error
from models.embedding import Encoder
from models.logistic_fit import fit_linear, out_of_fold_logits, temperature_of
from models.manifest import ArtefactError

TONE_FILE = "tone.npz"
LEAST_TEXTS = 50
"""Approved replies below which there is too little to know a tone by."""
LEAST_DRAFTS = 50
"""First drafts below which general support English stands in for them."""
LEAST_SEPARATION = 0.75
"""The chance of telling an off-brand text from an on-brand one, below which the tone stays silent."""
_FOLDS = 5
_MOST_SENTENCES = 200
_DIGITS = re.compile(r"\d")
_GREETED = re.compile(
    r"^((?:dear|hello|hi|hey|good (?:morning|afternoon|evening))\s)[^,!.\n]{1,60}", re.IGNORECASE
)
_ON, _OFF = 0, 1


class ToneError(ArtefactError):
    """A folder holds no tone that can be read."""


@dataclass(frozen=True, slots=True)
class ToneFigures:
    """What the replies a model had not seen showed, texts on and off weighted alike.

    `separation` is the chance that an off-brand text gets the higher probability of the two (area under the
    ROC curve); `flagged_on` and `flagged_off` are the shares of each kind with a probability of 0.8 or more.
    """

    texts_on: int
    texts_off: int
    separation: float
    calibration_error: float
    flagged_on: float
    flagged_off: float


@dataclass(frozen=True, slots=True)
class ToneModel:
    """`slope` (d,) float32 and `offset` give a sentence's logit of being off-brand."""

    slope: NDArray[np.float32]
    offset: float
    temperature: float

    def chances(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability (n,) of each sentence, alone, of being off-brand. `vectors` is (n, d)."""
        return _sigmoid(self.logits(vectors) / self.temperature)

    def logits(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return (n,) logits of sentences, not yet calibrated. Raises ToneError for another dimension."""
        if vectors.shape[1:] != self.slope.shape:
            raise ToneError(
                f"the tone was learned in {len(self.slope)} dimensions, not in {vectors.shape[1]}; "
                "run 'wellput learn --only voice'"
            )
        return (vectors @ self.slope).astype(np.float64) + self.offset

    def chance(self, vectors: NDArray[np.float32]) -> float:
        """Return the probability that the text of these sentences (n, d) is off-brand."""
        return float(_sigmoid(self.logits(vectors).mean() / self.temperature))

    def save(self, folder: Path) -> None:
        """Write the model into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        scalars = np.array([self.offset, self.temperature], dtype=np.float64)
        np.savez(folder / TONE_FILE, allow_pickle=False, slope=self.slope, scalars=scalars)

    @classmethod
    def load(cls, folder: Path) -> ToneModel:
        """Open a saved model. Raises ToneError when it cannot be read."""
        try:
            with (folder / TONE_FILE).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                offset, temperature = (float(value) for value in arrays["scalars"])
                return cls(arrays["slope"].astype(np.float32), offset, temperature)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise ToneError(
                f"no tone can be read from {folder / TONE_FILE}: {error}; run 'wellput learn --only voice'"
            ) from error


@dataclass(frozen=True, slots=True)
class LearnedTone:
    """Fulfils `tone_rules.ToneReader` with one encoder pass over a text's sentences."""

    model: ToneModel
    encoder: Encoder

    def read(self, reading: Reading, channel: str, /) -> tuple[float, tuple[OffBrand, ...]]:
        """Return the chance that the text is off-brand, and its sentences, worst first."""
        del channel  # a brand speaks in one voice; too few replies a channel to learn several
        spans = reading.sentences[:_MOST_SENTENCES]
        if not spans:
            return 0.0, ()
        vectors = self.encoder.encode([neutral(reading.plain[span.start : span.end]) for span in spans])
        chances = self.model.chances(vectors)
        off = [OffBrand(span, float(chance)) for span, chance in zip(spans, chances, strict=True)]
        return self.model.chance(vectors), tuple(sorted(off, key=lambda one: (-one.chance, one.span.start)))


def learn_tone(
    approved: Sequence[str], off_brand: Sequence[str], encoder: Encoder, *, seed: int
) -> tuple[ToneModel, ToneFigures]:
    """Learn from approved replies and off-brand ones, each at least one; figures are on replies held out.

    A text without a sentence is left out. Raises ValueError when a side has no text.
    """
    sides = [_sentences(approved, encoder), _sentences(off_brand, encoder)]
    if not all(len(side.vectors) for side in sides):
        raise ValueError("a tone needs approved replies and others to tell them from")
    vectors = np.concatenate([side.vectors for side in sides])
    codes = np.repeat(np.array([_ON, _OFF], dtype=np.int64), [len(side.vectors) for side in sides])
    groups = [f"{name} {text}" for name, side in enumerate(sides) for text in side.text_of]
    held_out = out_of_fold_logits(vectors, codes, 2, seed=seed, folds=_FOLDS, groups=groups)
    prior = float(np.log(len(sides[_OFF].vectors) / len(sides[_ON].vectors)))
    difference = held_out[:, _OFF].astype(np.float64) - held_out[:, _ON] - prior
    means, text_codes = _by_text(difference, codes, groups)
    temperature = _temperature(means, text_codes)
    linear = fit_linear(vectors, codes, 2, seed=seed)
    model = ToneModel(
        (linear.weights[_OFF] - linear.weights[_ON]).astype(np.float32),
        float(linear.bias[_OFF] - linear.bias[_ON]) - prior,
        temperature,
    )
    return model, _figures(_sigmoid(means / temperature), text_codes)


def neutral(sentence: str) -> str:
    """Return a sentence with its digits and the name it greets put aside."""
    return _GREETED.sub(r"\1customer", _DIGITS.sub("0", " ".join(sentence.split())))


@dataclass(frozen=True, slots=True)
class _Side:
    """The sentences of the texts of one kind, (n, d), and which text each stands in."""

    vectors: NDArray[np.float32]
    text_of: list[int]


def _sentences(texts: Sequence[str], encoder: Encoder) -> _Side:
    said: list[str] = []
    text_of: list[int] = []
    for number, text in enumerate(texts):
        reading = read(text)
        for span in reading.sentences[:_MOST_SENTENCES]:
            said.append(neutral(reading.plain[span.start : span.end]))
            text_of.append(number)
    return _Side(encoder.encode(said), text_of)


def _by_text(
    difference: NDArray[np.float64], codes: NDArray[np.int64], groups: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the mean logit (t,) and the code (t,) of each text whose sentences were held out."""
    _, first, text_of = np.unique(np.array(groups), return_index=True, return_inverse=True)
    means = np.bincount(text_of, weights=difference) / np.bincount(text_of)
    judged = np.isfinite(means)
    return means[judged], codes[first][judged]


def _temperature(means: NDArray[np.float64], codes: NDArray[np.int64]) -> float:
    """Return the temperature under which the texts' mean logits are calibrated, both kinds weighing alike."""
    counts = np.bincount(codes, minlength=2)
    if not counts.all():
        return 1.0
    times = np.rint(counts.max() / counts).astype(np.int64)
    rows = np.repeat(np.arange(len(codes)), times[codes])
    logits = np.stack([np.zeros(len(rows)), means[rows]], axis=1).astype(np.float32)
    return temperature_of(logits, codes[rows])


def _figures(chances: NDArray[np.float64], codes: NDArray[np.int64]) -> ToneFigures:
    on, off = chances[codes == _ON], chances[codes == _OFF]
    if not len(on) or not len(off):
        return ToneFigures(len(on), len(off), 0.5, 0.0, 0.0, 0.0)
    higher = (off[:, None] > on[None, :]).mean() + 0.5 * (off[:, None] == on[None, :]).mean()
    sure = np.maximum(chances, 1 - chances).astype(np.float32)
    return ToneFigures(
        texts_on=len(on),
        texts_off=len(off),
        separation=float(higher),
        calibration_error=expected_calibration_error(sure, (chances >= 0.5) == (codes == _OFF)),
        flagged_on=float((on >= 0.8).mean()),
        flagged_off=float((off >= 0.8).mean()),
    )


def _sigmoid(logits: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0))))
