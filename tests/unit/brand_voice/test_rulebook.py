from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from brand_voice.rulebook import Rulebook, RulebookError, load_rulebook

RulebookOf = Callable[..., Rulebook]
GOOD = """\
owner: Ann
rules:
  - id: words.sofa
    kind: preferred
    severity: warn
    message: 'Say sofa, not "{found}".'
    why: We say sofa.
    swaps: [{say: [settee, chesterfield], use: sofa}]
    fails: [A settee.]
    passes: [A sofa.]
"""


def test_a_folder_of_ones_own_is_read_and_versioned(rulebook_of: RulebookOf) -> None:
    book = rulebook_of(GOOD)
    assert book.name == "own" and book.version.startswith("own@") and len(book.version) == len("own@") + 12
    assert book.rule("words.sofa").message == 'Say sofa, not "{found}".'
    assert book.owners == {"words.sofa": "Ann"}
    assert rulebook_of(GOOD).version == book.version
    assert rulebook_of(GOOD.replace("We say", "They say")).version != book.version


def test_the_version_does_not_hang_on_line_ends(rulebook_of: RulebookOf) -> None:
    assert rulebook_of(GOOD.replace("\n", "\r\n")).version == rulebook_of(GOOD).version


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("severity: warn", "severity: loud", ["rules.yaml", "words.sofa", "severity"]),
        ("severity: warn", "severity: {chat: warn}", ["words.sofa", "severity", "default"]),
        ("kind: preferred", "kind: preffered", ["rules.yaml", "words.sofa", "preffered"]),
        ("    why: We say sofa.\n", "", ["words.sofa", "why"]),
        ("swaps: [{say", "swapz: [{say", ["words.sofa", "swapz"]),
        ("[{say: [settee, chesterfield], use", "[{match: '(sofa', use", ["words.sofa", "match", "(sofa"]),
        ("[{say: [settee, chesterfield], use", "[{match: 'Settee', use", ["words.sofa", "match", "reads"]),
        ("fails: [A settee.]", "fails: []", ["words.sofa", "fails"]),
        ("owner: Ann\n", "", ["rules.yaml", "owner"]),
        ("owner: Ann", "owner: [", ["rules.yaml", "not YAML"]),
        ("id: words.sofa", "id: Words Sofa", ["Words Sofa", "id"]),
        ("    severity: warn", "    channels: [telex]\n    severity: warn", ["words.sofa", "channels"]),
    ],
)
def test_faults_name_file_rule_and_field(
    rulebook_of: RulebookOf, was: str, now: str, said: list[str]
) -> None:
    assert was in GOOD
    with pytest.raises(RulebookError) as raised:
        rulebook_of(GOOD.replace(was, now))
    for words in said:
        assert words in str(raised.value)


def test_a_rule_told_twice_is_refused(rulebook_of: RulebookOf) -> None:
    rulebook_of(GOOD)
    with pytest.raises(RulebookError, match=r"rules\.yaml: rule words\.sofa: id: used twice"):
        rulebook_of(GOOD, "b.yaml")


def test_a_missing_or_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="nowhere"):
        load_rulebook(tmp_path / "nowhere")
    with pytest.raises(RulebookError, match=r"no \.yaml file"):
        load_rulebook(tmp_path)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"owner: \xff")
    with pytest.raises(RulebookError, match=r"a\.yaml: not UTF-8 at byte 7"):
        load_rulebook(tmp_path)


def test_a_rulebook_cannot_run_code(rulebook_of: RulebookOf) -> None:
    with pytest.raises(RulebookError, match="not YAML"):
        rulebook_of("owner: !!python/object/apply:os.getcwd []\nrules: []\n")
