"""Each kind of rule finds what it is for, where it is, and leaves alone what is not its business."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from brand_voice import grammar_rules
from brand_voice.checker import Checker
from brand_voice.finding import CheckContext, Severity, Verdict
from brand_voice.fixing import apply_fix
from brand_voice.rulebook import Rulebook, RulebookError
from brand_voice.setting_aside import NotSetAside, put_aside

DAY = date(2026, 11, 23)
CHAT = CheckContext("chat", DAY)
RulebookOf = Callable[..., Rulebook]


def book(rulebook_of: RulebookOf, *lines: str) -> Rulebook:
    told = "\n    ".join(("severity: block", "message: m {found}", "why: w", *lines))
    return rulebook_of(f"owner: Ann\nrules:\n  - id: r\n    {told}\n")


def found(rules: Rulebook, text: str, context: CheckContext = CHAT) -> list[str]:
    findings = Checker(rules).check(text, context).findings
    return [text[finding.span.start : finding.span.end] for finding in findings]


@pytest.mark.parametrize(
    ("lines", "text", "wrong"),
    [
        (("kind: occurrence", "pattern: lamp", "most: 1"), "A lamp, a lamp and a lamp.", ["lamp"]),
        (("kind: occurrence", "pattern: lamp", "least: 1"), "A rug.", ["A rug."]),
        (("kind: occurrence", "of: sentence", "pattern: lamp", "most: 1"), "Lamp lamp. Lamp.", ["lamp"]),
        (("kind: repetition",), "It is the\nthe lamp.", ["the\nthe"]),
        (("kind: repetition", "of: opening", "most: 1"), "We sent it. We ring.", ["We"]),
        (("kind: consistency", "pairs: [{one: email, other: e-mail}]"), "An e-mail. My email.", ["email"]),
        (("kind: conditional", "if_found: enclosed", "then: page"), "It is enclosed.", ["enclosed"]),
        (("kind: conditional", "if_found: enclosed", "then: page"), "Enclosed, see the page.", []),
        (("kind: capitalisation", "words: [PayPal]"), "By Paypal, by PayPal.", ["Paypal"]),
        (("kind: capitalisation", "of: sentence"), "It left. the van too.\n- a list", ["t"]),
        (("kind: spelling", "variety: british"), "The color and the size.", ["color"]),
        (("kind: spelling", "variety: american"), "The colour and the organiser.", ["colour", "organiser"]),
        (("kind: spelling", "words: {Larkfeild: Larkfield}"), "From larkfeild.", ["larkfeild"]),
        (("kind: grammar", "lints: [AnA]"), "This is an lamp. It should of left.", ["an"]),
        (("kind: grammar", "leave_out: [AnA]"), "This is an lamp. It should of left.", ["should of"]),
        (("kind: grammar", "lints: [ModalOf]"), "It should \nof left.", ["should \nof"]),
        (("kind: grammar", "lints: [ModalOf]"), "It should\r\nof left.", ["should\r\nof"]),
        (
            ("kind: grammar", "lints: [AnA]"),
            "Hi.\n\nIt is an lamp.\n\n\nOr an rug. \n \n Or an cup.",
            ["an"] * 3,
        ),
        (("kind: disguised", "words: [shit]"), "It is sh1t, s h i t, SH*T and shiit. Not shiitake.", 4),
        (("kind: length", "most: {default: 2}"), "One two three.", ["three"]),
    ],
)
def test_a_kind_finds_its_places(
    rulebook_of: RulebookOf, lines: tuple[str, ...], text: str, wrong: list[str] | int
) -> None:
    places = found(book(rulebook_of, *lines), text)
    assert (len(places) if isinstance(wrong, int) else places) == wrong


class PanicException(BaseException):
    """What a library written in Rust raises where it gives up; no Exception."""


def test_a_grammar_checker_that_gives_up_blocks_the_text_and_is_not_asked_again(
    rulebook_of: RulebookOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []

    class Linter:
        def organized_lints(self, text: str, language: str) -> dict[str, list[object]]:
            if "boom" in text:
                raise PanicException(text)
            return {}

    monkeypatch.setattr(grammar_rules, "_built", lambda _asked: made.append(1) or Linter())
    checker = Checker(book(rulebook_of, "kind: grammar", "lints: [TheirToThere]"))
    for times in (1, 2):
        result = checker.check("This goes boom.", CHAT)
        assert result.verdict is Verdict.BLOCKED and "counts as not checked" in result.findings[0].message
        assert "boom" not in result.findings[0].message
        assert len(made) == times  # a linter in an unknown state serves nobody
    assert checker.check("This goes well.", CHAT).findings == ()


def test_parts_stand_in_their_order(rulebook_of: RulebookOf) -> None:
    rules = book(
        rulebook_of, "kind: sequence", "parts: [{name: hello, match: hello}, {name: bye, match: goodbye}]"
    )
    assert found(rules, "Hello and goodbye") == []
    assert Checker(rules).check("Goodbye. Hello.", CHAT).findings[0].message == "m bye before hello"


def test_readability_names_its_formula(rulebook_of: RulebookOf) -> None:
    rules = book(
        rulebook_of, "kind: readability", "formula: flesch_kincaid_grade", "most: 8", "from_words: 5"
    )
    hard = "Organisational representatives administer considerable investigations internationally."
    assert "flesch kincaid grade" in Checker(rules).check(hard, CHAT).findings[0].message
    assert found(rules, "The cat sat on the mat and it was glad.") == []


def test_the_identity_wall_keeps_facts_in_and_lets_questions_out(rulebook_of: RulebookOf) -> None:
    rules = book(rulebook_of, "kind: identity_wall", "reveals: [your order (?:has|was)]", "except_in: '\\?'")
    context = CheckContext("chat", DAY, known_ids=frozenset({"LR-1042"}), customer_words=("where is LR-9",))
    assert found(rules, "Your order has left. It is LR-1042, not LR-9.", context) == [
        "Your order has",
        "LR-1042",
    ]
    assert found(rules, "Your order has which number?", context) == []


def test_a_promise_may_be_made_by_a_role_or_late_enough(rulebook_of: RulebookOf) -> None:
    rules = book(
        rulebook_of, "kind: promise", "families: [period]", "by: [supervisor]", "no_sooner: {refund: 14 days}"
    )
    early, late = "We will refund you within 3 days.", "We will refund you within 14 days."
    assert found(rules, early) == ["within 3 days"] or found(rules, early) == ["3 days"]
    assert found(rules, late) == []
    assert found(rules, early, CheckContext("chat", DAY, role="supervisor")) == []


def test_a_rule_holds_on_its_days_topics_languages_and_for_its_audience(rulebook_of: RulebookOf) -> None:
    rules = book(
        rulebook_of,
        "kind: forbidden",
        "phrases: [sofa]",
        "valid_from: 2026-11-01",
        "valid_to: 2026-11-30",
        "topics: [furniture]",
        "languages: [en]",
    )

    def context(**told: object) -> CheckContext:
        return CheckContext(**{"channel": "chat", "today": DAY, "topic": "furniture", **told})

    assert found(rules, "A sofa", context()) == ["sofa"]
    for other in (
        {"today": date(2026, 10, 31)},
        {"today": date(2026, 12, 1)},
        {"topic": "rugs"},
        {"language": "cy"},
        {"audience": "colleague"},
    ):
        assert found(rules, "A sofa", context(**other)) == []


def test_what_one_rule_allows_another_still_finds(rulebook_of: RulebookOf) -> None:
    rule = "{{id: {0}, kind: forbidden, severity: warn, message: m, why: w, phrases: [bloody]{1}}}"
    rules = rulebook_of(
        "owner: Ann\nrules:\n- "
        + rule.format("a", ", allow: [bloody mary]")
        + "\n- "
        + rule.format("b", "")
        + "\n"
    )
    findings = Checker(rules).check("A Bloody Mary.", CHAT).findings
    assert [finding.rule for finding in findings] == ["b"]


@pytest.mark.parametrize(
    "written",
    [
        "gu\u200barantee",
        "gu\u00adarantee",
        "gu\u0301arantee",
        "gúarantee",
        "guаrаntee",
        "ｇｕａｒａｎｔｅｅ",
        "𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞",
        "ɢᴜᴀʀᴀɴᴛᴇᴇ",
        "ⓖⓤⓐⓡⓐⓝⓣⓔⓔ",
        "\u202eeetnaraug\u202c",
        "gu\x00arantee",
        "guaran\u2060tee",
    ],
)
def test_hidden_text_does_not_slip_past_a_rule(rulebook_of: RulebookOf, written: str) -> None:
    rules = book(rulebook_of, "kind: forbidden", "phrases: [guarantee]")
    text = f"We {written} it."
    places = found(rules, text)
    assert len(places) == 1
    assert places[0].strip("\u202e\u202c") == written.strip("\u202e\u202c")


def test_quotations_addresses_and_code_are_not_our_wording(rulebook_of: RulebookOf) -> None:
    rules = book(rulebook_of, "kind: forbidden", "phrases: [cheap]")
    outside = CheckContext("email", DAY, flags=frozenset({"outside_case"}))
    text = '> it looks cheap\nYou wrote "so cheap". See https://x.example/cheap and `cheap`.'
    assert found(rules, text, outside) == []
    assert found(rules, "It is cheap.", outside) == ["cheap"]
    inside = CheckContext("email", DAY, customer_words=("It looks cheap",))
    assert found(rules, '> it looks cheap\n> we are cheap\nYou said "it looks cheap".', inside) == ["cheap"]


def test_one_finding_is_set_aside_with_a_reason_by_a_role(rulebook_of: RulebookOf) -> None:
    rules = book(rulebook_of, "kind: forbidden", "phrases: [sofa]", "suppressible_by: [supervisor]")
    checker, text = Checker(rules), "A sofa and a sofa."
    first = checker.check(text, CHAT).findings[0]
    with pytest.raises(NotSetAside, match="reason"):
        put_aside(text, first, rules.rule("r"), reason="  no ", role="supervisor")
    with pytest.raises(NotSetAside, match="supervisor"):
        put_aside(text, first, rules.rule("r"), reason="the customer's own word", role="agent")
    aside = put_aside(text, first, rules.rule("r"), reason="the customer's own word", role="supervisor")
    result = checker.check(text, CHAT, [aside])
    assert [finding.span.start for finding in result.findings] == [13]
    assert result.suppressed == (first,) and result.verdict is Verdict.BLOCKED
    assert len(checker.check(text + "!", CHAT, [aside]).findings) == 2


def test_a_cover_takes_in_packs_switches_off_and_changes_severity(rulebook_of: RulebookOf) -> None:
    cover = "name: ours\ninclude: [law_uk]\nswitch_off: [{rule: law.receipt, why: we are kind}]\n"
    rulebook_of(
        "owner: Ann\nrules:\n- {id: r, kind: forbidden, severity: warn, message: m, why: w, phrases: [a]}\n"
    )
    rules = rulebook_of(cover + "severities: {law.refund_time: warn}\n", "rulebook.yaml")
    ids = {rule.id for rule in rules.rules}
    assert rules.name == "ours" and {"r", "law.refund_time"} <= ids and "law.receipt" not in ids
    assert rules.rule("law.refund_time").severity is Severity.WARN
    with pytest.raises(RulebookError, match=r"no rule 'law\.nothing'"):
        rulebook_of("switch_off: [{rule: law.nothing, why: w}]\n", "rulebook.yaml")
    with pytest.raises(RulebookError, match="no pack 'nowhere'"):
        rulebook_of("include: [nowhere]\n", "rulebook.yaml")


def test_a_law_holds_from_its_day_on(house: Rulebook) -> None:
    text = "It costs £20 plus VAT."
    for day, holds in ((date(2025, 4, 5), False), (date(2025, 4, 6), True)):
        rules = {finding.rule for finding in Checker(house).check(text, CheckContext("chat", day)).findings}
        assert ("law.drip_price" in rules) is holds


def test_a_finding_names_version_and_source_of_its_rule(house: Rulebook) -> None:
    finding = next(
        one
        for one in Checker(house).check("No receipt, no refund.", CHAT).findings
        if one.rule == "law.receipt"
    )
    assert finding.version == house.rule("law.receipt").version != ""
    assert "Consumer Rights Act 2015" in finding.source


def test_a_fix_for_hidden_text_lands_in_the_text_as_given(rulebook_of: RulebookOf) -> None:
    rules = book(rulebook_of, "kind: preferred", "swaps: [{say: [settee], use: sofa}]")
    text = "A set\u200btee."
    finding = Checker(rules).check(text, CHAT).findings[0]
    assert apply_fix(text, finding.fixes[0]) == "A sofa."


SILENT = """owner: Ann
rules:
  - {id: loud, kind: forbidden, phrases: [red lamp], severity: warn, message: m, why: w}
  - {id: quiet, kind: forbidden, phrases: [lamp], severity: {default: warn, chat: block}, message: m, why: w,
     silent_beside: [loud, gone]}
"""


def test_a_rule_is_silent_beside_another_that_says_as_much(rulebook_of: RulebookOf) -> None:
    checker = Checker(rulebook_of(SILENT))
    told = {
        channel: [f.rule for f in checker.check("A red lamp, a lamp.", CheckContext(channel, DAY)).findings]
        for channel in ("email", "chat")
    }
    assert told == {"email": ["loud", "quiet"], "chat": ["loud", "quiet", "quiet"]}
