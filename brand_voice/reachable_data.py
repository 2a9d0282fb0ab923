"""Where a person can be reached or found, in folded text: e-mail, phone, web and street addresses, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from brand_voice.finding import Span

EMAIL = re.compile(r"(?<![\w.+-])[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?![\w@])")
POSTCODE = re.compile(
    r"(?<![a-z0-9-])(?:gir ?0aa|(?:[a-pr-uwyz](?:\d{1,2}|[a-hk-y]\d{1,2}|\d[a-hjkps-uw]"
    r"|[a-hk-y]\d[abehmnprv-y]))"
    r" ?\d[abd-hjlnp-uw-z]{2})(?![a-z0-9-])"
)
_STREET = (
    r"street|st|road|rd|avenue|ave|lane|ln|close|drive|dr|way|court|crescent|terrace|gardens?|grove|place|square|park|"
    r"row|mews|hill|view|walk|rise|green|gate|yard|parade|wharf|boulevard|blvd|highway|parkway|cottages"
)
_NO_STREET = (
    r"(?!(?:is|are|was|were|will|has|have|had|its|your|our|my|we|you|it|this|that|which|please|can)\b)"
)
_ADDRESS = re.compile(
    rf"(?<![a-z0-9\u00a3$])(?:(?:flat|apartment|unit|apt\.?)\s+\w{{1,5}},?\s+)?\d{{1,4}}[a-z]?,?\s+"
    rf"(?:{_NO_STREET}[a-z][a-z'.-]+\s+){{1,4}}?(?:{_STREET})\b\.?"
)
_BOX = re.compile(
    r"(?<![a-z0-9])(?:(?:p\.? ?o\.? ?|gpo )box:? ?(?:no\.? ?|number )?\d{1,7}"
    r"|(?:psc|unit|cmr) \d{3,5},? box \d{1,5})(?![a-z0-9])"
)
_MILITARY = re.compile(r"(?<![a-z0-9])[afd]po,? a[aep] \d{5}(?!\d)|(?<![a-z0-9])b ?f ?p ?o ?\d{1,4}(?!\d)")
ADDRESS_SHAPES = "|".join((_ADDRESS.pattern, _BOX.pattern, _MILITARY.pattern))
"""All that `addresses` begins with."""
_BIRTH = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birth ?day)\b[^\d\n]{0,15}"
    r"(?P<date>\d{1,2}(?:st|nd|rd|th)?[ /.-](?:of )?"
    r"(?:\d{1,2}|[a-z]{3,9})[ /.,-]{1,2}\d{2,4}|\d{4}-\d{2}-\d{2})"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_FULL_DATE = re.compile(
    rf"(?<![\w./-])(?:\d{{1,2}}([/.-])\d{{1,2}}\1(?:19|20)\d{{2}}|(?:19|20)\d{{2}}([/.-])\d{{1,2}}\2\d{{1,2}}"
    rf"(?:[ t]\d{{1,2}}:\d{{2}}(?::\d{{2}})?z?)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},? (?:19|20)\d{{2}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}})(?![\w/-]|\.\d)"
)
_IPV4 = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)")
_IPV6 = re.compile(
    r"(?<![0-9a-f:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}"
    r"|(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4})(?![0-9a-f:])"
)
_WEB = re.compile(
    r"(?<![\w@./-])(?:https?://[^\s<>\"')\]]{3,2000}|www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?:/[^\s<>\"')\]]{0,2000})?)"
)
_WEB_TAIL = ".,;:!?*"
_TOKEN_IN_LINK = re.compile(
    r"[?&#;/](?:[\w-]{0,40}(?:token|session|sid|auth|secret|signature|sig|api_?key|access|otp|password|pwd|jwt|code))"
    r"=[\w.%~+-]{6,}|[?&](?:key|hash|u|uid|id)=[\w.%~+-]{16,}|://[^/\s:@]{1,64}:[^/\s@]{1,64}@"
    r"|\beyj[\w-]{10,}\.[\w-]{6,}|/(?:reset|verify|magic|invite|unsubscribe|confirm)[\w-]*/[\w-]{16,}"
)
_PHONE_LIKE = re.compile(r"(?<![\w.])(?:\+|\(|\d)[\d() .-]{5,22}\d(?: ?(?:x|ext\.?) ?\d{1,6})?(?![\w])")
_PHONE_NAMED = re.compile(r"[ ,:(-]{0,3}(?:office|fax|home|mobile|work|tel|phone|cell|landline)\b")
_AMERICAN = re.compile(r"(?:001[ .-]?)?(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[ .-]\d{4}(?: ?x ?\d{1,6})?")
_DATE_OR_HOURS = re.compile(
    r"\d{1,2}[.-]\d{1,2}[.-]\d{2,4}|\d{4}-\d{2}-\d{2}(?: \d{1,2})?|\d{1,2}\.\d{2} ?- ?\d{1,2}\.\d{2}"
)
_PHONE_CONTEXT = re.compile(
    r"\b(?:phone|telephone|tel|mobile|mob|call|ring|text|fax|whatsapp|number is|reach|contact|landline"
    r"|answer(?:ing)? at|dial|cell)\b"
)
_ORDER_CONTEXT = re.compile(
    r"(?:\b(?:order|reference|ref|invoice|tracking|parcel|sku|item|product|barcode|ean|case|ticket|claim"
    r"|voucher|gift card|"
    r"receipt|serial|model|batch|consignment)"
    r"(?: (?:number|no|code|id|ref))?[.:#]?(?: is| was)?\s*#?|[a-z]{2,4}-)$"
)


def names_an_order(before: str) -> bool:
    """Say whether the words before a number name it for an order, a parcel, a product or the like."""
    return _ORDER_CONTEXT.search(before) is not None


def digit_count(text: str) -> int:
    """Return how many digits `text` has."""
    return sum(map(str.isdigit, text))


def ip_addresses(low: str) -> Iterator[Span]:
    """IPv4 and IPv6 addresses."""
    for pattern in (_IPV4, _IPV6):
        for found in pattern.finditer(low):
            yield Span(*found.span())


def births(low: str) -> Iterator[Span]:
    """Dates that are said to be somebody's birth."""
    for found in _BIRTH.finditer(low):
        yield Span(*found.span("date"))


