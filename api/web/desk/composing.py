"""The composer's form, and findings as the page reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from brand_voice.finding import CheckResult, Finding, Severity

_SEVERITY_WORDS: Mapping[Severity, str] = {
    Severity.BLOCK: "Must change",
    Severity.WARN: "Check this",
    Severity.ADVISE: "Consider",
}
_OUTDATED = "Send is locked: the customer has written again. Read it first."
_QUOTE_LENGTH = 80
_MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Composed:
    """What stands in the composer: the text and what it was written against."""

    text: str = ""
    key: str = ""
    seen_version: int = 0
    suggestion_id: str | None = None
    offer_ids: tuple[str, ...] = ()

    @classmethod
    def read(cls, form: MultiDict[str, Any]) -> Composed:
        """Read the composer's form; a version that is no number counts as nothing seen."""
        version = form.get("seen_version", "")
        return cls(
            text=written_text(form),
            key=form.get("key", "").replace("\x00", "").strip()[:100],
            seen_version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
            suggestion_id=form.get("suggestion_id") or None,
            offer_ids=tuple(dict.fromkeys(offer_id for offer_id in form.getlist("offer_ids") if offer_id)),
        )


@dataclass(frozen=True, slots=True)
class SeenFinding:
    """A finding with its severity in words and the words it stands at."""

    finding: Finding
    severity: str
    quote: str


@dataclass(frozen=True, slots=True)
class SeenCheck:
    """A check as the composer shows it; `more` findings are not listed; `spoken` is carried on. `outdated`:
    the customer has written since, and nothing is sent before the agent has read it."""

    blocked: bool
    summary: str
    findings: tuple[SeenFinding, ...]
    rulebook_version: str
    more: int = 0
    spoken: str = ""
    outdated: bool = False

    def after_news(self) -> SeenCheck:
        """Return the check of a text that the customer's newest words are not yet answered in."""
        return replace(self, outdated=True, summary=_OUTDATED)


def written_text(form: MultiDict[str, Any]) -> str:
    """Return the text of the form with line ends as the composer counts them, without NUL."""
    return form.get("text", "").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def seen_check(text: str, result: CheckResult, spoken: str = "") -> SeenCheck:
    """Return the check of `text` in words, blocking findings first."""
    order = list(_SEVERITY_WORDS)
    findings = tuple(
        SeenFinding(finding, _SEVERITY_WORDS[finding.severity], _quote(text, finding))
        for finding in sorted(result.findings, key=lambda each: order.index(each.severity))
    )
    blocking = sum(finding.severity is Severity.BLOCK for finding in result.findings)
    return SeenCheck(
        blocking > 0,
        _summary(blocking, len(findings) - blocking),
        findings[:_MOST_LISTED],
        result.rulebook_version,
        max(0, len(findings) - _MOST_LISTED),
        spoken,
    )


def _quote(text: str, finding: Finding) -> str:
    words = " ".join(text[finding.span.start : finding.span.end].split())
    return words if len(words) <= _QUOTE_LENGTH else words[:_QUOTE_LENGTH].rstrip() + "…"


def _summary(blocking: int, others: int) -> str:
    also = f"{others} more to look at" if others else ""
    if blocking:
        locked = f"Send is locked: {blocking} {'thing' if blocking == 1 else 'things'} must change"
        return f"{locked}, {also}." if also else f"{locked}."
    return f"Ready to send; {others} to look at." if others else "Ready to send."
