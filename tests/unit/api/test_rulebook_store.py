"""The last good rulebook stays in force; a broken one is named and never checks a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.rulebook_store import RulebookStore
from brand_voice.rulebook import RulebookError, load_rulebook

RULE = """\
owner: Ann
rules:
  - {id: words.sofa, kind: forbidden, severity: block, message: m, why: w, phrases: [settee],
     fails: [A settee.], passes: [A sofa.]}
"""


def written(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "words.yaml").write_text(text, encoding="utf-8")
    return folder


def test_without_one_of_its_own_the_house_rulebook_is_in_force(tmp_path: Path) -> None:
    rulebook, state = RulebookStore(tmp_path / "rulebook").in_force()
    assert rulebook.version == load_rulebook().version and not state.refused


@pytest.mark.parametrize("broken", [RULE.replace("[A settee.]", "[A couch.]"), "owner: [", "owner: Ann\n"])
def test_a_broken_one_gives_way_to_the_last_good_one(tmp_path: Path, broken: str) -> None:
    store = RulebookStore(written(tmp_path / "rulebook", RULE))
    store.in_force()
    written(tmp_path / "rulebook", broken)
    rulebook, state = store.in_force()
    assert rulebook.rule("words.sofa").id == "words.sofa"
    assert state.refused and state.reasons and "stays in force" in state.words
    written(tmp_path / "rulebook", RULE.replace("why: w", "why: better"))
    assert RulebookStore(tmp_path / "rulebook").in_force()[1].refused == ""


def test_a_broken_one_with_no_good_one_before_it_stops_everything(tmp_path: Path) -> None:
    folder = written(tmp_path / "rulebook", RULE.replace("[A sofa.]", "[My settee.]"))
    with pytest.raises(RulebookError, match=r"words\.sofa.*My settee.*should pass"):
        RulebookStore(folder).in_force()


def test_a_named_one_that_fails_its_texts_is_refused(tmp_path: Path) -> None:
    other = written(tmp_path / "other", RULE.replace("[A settee.]", "[A couch.]"))
    with pytest.raises(RulebookError, match="A couch"):
        RulebookStore(tmp_path / "rulebook").in_force(other)
