"""Assists are put together one after the other; waiting for a writer lets others on."""

import threading
from collections.abc import Callable

import pytest

from api.one_at_a_time import OneAtATime, WriterAside
from replies.writing import WriterFailed

SOON_S, LONG_S = 0.05, 5.0


class SlowWriter:
    """Answers only once it may."""

    name = "slow"

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def write(self, system: str, user: str) -> str:
        self.asked.set()
        if not self.may_answer.wait(LONG_S):
            raise WriterFailed("it was never let answer")
        return f"{system} {user}"


def running(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_second_waits_for_the_first() -> None:
    turn, came = OneAtATime(), threading.Event()

    def second() -> None:
        with turn.taken():
            came.set()

    with turn.taken():
        thread = running(second)
        assert not came.wait(SOON_S)
    assert came.wait(LONG_S)
    thread.join(LONG_S)


def test_waiting_for_the_writer_lets_the_next_one_on_and_takes_the_turn_again() -> None:
    turn, slow = OneAtATime(), SlowWriter()
    wrote, others = threading.Event(), threading.Event()
    said: list[str] = []

    def first() -> None:
        with turn.taken():
            said.append(WriterAside(slow, turn).write("be", "brief"))
            wrote.set()

    thread = running(first)
    assert slow.asked.wait(LONG_S)
    with turn.taken():  # would wait for ever if the first kept its turn
        others.set()
        slow.may_answer.set()
        assert not wrote.wait(SOON_S), "the first went on although another had the turn"
    assert wrote.wait(LONG_S) and others.is_set()
    assert said == ["be brief"]
    thread.join(LONG_S)


def test_a_turn_is_given_back_after_a_fault() -> None:
    turn = OneAtATime()
    with pytest.raises(WriterFailed), turn.taken():
        raise WriterFailed("broken")
    came = threading.Event()

    def next_one() -> None:
        with turn.taken():
            came.set()

    running(next_one)
    assert came.wait(LONG_S)


def test_a_writer_asked_outside_a_turn_is_asked_all_the_same() -> None:
    slow = SlowWriter()
    slow.may_answer.set()
    assert WriterAside(slow, OneAtATime()).write("be", "brief") == "be brief"
