"""The serving encoder: what its vectors promise, and how it refuses a folder that does not fit."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.embedding import EncoderError, OnnxEncoder

TEXTS = [
    "Where is my order?",
    "",
    "The mug arrived with a crack along the handle; I would like a replacement or my money back, please.",
    "Where is my order?",
    "ok",
    "Ist die Lampe noch lieferbar? 你好 🎁",
]


@pytest.fixture(scope="module")
def encoder(encoder_folder: Path) -> OnnxEncoder:
    return OnnxEncoder(encoder_folder)


def test_rows_are_unit_vectors_in_the_order_of_the_texts(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension) == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for row, text in enumerate(TEXTS):
        assert np.array_equal(vectors[row], encoder.encode([text])[0])


def test_a_text_has_the_same_vector_whatever_its_neighbours_and_the_threads(
    encoder: OnnxEncoder, encoder_folder: Path
) -> None:
    long = "My parcel is late and nobody answers. " * 20
    alone = encoder.encode(["late parcel"])[0]
    among = OnnxEncoder(encoder_folder, threads=2).encode([long, "late parcel", *TEXTS])[1]
    assert np.array_equal(alone, among)


def test_near_meanings_are_nearer_than_far_ones(encoder: OnnxEncoder) -> None:
    question, near, far = encoder.encode(
        ["My parcel has not come", "Where is my delivery?", "How do I wash the wool throw?"]
    )
    assert question @ near > question @ far + 0.2


def test_only_the_first_256_tokens_are_read(encoder: OnnxEncoder) -> None:
    start = "parcel " * 254
    same = encoder.encode([start + "lamp", start + "teapot", start + "teapot " * 20_000])
    assert np.array_equal(same[0], same[1])
    assert np.array_equal(same[0], same[2])
    earlier = encoder.encode(["parcel " * 253 + "lamp", "parcel " * 253 + "teapot"])
    assert not np.array_equal(earlier[0], earlier[1])


def test_no_texts_give_no_rows(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_half_a_surrogate_pair_is_encoded_all_the_same(encoder: OnnxEncoder) -> None:
    assert np.isfinite(encoder.encode(["broken \ud83c text"])).all()


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_counts_every_text(encoder_folder: Path, threads: int) -> None:
    seen: list[int] = []
    OnnxEncoder(encoder_folder, threads).encode(TEXTS, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == len(TEXTS)


@pytest.mark.parametrize("missing", ["encoder.json", "model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(encoder_folder: Path, tmp_path: Path, missing: str) -> None:
    folder = shutil.copytree(encoder_folder, tmp_path / "encoder")
    (folder / missing).unlink()
    with pytest.raises(EncoderError, match=missing):
        OnnxEncoder(folder)


def test_settings_of_another_encoder_are_refused_with_both_numbers(
    encoder_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(encoder_folder, tmp_path / "encoder")
    settings = folder / "encoder.json"
    settings.write_text(settings.read_text().replace("384", "768"))
    with pytest.raises(EncoderError, match=r"768 dimensions.* gives 384"):
        OnnxEncoder(folder)


def test_unreadable_settings_are_refused(encoder_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(encoder_folder, tmp_path / "encoder")
    (folder / "encoder.json").write_text('{"name": "x"}')
    with pytest.raises(EncoderError, match="dimension"):
        OnnxEncoder(folder)


def test_no_thread_is_no_setting(encoder_folder: Path) -> None:
    with pytest.raises(ValueError, match="at least 1 thread"):
        OnnxEncoder(encoder_folder, threads=0)


def test_serving_loads_neither_torch_nor_scikit_learn(encoder_folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "import models.artefact_store, models.classifier, models.keyword_index, models.vector_index\n"
        "from models.embedding import OnnxEncoder\n"
        "OnnxEncoder(Path(sys.argv[1])).encode(['hello'])\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'sklearn', 'scipy', 'bm25s'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(encoder_folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert ran.stdout.strip() == "[]"
