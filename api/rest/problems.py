"""Errors as RFC 9457 problem documents, in words, with what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from apiflask import APIFlask, HTTPError
from flask import Response, jsonify
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from api.documents import FindingDocument


class FieldFault(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """What went wrong, for people (`title`, `detail`) and for programs (`type`, `status`)."""

    type: str = Field(default="about:blank", examples=["/problems/blocked-by-gate"])
    title: str
    status: int
    detail: str
    errors: list[FieldFault] = Field(default_factory=list[FieldFault], description="faulty fields")
    findings: list[FindingDocument] = Field(
        default_factory=list[FindingDocument], description="why the gate blocked"
    )


class ProblemError(Exception):
    """Raised by a view to answer with a problem document."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def problem(
    status: HTTPStatus, kind: str, detail: str, *, findings: list[FindingDocument] | None = None
) -> ProblemError:
    """Return the error to raise; `kind` is a slug such as "unknown-contact"."""
    return ProblemError(
        Problem(
            type=f"/problems/{kind}",
            title=status.phrase,
            status=status.value,
            detail=detail,
            findings=findings or [],
        )
    )


def problem_response(stated: Problem) -> Response:
    """Return `stated` as an application/problem+json response."""
    response = jsonify(stated.model_dump(mode="json", exclude_defaults=False))
    response.status_code = stated.status
    response.content_type = "application/problem+json"
    if stated.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="wellput"'
    return response


_DETAILS = {
    400: "The request is not readable JSON.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The request is too large; a message has at most 100,000 characters.",
    415: "Send JSON with the header 'Content-Type: application/json'.",
    500: "Something went wrong on our side; it is in the log. What was acknowledged before is safe.",
}


def problem_of(error: HTTPException) -> Problem:
    """Return the problem document for an HTTP error that was raised outside the views."""
    code = error.code or 500
    status = HTTPStatus(code)
    return Problem(title=status.phrase, status=code, detail=_DETAILS.get(code, status.description))


def _from_validation(error: HTTPError) -> Problem:
    status = HTTPStatus(error.status_code)
    faults = [
        FieldFault(field=str(field), message=str(message).removeprefix("Value error, "))
        for place in dict[str, Any](error.detail).values()
        if isinstance(place, dict)
        for field, messages in dict[str, Any](place).items()
        for message in messages
    ]
    detail = _DETAILS.get(status.value, status.description)
    if faults:
        detail = "; ".join(f"{fault.field}: {fault.message}" for fault in faults[:3])
    return Problem(title=status.phrase, status=status.value, detail=detail, errors=faults)


def register_problems(app: APIFlask) -> None:
    """Answer every error of a REST call with a problem document."""

    @app.error_processor
    def answer_validation(error: HTTPError) -> Any:
        return problem_response(_from_validation(error))

    @app.errorhandler(ProblemError)
    def answer_problem(error: ProblemError) -> Response:
        return problem_response(error.problem)
