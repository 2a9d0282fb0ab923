from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from brand_voice.article_facts import texts_say
from brand_voice.checker import Checker
from brand_voice.claims import MOST_CLAIMS, claims_of, values_in
from brand_voice.finding import CheckContext, Severity, Span
from brand_voice.reading import read
from tests.unit.brand_voice.claim_contexts import claim_context

TODAY = date(2026, 11, 23)
_EDITS: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "claim_edits.yaml").read_text(encoding="utf-8")
)
_MARK = re.compile(r"\[\[(.*?)\]\]")


def case_of(name: str) -> CheckContext:
    return claim_context(_EDITS["cases"][name], _EDITS["today"])


def marked(line: str) -> tuple[str, list[Span]]:
    text, spans, place = "", list[Span](), 0
    for found in _MARK.finditer(line):
        text += line[place : found.start()]
        spans.append(Span(len(text), len(text) + len(found.group(1))))
        text, place = text + found.group(1), found.end()
    return text + line[place:], spans


def lines_of(part: str) -> list[tuple[str, str]]:
    return [(name, line) for name, lines in _EDITS[part].items() for line in lines]


def test_edits_without_a_source_are_found_at_their_place() -> None:
    wanted, found, misplaced = 0, 0, list[str]()
    for name, line in lines_of("unsupported"):
        text, spans = marked(line)
        claims = [claim.value.span for claim in claims_of(read(text), case_of(name))]
        wanted += len(spans)
        found += sum(any(one.start < span.end and span.start < one.end for one in claims) for span in spans)
        misplaced += [
            line for one in claims if not any(one.start < span.end and span.start < one.end for span in spans)
        ]
    assert found / wanted >= 0.96
    assert misplaced == []


@pytest.mark.parametrize("part", ["supported", "near"])
def test_edits_that_stand_in_the_case_and_chatter_are_left_alone(part: str) -> None:
    noisy = [line for name, line in lines_of(part) if claims_of(read(line), case_of(name))]
    assert noisy == []


@pytest.mark.parametrize(
    "wordings",
    [
        ("£5", "5.00 GBP", "five pounds", "GBP 5", "500p", "£5.00"),
        ("£1,250", "1250 pounds", "£1.25k"),
        ("14 days", "two weeks", "a fortnight", "fourteen days", "14 working days", "2 weeks"),
        ("48 hours", "two days", "2 business days"),
        ("3-5 days", "3 to 5 working days", "three to five days"),
        ("2 years", "24 months", "two-year"),
        ("3rd Dec", "3 December 2026", "Thursday 3 December", "03/12/2026", "2026-12-03", "December 3rd"),
        ("tomorrow", "by Tuesday", "24/11/2026", "Tuesday 24 November"),
        ("15%", "15 per cent", "fifteen percent"),
        ("60 cm", "600 mm", "0.6 m", "60cm"),
        ("5.30pm", "17:30", "5:30 p.m."),
        ("12pm", "noon", "12:00"),
        ("12am", "midnight", "00:00"),
        ("https://www.shop.example/a/", "shop.example/a", "http://shop.example/a#top"),
    ],
)
def test_equal_values_have_one_form(wordings: tuple[str, ...]) -> None:
    keys = {
        tuple((value.kind.value, value.key) for value in values_in(f"It is {wording}.", TODAY))
        for wording in wordings
    }
    assert len(keys) == 1 and len(next(iter(keys))) == 1


def test_a_finding_says_what_the_sources_say() -> None:
    context = CheckContext("email", TODAY, source_texts=("Delivery costs £3.95 and takes 3 to 5 days.",))
    (claim,) = claims_of(read("Delivery costs £4.95."), context)
    assert claim.sources_say == ("£3.95",)


def test_the_customers_words_do_not_grant_money() -> None:
    context = CheckContext("email", TODAY, customer_words=("I want £300 by 1 December.",))
    assert claims_of(read("You ask for £300."), context) == ()
    assert [claim.value.key for claim in claims_of(read("We will refund £300."), context)] == ["30000 GBP"]


