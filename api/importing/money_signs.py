"""Amounts written as a price tag has them, "£1,250.00" or "90,50 €": the sign says the currency."""

from __future__ import annotations

import re
from collections.abc import Mapping

SIGNS: Mapping[str, str] = {"£": "GBP", "€": "EUR"}
"""The signs that mean one currency alone."""

_SIGNED = re.compile(r"(?P<before>[£€])?\s*(?P<digits>-?\d[\d.,\s]*?)\s*(?P<after>[£€])?")
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|-?\d{1,3}(?:[ \u00a0]\d{3})+(?:\.\d{1,2})?")
_WITH_COMMA = re.compile(r"-?(?:\d{1,3}(?:[. \u00a0]\d{3})+|\d+),\d{1,2}")


class OtherCurrency(ValueError):
    """The sign before an amount is not that of the row's currency."""


def without_sign(text: str, stated: str | None) -> tuple[str, str | None]:
    """Return decimal text and the currency that the sign of `text` says, else `stated`; a text without a sign
    as it is. Raises OtherCurrency where `stated` is another."""
    match = _SIGNED.fullmatch(text.strip())
    sign = None if match is None else match["before"] or match["after"]
    if match is None or sign is None or (match["before"] and match["after"]):
        return text, stated
    currency = SIGNS[sign]
    if stated is not None and stated != currency:
        raise OtherCurrency(f"{text!r} is not in {stated}, which the row says it is in")
    return _decimal(match["digits"].strip()), currency


def _decimal(digits: str) -> str:
    if _GROUPED.fullmatch(digits):
        return re.sub(r"[, \u00a0]", "", digits)
    if _WITH_COMMA.fullmatch(digits):
        return re.sub(r"[. \u00a0]", "", digits).replace(",", ".")
    return digits
