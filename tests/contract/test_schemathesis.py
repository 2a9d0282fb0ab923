"""Schemathesis over the OpenAPI document: no 5xx, and no answer the document does not state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from api.wiring import Wellput
from tests.contract.conftest import Rest, opened_copy

KEPT = (
    "GET /api/v1/assists/{assist_id}",
    "GET /api/v1/checkout-guides/{sku}",
    "GET /api/v1/contacts",
    "GET /api/v1/contacts/{contact_id}",
    "GET /api/v1/contacts/{contact_id}/departures",
    "GET /api/v1/contacts/{contact_id}/facts",
    "GET /api/v1/knowledge-gaps",
    "GET /api/v1/macros",
    "GET /api/v1/macros/{macro_id}",
    "GET /api/v1/macros/{macro_id}/versions",
    "GET /api/v1/messages/{message_id}/letter",
    "GET /api/v1/offers/{offer_id}/receipt",
    "GET /api/v1/reply-proposals",
    "GET /api/v1/reports/facts",
    "GET /api/v1/reports/uptake",
    "GET /api/v1/rulebook",
    "GET /api/v1/search",
    "GET /api/v1/suggestion-costs",
    "POST /api/v1/assists",
    "POST /api/v1/checkout-walks/{walk_id}",
    "POST /api/v1/checks",
    "POST /api/v1/contacts",
    "POST /api/v1/contacts/{contact_id}/checkout-walks",
    "POST /api/v1/contacts/{contact_id}/close",
    "POST /api/v1/contacts/{contact_id}/departures",
    "POST /api/v1/contacts/{contact_id}/facts",
    "POST /api/v1/contacts/{contact_id}/letter",
    "POST /api/v1/contacts/{contact_id}/messages",
    "POST /api/v1/contacts/{contact_id}/send",
    "POST /api/v1/contacts/{contact_id}/set-aside",
    "POST /api/v1/macros",
    "POST /api/v1/macros/{macro_id}/preview",
    "POST /api/v1/offers/{offer_id}/events",
    "POST /api/v1/orders",
    "POST /api/v1/recommendations",
    "POST /api/v1/reply-proposals",
    "POST /api/v1/reply-proposals/{proposal_id}/decision",
    "POST /api/v1/suggestion-costs",
    "POST /api/v1/suggestions/{suggestion_id}/events",
)
TAKES_MORE_THAN_AN_ID = tuple(
    name
    for name in KEPT
    if name.startswith("POST") or name.endswith(("/contacts", "/uptake", "/reports/facts", "/search"))
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@dataclass(frozen=True)
class Fuzzed:
    """The operations of the document by name, a token, and ids of things that are there."""

    operations: dict[str, APIOperation]
    headers: dict[str, str]
    known: dict[str, str]


@pytest.fixture(scope="module")
def wellput(learned_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wellput]:
    """A home of its own: what is generated here stays out of other tests' sight."""
    with opened_copy(learned_template, tmp_path_factory.mktemp("fuzzed")) as opened:
        yield opened


@pytest.fixture(scope="module")
def fuzzed(app: APIFlask, rest: Rest) -> Fuzzed:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    message = "Is the Stoneware Teapot, 1.2 Litre, Oatmeal (TEA-0101) dishwasher safe? I want to buy it."
    assist = rest.post("/assists", {"channel": "email", "message": message}).get_json(force=True)
    known = {
        "assist_id": assist["id"],
        "contact_id": assist["contact_id"],
        "suggestion_id": assist["suggestions"][0]["id"],
        "offer_id": assist["offers"][0]["id"],
    }
    return Fuzzed(
        {operation.label: operation for operation in found},
        {"Authorization": f"Bearer {rest.token}"},
        known,
    )


def test_the_document_states_the_operations_it_has_to(fuzzed: Fuzzed) -> None:
    assert tuple(sorted(fuzzed.operations)) == KEPT


def meet(
    fuzzed: Fuzzed, name: str, mode: GenerationMode, *, examples: int, path: dict[str, str] | None
) -> None:
    """Send generated requests of one operation and hold every answer against the document."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=fuzzed.operations[name].as_strategy(generation_mode=mode, path_parameters=path))
    def answered_as_stated(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=fuzzed.headers, checks=CHECKS)

    answered_as_stated()


@pytest.mark.parametrize("name", KEPT)
def test_requests_as_described_are_answered_as_described(fuzzed: Fuzzed, name: str) -> None:
    known = {place: one for place, one in fuzzed.known.items() if f"{{{place}}}" in name}
    meet(fuzzed, name, GenerationMode.POSITIVE, examples=25, path=None)
    if known:
        meet(fuzzed, name, GenerationMode.POSITIVE, examples=25, path=known)


@pytest.mark.parametrize("name", TAKES_MORE_THAN_AN_ID)
def test_requests_other_than_described_are_refused_as_described(fuzzed: Fuzzed, name: str) -> None:
    known = {place: one for place, one in fuzzed.known.items() if f"{{{place}}}" in name}
    meet(fuzzed, name, GenerationMode.NEGATIVE, examples=50, path=known or None)
