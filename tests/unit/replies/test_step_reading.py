"""A step is read in its place: with our reply before it and with what was looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from replies.reply_features import turn_vectors
from replies.reply_ranking import ReplyRanker, labelled_turns
from replies.step_reading import texts_of, with_readings
from replies.turns import turns

from .test_reply_ranking import ENCODER, a_dialogue


class CountingReader:
    """Reads only which reply stood before and whether something was looked up; counts what it reads."""

    name, dimension = "counting", 3

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return np.asarray(
            [[bool(part.strip()) for part in text.split("[SEP]")] for text in texts], np.float32
        )


def test_a_text_holds_our_reply_before_it_and_the_words_of_the_look_up() -> None:
    first, second = turns(a_dialogue(0))
    (alone,) = texts_of(first)
    again, last = texts_of(second)
    assert again == alone and alone.startswith(" [SEP] hello I have a question")
    assert last.split(" [SEP] ") == [second.previous_reply, "it is in front of me", "order found"]


def test_a_long_message_is_read_from_both_ends() -> None:
    messages = a_dialogue(0).messages
    long = replace(messages[2], text="first " + "word " * 900 + "last")
    _, turn = turns(replace(a_dialogue(0), messages=(*messages[:2], long, *messages[3:])))
    said = texts_of(turn)[-1].split(" [SEP] ")[1]
    assert said.startswith("first") and said.endswith("last") and len(said) < 300


def test_each_text_is_read_once_and_each_turn_has_the_readings_of_its_steps() -> None:
    reader = CountingReader()
    asked = labelled_turns([a_dialogue(0), a_dialogue(0)])
    read = with_readings(reader, asked, turn_vectors(asked, ENCODER))
    assert len(reader.texts) == len(set(reader.texts)) == 2
    assert [one.read.shape for one in read] == [(1, ENCODER.dimension + 3), (2, ENCODER.dimension + 3)] * 2
    assert read[1].readings is not None and read[1].readings.tolist() == [[0, 1, 0], [1, 1, 1]]


def test_a_ranking_reads_with_its_reader_when_it_was_kept(tmp_path: Path) -> None:
    ranker = ReplyRanker.fit(
        (a_dialogue(n) for n in range(40)), ENCODER, seed=1, members=1, reader=CountingReader()
    )
    assert ranker is not None
    ranker.save(tmp_path)
    again = ReplyRanker.load(tmp_path, CountingReader())
    asked = labelled_turns([a_dialogue(1)])
    for turn, vectors in zip(asked, turn_vectors(asked, ENCODER), strict=True):
        ranked = ranker.rank(turn, vectors, 3)
        assert ranked[0].reply_id == turn.reply_id
        assert again.rank(turn, vectors, 3) == ranked
