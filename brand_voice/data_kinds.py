"""The kinds of personal data, and a piece of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from brand_voice.finding import Span


class DataKind(StrEnum):
    """What a piece of personal data is, in plain words; the first ones win where two claim one place."""

    CARD = "card number"
    SECURITY_CODE = "card security code"
    IBAN = "iban"
    BANK = "bank account"
    NATIONAL_INSURANCE = "national insurance number"
    NHS = "nhs number"
    PASSPORT = "passport number"
    DRIVING_LICENCE = "driving licence number"
    SOCIAL_SECURITY = "social security number"
    ACCESS_LINK = "link with a token"
    EMAIL = "email address"
    WEB_ADDRESS = "web address"
    IP_ADDRESS = "ip address"
    BIRTH_DATE = "date of birth"
    PHONE = "phone number"
    ADDRESS = "address"
    POSTCODE = "postcode"
    NAME = "name"
    PLACE = "place"
    ORGANISATION = "organisation"
    DATE = "date"


RECOGNISED = frozenset(
    {
        DataKind.NAME,
        DataKind.PLACE,
        DataKind.ORGANISATION,
        DataKind.DATE,
        DataKind.WEB_ADDRESS,
    }
)
"""Kinds that only `redact` looks for; a reply may well name a place, a date or the shop's own page."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One piece of personal data and its place."""

    kind: DataKind
    span: Span
