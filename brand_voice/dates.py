"""Dates and periods as people in the UK write them, and the number of days a period stands for."""

from __future__ import annotations

from brand_voice.patterns import Match, pattern

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
} | {
    "fourteen": 14,
    "fifteen": 15,
    "twenty": 20,
    "twenty-one": 21,
    "twenty-eight": 28,
    "thirty": 30,
    "thirty-five": 35,
    "sixty": 60,
    "a": 1,
    "an": 1,
}

_COUNT = "|".join(sorted((word for word in NUMBER_WORDS if len(word) > 2), key=len, reverse=True))
_NUMBER = rf"(?:\d{{1,3}}|{_COUNT})"
_UNIT = (
    r"(?:minutes?|hours?|hrs?|(?:(?:working|business|calendar|week|full)[ -])?days?|"
    r"(?:working |full )?weeks?|(?:calendar )?months?)"
)
PERIOD = (
    rf"(?P<low>{_NUMBER})(?:\s*(?:-|to|or|and)\s*(?P<high>{_NUMBER}))?[\s-]+(?P<unit>{_UNIT})\b"
    rf"|(?:within|in|next|inside)\s+(?:an?|one|the)\s+(?P<single>{_UNIT}|fortnight)\b"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DATE = "|".join(
    (
        r"\b(?:today|tonight|tomorrow)\b",
        r"\b(?:this|next|tomorrow)\s+(?:morning|afternoon|evening|week|weekend|month)\b",
        rf"\b{_WEEKDAY}\b",
        r"\b(?:by|on|next|this|before|until)\s+(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}\b",
        rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b",
        r"\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})\b",
        r"\b(?:by|on|before|until)\s+\d{1,2}/\d{1,2}\b",
        r"\b(?:by|on|before|until|for)\s+the\s+\d{1,2}(?:st|nd|rd|th)\b",
        r"\b\d{4}-\d{2}-\d{2}\b",
        r"\bby\s+\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm|o'clock)\b",
        r"\b(?:by|at|before)\s+\d{1,2}[:.]\d{2}\b",
        r"\b(?:at|before)\s+\d{1,2}\s*(?:am|pm|o'clock)\b",
        r"\bby\s+(?:noon|midday|lunchtime|midnight)\b",
        r"\bclose of (?:business|play)\b",
        r"\b(?:end of (?:the |this |next |today's )?(?:working )?(?:day|week|month|business))\b",
        rf"\b(?:the )?next\s+working\s+day\b|\bwithin\s+the\s+hour\b|\b{PERIOD}",
    )
)
DATES = pattern(_DATE)
"""A stated date or period, in small letters ("by friday", "within two working days", "3 december")."""

PERIODS = pattern(rf"\b(?:{PERIOD})")


def period_name(found: Match) -> str:
    """Return the longest time a match of `PERIODS` allows, in one form: "5 days", "24 hours", "2 months".

    Working and calendar days are one; weeks and fortnights are days.
    """
    single = found.group("single")
    if single is not None:
        number, unit = 1, single
    else:
        text = found.group("high") or found.group("low") or "1"
        number, unit = NUMBER_WORDS.get(text, 0) or int(text), found.group("unit") or "days"
    if unit == "fortnight":
        return "14 days"
    if "week" in unit and "day" not in unit:
        return f"{number * 7} days"
    for word in ("minute", "hour", "hr", "day", "month"):
        if word in unit:
            return f"{number} {'hour' if word == 'hr' else word}s"
    return f"{number} {unit}"
