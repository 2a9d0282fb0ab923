"""A figure with its peer's, and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, how much, and how it stands to its peer or limit in the same run."""

    what: str
    value: str
    against: str


def show(title: str, figures: Sequence[Figure]) -> None:
    """Print figures as a Markdown table."""
    print(f"\n### {title}\n\n| what | measured | against |\n|---|---|---|")
    for figure in figures:
        print(f"| {figure.what} | {figure.value} | {figure.against} |")
