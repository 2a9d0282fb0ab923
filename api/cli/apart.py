"""Work done in a process of its own, so that nothing of it stays in this one."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar, cast

Made = TypeVar("Made")


class CutOff(Exception):
    """The process that did the work ended before the work did."""


def done_apart(work: Callable[[], Made]) -> Made:
    """Return what `work` returns, or raise what it raises, having done it in a fork of this process.

    Who learns and then forks servers hands them native libraries whose threads did not come along: ONNX
    Runtime waits for its own when a process ends, and a server that waits for a thread it never had dies by
    SIGSEGV or SIGABRT. So the learning goes into the fork, and this process stays as light as it was.
    What `work` returns or raises goes through a pipe of this process. Raises CutOff.
    """
    here = multiprocessing.get_context("fork")
    receiving, sending = here.Pipe(duplex=False)
    process = here.Process(target=_do, args=(work, sending))
    process.start()
    sending.close()
    try:
        made, fault = cast("tuple[Made, BaseException | None]", receiving.recv())
    except EOFError:
        process.join()
        raise CutOff(f"the work ended with exit code {process.exitcode} before it was done") from None
    except BaseException:
        process.terminate()
        raise
    finally:
        process.join()
        receiving.close()
    if fault is not None:
        raise fault
    return made


def _do(work: Callable[[], Made], sending: Connection) -> None:
    try:
        told: tuple[Made | None, BaseException | None] = (work(), None)
    except KeyboardInterrupt:  # whoever waits for this process was interrupted too, and tells so
        return
    except BaseException as fault:  # noqa: BLE001  whatever went wrong is for the one who waits
        told = (None, fault)
    sending.send(told)
