"""What a check of files found, in the formats of others: Vale's alerts, SARIF 2.1.0, one line a remark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from api.file_checks import CheckedFile, Remark
from api.version import VERSION
from brand_voice.finding import Fix, Span

_SARIF_LEVELS = {"error": "error", "warning": "warning", "suggestion": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_lines(files: Sequence[CheckedFile]) -> list[str]:
    """Return a line a remark: file:line:column:rule:message, as Vale's `line` output has it."""
    return [
        f"{file.name}:{one.line}:{one.columns[0]}:{one.finding.rule}:{' '.join(one.finding.message.split())}"
        for file in files
        for one in file.remarks
    ]


def as_vale(files: Sequence[CheckedFile]) -> dict[str, Any]:
    """Return the alerts by file, as Vale's JSON output has them; a file without any is left out."""
    return {file.name: [_alert(one) for one in file.remarks] for file in files if file.remarks}


def _alert(remark: Remark) -> dict[str, Any]:
    return {
        "Action": {"Name": remark.action, "Params": list(remark.params) or None},
        "Span": list(remark.columns),
        "Check": remark.finding.rule,
        "Description": remark.description,
        "Link": remark.link,
        "Message": remark.finding.message,
        "Severity": remark.level,
        "Match": remark.match,
        "Line": remark.line,
    }


def as_sarif(files: Sequence[CheckedFile], notes: Sequence[str] = ()) -> dict[str, Any]:
    """Return a SARIF 2.1.0 log with one run. `notes` tell of rules that were not run."""
    rules: dict[str, int] = {}
    described: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for file in files:
        for remark in file.remarks:
            if remark.finding.rule not in rules:
                rules[remark.finding.rule] = len(described)
                described.append(_rule(remark))
            results.append(_result(file, remark, rules[remark.finding.rule]))
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if notes:
        invocation["toolConfigurationNotifications"] = [
            {"level": "warning", "message": {"text": note}} for note in notes
        ]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "wellput", "version": VERSION, "rules": described}},
                "columnKind": "unicodeCodePoints",
                "invocations": [invocation],
                "results": results,
            }
        ],
    }


def _rule(remark: Remark) -> dict[str, Any]:
    finding = remark.finding
    told: dict[str, Any] = {
        "id": finding.rule,
        "shortDescription": {"text": finding.why or remark.description or finding.rule},
        "defaultConfiguration": {"level": _SARIF_LEVELS[remark.level]},
    }
    if remark.link.startswith(("http://", "https://")):
        told["helpUri"] = quote(remark.link, safe=":/?#[]@!$&'()*+,;=%~-._")
    return told


def _result(file: CheckedFile, remark: Remark, number: int) -> dict[str, Any]:
    finding = remark.finding
    artifact = {"uri": quote(PurePath(file.name).as_posix())}
    told: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": _SARIF_LEVELS[remark.level],
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {
                        "startLine": remark.line,
                        "startColumn": remark.columns[0],
                        **_end(file.text, remark),
                        **_offsets(finding.span),
                    },
                }
            }
        ],
    }
    if finding.fixes:
        told["fixes"] = [_fix(artifact, fix) for fix in finding.fixes]
    return told


def _end(text: str, remark: Remark) -> dict[str, int]:
    """Return the end of a region that ends in its own line; one that does not is told by its offsets."""
    span = remark.finding.span
    if "\n" in text[span.start : span.end]:
        return {}
    return {"endLine": remark.line, "endColumn": remark.columns[0] + max(span.end - span.start, 0)}


def _offsets(span: Span) -> dict[str, int]:
    return {"charOffset": span.start, "charLength": span.end - span.start}


def _fix(artifact: dict[str, str], fix: Fix) -> dict[str, Any]:
    change = {"deletedRegion": _offsets(fix.span), "insertedContent": {"text": fix.replacement}}
    return {
        "description": {"text": f"Write {fix.replacement!r}" if fix.replacement else "Leave it out"},
        "artifactChanges": [{"artifactLocation": artifact, "replacements": [change]}],
    }
