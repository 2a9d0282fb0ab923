"""`.vale.ini`, vocabularies and what is wrong with them; styles that cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from brand_voice.checker import Checker
from brand_voice.finding import CheckContext, Severity, Verdict, bare_context
from brand_voice.rulebook import RulebookError, load_rulebook
from brand_voice.vale import ValeEntry, ValeError, is_vale, load_vale
from brand_voice.vale.pack import load_pack
from brand_voice.vale.running import run

TODAY = date(2026, 11, 23)
Style = Callable[..., Path]
FOO = {"extends": "existence", "tokens": ["foo"], "level": "error"}
BAR = {"extends": "existence", "tokens": ["bar"], "level": "suggestion"}


def _said(folder: Path, text: str, name: str = "a.md") -> list[tuple[str, str]]:
    report = run(load_pack(folder), text, "markdown", (name,))
    return [(one.check, one.level) for one in report.alerts]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[*]\nBasedOnStyles = Ours", [("Ours.Foo", "error"), ("Ours.Bar", "suggestion")]),
        ("MinAlertLevel = warning\n[*]\nBasedOnStyles = Ours", [("Ours.Foo", "error")]),
        ("[*.md]\nOurs.Foo = YES", [("Ours.Foo", "error")]),
        ("[*.{html,md}]\nBasedOnStyles = Ours\nOurs.Foo = NO", [("Ours.Bar", "suggestion")]),
        ("[*.html]\nBasedOnStyles = Ours", []),
        (
            "[*]\nBasedOnStyles = Ours\nOurs.Foo = warning",
            [("Ours.Foo", "warning"), ("Ours.Bar", "suggestion")],
        ),
        ("[*]\nBasedOnStyles = Ours\n[a.md]\nOurs.Bar = NO", [("Ours.Foo", "error")]),
        ("[*]\nBasedOnStyles = Ours\nOurs.None = YES", [("Ours.Foo", "error"), ("Ours.Bar", "suggestion")]),
        ("[*]\nOurs = YES", [("Ours.Foo", "error"), ("Ours.Bar", "suggestion")]),
        ("[*]\nBasedOnStyles: 'Ours'\nOurs.Bar: no", [("Ours.Foo", "error")]),
        ("[*]\nOurs.Foo = `error`\n[asciidoctor]\nexperimental = YES", [("Ours.Foo", "error")]),
        (
            "# first\n[*]\n; second\nBasedOnStyles = Ours\nTokenIgnores = (\\$[^\\n$]+\\$), (x{1,2}foo)\n",
            [("Ours.Foo", "error"), ("Ours.Bar", "suggestion")],
        ),
    ],
)
def test_settings_say_which_rules_hold_where(
    style: Style, tmp_path: Path, settings: str, said: list[tuple[str, str]]
) -> None:
    style(Foo=FOO, Bar=BAR)
    (tmp_path / ".vale.ini").write_text(f"StylesPath = styles\n{settings}\n")
    assert _said(tmp_path, "foo bar") == said


def test_what_is_to_be_ignored_keeps_its_place(style: Style, tmp_path: Path) -> None:
    style(Foo=FOO)
    (tmp_path / ".vale.ini").write_text(
        "StylesPath = styles\n[*]\nBasedOnStyles = Ours\nTokenIgnores = \\$[^$]+\\$\n"
        "BlockIgnores = (?s) *({% note %}.*?{% end %})\n"
    )
    text = "$foo$ and foo\n\n{% note %}\nfoo\n{% end %}\n\nfoo\n"
    report = run(load_pack(tmp_path), text, "markdown", ("a.md",))
    assert [(one.line, one.columns[0]) for one in report.alerts] == [(1, 11), (7, 1)]


def test_prose_behind_an_ignored_block_is_still_read(style: Style, tmp_path: Path) -> None:
    style(Foo=FOO)
    (tmp_path / ".vale.ini").write_text(
        'StylesPath = styles\n[*]\nBasedOnStyles = Ours\nBlockIgnores = "{#.*?}"\n'
    )
    report = run(load_pack(tmp_path), "{#foo-bar} foo\n\nfoo {#foo}\n", "markdown", ("a.md",))
    assert [(one.line, one.columns) for one in report.alerts] == [(1, (12, 14)), (3, (1, 3))]


def test_a_rule_file_may_end_like_a_document(style: Style) -> None:
    folder = style()
    (folder / "Foo.yml").write_text("---\nextends: existence\nmessage: m\ntokens: [foo]\n---\n")
    assert [one.extends for one in load_pack(folder).rules] == ["existence"]


def test_a_vocabulary_teaches_casing_and_switches_off_no_rule(style: Style, tmp_path: Path) -> None:
    title = {"extends": "capitalization", "match": "$sentence", "scope": "heading"}
    style(Foo=FOO, Title=title, Own={**BAR, "vocab": True})
    words = tmp_path / "styles" / "config" / "vocabularies" / "House"
    words.mkdir(parents=True)
    (words / "accept.txt").write_text("foo\nbar\nGitHub\n")
    (words / "reject.txt").write_text("gizmo\n")
    (tmp_path / ".vale.ini").write_text(
        "StylesPath = styles\nVocab = House\n[*]\nBasedOnStyles = Vale, Ours\nVale.Spelling = NO\n"
    )
    said = [check for check, _level in _said(tmp_path, "# About GitHub\n\nA foo, a bar, a gizmo on github.")]
    assert said == ["Ours.Foo", "Vale.Avoid", "Vale.Terms"]


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ({"extends": "existence", "tokens": ["(open"]}, "Ours/Rule.yml: rule Ours.Rule: "),
        ({"extends": "existence", "tokens": ["a"], "level": "fatal"}, "Ours.Rule: level: "),
        ({"extends": "nothing"}, "Ours.Rule: extends: 'nothing'"),
        ({"extends": "substitution", "swap": ["a"]}, "Ours.Rule: swap: "),
        ({"extends": "occurrence", "token": "a", "max": "many"}, "Ours.Rule: max: "),
        ({"extends": "metric", "formula": "__import__('os')", "condition": "> 1"}, "Ours.Rule: formula: "),
        ({"extends": "metric", "formula": "words", "condition": "> ("}, "Ours.Rule: condition: "),
        ({"extends": "readability", "grade": 8, "metrics": ["Guess"]}, "Ours.Rule: metrics: 'Guess'"),
        ({"extends": "sequence", "tokens": [{"upos": "THING"}]}, "Ours.Rule: "),
    ],
)
def test_a_broken_rule_is_named_with_its_field(style: Style, rule: dict[str, object], named: str) -> None:
    folder = style(Rule=rule, Foo=FOO)
    with pytest.raises(ValeError) as told:
        load_pack(folder)
    assert named in str(told.value)
    with pytest.raises(RulebookError) as told_of_book:
        load_rulebook(folder)
    assert named in str(told_of_book.value)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ("StylesPath = nowhere", "StylesPath: 'nowhere'"),
        ("MinAlertLevel = loud", "MinAlertLevel: 'loud'"),
        ("StylesPath = styles\n[*]\nBasedOnStyles = Theirs", "no style 'Theirs'"),
        ("StylesPath = styles\n[*]\nOurs.Foo = perhaps", "Ours.Foo: 'perhaps'"),
        ("StylesPath = styles\nnonsense", "line 2"),
        ("StylesPath = styles\nVocab = Missing", "Vocab: there is no vocabulary 'Missing'"),
    ],
)
def test_broken_settings_are_named(style: Style, tmp_path: Path, settings: str, named: str) -> None:
    style(Foo=FOO)
    (tmp_path / ".vale.ini").write_text(f"{settings}\n")
    with pytest.raises(ValeError, match=r"vale|StylesPath") as told:
        load_pack(tmp_path)
    assert named in str(told.value)


def test_scripts_are_refused_by_name(style: Style) -> None:
    folder = style(Script={"extends": "script", "script": "x.tengo"}, Foo=FOO)
    pack = load_pack(folder)
    assert [check for check, _reason in pack.refused] == ["Ours.Script"]
    assert [rule.about.check for rule in pack.rules] == ["Ours.Foo"]
    with pytest.raises(ValeError, match=r"Ours\.Script"):
        load_vale(folder)
    (rule,) = load_vale(folder, ValeEntry(leave_out=("Ours.Script",)))
    assert rule.id == "Ours.Foo"


def test_unread_fields_are_noted(style: Style) -> None:
    pack = load_pack(style(Foo={**FOO, "igorecase": True}))
    assert pack.notes == ("Ours/Foo.yml: rule Ours.Foo: igorecase: not known to existence",)


def test_a_rulebook_takes_in_a_style_and_says_how_grave_it_is(style: Style, tmp_path: Path) -> None:
    folder = style(
        Foo={**FOO, "message": "Not '%s'.", "action": {"name": "replace", "params": ["oof"]}}, Bar=BAR
    )
    assert is_vale(folder)
    assert is_vale(folder.parent)
    (tmp_path / "rulebook.yaml").write_text(
        "name: ours\nvale:\n  - folder: styles/Ours\n    severities: {error: block}\n    channels: [email]\n"
    )
    book = load_rulebook(tmp_path)
    checker = Checker(book)
    result = checker.check("A foo and a bar.", bare_context("email", TODAY))
    assert [(one.rule, one.severity, one.message) for one in result.findings] == [
        ("Ours.Foo", Severity.BLOCK, "Not 'foo'."),
        ("Ours.Bar", Severity.ADVISE, "found 'bar'"),
    ]
    assert result.verdict is Verdict.BLOCKED
    assert result.findings[0].fixes[0].replacement == "oof"
    assert checker.check("A foo.", bare_context("chat", TODAY)).findings == ()
    assert load_rulebook(folder).rule("Ours.Foo").severity is Severity.WARN
    style(Bar={**BAR, "tokens": ["baz"]})
    assert load_rulebook(tmp_path).version != book.version


def test_only_files_may_switch_rules_off_by_comments(style: Style) -> None:
    checker = Checker(load_rulebook(style(Foo=FOO)))
    text = "<!-- vale off -->\n\nA foo."
    reply = CheckContext(channel="email", today=TODAY, format="markdown")
    assert [one.rule for one in checker.check(text, reply).findings] == ["Ours.Foo"]
    assert checker.check(text, replace(reply, flags=frozenset({"outside_case"}))).findings == ()
