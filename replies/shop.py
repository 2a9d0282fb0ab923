"""The shop's own facts: name, hours, service times, how it signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo

from recommender.offers import OfferPolicy
from replies.macro_words import locale_of


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When the contact centre works on one weekday, local time."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class PolicyOption:
    """One of the ways a policy lets the customer choose, in the shop's words: `title` names it ("a refund"),
    `terms` say what it brings.

    `article` is the id of the article it rests on; when that is no longer in force the option may not be
    named. `statutory` marks what the law gives. `within_days` of the order it is open, None for always.
    """

    title: str
    terms: str
    article: str = ""
    statutory: bool = False
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class TopicPolicy:
    """What the shop decided for one topic.

    `facts` are the kinds of fact an answer needs ("order_number"), `question` asks for them,
    `acknowledgement` opens the answer, `next_step` says what we do by when (a template that may
    use {{ due_date }}), `next_step_days` in how many working days, `hold_reason` why nothing is
    offered on it ("open complaint"). `matter` names it in the middle of a sentence ("a late delivery").
    `options` are what the customer may choose between, in the order in which they are put side by side;
    `questions` ask for one fact each, by its kind, where the others are known already; `next_steps` say the
    next step otherwise on a channel ("phone").
    """

    id: str
    name: str = ""
    facts: tuple[str, ...] = ()
    question: str = ""
    acknowledgement: str = ""
    next_step: str = ""
    next_step_days: int = 2
    hold_reason: str | None = None
    matter: str = ""
    options: tuple[PolicyOption, ...] = ()
    questions: Mapping[str, str] = field(default_factory=dict[str, str])
    next_steps: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def all_next_steps(self) -> tuple[str, ...]:
        """The next step in the words of every channel."""
        return (self.next_step, *self.next_steps.values())

    def next_step_on(self, channel: str) -> str:
        """Return what we do by when, in the words for `channel` where it has its own."""
        return self.next_steps.get(channel, self.next_step)


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop Wellput answers for. `nation` is ENG, SCT, NIR or WLS in the UK (bank holidays)."""

    name: str = "Our shop"
    country: str = "GB"
    nation: str = "ENG"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    currency: str = "GBP"
    email: str = ""
    phone: str = ""
    website: str = ""
    address: str = ""
    team: str = "Customer Care"
    hours: Mapping[int, OpeningHours] = field(default_factory=dict[int, OpeningHours])  # weekday 0 = Monday
    reply_within_h: Mapping[str, float] = field(default_factory=dict[str, float])  # working hours per channel
    topics: Mapping[str, TopicPolicy] = field(default_factory=dict[str, TopicPolicy])
    languages: tuple[str, ...] = ("en",)
    reoffer_after_days: int = 90
    uptake_window_days: int = 30
    hold_warnings: bool = False
    offers: OfferPolicy = field(default_factory=OfferPolicy)
    checkout_steps: tuple[str, ...] = ()  # templates; none: the usual ones (replies.checkout)

    @property
    def locale(self) -> str:
        """In whose words dates, amounts and lists are said: the first language, in the shop's country."""
        return locale_of(self.languages[0] if self.languages else "en", self.country)
