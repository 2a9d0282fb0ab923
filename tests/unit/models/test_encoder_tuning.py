"""An encoder taught its labels: they stand further apart, within its time, and it is served as any other."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from models.embedding import OnnxEncoder
from models.encoder_export import export_encoder, open_source
from models.encoder_tuning import Lesson, tune_encoder
from models.open_classifier import OpenClassifier
from models.read_texts import ReadTexts
from models.text_classifier import OWN_ENCODER_FOLDER, TextClassifier

from .test_encoder_export import small_model

WORDS = {
    "delivery": ("parcel", "courier", "late", "tracking"),
    "refund": ("money", "back", "refund", "paid"),
    "lamp": ("lamp", "bulb", "shade", "light"),
}
TEXTS, LABELS = zip(
    *(
        (" ".join(pair), label)
        for label, own in WORDS.items()
        for pair in (*itertools.permutations(own, 2), *itertools.permutations(own, 3))
    ),
    strict=True,
)


def apartness(vectors: np.ndarray) -> float:
    same = np.array([[one == other for other in LABELS] for one in LABELS])
    cosines = vectors @ vectors.T
    return float(cosines[same].mean() - cosines[~same].mean())


@pytest.mark.parametrize("upper", [None, 1])
@pytest.mark.filterwarnings("ignore")
def test_labels_stand_further_apart_and_the_encoder_has_a_name_of_its_own(
    tmp_path: Path, upper: int | None
) -> None:
    source = str(small_model(tmp_path))
    before = export_encoder(source, tmp_path / "before")
    texts, labels = TEXTS * 8, LABELS * 8
    folder = tmp_path / "topics" / OWN_ENCODER_FOLDER
    made = tune_encoder(source, texts, labels, folder, Lesson(120, threads=1, seed=1, upper=upper))
    assert made is not None
    assert 2 <= made.epochs <= 5
    assert made.settings.name != before.name
    own = OnnxEncoder(folder)
    vectors = own.encode(TEXTS)
    assert apartness(vectors) > apartness(OnnxEncoder(tmp_path / "before").encode(TEXTS)) + 0.005
    OpenClassifier.fit(vectors, LABELS, seed=1).save(tmp_path / "topics")
    reader = TextClassifier.load(tmp_path / "topics")
    told = reader.decide("refund money", np.zeros(7, dtype=np.float32))  # the shared vector is not read
    assert told.label == "refund"


@pytest.mark.filterwarnings("ignore")
def test_nothing_is_written_where_the_time_is_too_short(tmp_path: Path) -> None:
    ticks = itertools.count(step=10.0)
    made = tune_encoder(
        str(small_model(tmp_path)),
        TEXTS * 8,
        LABELS * 8,
        tmp_path / "out",
        Lesson(30, threads=1, seed=1),
        clock=lambda: next(ticks),
    )
    assert made is None
    assert not (tmp_path / "out").exists()


@pytest.mark.filterwarnings("ignore")
def test_the_upper_layers_on_kept_states_make_the_vectors_of_the_whole(tmp_path: Path) -> None:
    import torch

    opened = open_source(str(small_model(tmp_path)))
    read = ReadTexts(torch, opened, TEXTS, max_tokens=16)
    places = [3, 40, 17]
    with torch.no_grad():
        read.teaching(on=False)
        whole = read.vectors(places).numpy()
        with read.upper_alone(1, lambda: True) as kept:
            assert kept
            read.teaching(on=False)
            assert np.allclose(read.vectors(places).numpy(), whole, atol=2e-3)
            moved = {id(one) for one in read.trained}
        assert np.allclose(read.vectors(places).numpy(), whole)
    layers = opened.transformer.encoder.layer
    assert not moved & {id(one) for one in layers[0].parameters()}
    assert moved >= {id(one) for one in layers[1].parameters()}
