from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest

from brand_voice.checker import Checker
from brand_voice.finding import (
    CheckContext,
    CheckResult,
    Finding,
    Fix,
    Severity,
    Span,
    Verdict,
    bare_context,
    text_sha256,
)
from brand_voice.fixing import apply_fix, with_first_fixes
from brand_voice.proof import prove
from brand_voice.rulebook import Rulebook

Check = Callable[..., CheckResult]
TODAY = date(2026, 11, 23)


def rules_of(result: CheckResult) -> set[str]:
    return {finding.rule for finding in result.findings}


def test_the_result_names_the_rulebook_and_the_text(check: Check, house: Rulebook) -> None:
    result = check("Hello Sam")
    assert result.rulebook_version == house.version
    assert result.text_sha256 == text_sha256("Hello Sam")


@pytest.mark.parametrize(
    "before", ["", "😀😀 ", "Zoe\u0308 ", "👩\u200d👧 x ", "line\r\nline\r\n", "İstanbul ", "ﬁne ", "𝐁𝐨𝐥𝐝 "]
)
def test_spans_are_code_points_of_the_text_as_given(check: Check, before: str) -> None:
    text = f"{before}Please calm down, Sam."
    found = [f for f in check(text).findings if f.rule == "courtesy.calming"]
    assert [text[f.span.start : f.span.end] for f in found] == ["Please calm down"]


def test_curly_quotes_and_odd_spaces_hide_nothing(check: Check) -> None:
    assert "courtesy.blame" in rules_of(check("It’s\u00a0your own\u2003fault."))
    assert "courtesy.calming" in rules_of(check("Ｃａｌｍ ｄｏｗｎ"))
    assert "courtesy.calming" in rules_of(check("calm\r\ndown"))


def test_a_rule_that_breaks_blocks_and_is_named(house: Rulebook) -> None:
    @dataclass(frozen=True)
    class Broken:
        def hits(self, reading: object, context: object, /) -> object:
            raise ZeroDivisionError

    rules = (replace(house.rules[0], kind=Broken()), *house.rules[1:])
    result = Checker(replace(house, rules=rules)).check("Hello", CheckContext("email", TODAY))
    failed = [f for f in result.findings if "Check failed" in f.message]
    assert result.verdict is Verdict.BLOCKED
    assert [(f.rule, f.severity, f.span) for f in failed] == [(house.rules[0].id, Severity.BLOCK, Span(0, 5))]


def test_a_pattern_that_never_ends_is_stopped_and_blocks(rulebook_of: Callable[[str], Rulebook]) -> None:
    book = rulebook_of(
        "owner: Ann\nrules:\n  - id: slow\n    kind: forbidden\n    severity: advise\n"
        "    message: m\n    why: w\n"
        "    patterns: ['(a|aa)+\\1x']\n    fails: [aax]\n    passes: [b]\n"
    )
    begun = time.perf_counter()
    result = Checker(book).check("a" * 60 + "b", CheckContext("email", TODAY))
    assert time.perf_counter() - begun < 10
    assert result.verdict is Verdict.BLOCKED
    assert "slow" in result.findings[0].message and "too long" in result.findings[0].message


def test_severity_follows_the_channel(check: Check) -> None:
    said = "I have passed this on to our warehouse."
    severities = {
        channel: next(
            f.severity for f in check(said, channel, ("next_step",)).findings if f.rule == "form.next_step"
        )
        for channel in ("email", "post", "fax", "phone", "chat")
    }
    assert severities == {
        "email": Severity.BLOCK,
        "post": Severity.BLOCK,
        "fax": Severity.BLOCK,
        "phone": Severity.WARN,
        "chat": Severity.ADVISE,
    }


def test_a_chats_second_reply_needs_neither_greeting_nor_sign_off(check: Check) -> None:
    assert check("Both of them fit.", "chat").findings == ()
    assert rules_of(check("Both of them fit.", "chat", ("first_reply",))) == {"form.greeting_spoken"}
    assert rules_of(check("Both of them fit.", "chat", ("closing",))) == {"form.closing_spoken"}


def test_a_complaint_wants_an_apology_and_the_fix_gives_it(check: Check) -> None:
    text = "Hello Sam,\n\nA new vase will be with you on Friday.\n\nKind regards,\nAnn"
    found = [
        f for f in check(text, flags=("complaint",)).findings if f.rule == "courtesy.acknowledge_complaint"
    ]
    mended = apply_fix(text, found[0].fixes[0])
    assert mended.startswith("Hello Sam,\n\nI am sorry for the trouble")
    assert "courtesy.acknowledge_complaint" not in rules_of(check(mended, flags=("complaint",)))


def test_an_offer_says_how_to_buy(check: Check) -> None:
    assert "selling.how_to_buy" in rules_of(check("The tray costs £12.", flags=("offer",)))
    assert "selling.how_to_buy" not in rules_of(check("The tray costs £12.", flags=()))


def test_the_greeting_fix_uses_the_customers_name(check: Check) -> None:
    found = [
        f for f in check("It left us.", greeting_names=("Mrs Patel",)).findings if f.rule == "form.greeting"
    ]
    assert found[0].fixes[0].replacement == "Hello Mrs Patel,\n\n"


