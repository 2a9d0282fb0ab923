"""What a check says: findings with their place, and the verdict they add up to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from brand_voice.articles_say import SILENT, ArticlesSay


class Severity(StrEnum):
    BLOCK = "block"
    WARN = "warn"
    ADVISE = "advise"


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict, no password
    WARN = "warn"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Span:
    """Code points of the text as given, `end` exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fix:
    """A wording that would satisfy the rule, put in place of `span`."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure from one rule: where, what, why, and what to write instead."""

    rule: str
    severity: Severity
    span: Span
    message: str
    why: str = ""
    fixes: tuple[Fix, ...] = ()
    version: str = ""  # of the rule: changes with every change of what the rule says
    source: str = ""  # where the rule comes from


@dataclass(frozen=True, slots=True)
class CheckContext:
    """All that a check may know of the case, as plain values.

    `channel` email, chat, phone, fax or post. `greeting_names` are names by which the customer may be
    addressed. `known_ids` are order numbers and SKUs of this case. `allowed_contacts` are the e-mail
    addresses and phone numbers that may stand in the text (the customer's own and the shop's).
    `source_texts` are approved texts of this case; `supported_promises` are promise keys (see
    `brand_voice.promises`) that some approved text in force makes. `customer_words` are the customer's own
    messages: what quotes them is not ours. `fact_texts` are what the records say (orders, products, offers),
    `allowed_amounts` sums that the case allows ("1250 GBP", in minor units), `allowed_dates` the days
    on record; `due_dates` those on which our own next step is due, which name no day of an outcome but one
    that we bring about ourselves;
    `other_names` are names of other customers, which must not be told; `articles` is what all articles that
    the reader may see say, sources or not. `orders` are the customer's orders, each with the state it is in
    (see `brand_voice.order_states`), as far as known; `meant_order` is the number of the one that is talked
    of, or "". `format` is text, markdown or html; `language` and `audience` choose the rules; `role` is that
    of whoever sends the text.

    `flags` are plain words for the state of the case. The house rulebook knows:
    "first_reply" our first reply in this contact: chat and phone must greet (written channels always must);
    "closing" this reply ends the conversation: chat and phone must sign off (written channels always must);
    "complaint" the customer complains: the reply must acknowledge it;
    "offer" an offer stands in the text: it must say how to buy;
    "next_step" the matter stays open: the reply must say who does what by when;
    "unverified" nobody has checked who the customer is: the reply must give nothing of the account away;
    "vulnerable" the customer needs care: no pressure, no offers, no deadline of ours without help;
    "outside_case" nothing is known of the case (`bare_context`): what only a case can tell is advised.
    """

    channel: str
    today: date
    topic: str | None = None
    greeting_names: tuple[str, ...] = ()
    known_ids: frozenset[str] = frozenset()
    allowed_contacts: frozenset[str] = frozenset()
    source_texts: tuple[str, ...] = ()
    supported_promises: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    customer_words: tuple[str, ...] = ()
    format: str = "text"
    language: str = "en-GB"
    audience: str = "customer"
    role: str = ""
    fact_texts: tuple[str, ...] = ()
    allowed_amounts: frozenset[str] = frozenset()
    allowed_dates: frozenset[date] = frozenset()
    due_dates: frozenset[date] = frozenset()
    other_names: tuple[str, ...] = ()
    articles: ArticlesSay = SILENT
    orders: tuple[tuple[str, str], ...] = ()
    meant_order: str = ""


def bare_context(channel: str, today: date) -> CheckContext:
    """Return the context of a text checked outside any case, as `wellput check` does: a first reply."""
    return CheckContext(channel=channel, today=today, flags=frozenset({"first_reply", "outside_case"}))


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The findings on one text, in order of place, and what they add up to."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    rulebook_version: str
    text_sha256: str
    suppressed: tuple[Finding, ...] = ()  # set aside by somebody, with a reason; they do not count


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return BLOCKED when any finding blocks, else WARN when any warns, else PASS."""
    severities = {finding.severity for finding in findings}
    if Severity.BLOCK in severities:
        return Verdict.BLOCKED
    return Verdict.WARN if Severity.WARN in severities else Verdict.PASS


def text_sha256(text: str) -> str:
    """Return the hash by which a checked text and a sent text are held to be the same."""
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
