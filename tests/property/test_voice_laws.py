from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import luhn

from brand_voice.card_numbers import CARD_REMOVED, mask_card_numbers
from brand_voice.checker import Checker
from brand_voice.finding import CheckContext, bare_context
from brand_voice.fixing import apply_fix
from brand_voice.personal_data import find_personal_data, redact
from brand_voice.promises import promise_keys
from brand_voice.reading import read
from brand_voice.rulebook import load_rulebook

TODAY = date(2026, 11, 23)
HOUSE = load_rulebook()
CHECKER = Checker(HOUSE)
CHANNELS = st.sampled_from(["email", "chat", "phone", "fax", "post", "pigeon"])
FLAGS = st.frozensets(
    st.sampled_from(["first_reply", "closing", "complaint", "offer", "next_step", "outside_case", "other"])
)
PIECES = [
    example.text for rule in HOUSE.rules for example in (*rule.fails, *rule.passes) if len(example.text) < 200
]
TEXTS = st.one_of(
    st.text(st.characters(), max_size=300),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=10)), max_size=8).map(" ".join),
)
FAILING = [(rule.id, example) for rule in HOUSE.rules for example in rule.fails]


@settings(max_examples=150, deadline=None)
@given(TEXTS, CHANNELS, FLAGS)
def test_any_text_is_checked_the_same_each_time_within_its_bounds(
    text: str, channel: str, flags: frozenset[str]
) -> None:
    context = CheckContext(
        channel, TODAY, flags=flags, greeting_names=("Sam Carter",), known_ids=frozenset({"LR-104233"})
    )
    result = CHECKER.check(text, context)
    assert CHECKER.check(text, context) == result
    for finding in result.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        assert "Check failed" not in finding.message
        for fix in finding.fixes:
            assert 0 <= fix.span.start <= fix.span.end <= len(text)
            apply_fix(text, fix)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_reading_keeps_every_place(text: str) -> None:
    reading = read(text)
    assert len(reading.plain) == len(reading.low) == len(text)
    ends = [0, *(place for span in reading.sentences for place in (span.start, span.end)), len(text)]
    assert ends == sorted(ends)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_personal_data_lies_within_the_text_without_overlaps(text: str) -> None:
    found = find_personal_data(text, known_ids=frozenset())
    places = [place for item in found for place in (item.span.start, item.span.end)]
    assert places == sorted(places) and all(0 <= place <= len(text) for place in places)
    removed = redact(text)[1]
    covered = {place for item in removed for place in range(item.span.start, item.span.end)}
    assert all(place in covered for item in found for place in range(item.span.start, item.span.end))
    promise_keys(text)


