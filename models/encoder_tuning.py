"""An encoder taught to tell labels apart: few epochs on the texts of a shop, within a stated time.

Beside the export the only module that imports torch, and only while it trains.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.embedding import EncoderSettings
from models.encoder_export import (  # noqa: TID253  this module too is imported only while learning
    OpenedEncoder,
    offline_and_quiet,
    open_source,
    write_opened,
)
from models.read_texts import ReadTexts  # noqa: TID253  as above

_BATCH = 64
_MEANT_BY = 30  # texts of a label, at most, that say where it begins
_STEP, _LABEL_STEP = 1.5e-4, 1e-3
_SCALE = 20.0  # of the cosine to a label's direction (Wang et al. 2017, "NormFace")
_WARM_UP = 0.1
_WRITING_SHARE = 0.1  # of the time, kept for writing what was taught
_POOL = 8  # batches' worth of texts that are batched by length: little padding, still well shuffled


@dataclass(frozen=True, slots=True)
class Lesson:
    """How an encoder is taught: within `budget_s` seconds on so many threads, `epochs` at most and
    `least_epochs` or not at all, with the first `max_tokens` of a text; all layers, or the `upper` ones alone
    on what the lower ones made once."""

    budget_s: float
    threads: int
    seed: int
    epochs: int = 5
    least_epochs: float = 2.0
    max_tokens: int = 64
    upper: int | None = None


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was done: the settings of the encoder written, passes over the texts, and seconds it took."""

    settings: EncoderSettings
    epochs: float
    seconds: float


def tune_encoder(
    source: str | None,
    texts: Sequence[str],
    labels: Sequence[str],
    target: Path,
    lesson: Lesson,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Tuned | None:
    """Train the encoder of `source` to tell `labels` apart, and write it as int8 ONNX into `target`.

    Softmax over cosines to one direction a label, which starts at the mean of some of its texts; the word
    table is left as it is. Opening, training and writing share the budget; training stops when its part is
    over. Returns None, with nothing written, when the least epochs do not fit. Raises EncoderError as the
    export does.
    """
    began = clock()
    with offline_and_quiet():
        import torch

        opened = open_source(source)
        torch.set_num_threads(lesson.threads)
        generator: Any = torch  # its functions are typed in part only
        generator.manual_seed(lesson.seed)
        until = began + lesson.budget_s * (1 - _WRITING_SHARE)
        epochs = _train(torch, opened, texts, labels, lesson, until, clock)
        if epochs is None:
            return None
        opened.transformer.eval()
        settings = write_opened(opened, target, note="tuned")
    return Tuned(settings, epochs, clock() - began)


def _train(
    torch: Any,
    opened: OpenedEncoder,
    texts: Sequence[str],
    labels: Sequence[str],
    lesson: Lesson,
    until: float,
    clock: Callable[[], float],
) -> float | None:
    """Return the epochs done, None when too few fit into the time."""
    names = {name: code for code, name in enumerate(sorted(set(labels)))}
    codes = np.array([names[label] for label in labels], dtype=np.int64)
    for parameter in opened.transformer.embeddings.parameters():
        parameter.requires_grad_(False)
    read = ReadTexts(torch, opened, texts, lesson.max_tokens)
    with read.upper_alone(lesson.upper, lambda: clock() < until) as in_time:
        return _descend(torch, read, codes, lesson, until, clock) if in_time else None


def _descend(
    torch: Any,
    read: ReadTexts,
    codes: NDArray[np.int64],
    lesson: Lesson,
    until: float,
    clock: Callable[[], float],
) -> float | None:
    directions = torch.nn.Parameter(torch.tensor(_label_means(torch, read, codes)))
    trained = read.trained
    optimiser = torch.optim.AdamW(
        [{"params": trained, "lr": _STEP}, {"params": [directions], "lr": _LABEL_STEP}], weight_decay=0.01
    )
    batches = _batches(read.lengths, lesson)
    per_epoch = len(batches) // lesson.epochs
    steps, began, done = len(batches), clock(), 0
    read.teaching(on=True)
    while done < steps:
        now = clock()
        if now >= until:
            break
        if done >= min(per_epoch, 10):
            steps = min(steps, done + int((until - now) * done / (now - began)))
            if steps < lesson.least_epochs * per_epoch:
                return None
        rate = min(1.0, (done + 1) / (_WARM_UP * steps)) * (1 - done / steps)
        optimiser.param_groups[0]["lr"], optimiser.param_groups[1]["lr"] = _STEP * rate, _LABEL_STEP * rate
        batch: list[int] = batches[done].tolist()
        cosines = read.vectors(batch) @ torch.nn.functional.normalize(directions, dim=1).T
        loss = torch.nn.functional.cross_entropy(_SCALE * cosines, torch.tensor(codes[batch]))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        done += 1
    return done / per_epoch if done >= lesson.least_epochs * per_epoch else None


def _batches(size: NDArray[np.int64], lesson: Lesson) -> list[NDArray[np.int64]]:
    """Return the rows of every batch of all epochs, equally many an epoch, given the texts' sizes (n,).

    Every epoch is shuffled anew, its last batch filled up; texts of like length stand in one batch.
    """
    random = np.random.default_rng(lesson.seed)
    padded = -(-len(size) // _BATCH) * _BATCH
    made: list[NDArray[np.int64]] = []
    for _ in range(lesson.epochs):
        shown = np.resize(random.permutation(len(size)), padded)
        epoch: list[NDArray[np.int64]] = []
        for start in range(0, padded, _POOL * _BATCH):
            pool = shown[start : start + _POOL * _BATCH]
            epoch += np.split(pool[np.argsort(size[pool], kind="stable")], len(pool) // _BATCH)
        made += [epoch[at] for at in random.permutation(len(epoch)).tolist()]
    return made


def _label_means(torch: Any, read: ReadTexts, codes: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return (labels, d) unit means of the first texts of each label, before any training."""
    sums: list[NDArray[np.float32]] = []
    read.teaching(on=False)
    with torch.no_grad():
        for code in range(int(codes.max()) + 1):
            own: list[int] = np.flatnonzero(codes == code)[:_MEANT_BY].tolist()
            sums.append(np.sum([read.vectors(batch).sum(0).numpy() for batch in read.by_length(own)], axis=0))
    means = np.stack(sums)
    return (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
