"""Names of people, places and firms, and addresses, found by a small linear model over word classes.

Each token is judged by its class (`name_lexicon`), by the classes of its neighbours, alone, in pairs and in
threes, and by how the line is laid out. The model was fitted by `name_fitting`; its weights are packaged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from brand_voice.finding import Span
from brand_voice.name_lexicon import FOLDER, class_of

LABELS = ("", "name", "place", "organisation", "address")
TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d+(?:[^\W\d_]{1,3}\b)?|\n|[^\w\s]|_")
WEIGHTS = FOLDER / "tagger.npz"
MOST_TOKENS = 20_000
"""Text beyond this many tokens is not searched for names (about 100,000 characters)."""
OTHER_BIAS = -2.4
"""How much speaks for a plain word; below zero, since a name left standing costs more than a word lost."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A piece of text and what it is: one of LABELS but the first."""

    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class TaggerModel:
    """`rows` gives the row of `weights`, (n, 5) float32, that a feature has; the last row is all zero."""

    rows: dict[str, int]
    weights: npt.NDArray[np.float32]


def features(
    classes: Sequence[str], words: Sequence[str], places: Iterable[int] | None = None
) -> list[list[str]]:
    """Return the features of the tokens at `places` (None: of all), from class, neighbours and letters."""
    around = ["^", "^", "^", *classes, "$", "$", "$"]
    small = "+" if any(one.endswith(("/X", "/XX")) for one in classes) else "-"
    streets = _near(classes, ("street", "unit", "?street"))
    lines = _near(classes, ("line",))
    digits = _near(classes, tuple("123456"))
    found: list[list[str]] = []
    for place in range(len(classes)) if places is None else places:
        own = classes[place]
        at = place + 3
        b2, b1, n1, n2 = around[at - 2], around[at - 1], around[at + 1], around[at + 2]
        low = words[place].lower()
        marks = [
            f"0{own}",
            f"a{b1}",
            f"b{b2}",
            f"c{around[at - 3]}",
            f"A{n1}",
            f"B{n2}",
            f"C{around[at + 3]}",
            f"d{b1}|{own}",
            f"D{own}|{n1}",
            f"e{b2}|{b1}",
            f"E{n1}|{n2}",
            f"f{b1}|{own}|{n1}",
            f"g{b2}|{b1}|{own}",
            f"G{own}|{n1}|{n2}",
            f"s{small}{own}",
            f"n{streets[place]}{lines[place]}{digits[place]}{own}",
            f"m{streets[place]}{lines[place]}{digits[place]}{small}",
        ]
        if own[0] == "?" or own[:3] in {"pro", "giv", "sur", "com"} or own[:5] == "place":
            marks += [f"u{low[-3:]}", f"v{low[-2:]}", f"w{low[:3]}"]
        found.append(marks)
    return found


def _near(classes: Sequence[str], kinds: tuple[str, ...]) -> list[int]:
    """Return for each token whether a class of these kinds stands within four tokens: before 1, after 2."""
    hits = [place for place, own in enumerate(classes) if own.startswith(kinds)]
    near = [0] * len(classes)
    for hit in hits:
        for place in range(max(0, hit - 4), hit):
            near[place] |= 2
        for place in range(hit + 1, min(len(near), hit + 5)):
            near[place] |= 1
    return near


def tokens_of(text: str, taken: Iterable[Span] = ()) -> tuple[list[Span], list[str], list[str]]:
    """Return the places, words and classes of the tokens; each piece of `taken` is one token "taken"."""
    places: list[Span] = []
    words: list[str] = []
    classes: list[str] = []
    for start, end, whole in _stretches(text, taken):
        if whole:
            places.append(Span(start, end))
            words.append("")
            classes.append("taken")
            continue
        for found in TOKEN.finditer(text, start, end):
            word = found.group()
            places.append(Span(found.start(), found.end()))
            words.append(word)
            classes.append(_class(word))
            if len(places) >= MOST_TOKENS:
                return places, words, classes
    return places, words, classes


