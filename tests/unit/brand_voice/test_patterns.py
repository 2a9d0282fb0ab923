"""A search ends by its own processor time, not by what the rest of the process does meanwhile."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import pbkdf2_hmac

import pytest

from brand_voice.patterns import TIMEOUT_S, pattern

NEVER_ENDS = pattern(r"^(\w|\w\w|\w\w\w)+(?<!a)$")
LONG = "a" * 60


def test_a_search_that_cannot_finish_ends_soon() -> None:
    began = time.thread_time()
    with pytest.raises(TimeoutError):
        NEVER_ENDS.search(LONG)
    with pytest.raises(TimeoutError):
        list(NEVER_ENDS.matches(LONG))
    assert time.thread_time() - began < 8 * TIMEOUT_S


def test_a_glance_spares_the_search_that_cannot_finish() -> None:
    began = time.thread_time()
    assert pattern(r"^(\w|\w\w|\w\w\w)+$").search(f"{LONG}!") is None
    assert time.thread_time() - began < TIMEOUT_S / 2


def test_busy_threads_do_not_run_a_search_out_of_time() -> None:
    text = _takes(TIMEOUT_S / 2)
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            pbkdf2_hmac("sha256", b"word", b"salt", 20_000)

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(work)
        try:
            assert NEVER_ENDS.search(text) is None
            assert list(NEVER_ENDS.matches(text)) == []
        finally:
            over.set()


def _takes(seconds: float) -> str:
    """A text without a match on which the search needs about `seconds` and at most that."""
    text = "a"
    for length in range(2, 60):
        longer = "a" * length
        began = time.thread_time()
        try:
            NEVER_ENDS.search(longer)
        except TimeoutError:  # on a slow machine the next text may take more than is allowed
            return text
        if time.thread_time() - began > seconds:
            return text
        text = longer
    raise AssertionError("the pattern ends on every text")
