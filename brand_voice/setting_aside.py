"""One finding set aside by somebody with the standing to do so, for a reason that is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brand_voice.finding import Finding, Severity, Span, text_sha256
from brand_voice.rules import Rule

LEAST_REASON = 8
"""A reason shorter than this says nothing."""


class NotSetAside(ValueError):
    """A finding that may not be set aside so; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """`rule` finds something at `span` of the text with this hash, and `role` lets it stand for `reason`.

    It holds for this one place of this one text; a changed text has to be judged anew.
    """

    rule: str
    span: Span
    text_sha256: str
    reason: str
    role: str


def may_set_aside(rule: Rule, severity: Severity, role: str) -> bool:
    """Say whether a role may set a finding aside: one the rule names, else any unless it blocks."""
    if rule.suppressible_by is not None:
        return role in rule.suppressible_by
    return severity is not Severity.BLOCK and role != ""


def put_aside(text: str, finding: Finding, rule: Rule, *, reason: str, role: str) -> SetAside:
    """Return one finding set aside, to be recorded. Raises NotSetAside."""
    if len(" ".join(reason.split())) < LEAST_REASON:
        raise NotSetAside(f"give a reason for letting {finding.rule} stand, in a few words")
    if not may_set_aside(rule, finding.severity, role):
        allowed = ", ".join(sorted(rule.suppressible_by or ())) or "nobody"
        raise NotSetAside(
            f"a {role or 'nameless'} role may not set {finding.rule} aside ({finding.severity}); "
            f"who may: {allowed}. Change the text, or have the rule changed"
        )
    return SetAside(finding.rule, finding.span, text_sha256(text), " ".join(reason.split()), role)


def split(
    findings: Iterable[Finding], set_asides: Iterable[SetAside], rules: dict[str, Rule], sha256: str
) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that count and those set aside; what does not hold sets none aside."""
    held = {
        (one.rule, one.span): one
        for one in set_asides
        if one.text_sha256 == sha256 and len(one.reason) >= LEAST_REASON
    }
    counting: list[Finding] = []
    aside: list[Finding] = []
    for finding in findings:
        one = held.get((finding.rule, finding.span))
        rule = rules.get(finding.rule)
        holds = one is not None and rule is not None and may_set_aside(rule, finding.severity, one.role)
        (aside if holds else counting).append(finding)
    return counting, aside
