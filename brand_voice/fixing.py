"""Fixes put in place."""

from __future__ import annotations

from collections.abc import Iterable

from brand_voice.finding import Finding, Fix


def apply_fix(text: str, fix: Fix) -> str:
    """Return `text` with the fix in place."""
    return text[: fix.span.start] + fix.replacement + text[fix.span.end :]


def with_first_fixes(text: str, findings: Iterable[Finding]) -> str:
    """Return `text` with the first fix of each finding in place; of overlapping ones the last begun alone."""
    fixes = (finding.fixes[0] for finding in findings if finding.fixes)
    limit = len(text)
    for fix in sorted(fixes, key=lambda one: one.span.start, reverse=True):
        if fix.span.end <= limit:
            text, limit = apply_fix(text, fix), fix.span.start
    return text
