"""An encoder that remembers gives the same vectors, reads a text once, forgets what was asked long ago."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.remembering import RememberingEncoder
from tests.fakes.encoder import HashingEncoder


class Noting(HashingEncoder):
    """Notes each text it reads."""

    def __init__(self) -> None:
        super().__init__(16)
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += texts
        return super().encode(texts)


def test_a_text_is_read_once_and_its_vector_stays_the_same() -> None:
    noting = Noting()
    once = RememberingEncoder(noting)
    first = once.encode(["lamp", "order", "lamp"])
    assert np.array_equal(once.encode(["order", "lamp"]), first[1:])
    assert noting.read == ["lamp", "order"]
    assert once.encode([]).shape == (0, 16)


def test_what_was_asked_longest_ago_is_forgotten() -> None:
    noting = Noting()
    once = RememberingEncoder(noting, most=2)
    once.encode(["lamp", "order"])
    once.encode(["lamp"])
    once.encode(["voucher"])
    once.encode(["lamp"])
    assert noting.read == ["lamp", "order", "voucher"]
    once.encode(["order"])
    assert noting.read[-1] == "order"


def test_more_texts_at_once_than_are_remembered_all_have_a_vector() -> None:
    once = RememberingEncoder(Noting(), most=1)
    assert np.array_equal(once.encode(["a", "b", "c"]), HashingEncoder(16).encode(["a", "b", "c"]))
