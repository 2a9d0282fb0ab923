"""Laws of the claims check: where its findings lie, and what is never one."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from brand_voice.checker import Checker
from brand_voice.claims import claims_of, values_in
from brand_voice.finding import CheckContext, Span
from brand_voice.reading import read
from brand_voice.rulebook import load_rulebook
from brand_voice.stated_values import ValueKind

TODAY = date(2026, 11, 23)
CHECKER = Checker(load_rulebook())
VALUES = """
    £5|£1,250.00|five pounds|5.00 GBP|50p|15%|a fifth|3 Dec.|25 November|Wed 25 Nov. 2026
    03/12/2026|2026-12-03|tomorrow|by Friday|this week|by Christmas|before the weekend|14 days
    3 to 5 working days|a fortnight|an hour
    17:30|5.30 p.m.|noon|60 cm|12"|1.5 litres|-15 degrees|60 x 120 cm|LR-104233|order 7700412|48|twenty-one
    www.shop.example/a|https://shop.example/b?c=1|not dishwasher safe|made of solid oak|in stock|two|2026
"""
SAID = [
    "It costs {}",
    "Your parcel will arrive {}",
    "We will refund you {}",
    "You can send it back within {}",
    "The shelf is {}",
    "({})",
    '"{}"',
    "You paid {}, and {}",
    "I will write to you by {} - see {}",
    "Standard delivery takes {} and costs {}",
    "{}",
    "Dear Maria Thorne, {}",
]
SENTENCES = st.builds(
    lambda said, first, second, end: said.format(first, second) + end,
    st.sampled_from(SAID),
    st.sampled_from(re.split(r"[|\n]\s*", VALUES.strip())),
    st.sampled_from(re.split(r"[|\n]\s*", VALUES.strip())),
    st.sampled_from([".", "!", "?", ",", ";", "...", "", "\n", "  ", ").", '".']),
)
TEXTS = st.lists(SENTENCES, min_size=1, max_size=5).map(" ".join)
SOURCES = st.lists(SENTENCES, max_size=3).map(tuple)


@settings(max_examples=300, deadline=None)
@given(TEXTS, SOURCES)
def test_a_finding_lies_on_the_words_it_names(text: str, sources: tuple[str, ...]) -> None:
    context = CheckContext("email", TODAY, source_texts=sources, other_names=("Maria Thorne",))
    findings = CHECKER.check(text, context).findings
    for finding in findings:
        if finding.rule.startswith("claim.") or finding.rule == "safety.other_customer":
            _lies_well(text, finding.span)
            assert " ".join(text[finding.span.start : finding.span.end].split()) in finding.message


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_value_reads_the_same_alone_as_in_its_text(text: str) -> None:
    for value in values_in(text, TODAY):
        _lies_well(text, value.span)
        if value.kind in {ValueKind.AMOUNT, ValueKind.PERCENTAGE, ValueKind.DATE, ValueKind.LINK}:
            alone = values_in(text[value.span.start : value.span.end], TODAY)
            assert (value.kind, value.key) in {(one.kind, one.key) for one in alone}


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_what_a_source_says_word_for_word_is_no_claim(text: str) -> None:
    assert claims_of(read(text), CheckContext("email", TODAY, source_texts=(text,))) == ()


def _lies_well(text: str, span: Span) -> None:
    words = text[span.start : span.end]
    assert 0 <= span.start < span.end <= len(text) and words == words.strip()
    assert words[0].isalnum() or words[0] in "£€$#-"
    assert words[-1] not in ".,;:!?'()" or words.endswith(".m.")
