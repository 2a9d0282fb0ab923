"""The measured figures of a learned cross-sell, arranged for reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_MEASURE = re.compile(r"(?P<task>hide_[a-z]+)_(?P<method>\w+)_(?P<measure>recall|ndcg)_at_(?P<depth>\d+)")
_MEASURE_WORDS = {"recall": "found in the first {depth}", "ndcg": "nDCG@{depth}"}


@dataclass(frozen=True, slots=True)
class Figures:
    """A table of methods by measures, and the figures that stand alone, all as text.

    `rows` are (method, one value per column); "" where a method was not measured so.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    others: tuple[tuple[str, str], ...]


def figures_of(metrics: Mapping[str, float]) -> Figures:
    """Sort the metrics of a manifest into the comparison of methods and the rest."""
    columns: dict[str, None] = {}
    rows: dict[str, dict[str, str]] = {}
    others: list[tuple[str, str]] = []
    for name, value in sorted(metrics.items()):
        found = _MEASURE.fullmatch(name)
        if found is None:
            others.append((name.replace("_", " ").capitalize(), _plain(value)))
            continue
        measure = _MEASURE_WORDS[found["measure"]].format(depth=found["depth"])
        column = f"{found['task'].replace('_', ' ').capitalize()}: {measure}"
        columns[column] = None
        rows.setdefault(found["method"].replace("_", " ").capitalize(), {})[column] = f"{value:.3f}"
    table = tuple(
        (method, tuple(cells.get(column, "") for column in columns)) for method, cells in rows.items()
    )
    return Figures(tuple(columns), table, tuple(others))


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:.3f}"
