"""Rules of Vale styles as rules of a rulebook: they run in the check, the gate and the composer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from brand_voice.finding import CheckContext, Fix, Severity, Span
from brand_voice.reading import Reading
from brand_voice.rules import CHANNELS, Hit, Rule
from brand_voice.vale.building import ValeRule
from brand_voice.vale.definition import Level, ValeError
from brand_voice.vale.pack import Pack, load_pack
from brand_voice.vale.running import Alert, Format, Report, run
from brand_voice.wording_rules import without

_NAMES = ("reply.txt", "reply.md", "reply.html")
_SEVERITIES: dict[Level, Severity] = {
    "suggestion": Severity.ADVISE,
    "warning": Severity.WARN,
    "error": Severity.WARN,
}


class ValeEntry(BaseModel):
    """A folder of Vale styles that a rulebook takes in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Annotated[
        str, Field(min_length=1, description="Beside this file: with .vale.ini, or styles.")
    ] = "."
    severities: Annotated[
        dict[Level, Severity],
        Field(
            description="How grave each level is; otherwise suggestions advise, and errors warn as warnings."
        ),
    ] = Field(default_factory=dict[Level, Severity])
    channels: Annotated[
        tuple[Literal["email", "chat", "phone", "fax", "post"], ...] | None, Field(min_length=1)
    ] = None
    language: Annotated[str, Field(description="Of spelling rules that name no dictionary.")] = "en-GB"
    leave_out: Annotated[
        tuple[str, ...], Field(description="Rules that are not taken in, such as ones that cannot run here.")
    ] = ()


@dataclass(frozen=True, slots=True)
class ValeLook:
    """The look that one rule of a pack takes; the rules of a pack share one run over a text."""

    pack: Pack
    check: str

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        form = cast(Format, context.format if context.format in {"markdown", "html"} else "text")
        muting = "outside_case" in context.flags  # nothing written in a reply switches off what guards it
        key = ("vale", self.pack.name, self.pack.version, form, muting)
        report = reading.once(key, lambda: _report(self.pack, reading.raw, form, muting=muting))
        fault = report.faults.get(self.check)
        if fault is not None:
            raise fault
        for alert in report.by_check.get(self.check, ()):
            yield Hit(alert.place, fixes(alert, reading.raw), message=alert.message)


@dataclass(frozen=True, slots=True)
class _Sorted:
    by_check: dict[str, list[Alert]]
    faults: dict[str, Exception]


def _report(pack: Pack, text: str, form: Format, *, muting: bool) -> _Sorted:
    report: Report = run(pack, text, form, _NAMES, muting=muting)
    by_check: dict[str, list[Alert]] = {}
    for alert in report.alerts:
        by_check.setdefault(alert.check, []).append(alert)
    return _Sorted(by_check, report.faults)


def fixes(alert: Alert, text: str) -> tuple[Fix, ...]:
    """Return the wordings an alert proposes as fixes; none where markup stands within its place."""
    place = alert.place
    if text[place.start : place.end] != alert.match or not alert.match:
        return ()
    return tuple(_fix(text, place, wording) for wording in alert.wordings if wording != alert.match)


def _fix(text: str, place: Span, wording: str) -> Fix:
    return Fix(place, wording) if wording else without(text, place)


def severity_of(level: Level, entry: ValeEntry) -> Severity:
    """Return how grave a finding of that level is."""
    return entry.severities.get(level, _SEVERITIES[level])


def load_vale(folder: Path, entry: ValeEntry | None = None) -> tuple[Rule, ...]:
    """Load a folder of Vale styles as rules of a rulebook.

    Raises ValeError with a line for each fault, naming file, rule and field; a rule that cannot run here
    (a script; spelling or sequence without its extra) is a fault unless it is switched off by name.
    """
    told = entry or ValeEntry()
    pack = load_pack(folder, language=told.language, off=told.leave_out)
    if pack.refused:
        advice = "; switch the rule off by name if it is not needed"
        raise ValeError("\n".join(f"{reason}{advice}" for _check, reason in pack.refused))
    active = pack.active(_NAMES)
    return tuple(_rule(pack, rule, told) for _number, rule in active)


def _rule(pack: Pack, rule: ValeRule, entry: ValeEntry) -> Rule:
    about = rule.about
    style = about.check.split(".", maxsplit=1)[0]
    return Rule(
        id=about.check,
        kind=ValeLook(pack, about.check),
        severity=severity_of(about.level, entry),
        message="{found}",
        why=about.description
        or f"A rule of the style {style}." + (f" See {about.link}" if about.link else ""),
        channels=frozenset(entry.channels or CHANNELS),
        surface_only=rule.extends in {"spelling", "metric", "readability", "sequence", "capitalization"},
        owner=style,
        source=about.link,
        version=rule.version,
        kind_name=rule.extends,
        file=style,
    )
