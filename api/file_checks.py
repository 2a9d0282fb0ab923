"""Files checked for those who write them: which files, read as what, and what was found in each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from brand_voice.finding import CheckResult, Finding, Severity, Span, text_sha256, verdict_of
from brand_voice.vale.definition import Level
from brand_voice.vale.house import fixes
from brand_voice.vale.pack import Pack
from brand_voice.vale.running import Alert, Format, run

FORMATS: dict[str, Format] = {
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown", ".mkd": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".txt": "text", ".text": "text",
}  # fmt: skip
"""What files of a folder are read, by their ending."""
_PASSED_OVER = frozenset({"node_modules", "__pycache__", "venv"})
_LEVELS: dict[Severity, Level] = {
    Severity.BLOCK: "error", Severity.WARN: "warning", Severity.ADVISE: "suggestion",
}  # fmt: skip
_SEVERITIES: dict[Level, Severity] = {level: severity for severity, level in _LEVELS.items()}
HouseCheck = Callable[[str, Format], CheckResult]


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding with its place as people count it: line and columns from one, the last column included."""

    finding: Finding
    level: Level
    line: int
    columns: tuple[int, int]
    match: str
    link: str
    description: str
    action: str
    params: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What was found in one file, in order of place."""

    name: str
    text: str
    result: CheckResult
    remarks: tuple[Remark, ...]


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files meant: those named, and those with a known ending in folders named, in order."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for found in sorted(path.rglob("*")):
            within = found.relative_to(path).parts
            hidden = any(part.startswith(".") or part in _PASSED_OVER for part in within)
            if found.suffix.lower() in FORMATS and found.is_file() and not hidden:
                yield found


def format_of(path: Path, pack: Pack | None = None) -> Format:
    """Return what a file is read as: by its ending or what the settings say of that; else text."""
    ending = path.suffix.lower()
    if pack is not None:
        told = pack.settings.formats.get(ending.lstrip("."))
        ending = f".{told}" if told else ending
    return FORMATS.get(ending, "text")


@dataclass(frozen=True, slots=True)
class FileChecker:
    """Checks files against a rulebook (`house`), Vale styles (`pack`), or both."""

    house: HouseCheck | None
    pack: Pack | None

    def check(self, name: str, text: str, form: Format) -> CheckedFile:
        """Return what is found in a text. An error of a Vale style counts as blocking here."""
        lines = _Lines(text)
        house = self.house(text, form) if self.house is not None else None
        remarks = [lines.remark(finding) for finding in house.findings] if house is not None else []
        version = house.rulebook_version if house is not None else ""
        if self.pack is not None:
            report = run(self.pack, text, form, (name, Path(name).name))
            remarks += [_of_alert(alert, text) for alert in report.alerts]
            remarks += [lines.remark(_failed(check, fault, text)) for check, fault in report.faults.items()]
            version = "+".join(filter(None, (version, f"{self.pack.name}@{self.pack.version}")))
        remarks.sort(key=lambda one: (one.line, one.columns, one.finding.rule, one.finding.message))
        findings = tuple(remark.finding for remark in remarks)
        suppressed = house.suppressed if house is not None else ()
        result = CheckResult(verdict_of(findings), findings, version, text_sha256(text), suppressed)
        return CheckedFile(name, text, result, tuple(remarks))


def _of_alert(alert: Alert, text: str) -> Remark:
    finding = Finding(
        rule=alert.check,
        severity=_SEVERITIES[alert.level],
        span=alert.place,
        message=alert.message,
        why=alert.description,
        fixes=fixes(alert, text),
        source=alert.link,
    )
    return Remark(
        finding,
        alert.level,
        alert.line,
        alert.columns,
        alert.match,
        alert.link,
        alert.description,
        alert.action,
        alert.params,
    )


def _failed(check: str, fault: Exception, text: str) -> Finding:
    reason = "took too long on this text" if isinstance(fault, TimeoutError) else f"failed: {fault}"
    message = f"Check failed: rule {check} {reason}, so the text counts as not checked."
    return Finding(check, Severity.BLOCK, Span(0, len(text)), message)


class _Lines:
    """Where the lines of a text begin."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        for place, char in enumerate(text):
            if char == "\n" or (char == "\r" and text[place + 1 : place + 2] != "\n"):
                self._starts.append(place + 1)

    def remark(self, finding: Finding) -> Remark:
        """Return a finding of a rulebook as a remark."""
        span = finding.span
        line = bisect_right(self._starts, span.start)
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        first = span.start - start + 1
        last = max(first, min(span.end, end) - start)
        wordings = tuple(fix.replacement for fix in finding.fixes if fix.span == span)
        return Remark(
            finding=finding,
            level=_LEVELS[finding.severity],
            line=line,
            columns=(first, last),
            match=self._text[span.start : span.end],
            link=finding.source if finding.source.startswith(("http://", "https://")) else "",
            description=finding.why,
            action="replace" if wordings else "",
            params=wordings,
        )
