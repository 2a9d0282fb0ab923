"""The case of a made-up shop, as its YAML states it, for the claims check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from brand_voice.finding import CheckContext


def claim_context(case: Mapping[str, Any], today: date) -> CheckContext:
    """Return the context of an e-mail in that case."""
    return CheckContext(
        channel="email",
        today=today,
        known_ids=frozenset(case["ids"]),
        source_texts=tuple(case["sources"]),
        fact_texts=tuple(case["facts"]),
        customer_words=tuple(case["customer"]),
        allowed_amounts=frozenset(case["amounts"]),
        allowed_dates=frozenset(case["dates"]),
        supported_promises=frozenset(case.get("promises", ())),
    )
