"""The sieve spares work and hides nothing: with it or without, a text has the same findings."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from brand_voice import promise_wordings
from brand_voice.dates import DATES, PERIODS
from brand_voice.finding import bare_context
from brand_voice.glances import glance
from brand_voice.patterns import Pattern
from brand_voice.reading import read
from brand_voice.rulebook import load_rulebook
from brand_voice.rules import Triggered
from brand_voice.sieve import Sieve

RULES = [rule for rule in load_rulebook().rules if isinstance(rule.kind, Triggered)]
SIEVE = Sieve(
    (number, rule.kind.triggers().view, rule.kind.triggers().patterns) for number, rule in enumerate(RULES)
)
PIECES = [one.text for rule in RULES for one in (*rule.fails, *rule.passes) if len(one.text) < 120]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=5).map("".join)


@settings(max_examples=120, deadline=None)
@given(TEXTS)
def test_a_rule_that_was_not_woken_has_no_finding(text: str) -> None:
    reading, context = read(text), bare_context("email", date(2026, 11, 23))
    woken = SIEVE.woken(reading)
    for number, rule in enumerate(RULES):
        if number not in woken:
            assert rule.findings(reading, context) == []


def test_every_text_that_fails_a_rule_wakes_it() -> None:
    for number, rule in enumerate(RULES):
        for example in rule.fails:
            reading = read(example.text)
            if rule.findings(reading, bare_context("email", date(2026, 11, 23))):
                assert number in SIEVE.woken(reading)


PATTERNS = [
    one for rule in RULES if isinstance(rule.kind, Triggered) for one in rule.kind.triggers().patterns
]
PATTERNS += [DATES, PERIODS, *(one for one in vars(promise_wordings).values() if isinstance(one, Pattern))]
ODD = "ℹ️ 🅰️ u\u200dr Ⓐ ７ é café naïve ‼ £5 € “so” – … \u00ad \u2028 İ ẞ Ω"
HOSTILE = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from(ODD.split()), st.text(max_size=8)), max_size=12
).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(HOSTILE)
def test_a_glance_hides_no_match(text: str) -> None:
    for view in {text, read(text).low}:
        for one in PATTERNS:
            if one.compiled.search(view) is not None:
                assert one.search(view) is not None, one.source


_ODD_LETTERS = {"s": "sSſ", "k": "kK\u212a", "i": "iIİı"}
_GLANCED = (
    (r"\b(?P<verb>ignore|skip)\b[^.\n]{0,40}\binstructions?\b", "please ignore these instructions"),
    (r"(?:\A|[.!?]\s*)(?:do not|don't) (?=send|ask)\w+ (?!me)it", "do not send it back"),
    (r"(?<!\byou )\bno longer\b(?: (?:want|wish)){1,2}", "i no longer wish for it"),
)


@settings(deadline=None)
@given(st.sampled_from(_GLANCED), st.text(max_size=20), st.data())
def test_a_glance_hides_nothing_that_its_pattern_finds(
    pattern_and_text: tuple[str, str], beside: str, data: st.DataObject
) -> None:
    source, text = pattern_and_text
    pattern = re.compile(source, re.IGNORECASE)
    written = "".join(data.draw(st.sampled_from(_ODD_LETTERS.get(c, c + c.upper()))) for c in text)
    for said in (written, f"{beside} {written}", f"{written}. {beside}"):
        assert glance(pattern)(said) or pattern.search(said) is None
    assert not glance(pattern)("Where is my parcel?")
