"""A rule: when it applies, how grave it is, and the one kind of look it takes at a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol, runtime_checkable

from brand_voice.finding import CheckContext, Finding, Fix, Severity, Span
from brand_voice.patterns import Pattern
from brand_voice.reading import Reading

CHANNELS = ("email", "chat", "phone", "fax", "post")
FINDINGS_PER_RULE = 100
"""A text with more hits of one rule than this shows the first ones."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a kind struck; `found` is what the rule's message may name as {found}.

    A `message` of its own stands in for the rule's, as it is.
    """

    span: Span
    fixes: tuple[Fix, ...] = ()
    found: str = ""
    message: str = ""


class Kind(Protocol):
    """One way to look at a text. Raises TimeoutError when a pattern takes too long."""

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]: ...


View = Literal["folded", "cased", "raw"]


@dataclass(frozen=True, slots=True)
class Triggers:
    """Patterns over a view of the text: where none of them matches, the kind cannot strike."""

    view: View
    patterns: tuple[Pattern, ...]


@runtime_checkable
class Triggered(Protocol):
    """A kind that names its triggers, so that a text without any need not be looked at."""

    def triggers(self) -> Triggers: ...


@dataclass(frozen=True, slots=True)
class Example:
    """A text that must fail or must pass its rule, in the context it is told for."""

    text: str
    channel: str | None = None
    flags: frozenset[str] = frozenset()
    topic: str | None = None
    today: date | None = None
    known_ids: frozenset[str] = frozenset()
    allowed_contacts: frozenset[str] = frozenset()
    greeting_names: tuple[str, ...] = ()
    source_texts: tuple[str, ...] = ()
    customer_words: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    supported_promises: frozenset[str] = frozenset()
    articles: tuple[tuple[str, str], ...] = ()
    orders: tuple[tuple[str, str], ...] = ()
    meant_order: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the house.

    It applies on `channels` and `topics` (None: all), to texts in `formats`, for `audience`, in `languages`
    (None: any; en holds for en-GB), from `valid_from` to `valid_to`, both days included, when all
    flags of `when` and none of `unless` are set. `severity` is told per channel or flag under `graver`, flags
    first. What lies within a match of `allow` is no finding of this rule; nor is what a rule of
    `silent_beside` finds in the same place, no less grave.
    """

    id: str
    kind: Kind
    severity: Severity
    message: str
    why: str
    channels: frozenset[str] = frozenset(CHANNELS)
    formats: frozenset[str] = frozenset({"text", "markdown", "html"})
    topics: frozenset[str] | None = None
    when: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    audience: frozenset[str] = frozenset({"customer"})
    languages: frozenset[str] | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    allow: Pattern | None = None
    suppressible_by: frozenset[str] | None = None
    surface_only: bool = False
    silent_beside: frozenset[str] = frozenset()
    better: str = ""
    owner: str = ""
    source: str = ""
    version: str = ""
    fails: tuple[Example, ...] = ()
    passes: tuple[Example, ...] = ()
    proven_severity: Severity | None = None  # as the proof tells it
    kind_name: str = ""  # as its file names the kind
    file: str = ""  # that tells it: folder and name

    def applies(self, context: CheckContext) -> bool:
        """Say whether the rule has a say on this channel, topic, day and state of the case."""
        return (
            context.channel in self.channels
            and context.format in self.formats
            and (self.topics is None or context.topic in self.topics)
            and self.when <= context.flags
            and not self.unless & context.flags
            and (self.valid_from is None or self.valid_from <= context.today)
            and (self.valid_to is None or context.today <= self.valid_to)
            and context.audience in self.audience
            and self._speaks(context.language)
        )

    def _speaks(self, language: str) -> bool:
        if self.languages is None:
            return True
        spoken = language.lower()
        return any(spoken == tag.lower() or spoken.startswith(f"{tag.lower()}-") for tag in self.languages)

    def severity_in(self, context: CheckContext) -> Severity:
        """Return how grave a finding is here: as told for a flag, else for the channel, else in general."""
        if not self.severities:
            return self.severity
        told = [self.severities[flag] for flag in sorted(context.flags) if flag in self.severities]
        if told:
            return min(told, key=list(Severity).index)
        return self.severities.get(context.channel, self.severity)

    def findings(self, reading: Reading, context: CheckContext) -> list[Finding]:
        """Return the findings on a text, in the order of their places. Raises TimeoutError."""
        found: list[Finding] = []
        allowed: list[Span] | None = None
        for hit in self.kind.hits(reading, context):
            if self.allow is not None:
                if allowed is None:
                    allowed = [Span(one.start(), one.end()) for one in self.allow.matches(reading.low)]
                if any(one.start <= hit.span.start and hit.span.end <= one.end for one in allowed):
                    continue
            found.append(self._finding(self.severity_in(context), reading, hit))
            if len(found) == FINDINGS_PER_RULE:
                break
        return found

    def _finding(self, severity: Severity, reading: Reading, hit: Hit) -> Finding:
        named = shown(hit.found or _cut(reading, hit.span))
        message = hit.message or self.message.replace("{found}", named)
        return Finding(self.id, severity, hit.span, message, self.why, hit.fixes, self.version, self.source)


def shown(text: str) -> str:
    """Return a found text as a message may quote it: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def _cut(reading: Reading, span: Span) -> str:
    return reading.raw[span.start : span.end]