def test_hostile_texts_end() -> None:
    context = CheckContext("email", TODAY, source_texts=("£1",))
    for piece in (
        "1 ",
        "one hundred and ",
        "a.b.",
        "£1,",
        "12 x 12 x ",
        "3 to 5 ",
        "may 1 ",
        "www.a",
        "is made of ",
    ):
        claims_of(read(piece * (20_000 // len(piece))), context)


def test_an_unsupported_period_or_day_is_told_once(checker: Checker) -> None:
    context = CheckContext("chat", TODAY, source_texts=("Standard delivery costs £3.95.",))
    for text in ("Your refund will be paid within 3 days.", "Your parcel will arrive by tomorrow."):
        told = [finding.rule for finding in checker.check(text, context).findings]
        assert [rule for rule in told if rule.startswith(("claim.", "promise."))] == [
            "promise.period" if "days" in text else "promise.overnight"
        ]


def test_what_another_article_states_is_no_claim_but_named(checker: Checker) -> None:
    said = texts_say([("Gift wrap", "Gift wrap costs £4.50.")])
    context = CheckContext("chat", TODAY, source_texts=("Postage costs £3.95.",), articles=said)
    (found,) = (f for f in checker.check("It costs £4.50.", context).findings if f.rule.startswith("claim."))
    assert found.rule == "claim.other_article" and "Gift wrap" in found.message
    given = checker.check("I will refund you £4.50.", context).findings
    assert "claim.amount" in {finding.rule for finding in given}


def _claimed(text: str, **case: Any) -> list[str]:
    context = CheckContext(channel="email", today=TODAY, **case)
    return [text[claim.value.span.start : claim.value.span.end] for claim in claims_of(read(text), context)]


@pytest.mark.parametrize(
    ("wish", "reply", "found"),
    [
        ("I need it by Friday for a party.", "It will be with you by Friday.", ["by Friday"]),
        ("Can I have 20% off?", "We will take 20% off your next order.", ["20%"]),
        ("Is the table made of oak?", "Yes, it is made of oak.", ["made of oak"]),
        ("is it 45 cm wide", "Yes, it is 45 cm wide.", ["45 cm"]),
        ("Can I return it within 60 days?", "You can return it within 60 days.", ["60 days"]),
    ],
)
def test_what_a_customer_wishes_or_asks_is_no_source_of_it(wish: str, reply: str, found: list[str]) -> None:
    assert _claimed(reply, customer_words=(wish,)) == found


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("I need it by Friday for a party.", "I understand that you need it by Friday."),
        ("Can I have 20% off?", "I see that you ask for 20% off."),
        ("Is the table made of oak?", "You asked whether it is made of oak: I will find out."),
        ("Is it 20 cm high?", "You asked for one that is 20 cm high."),
        ("The shelf is 45 cm wide and too wide.", "A shelf that is 45 cm wide may stand elsewhere."),
    ],
)
def test_repeating_what_the_customer_said_or_asked_is_no_claim(said: str, reply: str) -> None:
    assert _claimed(reply, customer_words=(said,)) == []


def test_the_day_our_next_step_is_due_is_no_day_of_delivery() -> None:
    due = {"due_dates": frozenset({date(2026, 11, 25)})}
    assert _claimed("Your table will be with you by Wednesday 25 November 2026.", **due) == [
        "Wednesday 25 November 2026"
    ]
    assert _claimed("I will have your refund paid by Wednesday 25 November.", **due) == []
    assert _claimed("I will look at the tracking again by Wednesday 25 November.", **due) == []


def test_an_article_on_another_thing_does_not_change_what_a_product_is_made_of() -> None:
    case = {
        "fact_texts": ("A table in solid European oak.",),
        "articles": texts_say([("Kitchen knives", "The handle is made of walnut.")]),
    }
    assert _claimed("The table is made of solid walnut.", **case) == ["made of solid walnut"]
    assert _claimed("The knife is made of walnut.", articles=case["articles"]) == []


@pytest.mark.parametrize(
    ("text", "is_claim"),
    [
        ("The price is £1.00.", True),
        ("The teapot costs £1.00.", True),
        ("It sells for £1.00 here.", True),
        ("You wrote that the price is £1.00.", False),
        ("You saw it at £1.00, and another shop sells it for less.", False),
        ("You paid £1.00 for it.", False),
    ],
)
def test_a_price_of_ours_needs_more_than_the_customers_word(text: str, *, is_claim: bool) -> None:
    context = CheckContext("email", TODAY, customer_words=("The price is £1.00, please confirm.",))
    assert bool(claims_of(read(text), context)) == is_claim


@pytest.mark.parametrize("written", ["25 November.", "25 Nov.", "25 Nov. 2026.", "Wed 25 November 2026."])
def test_the_place_of_a_date_ends_before_the_full_stop(written: str) -> None:
    (value,) = values_in(f"It came on {written} Then it left.", TODAY)
    assert f"It came on {written}"[value.span.start : value.span.end] == written.removesuffix(".")


@pytest.mark.parametrize("when", ["this week", "by the weekend", "by the end of the week", "by Christmas"])
def test_the_day_of_a_message_backs_no_stretch_of_days_to_come(when: str) -> None:
    case = {"allowed_dates": frozenset({TODAY})}
    assert _claimed(f"Your parcel will be with you {when}.", **case)
    assert _claimed(f"You will have it {when}.", **case)
    booked = ("Your parcel is booked for delivery on 26 November 2026.",)
    assert _claimed(f"Your parcel will be with you {when}.", fact_texts=booked, **case) == []


def test_refusing_what_the_customer_asks_for_is_no_claim() -> None:
    asked = {"customer_words": ("Can I have 25% off?",)}
    assert _claimed("I am afraid I cannot give you 25% off.", **asked) == []
    assert _claimed("I cannot wait, and will give you 25% off.", **asked) == ["25%"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear Maria,\n\nYour rug is here.", ["Maria"]),
        ("Hello Mrs Thorne, how are you?", ["Mrs Thorne"]),
        ("Dear Maria Thorne,", ["Maria Thorne"]),
        ("It was left with Mrs Thorne.", ["Mrs Thorne"]),
        ("Dear Sam,\n\nMaria from our workshop will call you.", []),
        ("Dear Mr Carter,", []),
    ],
)
def test_another_customer_is_neither_greeted_nor_named(text: str, found: list[str], checker: Checker) -> None:
    context = CheckContext(
        "email", TODAY, greeting_names=("Sam", "Sam Carter", "Mr Carter"), other_names=("Maria Thorne",)
    )
    findings = checker.check(text, context).findings
    told = [one for one in findings if one.rule == "safety.other_customer"]
    assert [text[one.span.start : one.span.end] for one in told] == found
    assert all(one.severity is Severity.BLOCK for one in told)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Both cleanings together come to £130.", []),
        ("Wrapping three rugs comes to £12 in all.", []),
        ("Both cleanings together come to £125.", ["£125"]),
        ("A deep clean is £130.", ["£130"]),
        ("I will refund you £130 in total.", ["£130"]),
    ],
)
def test_what_stated_amounts_come_to_is_no_claim(text: str, found: list[str]) -> None:
    prices = ("A deep clean costs £85.", "A light clean costs £45.", "Wrapping a rug costs £4.")
    assert _claimed(text, source_texts=prices) == found


