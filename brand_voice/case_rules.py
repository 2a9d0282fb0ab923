"""Kinds that hold a text against its case: promises nobody approved, personal data out of place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from brand_voice.finding import CheckContext, Fix
from brand_voice.personal_data import DataKind, personal_data_of
from brand_voice.promises import Promise, PromiseFamily, unsupported
from brand_voice.reading import Reading
from brand_voice.rules import Hit

_SAID_INSTEAD = {
    DataKind.EMAIL: "the email address we hold for you",
    DataKind.PHONE: "the phone number we hold for you",
    DataKind.POSTCODE: "the postcode we hold for you",
    DataKind.ADDRESS: "the address we hold for you",
    DataKind.BIRTH_DATE: "the date we hold for you",
    DataKind.IP_ADDRESS: "your device",
    DataKind.ACCESS_LINK: "the link we sent you",
}


@dataclass(frozen=True, slots=True)
class UnsupportedPromise:
    """Promises of the named families that no approved text makes.

    The roles `by` may make them all the same, and anybody a period of a subject that is as long as
    `from_hours` says, or longer.
    """

    families: frozenset[PromiseFamily]
    by: frozenset[str] = frozenset()
    from_hours: Mapping[str, float] = field(default_factory=dict[str, float])

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        if context.role and context.role in self.by:
            return
        promises = reading.once_for(context, "promises", lambda: unsupported(reading, context))
        for promise in promises:
            if promise.family in self.families and not self._late_enough(promise):
                yield Hit(promise.span, promise.fixes)

    def _late_enough(self, promise: Promise) -> bool:
        subject, _, period = promise.key.partition(":")
        least = self.from_hours.get(subject)
        hours = hours_of(period)
        return least is not None and hours > 0 and hours >= least


_HOURS = {"minute": 1 / 60, "hour": 1, "day": 24, "week": 168, "month": 730}


def hours_of(period: str) -> float:
    """Return the hours of "14 days" or "2 months"; 0 for what is no period."""
    number, _, unit = period.partition(" ")
    return int(number) * _HOURS.get(unit.rstrip("s"), 0) if number.isdigit() else 0


@dataclass(frozen=True, slots=True)
class PersonalDataIn:
    """Personal data of the named kinds; the allowed contacts of the case may stand, and addresses and links
    that its sources, its records or the customer's own words state."""

    kinds: frozenset[DataKind]

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        allowed = {_comparable(contact) for contact in context.allowed_contacts}
        known = context.known_ids
        for item in reading.once(("personal data", known), lambda: personal_data_of(reading, known)):
            if item.kind not in self.kinds:
                continue
            written = reading.low[item.span.start : item.span.end]
            if _comparable(written) in allowed or (item.kind in _PLACES and _stated(written, context)):
                continue
            yield Hit(item.span, (Fix(item.span, _instead(item.kind, written)),), f"{item.kind.value}")


_PLACES = frozenset({DataKind.ADDRESS, DataKind.POSTCODE, DataKind.ACCESS_LINK})


def _stated(written: str, context: CheckContext) -> bool:
    """Say whether a text of the case holds these letters and digits in this order."""
    wanted = _bare(written)
    texts = (*context.source_texts, *context.fact_texts, *context.customer_words)
    return any(wanted in _bare(text.lower()) for text in texts)


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text)


def _instead(kind: DataKind, written: str) -> str:
    """Return words that say the same and give nothing away; a card may be named by its last four digits."""
    if kind is DataKind.CARD:
        return f"ending {''.join(re.findall(r'[0-9]', written))[-4:]}"
    return _SAID_INSTEAD.get(kind, f"the {kind.value} we hold for you")


def _comparable(contact: str) -> str:
    """Return an address in small letters, a phone number by its national digits."""
    low = contact.strip().lower()
    if "@" in low:
        return low.removeprefix("mailto:")
    digits = re.sub(r"\D", "", re.sub(r"\(0\)", "", low))
    return re.sub(r"^(?:00)?44", "0", digits)
