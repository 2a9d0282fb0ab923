"""JSON as RFC 8259 has it, read so that no body can bring the reader down."""

from __future__ import annotations

from typing import Any, NoReturn

from flask.json.provider import DefaultJSONProvider


class PlainJson(DefaultJSONProvider):
    """Refuses what Python's reader takes or trips over: NaN and Infinity, and thousands of brackets."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the document. Raises ValueError, which Flask answers with 400."""
        try:
            return super().loads(s, parse_constant=_refuse, **kwargs)
        except RecursionError:
            raise ValueError("the document is nested too deeply") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
