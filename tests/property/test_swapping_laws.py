"""Names, numbers, amounts and dates swapped for others of the same shape, in text, case and sources alike,
change no finding: the check knows shapes and equalities, not customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from brand_voice.checker import Checker
from brand_voice.finding import CheckContext, CheckResult
from brand_voice.rulebook import load_rulebook

TODAY = date(2026, 11, 23)
CHECKER = Checker(load_rulebook())
NAMES = ("Joan Hall", "Sara Wood", "Abel Ruiz", "Tess Bird", "Ivan Holt", "Nina Webb")
# of one shape as told below: two figures a part
DAYS = tuple(TODAY + timedelta(days=shift) for shift in (22, 25, 28, 31, 36))


@dataclass(frozen=True)
class Values:
    """What is swapped: each is one of several of its shape, all different."""

    name: str
    stranger: str
    own_order: int
    other_order: int
    amount: int
    other_amount: int
    day: date
    other_day: date


@st.composite
def values(draw: st.DrawFn) -> Values:
    name, stranger = draw(st.permutations(NAMES))[:2]
    first, second = draw(st.permutations(range(104_100, 104_999, 7)))[:2]
    one, two = draw(st.permutations(range(2_137, 9_871, 13)))[:2]
    day, other = draw(st.permutations(DAYS))[:2]
    return Values(name, stranger, first, second, one, two, day, other)


def told(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"


def checked(case: Values, said: tuple[bool, bool, bool, bool]) -> CheckResult:
    own_order, own_amount, own_day, stranger = said
    order = case.own_order if own_order else case.other_order
    amount = case.amount if own_amount else case.other_amount
    day = case.day if own_day else case.other_day
    who = f" {case.stranger} has it." if stranger else ""
    text = (
        f"Dear {case.name.split()[0]},\n\nThank you for your message. Your order LR-{order} came to "
        f"£{amount / 100:.2f}. We will deliver it on {told(day)}.{who}\n\n"
        "Kind regards,\nCustomer Care\nLarkfield & Rowe"
    )
    context = CheckContext(
        channel="email",
        today=TODAY,
        greeting_names=(case.name.split()[0], case.name),
        known_ids=frozenset({f"LR-{case.own_order}"}),
        source_texts=(
            f"Order LR-{case.own_order} came to £{case.amount / 100:.2f}, due on {told(case.day)}.",
        ),
        other_names=(case.stranger,),
        customer_words=(f"I am {case.name}, where is LR-{case.own_order}?",),
    )
    return CHECKER.check(text, context)


@settings(max_examples=20, deadline=None)
@given(values(), values(), st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()))
def test_the_verdict_does_not_hang_on_who_and_how_much(
    one: Values, other: Values, said: tuple[bool, bool, bool, bool]
) -> None:
    first, second = checked(one, said), checked(other, said)
    assert first.verdict == second.verdict
    assert [finding.rule for finding in first.findings] == [finding.rule for finding in second.findings]
    rules = {finding.rule for finding in first.findings}
    assert ("claim.order_number" in rules) is not said[0]
    assert ("claim.amount" in rules) is not said[1]
    assert ("claim.outcome_date" in rules) is not said[2]
    assert ("safety.other_customer" in rules) is said[3]
