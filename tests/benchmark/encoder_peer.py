"""The measure that other figures are stated in: one pass of the int8 encoder on the same text."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from models.embedding import OnnxEncoder


def pass_times_ms(folder: Path, texts: Sequence[str], threads: int = 1) -> list[float]:
    """Return how long each text takes alone, in milliseconds, after one text to warm up."""
    encoder = OnnxEncoder(folder, threads)
    encoder.encode(texts[:1])
    times: list[float] = []
    for text in texts:
        start = time.perf_counter()
        encoder.encode([text])
        times.append((time.perf_counter() - start) * 1e3)
    return times


def texts_per_s(folder: Path, texts: Sequence[str], processes: int = 2) -> float:
    """Return the texts a second of single-threaded processes that take one text a call.

    Every process encodes all of `texts`; starting and loading are not counted.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        jobs = [pool.submit(_encode_all, folder, list(texts)) for _ in range(processes)]
        spans = [job.result() for job in jobs]
    lasted_s = max(end for _, end in spans) - min(start for start, _ in spans)
    return processes * len(texts) / lasted_s


def _encode_all(folder: Path, texts: Sequence[str]) -> tuple[float, float]:
    """Return when the encoding began and ended, on the clock that all processes share."""
    encoder = OnnxEncoder(folder)
    encoder.encode(texts[:1])
    start = time.monotonic()
    for text in texts:
        encoder.encode([text])
    return start, time.monotonic()
