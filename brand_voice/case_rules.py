"""Kinds that hold a text against its case: promises nobody approved, personal data out of place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from brand_voice.finding import CheckContext, Fix
from brand_voice.personal_data import DataKind, personal_data_of
from brand_voice.promises import PromiseFamily, unsupported
from brand_voice.reading import Reading
from brand_voice.rules import Hit

_SAID_INSTEAD = {
    DataKind.EMAIL: "the email address we hold for you",
    DataKind.PHONE: "the phone number we hold for you",
    DataKind.POSTCODE: "the postcode we hold for you",
    DataKind.ADDRESS: "the address we hold for you",
    DataKind.BIRTH_DATE: "the date we hold for you",
    DataKind.IP_ADDRESS: "your device",
}


@dataclass(frozen=True, slots=True)
class UnsupportedPromise:
    """Promises of the named families that no approved text makes."""

    families: frozenset[PromiseFamily]

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        promises = reading.once(("promises", context), lambda: unsupported(reading, context))
        for promise in promises:
            if promise.family in self.families:
                yield Hit(promise.span, promise.fixes)


@dataclass(frozen=True, slots=True)
class PersonalDataIn:
    """Personal data of the named kinds; the allowed contacts of the case may stand."""

    kinds: frozenset[DataKind]

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        allowed = {_comparable(contact) for contact in context.allowed_contacts}
        known = context.known_ids
        for item in reading.once(("personal data", known), lambda: personal_data_of(reading, known)):
            if item.kind not in self.kinds:
                continue
            written = reading.low[item.span.start : item.span.end]
            if _comparable(written) not in allowed:
                yield Hit(item.span, (Fix(item.span, _instead(item.kind, written)),), f"{item.kind.value}")


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
