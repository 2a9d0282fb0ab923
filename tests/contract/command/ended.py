"""How a command ended, and the exit codes it may have."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

DONE, FAULTS, WRONG_USE = 0, 1, 2


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    def documents(self) -> list[object]:
        """What was printed, as JSON lines."""
        return [json.loads(line, parse_constant=pytest.fail) for line in self.out.splitlines()]


Run = Callable[..., Ended]