def _stretches(text: str, taken: Iterable[Span]) -> Iterator[tuple[int, int, bool]]:
    place = 0
    for span in taken:
        yield place, span.start, False
        yield span.start, span.end, True
        place = span.end
    yield place, len(text), False


_known: dict[str, str] = {}


def _class(word: str) -> str:
    known = _known.get(word)
    if known is None:
        known = class_of(word)
        if len(_known) < 50_000:
            _known[word] = known
    return known


@cache
def packaged_model() -> TaggerModel:
    """Read the packaged weights, once."""
    return read_model(WEIGHTS)


def read_model(path: Path) -> TaggerModel:
    """Read what `name_fitting.write_model` wrote."""
    with np.load(path) as stored:
        weights = np.asarray(stored["weights"], dtype=np.float32)
        names = bytes(stored["names"]).decode("utf-8").split("\n")
    padded = np.vstack([weights, np.zeros((1, weights.shape[1]), dtype=np.float32)])
    return TaggerModel({name: row for row, name in enumerate(names)}, padded)


def scores(classes: Sequence[str], words: Sequence[str], model: TaggerModel) -> npt.NDArray[np.float32]:
    """Return (n, 5) float32: how well each label fits each token; 0 for plain words among plain words."""
    rows = model.rows
    nothing = len(model.weights) - 1
    fits = np.zeros((len(classes), model.weights.shape[1]), dtype=np.float32)
    telling = _telling(classes)
    picked: list[int] = []
    starts: list[int] = []
    for marks in features(classes, words, telling):
        starts.append(len(picked))
        picked += [row for mark in marks if (row := rows.get(mark)) is not None] or [nothing]
    if telling:
        fits[telling] = np.add.reduceat(model.weights[picked], starts, axis=0)
    return fits


def _telling(classes: Sequence[str]) -> list[int]:
    """Return the places of tokens worth a judgement: any but plain words, and their next neighbours."""
    worth = bytearray(len(classes) + 2)
    for place, own in enumerate(classes):
        if own not in _PLAIN and own[0] != "=":
            worth[place : place + 3] = b"\1\1\1"
    return [place for place in range(len(classes)) if worth[place + 1]]


_PLAIN = frozenset({"word/x", "word's/x", *",.:;-/()\"'#!?>&\\@", "line", "sign", "money", "taken", "day/X"})


def tag(
    text: str, taken: Sequence[Span] = (), model: TaggerModel | None = None, bias: float | None = None
) -> tuple[Tagged, ...]:
    """Return what the model finds in `text`, in order of place; `taken` are places already known for
    something else, in order. A higher `bias` speaks for finding nothing."""
    places, words, classes = tokens_of(text, taken)
    if not places:
        return ()
    fitted = packaged_model() if model is None else model
    fits = scores(classes, words, fitted)
    fits[:, 0] += np.where(fits.any(axis=1), OTHER_BIAS if bias is None else bias, 1.0)
    labels = fits.argmax(axis=1).tolist()
    return tuple(_pieces(text, places, classes, labels))


def _pieces(text: str, places: Sequence[Span], classes: Sequence[str], labels: list[int]) -> Iterator[Tagged]:
    start = 0
    while start < len(labels):
        label = labels[start]
        if not label or classes[start] == "taken":
            start += 1
            continue
        end = start + 1
        over = ("taken",) if LABELS[label] == "address" else ("taken", "line")
        while end < len(labels) and labels[end] == label and classes[end] not in over:
            end += 1
        first, last = start, end
        while first < last and not text[places[first].start].isalnum():
            first += 1
        while last > first and not text[places[last - 1].start].isalnum():
            last -= 1
        if first < last:
            yield Tagged(LABELS[label], Span(places[first].start, places[last - 1].end))
        start = end
