"""What the articles in force on a day say, as plain keys: promises, and facts with their articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class ArticlesSay:
    """`promises` are promise keys (see `brand_voice.promises`); `titles` names, by kind and key of a stated
    value (see `article_facts`), the articles that state it. One object stands for one day: it is compared by
    identity, however much it holds."""

    promises: frozenset[str] = frozenset()
    titles: Mapping[tuple[str, str], tuple[str, ...]] = field(
        default_factory=dict[tuple[str, str], tuple[str, ...]]
    )


SILENT = ArticlesSay()
"""No article says anything."""
