"""Texts as a model reads them while it is taught: cut into tokens once, and the lower layers' states kept.

The layers near the words know a language, those above what is made of it (Howard and Ruder 2018 thaw from
the top): where the upper layers alone are taught, what the lower ones make of a text never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoder_export import OpenedEncoder  # noqa: TID253  this module too is imported only while learning

_AT_ONCE = 64  # texts of like length, so that little is padded


class ReadTexts:
    """Texts with the opened model that reads them; `torch` comes from whoever teaches."""

    def __init__(self, torch: Any, opened: OpenedEncoder, texts: Sequence[str], max_tokens: int) -> None:
        self._torch, self._opened = torch, opened
        cut = opened.tokenizer(
            [opened.settings.prompt + text for text in texts], truncation=True, max_length=max_tokens
        )
        self._ids: list[list[int]] = cut["input_ids"]
        self._states: list[NDArray[np.float16]] | None = None

    @property
    def lengths(self) -> NDArray[np.int64]:
        """(n,) tokens of each text."""
        return np.asarray([len(ids) for ids in self._ids], dtype=np.int64)

    @property
    def trained(self) -> list[Any]:
        """The parameters that teaching moves."""
        return [one for one in self._opened.transformer.parameters() if one.requires_grad]

    def teaching(self, on: bool) -> None:
        """Let the layers drop a part of what they read, as teaching wants it, or nothing."""
        self._opened.transformer.train(on)

    def vectors(self, places: Sequence[int]) -> Any:
        """Return a (m, d) tensor of unit vectors of the texts at `places`."""
        states, mask = self._read(places)
        if self._opened.pooling == "mean":
            weights = mask.unsqueeze(-1).to(states.dtype)
            states = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
        else:
            states = states[:, 0]
        return self._torch.nn.functional.normalize(states, dim=1)

    def by_length(self, places: Sequence[int]) -> Iterator[list[int]]:
        """Yield the places in batches of like length."""
        order = sorted(places, key=lambda place: len(self._ids[place]))
        for start in range(0, len(order), _AT_ONCE):
            yield order[start : start + _AT_ONCE]

    @contextmanager
    def upper_alone(self, upper: int | None, in_time: Callable[[], bool]) -> Generator[bool]:
        """Put the `upper` layers on kept states of all below, float16, while the context lasts.

        Gives whether that was done before `in_time` said no; also False for a model whose layers do not stand
        in one list. With None all layers stay as they are.
        """
        transformer = self._opened.transformer
        layers = getattr(getattr(transformer, "encoder", None), "layer", None)
        if upper is None or layers is None:
            yield upper is None
            return
        embeddings = transformer.embeddings
        transformer.eval()
        try:
            transformer.encoder.layer = layers[:-upper]
            kept = self._kept_states(in_time)
            if kept is not None:
                transformer.encoder.layer = layers[-upper:]
                transformer.embeddings = self._shown()
                self._states = kept
            yield kept is not None
        finally:
            transformer.encoder.layer, transformer.embeddings, self._states = layers, embeddings, None

    def _kept_states(self, in_time: Callable[[], bool]) -> list[NDArray[np.float16]] | None:
        kept: list[NDArray[np.float16]] = [np.zeros((0, 0), dtype=np.float16)] * len(self._ids)
        for batch in self.by_length(range(len(self._ids))):
            if not in_time():
                return None
            with self._torch.inference_mode():
                states = self._read(batch)[0].numpy().astype(np.float16)
            for row, place in enumerate(batch):
                kept[place] = states[row, : len(self._ids[place])].copy()
        return kept

    def _read(self, places: Sequence[int]) -> tuple[Any, Any]:
        padded = self._opened.tokenizer.pad(
            {"input_ids": [self._ids[place] for place in places]}, return_tensors="pt"
        )
        ids, mask = padded["input_ids"], padded["attention_mask"]
        if self._states is not None:
            states = np.zeros((*ids.shape, self._states[places[0]].shape[1]), dtype=np.float32)
            for row, place in enumerate(places):
                states[row, : len(self._states[place])] = self._states[place]
            self._opened.transformer.embeddings.shown = self._torch.from_numpy(states)
        return self._opened.transformer(input_ids=ids, attention_mask=mask).last_hidden_state, mask

    def _shown(self) -> Any:
        """Return what stands where the word table was: it gives the states that are shown to it."""

        class Shown(self._torch.nn.Module):
            shown: Any = None

            def forward(self, *_args: Any, **_kwargs: Any) -> Any:
                return self.shown

        return Shown()