@st.composite
def cards(draw: st.DrawFn) -> str:
    prefix, size = draw(
        st.sampled_from([("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("6011", 16), ("36", 14)])
    )
    body = prefix + "".join(
        draw(
            st.lists(
                st.sampled_from("0123456789"),
                min_size=size - len(prefix) - 1,
                max_size=size - len(prefix) - 1,
            )
        )
    )
    return body + luhn.calc_check_digit(body)


@settings(max_examples=100, deadline=None)
@given(
    cards(), st.sampled_from(["", " ", "-", ".", "\u00a0", "\n"]), st.sampled_from(["", "card: ", "Zoë 😀 "])
)
def test_no_card_number_stays(card: str, gap: str, before: str) -> None:
    written = gap.join(card[place : place + 4] for place in range(0, len(card), 4))
    assert mask_card_numbers(f"{before}{written} thank you") == f"{before}{CARD_REMOVED} thank you"


NAMES = st.sampled_from(
    ["Sam", "Priya", "Zoë", "Oluwaseun", "Mary", "Jean-Luc", "Siobhán", "Grace", "Will", "May", "Hope"]
)
NUMBERS = st.integers(100_000, 999_999).map(lambda number: f"LR-{number}")
DAYS = st.dates(TODAY, TODAY + timedelta(days=300))
MAY, JUNE = date(2027, 5, 5), date(2027, 6, 5)  # "may" hedges, the month does not
SENTENCES = [
    "I am sorry that your order {order} is late.",
    "We will email you by {day}.",
    "It will definitely arrive on {day}.",
    "Please calm down, {name}.",
    "You should have checked order {order}.",
    "Thank you, {name}.",
    "Your refund will be paid within 3 days.",
    "We will look into it.",
]


@settings(max_examples=100, deadline=None)
@example(
    ["It will definitely arrive on {day}."], "Sam", "Sam", "LR-1", "LR-1", MAY, JUNE, "email", frozenset()
)
@given(
    st.lists(st.sampled_from(SENTENCES), max_size=5),
    NAMES,
    NAMES,
    NUMBERS,
    NUMBERS,
    DAYS,
    DAYS,
    CHANNELS,
    FLAGS,
)
def test_another_name_number_and_date_change_nothing(
    sentences: list[str],
    name: str,
    name2: str,
    order: str,
    order2: str,
    day: date,
    day2: date,
    channel: str,
    flags: frozenset[str],
) -> None:
    verdicts = []
    for one_name, one_order, one_day in ((name, order, day), (name2, order2, day2)):
        body = "\n".join(("Hello {name},", *sentences, "Kind regards,", "Ann Hill"))
        text = body.format(name=one_name, order=one_order, day=f"{one_day.day} {one_day:%B %Y}")
        context = CheckContext(
            channel, TODAY, flags=flags, greeting_names=(one_name,), known_ids=frozenset({one_order})
        )
        result = CHECKER.check(text, context)
        verdicts.append((result.verdict, sorted(finding.rule for finding in result.findings)))
    assert verdicts[0] == verdicts[1]


@pytest.mark.parametrize(
    ("rule_id", "example"), FAILING, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_fix_taken_in_any_surroundings_makes_its_finding_vanish(rule_id: str, example: object) -> None:
    around = "Hello Sam,\n\n" if rule_id.startswith(("words", "courtesy.blame", "safety.markup")) else ""
    text = around + example.text
    context = bare_context(example.channel or "email", TODAY)
    before = [f for f in CHECKER.check(text, context).findings if f.rule == rule_id]
    for finding in before:
        for fix in finding.fixes:
            after = [f for f in CHECKER.check(apply_fix(text, fix), context).findings if f.rule == rule_id]
            assert len(after) < len(before)


CARD = "4929123412341234"[:15] + luhn.calc_check_digit("492912341234123")
CIRCLED = str.maketrans("0123456789", "\u24ea\u2460\u2461\u2462\u2463\u2464\u2465\u2466\u2467\u2468")
SPELT = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
GROUPS = [CARD[place : place + 4] for place in range(0, 16, 4)]


@pytest.mark.parametrize(
    "written",
    [
        ", ".join(GROUPS),
        " | ".join(GROUPS),
        "(" + ")(".join(GROUPS) + ")",
        " and ".join(GROUPS),
        "\u034f".join(CARD),
        "".join(f"{digit}\ufe0f\u20e3" for digit in CARD),
        CARD.translate(CIRCLED),
        " ".join(SPELT[int(digit)] for digit in CARD),
    ],
)
def test_a_card_number_split_in_odd_ways_is_masked(written: str) -> None:
    masked = mask_card_numbers(f"My card is {written}, thanks")
    assert masked.translate(dict.fromkeys(map(ord, "()\ufe0f\u20e3"))) == f"My card is {CARD_REMOVED}, thanks"
    assert written not in redact(f"My card is {written}, thanks")[0]


@pytest.mark.parametrize(
    "row", ["4929, 18, 1234, 7", "\u00a34,929.12 and \u00a31,234.12", "4929 1234 on 12/11/2026"]
)
def test_rows_of_figures_are_no_card_number(row: str) -> None:
    assert mask_card_numbers(row) == row
