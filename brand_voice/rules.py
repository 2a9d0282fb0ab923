"""A rule: when it applies, how grave it is, and the one kind of look it takes at a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from brand_voice.finding import CheckContext, Finding, Fix, Severity, Span
from brand_voice.reading import Reading

CHANNELS = ("email", "chat", "phone", "fax", "post")
FINDINGS_PER_RULE = 100
"""A text with more hits of one rule than this shows the first ones."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a kind struck; `found` is what the rule's message may name as {found}."""

    span: Span
    fixes: tuple[Fix, ...] = ()
    found: str = ""


class Kind(Protocol):
    """One way to look at a text. Raises TimeoutError when a pattern takes too long."""

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]: ...


@dataclass(frozen=True, slots=True)
class Example:
    """A text that must fail or must pass its rule, in the context it is told for."""

    text: str
    channel: str | None = None
    flags: frozenset[str] = frozenset()
    topic: str | None = None
    known_ids: frozenset[str] = frozenset()
    allowed_contacts: frozenset[str] = frozenset()
    greeting_names: tuple[str, ...] = ()
    source_texts: tuple[str, ...] = ()
    supported_promises: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the house.

    It applies on `channels` and `topics` (None: all) when all flags of `when` and none of `unless` are set.
    `severity` is told per channel or flag under `graver`, flags first.
    """

    id: str
    kind: Kind
    severity: Severity
    message: str
    why: str
    channels: frozenset[str] = frozenset(CHANNELS)
    topics: frozenset[str] | None = None
    when: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    fails: tuple[Example, ...] = ()
    passes: tuple[Example, ...] = ()

    def applies(self, context: CheckContext) -> bool:
        """Say whether the rule has a say on this channel, topic and state of the case."""
        return (
            context.channel in self.channels
            and (self.topics is None or context.topic in self.topics)
            and self.when <= context.flags
            and not self.unless & context.flags
        )

    def severity_in(self, context: CheckContext) -> Severity:
        """Return how grave a finding is here: as told for a flag, else for the channel, else in general."""
        told = [self.severities[flag] for flag in sorted(context.flags) if flag in self.severities]
        if told:
            return min(told, key=list(Severity).index)
        return self.severities.get(context.channel, self.severity)

    def findings(self, reading: Reading, context: CheckContext) -> list[Finding]:
        """Return the findings on a text, in the order of their places. Raises TimeoutError."""
        severity = self.severity_in(context)
        found: list[Finding] = []
        for hit in self.kind.hits(reading, context):
            message = self.message.replace("{found}", shown(hit.found or _cut(reading, hit.span)))
            found.append(Finding(self.id, severity, hit.span, message, self.why, hit.fixes))
            if len(found) == FINDINGS_PER_RULE:
                break
        return found


def shown(text: str) -> str:
    """Return a found text as a message may quote it: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def _cut(reading: Reading, span: Span) -> str:
    return reading.raw[span.start : span.end]
