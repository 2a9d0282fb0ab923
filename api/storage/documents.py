"""Nested values as JSON documents and back, by the types of the values themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from brand_voice.finding import CheckResult
from recommender.catalogue import AttributeValue, BuyingRoute, StoreStock
from recommender.offers import Reason, Receipt
from replies.proposals import Source, Understanding

Value = TypeVar("Value")


class DocumentOf(Generic[Value]):
    """Turns values of one type into JSON-ready structures and back, losing nothing."""

    def __init__(self, kind: Any) -> None:
        self._adapter: TypeAdapter[Value] = TypeAdapter(kind)

    def dump(self, value: Value) -> Any:
        """Return lists, dicts and plain values."""
        return self._adapter.dump_python(value, mode="json")

    def load(self, document: Any) -> Value:
        """Return the value. Raises pydantic.ValidationError for a document of another shape."""
        return self._adapter.validate_python(document)


words = DocumentOf[tuple[str, ...]](tuple[str, ...])
attributes = DocumentOf[Mapping[str, AttributeValue]](dict[str, AttributeValue])
buying_routes = DocumentOf[tuple[BuyingRoute, ...]](tuple[BuyingRoute, ...])
stock_counts = DocumentOf[tuple[StoreStock, ...]](tuple[StoreStock, ...])
reasons = DocumentOf[tuple[Reason, ...]](tuple[Reason, ...])
receipt = DocumentOf[Receipt](Receipt)
sources = DocumentOf[tuple[Source, ...]](tuple[Source, ...])
understanding = DocumentOf[Understanding](Understanding)
check_result = DocumentOf[CheckResult](CheckResult)
versions = DocumentOf[tuple[tuple[str, str], ...]](tuple[tuple[str, str], ...])
