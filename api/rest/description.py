"""The OpenAPI document: what every operation answers when something is wrong."""

from __future__ import annotations

from typing import Any

from api.rest.problems import Problem

_EVERYWHERE = {
    "400": "The request cannot be read",
    "401": "No valid token",
    "404": "Unknown id",
    "405": "The address does not take this method",
    "413": "The request is too large",
    "415": "The body is not JSON",
    "422": "A field is wrong; `errors` names it",
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def describe(spec: Any) -> Any:
    """Complete the generated document: token authentication, problem documents, documented errors."""
    components = spec.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    schemas.pop("ValidationError", None)
    schemas.update(_problem_schemas())
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    spec["security"] = [{"token": []}]
    for operations in spec["paths"].values():
        for operation in operations.values():
            _document_errors(operation["responses"])
    return spec


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/Problem.{model}")
    parts = {f"Problem.{name}": part for name, part in schema.pop("$defs", {}).items()}
    return {"Problem": schema, **parts}


def _document_errors(responses: dict[str, Any]) -> None:
    for status, description in _EVERYWHERE.items():
        responses[status] = {"description": description, "content": _PROBLEM}
    for status in ("409", "503"):
        if status in responses:
            responses[status]["content"] = _PROBLEM