@pytest.mark.parametrize(
    ("text", "state", "rule"),
    [
        ("Your order was delivered yesterday.", "sent", "claim.outcome_date"),
        ("Your parcel has been delivered on 20 November.", "open", "claim.outcome_date"),
        ("Your order was delivered yesterday.", "arrived", "claim.date"),
        ("Your order was delivered.", "sent", "claim.order_state"),
    ],
)
def test_a_day_of_what_the_record_denies_blocks(text: str, state: str, rule: str, checker: Checker) -> None:
    context = CheckContext("email", TODAY, orders=(("LR-1", state),), meant_order="LR-1")
    found = {one.rule: one.severity for one in checker.check(text, context).findings}
    assert rule in found
    blocks = found.get("claim.outcome_date") is Severity.BLOCK
    assert blocks == (rule == "claim.outcome_date")


def test_a_shared_first_name_or_a_name_within_another_is_told_once_or_not(checker: Checker) -> None:
    def told(text: str, *others: str) -> list[str]:
        context = CheckContext("email", TODAY, greeting_names=("Sam", "Sam Carter"), other_names=others)
        found = checker.check(text, context).findings
        spans = [one.span for one in found if one.rule == "safety.other_customer"]
        return [text[span.start : span.end] for span in spans]

    assert told("Dear Sam,\n\nYour rug is here.", "Sam Hill") == []
    assert told("It was left with Mary Ann Lee.", "Ann Lee", "Mary Ann Lee") == ["Mary Ann Lee"]


def test_of_endless_claims_the_first_are_shown() -> None:
    text = " ".join(f"It costs £{number}.99." for number in range(2 * MOST_CLAIMS))
    found = _claimed(text)
    assert (len(found), found[0]) == (MOST_CLAIMS, "£0.99")


@pytest.mark.parametrize(
    ("text", "sources", "found"),
    [
        ("Delivery is free under £50.", ("Delivery is free over £50.",), ["£50"]),
        ("There is a charge of £5.", ("A charge of £3 applies to samples. The delivery charge is £5.",), []),
        (
            "Your parcel will be with you this week.",
            ("Your last parcel was delivered on 2 November 2026.", "Delivery takes 3 days."),
            [],
        ),
        ("See larkfield.example for more.", (), []),
        ("See larkfields.example for more.", (), ["larkfields.example"]),
    ],
)
def test_a_figure_a_day_or_a_link_needs_a_source_of_its_own(
    text: str, sources: tuple[str, ...], found: list[str]
) -> None:
    contacts = frozenset({"care@larkfield.example"})
    assert _claimed(text, source_texts=sources, allowed_contacts=contacts) == found


def test_the_customers_own_figure_does_not_change_what_a_source_says() -> None:
    case = {
        "customer_words": ("I noticed the fault 30 days ago.",),
        "source_texts": ("Tell us within 14 days of noticing the fault.",),
    }
    assert _claimed("Please tell us within 30 days of noticing the fault.", **case) == ["30 days"]
    assert _claimed("You said that you noticed the fault 30 days ago.", **case) == []