@pytest.mark.parametrize(
    "when",
    [
        "by Friday",
        "by Tuesday 24 November",
        "within two working days",
        "on 3 December 2026",
        "tomorrow",
        "by 3rd December",
        "by the 24th",
        "on 24/11/2026",
        "in 3-5 working days",
        "in the next 48 hours",
        "by 5pm",
        "by the end of the week",
        "before noon on Monday",
        "next week",
        "by close of business",
        "within a week",
        "in a fortnight",
        "on December 3rd",
        "today",
        "this afternoon",
        "within the next two working days",
        "by 2026-12-03",
        "by Fri",
    ],
)
def test_usual_ways_to_write_a_date_make_a_next_step(check: Check, when: str) -> None:
    assert check(f"We will email you {when}.", "chat", ("next_step",)).findings == ()


@pytest.mark.parametrize(
    "when", ["soon", "shortly", "in due course", "as soon as we can", "in a few days", "later", "again"]
)
def test_vague_times_make_none(check: Check, when: str) -> None:
    assert "form.next_step" in rules_of(check(f"We will email you {when}.", "chat", ("next_step",)))


def test_what_only_a_case_can_tell_is_not_blocked_outside_one(checker: Checker) -> None:
    text = (
        "Hello Sam,\n\nYour refund will be with you within 5 working days. Please ring 01632 960142 by "
        "Friday.\n\nKind regards,\nAnn"
    )
    assert checker.check(text, bare_context("email", TODAY)).verdict is Verdict.PASS
    inside = checker.check(text, CheckContext("email", TODAY, flags=frozenset({"first_reply"})))
    assert {"promise.period", "safety.contact_details"} <= rules_of(inside)
    supported = CheckContext(
        "email",
        TODAY,
        allowed_contacts=frozenset({"+44 1632 960 142"}),
        source_texts=("Refunds take up to five working days to reach your account.",),
    )
    assert checker.check(text, supported).verdict is Verdict.PASS


@pytest.mark.parametrize(
    "piece",
    [
        "Hello Sam, we will email you by Friday. ",
        "4 ",
        "!",
        "?",
        "\n",
        "\n \n",
        "{",
        "<a ",
        "a@",
        "😀",
        "аb",
        "NO ",
        "12-",
        ". ",
        "by friday ",
        "we will refund you within 5 days and ",
        "07700 900123 ",
        "&",
        "[a",
        "\u200b",
        "_",
        "gb82 west ",
    ],
)
def test_long_texts_are_checked_in_time(checker: Checker, piece: str) -> None:
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    begun = time.process_time()
    result = checker.check(text, bare_context("email", TODAY))
    assert time.process_time() - begun < 3  # under a second on an idle machine
    assert not [f for f in result.findings if "Check failed" in f.message]


def test_prove_tells_of_rules_that_do_not_do_what_they_say(rulebook_of: Callable[[str], Rulebook]) -> None:
    book = rulebook_of(
        "owner: Ann\nrules:\n  - id: r\n    kind: preferred\n    severity: warn\n    message: m\n    why: w\n"
        "    swaps: [{match: cat, use: wildcat cat}]\n    fails: [dog, cat]\n    passes: [a cat]\n"
    )
    assert [(f.text, f.expected) for f in prove(book)] == [
        ("dog", "fail"),
        ("cat", "mended by its fix"),
        ("a cat", "pass"),
    ]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("html", "Please c&#97;lm d<b></b>own."),
        ("html", "Please calm<!-- not -->&nbsp;down."),
        ("markdown", "Please c*al*m **down**."),
        ("text", "Please calm      down."),
        ("text", "Please \u24d2\u24d0\u24db\u24dc \U0001f153\u24de\u24e6\u24dd."),
        ("text", "Please ca\ufffclm \u0111own."),
    ],
)
def test_markup_and_odd_letters_hide_nothing(check: Check, form: str, text: str) -> None:
    assert "courtesy.calming" in rules_of(check(text, format=form))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (
            "html",
            "<!doctype html><html><head><style>p{}</style></head><body><p>Dear Sam,</p>\n<p>Thank you for "
            "your e-mail.&nbsp;The lamp is 30 cm high.</p><p>Kind regards,<br>Jo<br>"
            "Customer Care</p></body></html>",
        ),
        (
            "markdown",
            "Dear Sam,\n\nThe **lamp** is 30 cm.\n\nKind regards,\nJo\nCustomer Care\n",
        ),
    ],
)
def test_a_good_reply_is_not_blocked_for_its_markup(checker: Checker, form: str, text: str) -> None:
    context = replace(bare_context("email", TODAY), format=form)
    assert checker.check(text, context).verdict is not Verdict.BLOCKED


@pytest.mark.parametrize("inside", ["<script>go()</script>", '<a onclick="go()">x</a>', "&lt;b&gt;x"])
def test_markup_that_runs_or_shows_blocks_html(check: Check, inside: str) -> None:
    found = rules_of(check(f"<p>Hello Sam, {inside}</p>", format="html"))
    assert found & {"safety.active_markup", "safety.markup"}


def test_what_a_text_in_markup_lacks_is_said_once(checker: Checker) -> None:
    context = replace(bare_context("email", TODAY), format="markdown")
    said = [one.rule for one in checker.check("Dear Sam,\n\nThe lamp is *high*.\n", context).findings]
    assert said.count("form.sign_off") == 1


def test_of_fixes_that_overlap_one_is_put_in() -> None:
    def finding(start: int, end: int, *replacements: str) -> Finding:
        fixes = tuple(Fix(Span(start, end), one) for one in replacements)
        return Finding("some.rule", Severity.WARN, Span(start, end), "", "", fixes)

    text = "We will gladly send it."
    said = [
        finding(3, 14, "may gladly"),
        finding(8, 14, "soon", "later"),
        finding(0, 2, "I"),
        finding(15, 19),
    ]
    assert with_first_fixes(text, (*said, finding(15, 19))) == "I will soon send it."
