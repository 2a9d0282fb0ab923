"""Rulebook files made to hang, to fill the memory or to break the reader: words, in bounded time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from brand_voice.rulebook import RulebookError, load_rulebook

RULE = """\
owner: Ann
rules:
  - id: words.sofa
    kind: forbidden
    severity: warn
    message: m
    why: w
    patterns: ['{pattern}']
    fails: [A settee.]
    passes: [A sofa.]
"""


def bomb(line: str) -> str:
    """Return a file of eight names, each of which holds the one before ten times."""
    return "owner: Ann\nm0: &m0 {a: 1}\n" + "".join(
        f"m{n}: &m{n} {line.format(', '.join([f'*m{n - 1}'] * 10))}\n" for n in range(1, 9)
    )


HOSTILE: dict[str, tuple[bytes, str]] = {
    "lists of lists": (bomb("[{}]").encode(), "m8"),
    "maps taken over": (bomb("{{<<: [{}]}}").encode(), "too many fields"),
    "holds itself": (b"owner: Ann\nrules: &r [*r]\n", "rule number 1"),
    "deep": (b"owner: Ann\nrules: " + b"[" * 100_000, "more than 50 deep"),
    "deep in words": (b"owner: " + b"{a: " * 60 + b"1" + b"}" * 60, "more than 50 deep"),
    "large": (b"owner: Ann\nabout: " + b"x" * 10_000_000, "bytes, at most"),
    "many faults": (b"owner: Ann\nrules:\n" + b"- {id: a}\n" * 5_000, "5,001 faults"),
    "pattern of many words": (
        RULE.format(pattern="|".join(f"word{n}" for n in range(20_000))).encode(),
        "too large",
    ),
    "pattern of many repeats": (RULE.format(pattern="(?:(?:a{1000}){1000}){1000}").encode(), "too large"),
    "pattern that is deep": (RULE.format(pattern="(" * 5000 + "a" + ")" * 5000).encode(), "too deep"),
    "UTF-16": (RULE.format(pattern="settee").encode("utf-16"), "not UTF-8 at byte 0"),
    "NUL": (RULE.format(pattern="set\0tee").encode(), "not YAML"),
    "half a letter": (RULE.format(pattern="settee").replace("why: w", 'why: "\\ud800"').encode(), "not YAML"),
    "told twice": (
        RULE.format(pattern="settee").replace("why: w", "why: w\n    why: v").encode(),
        "'why' is told twice",
    ),
    "two documents": (RULE.format(pattern="settee").encode() + b"---\na: b\n", "not YAML"),
    "a number without end": (b"owner: Ann\nabout: " + b"9" * 10_000, "not YAML"),
}


@pytest.mark.parametrize(("content", "said"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_in_words_and_soon(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "rules.yaml").write_bytes(content)
    began = time.thread_time()
    with pytest.raises(RulebookError, match=said) as raised:
        load_rulebook(tmp_path)
    assert time.thread_time() - began < 2
    assert "rules.yaml" in str(raised.value) and len(str(raised.value)) < 20_000


@pytest.mark.parametrize("include", ["[.]", f"[{', '.join(['.'] * 200)}]", "[other]"])
def test_packs_that_take_in_each_other_are_refused_soon(tmp_path: Path, include: str) -> None:
    (tmp_path / "rulebook.yaml").write_text(f"include: {include}\n")
    other = tmp_path / "other"
    other.mkdir()
    (other / "rulebook.yaml").write_text("include: [.., .., .., ..]\n")
    began = time.thread_time()
    with pytest.raises(RulebookError, match="without end") as raised:
        load_rulebook(tmp_path)
    assert time.thread_time() - began < 2
    assert len(str(raised.value).splitlines()) <= 3


def test_a_map_may_take_over_another_and_say_a_field_anew(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(
        "owner: Ann\nrules:\n"
        "  - &r {id: a.one, kind: forbidden, severity: warn, message: m, why: w, patterns: [settee],"
        " fails: [A settee.], passes: [A sofa.]}\n"
        "  - {<<: *r, id: a.two, why: v}\n"
    )
    assert [rule.why for rule in load_rulebook(tmp_path).rules] == ["w", "v"]
