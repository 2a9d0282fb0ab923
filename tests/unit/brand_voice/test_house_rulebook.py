from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from brand_voice.checker import Checker
from brand_voice.finding import Severity, Verdict, bare_context
from brand_voice.fixing import apply_fix
from brand_voice.mutation import mutants, share_noticed
from brand_voice.proof import example_context, prove
from brand_voice.rulebook import Rulebook, load_rulebook, told_rules
from brand_voice.tone_rules import Tone

HERE = Path(__file__).parent
TODAY = date(2026, 11, 23)
RULES = load_rulebook().rules


def replies(name: str) -> list[tuple[str, str]]:
    parts = (HERE / name).read_text(encoding="utf-8").split("----\n")
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


def test_every_rule_proves_itself(house: Rulebook) -> None:
    assert prove(house) == ()


def test_the_house_has_enough_rules_of_every_kind(house: Rulebook) -> None:
    assert len(house.rules) >= 60 + 22
    assert {type(rule.kind).__name__ for rule in house.rules} >= {
        "Wording",
        "Demand",
        "NextStep",
        "Length",
        "Capitals",
        "Exclamation",
        "UnsupportedPromise",
        "PersonalDataIn",
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_its_texts_each_way_and_says_why(rule: object) -> None:
    if not isinstance(rule.kind, Tone):  # a learned kind is proven by its figures
        least = 5 if rule.id.startswith("law.") else 10
        assert len(rule.fails) >= least and len(rule.passes) >= least
    assert rule.why.endswith((".", ")")) and rule.message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_taking_every_fix_leaves_no_finding_that_had_one(rule: object, house: Rulebook) -> None:
    alone = Checker(replace(house, rules=(rule,)))
    for example in rule.fails:
        context = example_context(rule, example)
        text = example.text
        for _ in range(30):
            mended = [finding for finding in alone.check(text, context).findings if finding.fixes]
            if not mended:
                break
            text = apply_fix(text, mended[0].fixes[0])
        assert not [finding for finding in alone.check(text, context).findings if finding.fixes]


@pytest.mark.parametrize(("channel", "text"), replies("replies_good.txt"))
def test_a_plain_good_reply_passes_without_a_warning(channel: str, text: str, checker: Checker) -> None:
    result = checker.check(text, bare_context(channel, TODAY))
    assert [f.rule for f in result.findings if f.severity is not Severity.ADVISE] == []
    assert result.verdict is Verdict.PASS


@pytest.mark.parametrize(("channel", "text"), replies("replies_good.txt"))
def test_a_good_reply_passes_with_windows_line_ends(channel: str, text: str, checker: Checker) -> None:
    result = checker.check(text.replace("\n", "\r\n"), bare_context(channel, TODAY))
    assert result.verdict is Verdict.PASS


@pytest.mark.parametrize(("channel", "text"), replies("replies_bad.txt"))
def test_a_bad_reply_is_blocked(channel: str, text: str, checker: Checker) -> None:
    result = checker.check(text, bare_context(channel, TODAY))
    assert result.verdict is Verdict.BLOCKED
    assert all(f.why for f in result.findings)


def test_the_texts_notice_when_a_rule_changes() -> None:
    told = [one for one in told_rules() if one.entry.id.startswith(("courtesy", "legal", "form.g", "form.s"))]
    found = [mutant for one in told for mutant in mutants(one)]
    assert len(found) > 100
    assert share_noticed(found) >= 0.95, [one for one in found if not one.noticed]
