"""The measured figures of a learned cross-sell, arranged for reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from recommender.evaluation import Protocols

_TASKS = {
    Protocols.HIDE_HALF: "Half hidden",
    Protocols.HIDE_ONE: "One hidden",
    Protocols.ONE_GIVEN: "One given",
}
_TASK = rf"(?P<task>{'|'.join(_TASKS)})"
_MEASURE = re.compile(rf"{_TASK}_(?P<method>\w+)_(?P<measure>recall|ndcg)_at_(?P<depth>\d+)")
_JUDGED = re.compile(rf"{_TASK}_baskets")
_IN_USE = "cross_sell"
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
            others.append(_alone(name, value))
            continue
        measure = _MEASURE_WORDS[found["measure"]].format(depth=found["depth"])
        column = f"{_TASKS[Protocols(found['task'])]}: {measure}"
        columns[column] = None
        rows.setdefault(_method(found["method"]), {})[column] = f"{value:.3f}"
    table = tuple(
        (method, tuple(cells.get(column, "") for column in columns)) for method, cells in rows.items()
    )
    return Figures(tuple(columns), table, tuple(others))


def _method(name: str) -> str:
    return "Wellput, in use" if name == _IN_USE else name.replace("_", " ").capitalize()


def _alone(name: str, value: float) -> tuple[str, str]:
    """Return a figure that stands alone with its name in words."""
    judged = _JUDGED.fullmatch(name)
    if judged is not None:
        return f"Orders judged, {_TASKS[Protocols(judged['task'])].lower()}", _plain(value)
    if name == "ranks_by_network":
        return "Ranked by", "a learned network" if value else "the blend of scores"
    return name.replace("_", " ").capitalize(), _plain(value)


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:.3f}"
