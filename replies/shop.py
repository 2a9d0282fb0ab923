"""The shop's own facts: name, hours, service times, how it signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When the contact centre works on one weekday, local time."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class TopicPolicy:
    """What the shop decided for one topic.

    `facts` are the kinds of fact an answer needs ("order_number"), `question` asks for them,
    `acknowledgement` opens the answer, `next_step` says what we do by when (a template that may
    use {{ due_date }}), `next_step_days` in how many working days, `hold_reason` why nothing is
    offered on it ("open complaint").
    """

    id: str
    name: str = ""
    facts: tuple[str, ...] = ()
    question: str = ""
    acknowledgement: str = ""
    next_step: str = ""
    next_step_days: int = 2
    hold_reason: str | None = None


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
