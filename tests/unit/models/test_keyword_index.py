"""The keyword index: which words count, and what it says of folders that do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.keyword_index import KeywordIndex, KeywordIndexError, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Candles & CANDLE", ["candle", "candle"]),
        ("batteries glass bus", ["battery", "glass", "bus"]),
        ("Crème brûlée", ["creme", "brulee"]),
        ("LR-1042", ["lr", "1042", "lr1042"]),
        ("T-shirts", ["t", "shirt", "tshirt"]),
        ("3.5 and 35", ["3", "5", "3.5", "and", "35"]),
        ("don't", ["don", "t"]),
        ("  \n!?", []),
        ("灯 лампа", ["灯", "лампа"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.fixture
def index() -> KeywordIndex:
    return KeywordIndex.build(
        ["Blue wool throws", "LR-1042 reading lamp", "", "A candle, and candles"],
    )


def test_a_plural_a_model_number_or_a_part_of_it_finds_the_text(index: KeywordIndex) -> None:
    for query, position in [("throw", 0), ("lr1042", 1), ("1042", 1), ("Candles", 3)]:
        assert [hit[0] for hit in index.search(query, 5)] == [position]


def test_no_shared_word_no_hit(index: KeywordIndex) -> None:
    assert index.search("teapot", 5) == []
    assert index.search("", 5) == []
    assert not index.scores("teapot").any()


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    for index in (KeywordIndex.build([]), KeywordIndex.build(["…"])):
        index.save(tmp_path)
        again = KeywordIndex.load(tmp_path)
        assert again.search("lamp", 3) == []
        assert len(again) == len(index)


def test_a_negative_n_is_refused(index: KeywordIndex) -> None:
    with pytest.raises(ValueError, match="negative"):
        index.search("lamp", -1)


@pytest.mark.parametrize("broken", ["words.json", "weights.npy", "texts.npy", "bounds.npy"])
@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_a_folder_that_cannot_be_read_is_named(
    index: KeywordIndex, tmp_path: Path, broken: str, content: bytes | None
) -> None:
    index.save(tmp_path)
    if content is None:
        (tmp_path / broken).unlink()
    else:
        (tmp_path / broken).write_bytes(content)
    with pytest.raises(KeywordIndexError, match=str(tmp_path)):
        KeywordIndex.load(tmp_path)


def test_files_of_two_indexes_do_not_go_together(index: KeywordIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "one")
    KeywordIndex.build(["lamp"]).save(tmp_path / "two")
    (tmp_path / "two" / "words.json").rename(tmp_path / "one" / "words.json")
    with pytest.raises(KeywordIndexError, match="do not fit together"):
        KeywordIndex.load(tmp_path / "one")


def test_leaving_out_what_cannot_win_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    pool = [f"word{number}" for number in range(40)]
    chances = 1.0 / np.arange(1, 41)
    texts = [" ".join(random.choice(pool, 6, p=chances / chances.sum())) for _ in range(400)]
    index = KeywordIndex.build(texts)
    queries = [" ".join(random.choice(pool, 4)) for _ in range(60)]
    whole = [index.search(query, 5) for query in queries]
    monkeypatch.setattr("models.keyword_index._LONG_LIST", 0)
    assert [index.search(query, 5) for query in queries] == whole
    some = np.array([5, 17, 399])
    assert index.scores_at(queries[0], some).tolist() == index.scores(queries[0])[some].tolist()
