"""Money as integer minor units with its currency; no floats anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_NO_MINOR_UNITS = frozenset({"JPY", "KRW", "ISK", "CLP", "VND", "XAF", "XOF"})
_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}


def minor_digits(currency: str) -> int:
    """Return how many decimal places `currency` (ISO 4217) has: 0 or 2."""
    return 0 if currency in _NO_MINOR_UNITS else 2


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount: `minor` in the smallest unit of `currency` (pence for GBP)."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read decimal text such as "12.50".

        Raises ValueError, in words, when `text` is not a finite decimal number.
        """
        try:
            amount = Decimal(text.strip())
        except ArithmeticError as error:
            raise ValueError(f"{text!r} is not an amount of money such as 12.50") from error
        if not amount.is_finite() or abs(amount) >= Decimal(10) ** 12:
            raise ValueError(f"{text!r} is not an amount of money such as 12.50")
        scaled = amount.scaleb(minor_digits(currency))
        return cls(int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)

    @property
    def decimal_text(self) -> str:
        """Plain decimal text for files and JSON: "12.50"."""
        digits = minor_digits(self.currency)
        return f"{Decimal(self.minor).scaleb(-digits):.{digits}f}"

    def __str__(self) -> str:
        """How a customer reads it: "£12.50", or "12.50 SEK" without a known symbol."""
        symbol = _SYMBOLS.get(self.currency)
        if symbol is None:
            return f"{self.decimal_text} {self.currency}"
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{symbol}{self.decimal_text.lstrip('-')}"
