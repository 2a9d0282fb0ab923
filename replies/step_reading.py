"""Steps read in their place: what we had said, what the customer said to it, what was looked up.

"Yes" alone tells nothing; after "Is there anything else?" it tells what comes next. An encoder that was
taught which reply follows such a text is the reader of a ranking; its vector of a step is the step's reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.embedding import Encoder
from replies.reply_features import TurnVectors, steps_read
from replies.turns import Step, Turn

MOST_TOKENS = 64
_REPLY_CHARS, _SAID_CHARS, _LOOKED_UP_CHARS = 100, 240, 200
_SEPARATOR = " [SEP] "
_SIGNS = re.compile(r"[^\w\s.,?!'-]+|_")  # braces and quotes of a look-up take more tokens than its words


def texts_of(turn: Turn) -> list[str]:
    """Return a text for each step read and, last, one for the turn itself."""
    read = steps_read(turn)
    before = turn.steps[-len(read) - 1].reply if len(turn.steps) > len(read) else ""
    texts: list[str] = []
    for step in (*read, Step(turn.said, turn.looked_up, "", "")):
        texts.append(_text(before, step))
        before = step.reply
    return texts


def with_readings(
    reader: Encoder, turns: Sequence[Turn], vectors: Sequence[TurnVectors]
) -> list[TurnVectors]:
    """Return the vectors of turns with the readings of their steps besides, each text read once."""
    texts = [texts_of(turn) for turn in turns]
    wanted = list(dict.fromkeys(text for of_turn in texts for text in of_turn))
    reading_of = dict(zip(wanted, reader.encode(wanted), strict=True))
    return [
        replace(own, readings=np.stack([reading_of[text] for text in of_turn]))
        for own, of_turn in zip(vectors, texts, strict=True)
    ]


def _text(reply_before: str, step: Step) -> str:
    said = step.said
    if (
        len(said) > _SAID_CHARS
    ):  # a long message says at its beginning what it is about, at its end what is asked
        said = f"{said[: _SAID_CHARS // 2]} {said[-_SAID_CHARS // 2 :]}"
    looked_up = " ".join(_SIGNS.sub(" ", step.looked_up).split())
    return _SEPARATOR.join((reply_before[-_REPLY_CHARS:], said, looked_up[-_LOOKED_UP_CHARS:]))
