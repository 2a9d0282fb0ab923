"""Which rules spoke while a reply was written: carried by the page, signed, and never a word of the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from brand_voice.finding import CheckResult

_MOST = 60


def spoken_rules(contact_id: str) -> dict[str, str]:
    """Return the rules (id to version) that the page says spoke in this contact; none for a forged word."""
    try:
        found = cast(object, _signer(contact_id).loads(request.form.get("spoken", "")))
    except BadSignature:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(rule): str(version) for rule, version in cast("dict[Any, Any]", found).items()}


def spoken_word(contact_id: str, before: Mapping[str, str], text: str, result: CheckResult) -> str:
    """Return what the page carries on: the rules before and those that speak of words behind which more is
    written already, so that what is only half typed does not count."""
    end = len(text.rstrip())
    heard = {
        finding.rule: finding.version
        for finding in result.findings
        if finding.span.start < finding.span.end < end and not finding.rule.startswith("gate.")
    }
    return _word(contact_id, {**before, **heard})


def spoken_at_the_gate(contact_id: str, before: Mapping[str, str], result: CheckResult) -> str:
    """Return what the page carries on after the gate held the reply back: all that it found counts."""
    heard = {finding.rule: finding.version for finding in result.findings}
    return _word(contact_id, {**before, **heard})


def _word(contact_id: str, rules: Mapping[str, str]) -> str:
    if not rules:
        return ""
    told = _signer(contact_id).dumps(dict(list(rules.items())[:_MOST]))
    return told if isinstance(told, str) else told.decode("ascii")


def _signer(contact_id: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"spoken:{contact_id}")
