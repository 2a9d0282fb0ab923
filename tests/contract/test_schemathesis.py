"""Schemathesis over the OpenAPI document: no 5xx, and no answer the document does not state."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.settings import Settings
from api.wiring import Wellput, open_wellput


@pytest.fixture(scope="module")
def shared(learned_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wellput]:
    import shutil

    home = shutil.copytree(learned_template, tmp_path_factory.mktemp("fuzzed") / "home")
    with open_wellput(Settings(home=home)) as wellput:
        yield wellput


@pytest.fixture(scope="module")
def token(shared: Wellput) -> str:
    return shared.people.add_token("schemathesis", actor="tests")


@pytest.fixture(scope="module")
def api_schema(shared: Wellput) -> schemathesis.schemas.BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(shared))


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_answer_is_one_the_document_states(case: schemathesis.Case, token: str) -> None:
    response = case.call(headers={"Authorization": f"Bearer {token}"})
    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
