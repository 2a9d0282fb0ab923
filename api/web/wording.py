"""Words that pages say: times, bands, channels, states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from recommender.offers import RelationKind
from replies.proposals import Band, FactKind, SourceKind
from replies.records import DismissalReason, OutboxState

CHANNEL_NAMES: Mapping[str, str] = {
    "email": "E-mail",
    "chat": "Chat",
    "phone": "Phone",
    "fax": "Fax",
    "post": "Letter",
}

BAND_WORDS: Mapping[Band, str] = {
    Band.HIGH: "High confidence",
    Band.MEDIUM: "Medium confidence",
    Band.LOW: "Low confidence: read with care",
    Band.SILENT: "Below the line for suggesting",
}

FACT_NAMES: Mapping[FactKind, str] = {
    FactKind.ORDER_NUMBER: "Order number",
    FactKind.PRODUCT: "Product",
    FactKind.DATE: "Date",
    FactKind.AMOUNT: "Amount",
    FactKind.EMAIL: "E-mail address",
    FactKind.PHONE: "Phone number",
    FactKind.POSTCODE: "Postcode",
}

SOURCE_NAMES: Mapping[SourceKind, str] = {
    SourceKind.ARTICLE: "Knowledge article",
    SourceKind.CANNED_REPLY: "Approved reply",
    SourceKind.PAST_QUERY: "Past reply",
    SourceKind.RECORD: "Shop record",
}

STATE_WORDS: Mapping[OutboxState, str] = {
    OutboxState.QUEUED: "Waiting to go out",
    OutboxState.SENDING: "Going out",
    OutboxState.SENT: "Sent",
    OutboxState.REFUSED: "Not taken by the carrier",
    OutboxState.IN_DOUBT: "In doubt",
}

WRAP_UP_CODES: Mapping[str, str] = {
    "resolved": "Resolved",
    "resolved_with_sale": "Resolved, and something was bought",
    "information_given": "Information given",
    "follow_up_promised": "Follow-up promised",
    "passed_on": "Passed on to a colleague",
    "no_answer_needed": "No answer needed",
    "not_reached": "Customer not reached",
}

DISMISSAL_REASONS: Mapping[str, str] = {
    DismissalReason.WRONG_TOPIC.value: "Answers another question",
    DismissalReason.WRONG_FACT.value: "States something wrong",
    DismissalReason.OUT_OF_DATE.value: "Out of date",
    DismissalReason.TONE.value: "Wrong tone for this customer",
    DismissalReason.INCOMPLETE.value: "Leaves something out",
    DismissalReason.WROTE_OWN.value: "I prefer my own words",
}

DECLINE_REASONS: Mapping[str, str] = {
    "customer_declined": "The customer said no",
    "not_fitting": "Does not fit this customer",
    "wrong_moment": "Wrong moment for an offer",
    "already_has_it": "The customer has it already",
}


def span_in_words(length: timedelta) -> str:
    """Return "3 days 4 h", "2 h 10 min", "35 min" or "under a minute"; sign ignored."""
    minutes = int(abs(length).total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        named = f"{days} {'day' if days == 1 else 'days'}"
        return f"{named} {hours} h" if hours else named
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else "under a minute"


def due_in_words(due_at: datetime | None, now: datetime) -> str:
    """Return how long is left, or by how much it is late, in words."""
    if due_at is None:
        return "No due time"
    if due_at < now:
        return f"Overdue by {span_in_words(now - due_at)}"
    return f"Due in {span_in_words(due_at - now)}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return "Mon 23 Nov 2026, 14:05" in the shop's zone."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def calendar_day(day: date) -> str:
    """Return "23 Nov 2026"."""
    return f"{day.day} {day:%b %Y}"


def first_words(text: str, length: int = 140) -> str:
    """Return the start of `text` on one line, cut at a word, with an ellipsis where cut."""
    line = " ".join(text[: length * 8].split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(".,;:") + "…"


RELATION_NAMES = {
    RelationKind.COMPLEMENT: "Goes with it",
    RelationKind.SERVICE: "Service",
    RelationKind.COMPATIBLE: "Fits it",
    RelationKind.REPLENISHMENT: "Bought again",
    RelationKind.POPULAR: "Much bought",
    RelationKind.VARIANT: "Another version",
    RelationKind.SUBSTITUTE: "Stands in",
    RelationKind.UPGRADE: "A step better",
}


def plain_name(code: str | None) -> str:
    """Return a code as words: "delivery_status" becomes "Delivery status"."""
    return "" if code is None else code.replace("_", " ").strip().capitalize()


def counted(number: int, one: str, many: str) -> str:
    """Return "1 thing" or "3 things", the number with thousands marked."""
    return f"{number:,} {one if number == 1 else many}"


def percent(share: float) -> str:
    """Return a share of 1 as "12.3 %"."""
    return f"{share * 100:.1f} %"


FILTERS: Mapping[str, Callable[..., str]] = {
    "moment": moment,
    "calendar_day": calendar_day,
    "first_words": first_words,
    "plain_name": plain_name,
    "relation_name": lambda relation: RELATION_NAMES[relation],
    "percent": percent,
    "channel_name": lambda channel: CHANNEL_NAMES.get(str(channel), str(channel)),
    "band_words": lambda band: BAND_WORDS[band],
    "fact_name": lambda kind: FACT_NAMES[kind],
    "source_name": lambda kind: SOURCE_NAMES[kind],
    "state_words": lambda state: STATE_WORDS[state],
    "dismissal_name": lambda code: DISMISSAL_REASONS.get(code, code),
    "wrap_up_name": lambda code: WRAP_UP_CODES.get(code, plain_name(code)),
}
