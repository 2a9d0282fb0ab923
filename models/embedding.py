"""Texts to vectors: the encoder that serves, without torch."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tokenizers import Tokenizer

from models.manifest import ArtefactError

ENCODER_FILE = "encoder.json"
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"

# Tokenising takes time by the character, truncating by the token: of a text longer than this only the
# beginning can matter, since 256 tokens rarely span a tenth of it.
MAX_CHARACTERS = 20_000


class EncoderError(ArtefactError):
    """An encoder folder cannot be used; the message names it and the way out."""


class Encoder(Protocol):
    """Whatever turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Name that changes whenever the vectors would."""
        ...

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, d) float32 unit rows, in the order of `texts`."""
        ...


class EncoderSettings(BaseModel):
    """What `encoder.json` says: written by the export, read by the serving side.

    `prompt` is put before every text, as the source model's own default prompt asks.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(min_length=1)
    dimension: int = Field(gt=0)
    max_tokens: int = Field(gt=0)
    prompt: str


class _Session(Protocol):
    def run(self, _output_names: list[str], _input_feed: dict[str, NDArray[np.int64]], /) -> list[Any]: ...


class OnnxEncoder:
    """An exported encoder folder, served by ONNX Runtime.

    Each text is a pass of its own. Dynamic quantisation takes its scale from the whole input, so in a batch
    the neighbours would change a text's vector (cosine .92 to 1 measured); alone, the same text always
    gives the same vector, and up to `threads` texts are encoded side by side. See decision 0011.
    Safe to share between threads.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Open the folder; raise EncoderError when a file is missing or does not fit the others."""
        if threads < 1:
            raise ValueError(f"an encoder needs at least 1 thread, not {threads}")
        settings = _read_settings(folder)
        self.name = settings.name
        self.dimension = settings.dimension
        self._threads = threads
        self._prompt = settings.prompt
        self._tokenizer = _open_tokenizer(folder, settings.max_tokens)
        self._session = _open_session(folder)
        width = self._vector("").shape[0]
        if width != settings.dimension:
            raise EncoderError(
                f"encoder in {folder}: {ENCODER_FILE} says {settings.dimension} dimensions, "
                f"{MODEL_FILE} gives {width}; export it again with 'wellput learn'"
            )

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return (n, d) float32 unit rows, in the order of `texts`.

        The text beyond the encoder's limit of tokens (256 for the packaged one) is not read; an empty text
        has a vector too. Equal texts are encoded once. `progress` is told how many texts are done.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        rows: dict[str, list[int]] = {}
        for row, text in enumerate(texts):
            rows.setdefault(text, []).append(row)
        # Longest first, so that the side-by-side work ends together.
        ordered = sorted(rows, key=len, reverse=True)
        done = 0
        for text, vector in zip(ordered, self._vectors(ordered), strict=True):
            vectors[rows[text]] = vector
            done += len(rows[text])
            if progress is not None:
                progress(done)
        return vectors

    def _vectors(self, texts: Sequence[str]) -> Iterator[NDArray[np.float32]]:
        if self._threads == 1 or len(texts) < 2:
            yield from map(self._vector, texts)
            return
        with ThreadPoolExecutor(self._threads) as pool:
            yield from pool.map(self._vector, texts)

    def _vector(self, text: str) -> NDArray[np.float32]:
        """Return the (d,) unit vector of one text."""
        readable = text[:MAX_CHARACTERS].encode("utf-8", errors="replace").decode("utf-8")
        tokens = np.array([self._tokenizer.encode(self._prompt + readable).ids], dtype=np.int64)
        feed = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        vector: NDArray[np.float32] = self._session.run(["vector"], feed)[0][0]
        return vector


def _read_settings(folder: Path) -> EncoderSettings:
    path = folder / ENCODER_FILE
    try:
        return EncoderSettings.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise EncoderError(
            f"{folder} has no {ENCODER_FILE}; export an encoder with 'wellput learn'"
        ) from None
    except ValidationError as error:
        raise EncoderError(f"{path} is not valid: {error}") from None


def _open_tokenizer(folder: Path, max_tokens: int) -> Tokenizer:
    path = folder / TOKENIZER_FILE
    if not path.is_file():
        raise EncoderError(f"{folder} has no {TOKENIZER_FILE}; export the encoder again with 'wellput learn'")
    tokenizer: Any = Tokenizer.from_file(str(path))  # typed in part only
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def _open_session(folder: Path) -> _Session:
    path = folder / MODEL_FILE
    if not path.is_file():
        raise EncoderError(f"{folder} has no {MODEL_FILE}; export the encoder again with 'wellput learn'")
    onnxruntime: Any = importlib.import_module("onnxruntime")  # untyped
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return cast(_Session, session)