def full_dates(low: str) -> Iterator[Span]:
    """Calendar dates with their year, a time of day included where it follows."""
    for found in _FULL_DATE.finditer(low):
        yield Span(*found.span())


def web_addresses(low: str, *, with_token: bool) -> Iterator[Span]:
    """Links that carry a key to somebody's account, or the other ones."""
    for found in _WEB.finditer(low):
        link = found.group().rstrip(_WEB_TAIL)
        if (_TOKEN_IN_LINK.search(link) is not None) is with_token:
            yield Span(found.start(), found.start() + len(link))


def phones(low: str) -> Iterator[Span]:
    """Numbers that are phone numbers here or, written internationally, anywhere; the slow library is asked
    only about what has the shape of one."""
    for found in _PHONE_LIKE.finditer(low):
        span = Span(*found.span())
        before = low[max(0, span.start - 30) : span.start]
        written = found.group()
        if not 6 <= digit_count(written) <= 21 or _DATE_OR_HOURS.fullmatch(written):
            continue
        if _PHONE_NAMED.match(low, span.end):
            yield span
        elif digit_count(written) < 7 or names_an_order(before):
            continue
        elif _is_phone(written) or _AMERICAN.fullmatch(written) or _PHONE_CONTEXT.search(before):
            yield span


def _is_phone(text: str) -> bool:
    stripped = text.strip()
    if not stripped.startswith(("+", "0", "(0", "(+")):
        return False
    try:
        number = phonenumbers.parse(stripped, "GB")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number) and (
        stripped.startswith(("+", "(+")) or _uk_length(stripped)
    )


def _uk_length(text: str) -> bool:
    """Say whether the digits are as many as a UK number has; fictitious ranges count too."""
    digits = re.sub(r"\D", "", re.split(r"x|ext", text)[0])
    return (digits.startswith("00") and 11 <= len(digits) <= 15) or (
        digits[:1] == "0" and len(digits) in {10, 11, 12}
    )


def addresses(low: str) -> Iterator[Span]:
    """A house number with its street, a box, a forces' post office; with a postcode that follows closely."""
    for found in _ADDRESS.finditer(low):
        tail = POSTCODE.search(low, found.end(), min(len(low), found.end() + 80))
        yield Span(found.start(), tail.end() if tail is not None else found.end())
    if "box" in low:
        for found in _BOX.finditer(low):
            tail = POSTCODE.search(low, found.end(), min(len(low), found.end() + 40))
            yield Span(found.start(), tail.end() if tail is not None else found.end())
    if "po" in low:
        for found in _MILITARY.finditer(low):
            yield Span(*found.span())
