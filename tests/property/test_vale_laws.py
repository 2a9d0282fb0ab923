"""Whatever the text: the check of a Vale style ends, its places hold, and it says the same again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_voice.glances import Glances
from brand_voice.markup import passed_over
from brand_voice.vale.pack import Pack, load_pack
from brand_voice.vale.regexps import regexp
from brand_voice.vale.running import Format, run

RULES: dict[str, dict[str, object]] = {
    "Words": {"extends": "existence", "tokens": ["is", r"\w+ly", "é+"], "ignorecase": True},
    "Marks": {"extends": "existence", "nonword": True, "tokens": [r"\s[-–]\s", r"[.?!](?=\S)"]},
    "Swap": {
        "extends": "substitution",
        "swap": {r"(\w)\1": "$1", "is not": "isn't"},
        "action": {"name": "replace"},
    },
    "Long": {"extends": "occurrence", "scope": "sentence", "token": r"\b\w+\b", "max": 5},
    "Twice": {"extends": "repetition", "tokens": [r"\b\w+\b"], "ignorecase": True},
    "Title": {"extends": "capitalization", "match": "$title", "scope": "heading"},
    "Grade": {"extends": "readability", "metrics": ["SMOG", "Gunning Fog"], "grade": 5},
    "Raw": {"extends": "existence", "scope": "raw", "nonword": True, "tokens": [r"[ \t]+$"]},
}
MARKUP = st.sampled_from(
    ["# ", "\n", "\n\n", "**", "*", "_", "`", "```\n", "> ", "- ", "1. ", "[a](b)", "![", "](", "<b>", "</b>",
     "<p>", "<!-- vale off -->", "&amp;", "&#x41;", "\\", "|", "|-|\n", "é", "\u200b", "\u202e", "\r\n", "\t",
     "is not ",
     "very ", "https://a.example/b", "---\n", "\ud800", "\x00", "=\n", "~~", "<", ">", '"']
)  # fmt: skip
TEXTS = st.lists(st.one_of(MARKUP, st.text(max_size=12)), max_size=30).map("".join)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder: Path = tmp_path_factory.mktemp("styles") / "Laws"
    folder.mkdir()
    for name, rule in RULES.items():
        (folder / f"{name}.yml").write_text(yaml.safe_dump({"message": "%s", **rule}, allow_unicode=True))
    return load_pack(folder)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, form=st.sampled_from(["text", "markdown", "html"]))
def test_every_text_is_checked_and_every_place_holds(pack: Pack, text: str, form: Format) -> None:
    report = run(pack, text, form, ("a.md",))
    assert not report.faults
    assert report == run(pack, text, form, ("a.md",))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for one in report.alerts:
        assert 0 <= one.place.start <= one.place.end <= len(text)
        assert 1 <= one.line <= len(lines)
        assert 1 <= one.columns[0] <= one.columns[1] <= max(len(lines[one.line - 1]) + 1, one.columns[0])
        if form == "text" and one.match and "\r" not in text:
            assert text[one.place.start : one.place.end] == one.match


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, form=st.sampled_from(["markdown", "html"]))
def test_what_is_passed_over_lies_in_the_text_in_order(text: str, form: str) -> None:
    place = 0
    for span in passed_over(text, form):
        assert place <= span.start < span.end <= len(text)
        place = span.end


@pytest.mark.parametrize(
    "piece", ["_a_ ", "- x\n", "[", "<", "![a](", "is not é. ", "> ", "|a|\n", "very very "]
)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_long_texts_do_not_hang(pack: Pack, piece: str, form: Format) -> None:
    began = time.process_time()
    run(pack, piece * (20_000 // len(piece)), form, ("a.md",))
    assert time.process_time() - began < 6


def test_a_slow_pattern_is_given_up_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "Slow"
    folder.mkdir()
    (folder / "Rule.yml").write_text(
        yaml.safe_dump(
            {"extends": "existence", "message": "%s", "nonword": True, "tokens": [r"(?:a|a|aa)+(?=z)"]}
        )
    )
    report = run(load_pack(folder), "a" * 80, "text", ("a.txt",))
    assert isinstance(report.faults["Slow.Rule"], TimeoutError)
    assert report.alerts == ()


PATTERNS = [
    r"\b(?:is|are)\s+(?:not|never)\b", r"(?i)\b(?:[a-z]+ly)-\w+", r"[.?!] {2,}[A-Z]", r"^\s*\w+$",
    r"[^\s,]+,(?= )", r"(?<=a)b+", r"(?:^|\s)I(?=\s)", r"\d{1,2}[ap]\.?m\b", r"(a)|(b)|(?P<x>c)",
    r"\W{2,}", r"\S+\S", r"[[:alpha:]]+\d", r"\x{2019}s|\p{Lu}\pL", r"(?i:AB)c|\Qa.b\E", r"[^[\]]--?",
    r"a{,2}b",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    number=st.integers(0, len(PATTERNS) - 1),
    text=st.text("aAbBcI i.,s\u2019-[]0123\n\t!?{}pm\u00a3\u2014", max_size=60),
)
def test_both_engines_find_the_same(number: int, text: str) -> None:
    pattern = regexp(PATTERNS[number])
    slow = pattern.compile_fully()
    want = [match.span() for match in slow.compiled.finditer(text) if match.group()]
    assert [(one.start, one.end) for one in pattern.found(text)] == want
    assert pattern.places(text) == want
    possible = Glances([pattern.loose]).possible(f"{text}\nmore")
    assert possible == {0} or not want
