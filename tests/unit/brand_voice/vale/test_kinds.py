"""Each kind of rule, by what it says of a text and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from brand_voice.vale.pack import load_pack
from brand_voice.vale.running import Alert, run

Told = Callable[..., list[str]]
Alerts = Callable[..., list[Alert]]


def test_existence_finds_whole_words_and_minds_exceptions(told: Told) -> None:
    rule = {"extends": "existence", "tokens": ["foo", "bar baz"], "exceptions": ["foo"], "ignorecase": True}
    assert told(rule, "A foo, a Foo, foot and Bar Baz.") == ["1:10 found 'Foo'", "1:24 found 'Bar Baz'"]


def test_existence_takes_raw_parts_before_or_after_its_tokens(told: Told) -> None:
    before = {"extends": "existence", "raw": [r"\bvery\s"], "tokens": ["good", "bad"]}
    assert told(before, "very good, bad") == ["1:1 found 'very good'"]
    after = {"extends": "existence", "raw": [r"\s+days?\b"], "tokens": ["two"], "append": True}
    assert told(after, "two days, one day") == ["1:1 found 'two days'"]


def test_plain_words_of_yaml_are_words_to_look_for(told: Told) -> None:
    rule = {"extends": "existence", "tokens": ["no", "12:30", "1.50"]}
    assert told(rule, "no, at 12:30 for 1.50") == ["1:1 found 'no'", "1:8 found '12:30'", "1:18 found '1.50'"]


def test_substitution_names_the_better_wording_and_offers_it(alerts: Alerts) -> None:
    rule = {
        "extends": "substitution",
        "message": "Use '%s' instead of '%s'.",
        "ignorecase": True,
        "action": {"name": "replace"},
        "swap": {"utilize": "use", "(?:log|sign)[- ]?on": "sign in", "e-?mail(s?)": "message$1|note$1"},
    }
    found = alerts(rule, "Utilize it, log on, read e-mails.")
    assert [one.message for one in found] == [
        "Use 'Use' instead of 'Utilize'.",
        "Use 'sign in' instead of 'log on'.",
        "Use 'messages' or 'notes' instead of 'e-mails'.",
    ]
    assert found[2].wordings == ("messages", "notes")
    assert found[2].params == ("messages", "notes")


def test_substitution_lets_the_better_wording_itself_stand(told: Told) -> None:
    rule = {
        "extends": "substitution",
        "message": "%s, not %s",
        "ignorecase": True,
        "swap": {"github": "GitHub"},
    }
    assert told(rule, "GitHub, Github") == ["1:9 GitHub, not Github"]


def test_the_longest_wording_goes_first(told: Told) -> None:
    rule = {"extends": "substitution", "message": "%s", "swap": {"all": "every", "all of these": "these"}}
    assert told(rule, "all of these") == ["1:1 these"]


def test_occurrence_counts_in_each_block(told: Told) -> None:
    rule = {"extends": "occurrence", "message": "%d words", "scope": "sentence", "token": r"\w+", "max": 3}
    assert told(rule, "One two three. One two three four. Dr. Who is.") == ["1:16 4 words"]
    least = {"extends": "occurrence", "message": "no link", "scope": "raw", "token": "https?:", "min": 1}
    assert told(least, "Nothing here.") == ["1:1 no link"]
    assert told(least, "See https://a.example/b.") == []


def test_repetition_reaches_over_line_breaks_but_not_over_sentences(told: Told) -> None:
    rule = {"extends": "repetition", "alpha": True, "ignorecase": True, "tokens": [r"[^\s]+"]}
    assert told(rule, "The the cat sat\nsat down") == ["1:1 found 'the'", "1:13 found 'sat'"]
    words = {**rule, "tokens": [r"\b\w+\b"]}
    assert told(words, "I forgot that. That is it.") == []
    assert told({**words, "max": 1}, "so so, so") == ["1:4 found 'so'"]


def test_consistency_strikes_once_both_wordings_were_seen(told: Told) -> None:
    rule = {"extends": "consistency", "ignorecase": True, "either": {"advisor": "adviser", "a(b)c": "xyz"}}
    assert told(rule, "An adviser.\n\nNo advisor.\n\nThe adviser.") == [
        "3:4 found 'advisor'",
        "5:5 found 'adviser'",
    ]
    assert told(rule, "An adviser.\n\nThe adviser, abc.") == []


def test_conditional_asks_for_what_must_come_before(told: Told) -> None:
    rule = {
        "extends": "conditional",
        "first": r"\b([A-Z]{3,5})\b",
        "second": r"(?:\b[A-Z][a-z]+ )+\(([A-Z]{3,5})\)",
        "exceptions": ["FAQ"],
    }
    assert told(rule, "World Health Organization (WHO).\n\nWHO and FAQ, not DAFB.") == ["3:18 found 'DAFB'"]


def test_conditional_without_a_group_wants_the_second_in_the_same_block(told: Told) -> None:
    rule = {"extends": "conditional", "first": "refund", "second": r"within \d+ days"}
    assert told(rule, "A refund within 14 days.\n\nA refund.") == ["3:3 found 'refund'"]


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        ({"match": "$sentence"}, "A plain heading", "A Plain Heading"),
        ({"match": "$sentence", "indicators": [":"]}, "Note: Read this now", "Note: read this now"),
        ({"match": "$sentence", "exceptions": ["GitHub"]}, "Use GitHub here", "Use GitHub Here Now"),
        ({"match": "$title"}, "The Rise of the Machines", "The rise of the machines"),
        ({"match": "$title", "style": "Chicago"}, "A Walk between the Lines", "A walk Between the lines"),
        ({"match": "$title", "style": "AP"}, "A Walk Between the Lines", "A walk between the lines"),
        ({"match": "$lower"}, "all small", "Not small"),
        ({"match": "$upper"}, "ALL BIG", "Not BIG"),
        ({"match": r"^\d+\. "}, "1. Step", "Step"),
        ({"match": "$title", "threshold": 0.5}, "Half the Words Here", "half the words here"),
    ],
)
def test_capitalization(told: Told, rule: dict[str, object], right: str, wrong: str) -> None:
    told_rule = {"extends": "capitalization", "scope": "heading", **rule}
    assert told(told_rule, f"# {right}\n\nno Heading At all") == []
    assert told(told_rule, f"# {wrong}\n") == [f"1:3 found '{wrong}'"]


def test_metric_works_out_its_formula(told: Told) -> None:
    rule = {
        "extends": "metric",
        "message": "%s",
        "formula": "words / (sentences + heading.h1)",
        "condition": "> 2",
    }
    assert told(rule, "# One\n\nOne two three four. Five six.") == []
    assert told(rule, "One two three four. Five six.") == ["1:1 3.00"]
    bounded = {**rule, "formula": "math.sqrt(words)", "condition": "> 2 && list < 1"}
    assert told(bounded, "One two three four five six.") == ["1:1 2.45"]


def test_readability_is_the_mean_of_its_grades(told: Told) -> None:
    rule = {"extends": "readability", "message": "Grade %s", "grade": 8, "metrics": ["Flesch-Kincaid"]}
    assert told(rule, "The cat sat on the mat. It was fat.") == []
    hard = "Institutional accountability necessitates comprehensive organisational transparency initiatives."
    (said,) = told(rule, hard)
    assert said.startswith("1:1 Grade ")


def test_spelling_knows_words_their_ignored_ones_and_none_else(told: Told, alerts: Alerts) -> None:
    rule = {"extends": "spelling", "filters": [r"[pP]rodd?ct\d"]}
    assert told(rule, "This isn't wroong, `codde`, NASA, eBay2, prodct1.") == ["1:12 found 'wroong'"]


def test_sequence_reads_parts_of_speech(told: Told) -> None:
    rule = {
        "extends": "sequence",
        "message": "'%s' before a verb",
        "ignorecase": True,
        "tokens": [{"pattern": "please"}, {"tag": "^VB", "skip": 1}],
    }
    assert told(rule, "Please kindly send it. Please, a book.") == ["1:1 'Please' before a verb"]
    backend = {
        "extends": "sequence",
        "message": "Write 'back-end' before a noun.",
        "tokens": [{"pattern": "back"}, {"pattern": "end"}, {"tag": "^NN"}],
    }
    assert told(backend, "On the back end. A back end developer.") == ["1:20 Write 'back-end' before a noun."]
    guarded = {
        "extends": "sequence",
        "tokens": [{"pattern": "not", "negate": True}, {"pattern": "worthy", "target": True}],
    }
    assert told(guarded, "worthy men. He is not worthy, nor a worthy man.") == [
        "1:1 found 'worthy'",
        "1:37 found 'a'",
    ]


def test_sequence_lets_words_pass_between_a_step_and_the_anchor(told: Told) -> None:
    rule = {"extends": "sequence", "tokens": [{"tag": "^NN", "skip": 3}, {"pattern": "it"}]}
    assert told(rule, "The lamp fell off the wall and it broke.") == ["1:23 found 'wall'"]
    assert told(rule, "The lamp was very old but still it worked.") == []


def test_pairs_may_be_told_as_a_list_of_maps(told: Told) -> None:
    rule = {"extends": "substitution", "message": "%s, not %s", "swap": [{"couch": "sofa"}, {"mum": "Mum"}]}
    assert told(rule, "A couch for mum.") == ["1:3 sofa, not couch", "1:13 Mum, not mum"]


def test_a_limit_counts_over_the_whole_text(told: Told) -> None:
    rule = {"extends": "existence", "tokens": ["very"], "limit": 2}
    assert told(rule, "very, very\n\n- very\n\n# very") == ["1:1 found 'very'", "1:7 found 'very'"]


@pytest.mark.parametrize(
    ("action", "why"),
    [
        ({"name": "fly"}, "'fly' is no action"),
        ({"name": "edit", "params": ["regex", "("]}, "regex needs 2 parameters"),
        ({"name": "edit", "params": ["regex", "(", ""]}, "pattern '('"),
    ],
)
def test_an_action_that_cannot_work_costs_the_fix_and_not_the_finding(
    style: Callable[..., Path], action: dict[str, object], why: str
) -> None:
    pack = load_pack(style(Rule={"extends": "existence", "tokens": ["foo"], "action": action}))
    (alert,) = run(pack, "A foo.", "markdown", ("a.md",)).alerts
    assert (alert.match, alert.wordings) == ("foo", ())
    assert any(why in note for note in pack.notes)


@pytest.mark.parametrize(
    ("action", "found", "wording"),
    [
        ({"name": "remove"}, "very", ""),
        ({"name": "replace", "params": ["so", "most"]}, "very", "so"),
        ({"name": "edit", "params": ["regex", "-", " "]}, "left-over", "left over"),
        ({"name": "edit", "params": ["regex", r"(\w+)-(\w+)", "$2 $1"]}, "left-over", "over left"),
        ({"name": "edit", "params": ["trim_right", "!"]}, "wow!!", "wow"),
        ({"name": "edit", "params": ["trim_left", "x"]}, "xylem", "ylem"),
        ({"name": "edit", "params": ["trim", "m"]}, "madam", "ada"),
        ({"name": "edit", "params": ["remove", " "]}, " – ", "–"),
        ({"name": "edit", "params": ["truncate", "-"]}, "left-over", "left"),
        ({"name": "edit", "params": ["split", "-", "1"]}, "left-over", "over"),
        ({"name": "convert", "params": ["simple"]}, "Auto-Scale", "autoscale"),
    ],
)
def test_actions(alerts: Alerts, action: dict[str, object], found: str, wording: str) -> None:
    rule = {"extends": "existence", "nonword": True, "tokens": [found], "action": action}
    (alert,) = alerts(rule, f"It is {found} here")
    assert alert.wordings[0] == wording
    assert alert.action == action["name"]
