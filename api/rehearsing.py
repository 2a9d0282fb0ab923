"""A rule rehearsed: what it would have said of the last replies that left, before it is put in force."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from api.storage import SqlStorage
from api.storage.voice_reports import SaidReply
from brand_voice.checker import Checker
from brand_voice.finding import CheckResult, Finding, Verdict
from brand_voice.rulebook import Rulebook
from brand_voice.rules import Rule
from brand_voice.tone_rules import ToneReader
from replies.gate import Gate

MOST_REPLIES = 500
LONGEST_S = 20.0
"""Seconds after which a rehearsal stops and says how far it came."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A reply in which the rule finds something; `findings` in order of place, at least one."""

    reply: SaidReply
    channel: str
    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rule finds in the last replies, newest first.

    `wanted` were asked for, `read` looked at; fewer when fewer there are, or when `cut_short` says that time
    ran out. `failed` could not be checked.
    """

    wanted: int
    read: int
    cut_short: bool
    failed: int
    struck: tuple[Struck, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many replies would have met this verdict by the rule."""
        return sum(one.verdict == verdict for one in self.struck)


@dataclass(frozen=True, slots=True)
class _At:
    """The clock as it stood when a reply left."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class Rehearsing:
    """Runs one rule, in force or not, over replies that left. Writes nothing."""

    def __init__(
        self,
        storage: SqlStorage,
        gate: Callable[[], Gate],
        tone: ToneReader | None = None,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._gate = gate
        self._tone = tone
        self._seconds = seconds

    def rehearse(self, rule: Rule, last: int) -> Rehearsal:
        """Run the rule over the `last` replies (1 to 500), each on its day and after the messages of then.

        Orders, prices and articles are those of today: how they stood then is not kept. The rule's
        own dates do not count: it is read as if in force. Raises ValueError for another number.
        """
        if not 1 <= last <= MOST_REPLIES:
            raise ValueError(f"{last} replies cannot be looked at; 1 to {MOST_REPLIES} can")
        dateless = replace(rule, valid_from=None, valid_to=None)
        checker = Checker(Rulebook(rule.id, rule.version, (dateless,), {}).with_tone(self._tone))
        with self._storage.reading() as unit:
            replies = unit.voice.said_replies(last)
        until = self._seconds() + LONGEST_S
        struck: list[Struck] = []
        read = failed = 0
        for reply in replies:
            if self._seconds() > until:
                break
            read += 1
            channel, result = self._checked(reply, checker)
            findings = tuple(finding for finding in result.findings if finding.rule == rule.id)
            if any(finding.rule != rule.id for finding in result.findings):
                failed += 1
            elif findings:
                struck.append(Struck(reply, channel, result.verdict, findings))
        return Rehearsal(last, read, read < len(replies), failed, tuple(struck))

    def _checked(self, reply: SaidReply, checker: Checker) -> tuple[str, CheckResult]:
        with self._storage.reading() as unit:
            contact = unit.contacts.get(reply.contact_id)
        as_it_stood = replace(contact, messages=contact.messages[: reply.position])
        gate = replace(self._gate(), checker=checker, clock=_At(reply.at))
        return contact.channel.value, gate.check(reply.text, as_it_stood)
